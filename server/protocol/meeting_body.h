/* The bodies of the meeting's facts as the log keeps them: JSON with its version, and the texts of
 * people beside it, so that they can be erased. */
#ifndef MECLIS_PROTOCOL_MEETING_BODY_H
#define MECLIS_PROTOCOL_MEETING_BODY_H

#include "base/buf.h"
#include "meeting/event.h"

#define MEETING_BODY_SIDES 8

struct meeting_side {
    const char *name; /* the member's, for ever */
    const char *text; /* borrowed from the event; NULL: erased */
};

/* Appends {"v":1,…} and fills the side texts that there are. Returns their number, or a negative
 * errno. */
int meeting_body_print(const struct meeting_event *event, struct buf *out,
                       struct meeting_side ret_sides[MEETING_BODY_SIDES]);

/* Reads it back into `ret`, aligned for the fact's shape and of MEETING_MAX_BODY_BYTES. What was
 * erased is "—". Returns 0, -EBADMSG where it does not fit the fact, -ENOTSUP for a version that is
 * not known, or -ENOMEM. */
int meeting_body_read(const struct fact *fact, uint32_t version, const char *text,
                      const struct meeting_side *sides, size_t side_count, void *ret);

#endif
