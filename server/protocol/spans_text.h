/* What was when, and who spoke for how long, as open data: JSON. */
#ifndef MECLIS_PROTOCOL_SPANS_TEXT_H
#define MECLIS_PROTOCOL_SPANS_TEXT_H

#include "base/buf.h"
#include "meeting/meeting.h"

/* Appends {"meeting","utc_minus_media_us","items","turns","questions","votes","parts"} as the actor
 * may have it: media times in µs, null where it goes on. */
void spans_print(struct buf *out, const char *meeting, const struct meeting *m,
                 const struct actor *actor, int64_t utc_minus_media_us);

/* Appends {"meeting","people","groups","kinds"}: turns and speaking time (the clock's, without its
 * pauses) of each; what goes on at `media_us` counts up to then. */
void spans_print_statistics(struct buf *out, const char *meeting, const struct meeting *m,
                            const struct actor *actor, int64_t media_us);

#endif
