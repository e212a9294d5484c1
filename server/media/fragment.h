/* The fragment: one moof and mdat of one track, made once and never changed.
 *
 * Video: one frame. Audio: about 40 ms. Its times are media time (boot time since the meeting's
 * epoch) in ticks of its track's timescale; dts is what tfdt says, pts = dts + cts. */
#ifndef MECLIS_MEDIA_FRAGMENT_H
#define MECLIS_MEDIA_FRAGMENT_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stdint.h>

enum fragment_flag {
    FRAGMENT_SYNC = 1,          /* decodable without what came before it */
    FRAGMENT_DISCONTINUITY = 2, /* the track's time line has a gap before it */
};

/* Bytes of a fragment at the most: one 4K keyframe at the highest rate, with room. */
#define FRAGMENT_MAX_BYTES (8u << 20)

struct fragment {
    uint8_t track;      /* the track's id, 1 to TRACK_MAX */
    uint8_t flags;      /* of enum fragment_flag */
    uint32_t init;      /* number of the init that decodes it, per track from 1 */
    uint64_t seq;       /* per track, rising by one; a worker's first is its start's media time in
                           milliseconds, so numbers rise across restarts without kept state */
    int64_t dts;        /* ticks */
    int32_t cts;        /* ticks */
    uint32_t duration;  /* ticks */
    uint32_t timescale; /* ticks a second */
    int64_t
        capture_utc_us;  /* when what it shows was captured (its source's delay taken off), UTC */
    struct bytes *bytes; /* moof + mdat, one reference owned */
};

/* The presentation time in microseconds of media time. */
int64_t fragment_time_us(const struct fragment *f);

/* Ticks to microseconds, rounded to the nearest; exact for any time of 100 years. */
int64_t ticks_to_us(int64_t ticks, uint32_t timescale);
int64_t us_to_ticks(int64_t us, uint32_t timescale);

/* The number of the segment that the time lies in: media time divided by the grid, so that numbers
 * need no state and survive every restart. */
uint64_t segment_number(int64_t time_us, int64_t grid_us);

#endif
