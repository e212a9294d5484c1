/* The ring: what one rendition's viewers are sent, newest last; viewers are positions in it.
 *
 * Positions count up from 0 and never come again, so a viewer needs only a number to know whether
 * what it was to get next is still there. Each message says which sound it carries, so that a
 * viewer who leaves one ring for another can be given exactly the sound in between. One thread. */
#ifndef MECLIS_MEDIA_RING_H
#define MECLIS_MEDIA_RING_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stdint.h>

struct ring;

struct ring_message {
    struct bytes *bytes; /* ready for the wire */
    int64_t time_us;     /* media time of its picture; of its last sound where it has none */
    uint64_t video_seq;  /* of its picture */
    uint64_t audio_from; /* its sound: sequences from .. next - 1, none where equal; also without */
    uint64_t audio_next; /*   sound of its own, how far the ring had come; 0, 0: never any sound */
    uint32_t video_init; /* 0: no picture */
    uint32_t audio_init; /* 0: no sound */
    bool keyframe;       /* a viewer may begin here */
};

/* Oldest messages leave beyond `capacity` messages, `max_bytes`, or a span of `max_us`, the newest
 * one never. Returns 0, -EINVAL (capacity is no power of two), or -ENOMEM. */
int ring_create(uint32_t capacity, size_t max_bytes, int64_t max_us, struct ring **ret);
void ring_destroy(struct ring *r);

/* Borrows the message and takes a reference to its bytes. */
void ring_push(struct ring *r, const struct ring_message *m);

/* Positions in the ring: first <= p < end. */
uint64_t ring_first(const struct ring *r);
uint64_t ring_end(const struct ring *r);

/* The message at a position, borrowed until the next push; NULL where it is not (any more). */
const struct ring_message *ring_at(const struct ring *r, uint64_t position);

/* Media time of the newest message; INT64_MIN while empty. */
int64_t ring_newest_us(const struct ring *r);

/* Each returns true and a position, or false where there is none. */
bool ring_newest_keyframe(const struct ring *r, uint64_t *ret);
bool ring_keyframe_from(const struct ring *r, int64_t time_us, uint64_t *ret);

/* The first message with sound of that sequence or later. */
bool ring_audio_from(const struct ring *r, uint64_t seq, uint64_t *ret);

/* Media time of the newest message whose picture's, or sound's, sequence is at most `seq`;
 * INT64_MIN when it is older than the ring. */
int64_t ring_time_of_video(const struct ring *r, uint64_t seq);
int64_t ring_time_of_audio(const struct ring *r, uint64_t seq);

DEFINE_CLEANUP(struct ring *, ring_destroy)

#endif
