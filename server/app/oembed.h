/* oEmbed (https://oembed.com): what a news site's editor asks when somebody pastes a link. Pure. */
#ifndef MECLIS_APP_OEMBED_H
#define MECLIS_APP_OEMBED_H

#include "app/moment.h"
#include "base/id.h"
#include "protocol/share.h"

#include <stdbool.h>

/* Whether the address is of a meeting's page, or its player to embed, on this host
 * ("meclis.example" or "meclis.example:8080"); which one then. */
bool oembed_read_address(const char *address, const char *host, char ret_id[ID_MAX],
                         struct moment *ret_moment);

/* The player's size where no more than so many pixels are wanted; 0: as many as it likes. */
void oembed_size(int64_t max_width_px, int64_t max_height_px, int *ret_width_px,
                 int *ret_height_px);

/* Appends the same as share_print_oembed() as XML. */
void oembed_print_xml(struct buf *out, const struct share_oembed *o);

#endif
