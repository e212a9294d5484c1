/* What was published to one audience of a meeting, newest last: messages framed once, each of one
 * commit. A peer is a position in it. Pure; net thread.
 *
 * Cap: EVENTS_RING_MESSAGES and EVENTS_RING_BYTES. Beyond, the oldest goes; a peer that still
 * needed it is closed and asks again from what it has. */
#ifndef MECLIS_FRONT_EVENTS_RING_H
#define MECLIS_FRONT_EVENTS_RING_H

#include "base/bytes.h"

#define EVENTS_RING_MESSAGES 1024
#define EVENTS_RING_BYTES (4u << 20)

struct events_entry {
    struct bytes *frame;
    uint64_t first_seq, last_seq; /* of the events inside; 0: none are */
};

struct events_ring {
    struct events_entry *entries; /* by position modulo room */
    size_t room;                  /* a power of two */
    uint64_t first, next;         /* positions: the oldest held, the one after the newest */
    size_t bytes;
    uint64_t lost_seq; /* the newest that is not held any more */
};

void events_ring_init(struct events_ring *r);
void events_ring_finish(struct events_ring *r);

/* Takes the frame; NULL (there was no memory for it) and no memory for its place make a hole that
 * everybody falls into: all that was held is gone. */
void events_ring_push(struct events_ring *r, struct bytes *frame, uint64_t first_seq,
                      uint64_t last_seq);

/* The entry at that position, borrowed until the next push; NULL behind the newest. The position
 * must not be before `first`. */
const struct events_entry *events_ring_at(const struct events_ring *r, uint64_t position);

/* The position from which on everything after the event is still to come. Returns 0, or -ERANGE
 * where some of that is not held. */
int events_ring_find(const struct events_ring *r, uint64_t after_seq, uint64_t *ret_position);

#endif
