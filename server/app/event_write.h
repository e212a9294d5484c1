/* One event of the meeting into its log. */
#ifndef MECLIS_APP_EVENT_WRITE_H
#define MECLIS_APP_EVENT_WRITE_H

#include "meeting/event.h"
#include "store/store.h"

/* Within a command of the store. Returns 0, -EUCLEAN where the log does not continue at the event's
 * number, or an error of store_add(). */
int event_write(struct store *s, const char *meeting, const struct meeting_event *e);

#endif
