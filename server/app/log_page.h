/* A page of an exported log, as everybody may see it. */
#ifndef MECLIS_APP_LOG_PAGE_H
#define MECLIS_APP_LOG_PAGE_H

#include "base/buf.h"
#include "store/store.h"

#include <stdbool.h>

/* Of one page: events, and roughly its bytes; a buffer for it must hold LOG_PAGE_LIMIT_BYTES. */
#define LOG_PAGE_MAX_EVENTS 5000
#define LOG_PAGE_MAX_BYTES (4u << 20)
#define LOG_PAGE_LIMIT_BYTES (7u << 20) /* the last event may be a large one */

/* Appends the page of the events after `since`. `with_sides`: what viewers may have erased is shown
 * where it belongs to a public event. Returns 0 or an error of the store or the buffer; fills,
 * where not NULL, the page's last event and whether there are more. */
int log_page_print(struct store *s, const char *meeting, uint64_t since, bool with_sides,
                   struct buf *out, uint64_t *ret_last, bool *ret_more);

#endif
