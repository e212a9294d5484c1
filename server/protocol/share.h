/* What other sites read of a meeting as JSON: schema.org's linked data in its page, and oEmbed
 * (https://oembed.com). */
#ifndef MECLIS_PROTOCOL_SHARE_H
#define MECLIS_PROTOCOL_SHARE_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stdint.h>

/* Texts are borrowed and UTF-8; "" where not known; addresses are whole, times RFC 3339. */
struct share_meeting {
    const char *title, *description, *language, *body, *place;
    const char *page, *embed, *stream, *image;
    const char *licence; /* an address */
    const char *begins, *ends;
    int64_t duration_us; /* 0: not known */
    bool recorded, cancelled;
};

/* A BroadcastEvent, once it is recorded a VideoObject, as JSON that may stand in a page's <script>:
 * '<', '>', '&' and all that is not ASCII are escapes. Returned owned; NULL without memory, or for
 * what is no UTF-8. */
struct bytes *share_print_linked_data(const struct share_meeting *m);

struct share_oembed {
    const char *title, *author, *site, *site_address, *html;
    int width_px, height_px, cache_s;
    const char *image; /* an address */
    int image_width_px, image_height_px;
};

/* Likewise. */
struct bytes *share_print_oembed(const struct share_oembed *o);

#endif
