/* A segment: what one cell of the grid holds of a track, the unit of HLS and of `?dvr`.
 *
 * The live playlist and the recording's must cut alike, so the rule is here once: a segment begins
 * at the first fragment in its cell that is decodable by itself and lasts until the next one
 * begins. A change of the init inside a cell ends the segment early; the rest of that cell is left
 * out of HLS (the media socket and the recording have it). A gap inside a cell stays inside its
 * segment, and the next one is marked as a discontinuity, since a playlist can mark no other place.
 */
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
    bool discontinuity;  /* EXT-X-DISCONTINUITY belongs before it */
};

/* Where a track's cutting stands; all zero: before its first fragment. */
struct segment_cursor {
    bool open;
    bool discontinuity; /* the segment begun last does not follow the one before */
    bool broken;        /* it does not follow itself either: the next one is to say so */
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
