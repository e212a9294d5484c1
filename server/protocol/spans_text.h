/* What was when, and who spoke for how long, as open data: JSON. */
#ifndef MECLIS_PROTOCOL_SPANS_TEXT_H
#define MECLIS_PROTOCOL_SPANS_TEXT_H

#include "base/buf.h"
#include "media/late.h"
#include "meeting/meeting.h"

/* Appends {"meeting","utc_minus_media_us","items","turns","questions","votes","parts","gaps"} as
 * the actor may have it: media times of the recording in µs, the picture's delay taken off, null
 * where it goes on. The recording's gaps and the end are added by spans_print_gaps(). */
void spans_print(struct buf *out, const char *meeting, const struct meeting *m,
                 const struct actor *actor, const struct late *late, int64_t utc_minus_media_us);

/* Of the recording: their own media times. */
struct spans_gap {
    int64_t from_us, to_us;
    const char *cause; /* as index.h names it */
};

void spans_print_gaps(struct buf *out, const struct spans_gap *gaps, size_t count);

/* Appends {"meeting","people","groups","kinds"}: turns and speaking time (the clock's, without its
 * pauses) of each; what goes on at `media_us` counts up to then. */
void spans_print_statistics(struct buf *out, const char *meeting, const struct meeting *m,
                            const struct actor *actor, int64_t media_us);

#endif
