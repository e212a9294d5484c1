/* A segment: what one cell of the grid holds of a track, the unit of HLS and of `?dvr`.
 *
 * The live playlist and the recording's must cut alike, so the rule is here once: a segment begins
 * at the first fragment in its cell that is decodable by itself and lasts until the next one
 * begins. A change of the init inside a cell ends the segment early; the rest of that cell is left
 * out of HLS (the media socket and the recording have it). Only another init is a discontinuity:
 * media time goes on across a gap, and players pair sound and picture by counting discontinuities,
 * so one that a single track had would part the two. */
#ifndef MECLIS_MEDIA_SEGMENT_H
#define MECLIS_MEDIA_SEGMENT_H

#include "media/fragment.h"

#include <stdbool.h>
#include <stdint.h>

struct segment {
    uint64_t number;     /* media time divided by the grid */
    int64_t start_us;    /* media time of its first presentation */
    int64_t duration_us; /* until the next segment's start; a last one's: what it holds */
    int64_t utc_us;      /* when its first picture or sound was captured */
    uint32_t init;       /* number of its init; of a gap: of the segment before, 0 where none */
    bool gap;            /* nothing was made or kept: EXT-X-GAP */
    bool discontinuity;  /* another init: EXT-X-DISCONTINUITY belongs before it */
};

/* Where a track's cutting stands; all zero: before its first fragment. */
struct segment_cursor {
    bool open;
    bool discontinuity; /* the segment begun last needs another init than the one before */
    uint64_t number;
    uint32_t init;
};

enum segment_place {
    SEGMENT_BEGINS = 1, /* the fragment is the first of segment cursor->number */
    SEGMENT_GOES_ON,    /* it belongs to the same segment */
    SEGMENT_LEFT_OUT,   /* it belongs to none */
};

/* Places a track's next fragment, in order. The fragment's bytes are not looked at. */
enum segment_place segment_place(struct segment_cursor *cursor, const struct fragment *f,
                                 int64_t grid_us);

#endif
