/* The announced meetings as a calendar to subscribe to: iCalendar, RFC 5545. */
#ifndef MECLIS_APP_CALENDAR_H
#define MECLIS_APP_CALENDAR_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

/* A meeting; texts are borrowed. */
struct calendar_meeting {
    const char *id, *title, *place, *body; /* body, place: "" where not said */
    int64_t starts_utc_us;
    int64_t ended_utc_us;   /* 0: has not ended */
    int64_t changed_utc_us; /* when any of this last changed, or later */
    bool cancelled;
};

/* Appends the calendar. `origin` ("https://meclis.example") is where the meetings' pages are.
 * Errors stick to the buffer. */
void calendar_print(struct buf *out, const char *origin, const struct calendar_meeting *list,
                    size_t count);

#endif
