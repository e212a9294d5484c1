/* The window: a live track's last minute, cut into segments and parts for HLS.
 *
 * Segments are cut by media/segment.h. A part is a run of a segment's fragments that fills the part
 * target: all but a segment's last are at least 85 % of it, none is longer. The target is fixed by
 * the first fragment's duration, about 200 ms (of sound it is the same whether that has one frame
 * or two); only a fragment that is longer by itself raises it. Nothing is copied: the fragments'
 * own bytes are what is served. One thread. */
#ifndef MECLIS_MEDIA_WINDOW_H
#define MECLIS_MEDIA_WINDOW_H

#include "media/fragment.h"
#include "media/segment.h"
#include "media/track.h"

#include <stdbool.h>

struct window;

/* Per segment; what comes beyond ends in a part that is longer than it should be, or is left out.
 */
#define WINDOW_MAX_PARTS 128
#define WINDOW_MAX_FRAGMENTS 2048

struct window_part {
    uint32_t first, count; /* of the segment's fragments */
    int64_t duration_us;
    bool independent; /* begins with a fragment that is decodable by itself */
};

struct window_segment {
    struct segment segment; /* duration_us: of what it holds so far */
    bool complete;
    uint32_t part_count; /* complete ones */
    const struct window_part *parts;
    uint32_t fragment_count; /* those of a part that is still growing come last */
    struct bytes *const *fragments;
};

/* Keeps segments of the last `keep_us` of media time, at least one. Returns 0 or -ENOMEM. */
int window_create(enum track_kind kind, int64_t grid_us, int64_t keep_us, struct window **ret);
void window_destroy(struct window *w);

/* Adds the track's next fragment: borrows it and takes a reference to its bytes. Returns 0, 1 when
 * a part or a segment became complete by it, or -ENOMEM (the fragment is left out). */
int window_add(struct window *w, const struct fragment *f);

/* Segments in the window, oldest first; numbers have no holes. Borrowed until the next add. */
uint32_t window_count(const struct window *w);
const struct window_segment *window_at(const struct window *w, uint32_t index);
const struct window_segment *window_find(const struct window *w, uint64_t number);

/* Microseconds; 0 while nothing has come. */
int64_t window_part_target_us(const struct window *w);

/* The longest segment or gap so far, at least the grid: never falls, as EXT-X-TARGETDURATION must
 * not. */
int64_t window_longest_us(const struct window *w);

/* EXT-X-DISCONTINUITY tags of segments that have left the window. */
uint64_t window_discontinuities(const struct window *w);

/* Frames a second of the newest fragments, 0 while unknown; the highest rate of a whole segment. */
double window_frame_rate(const struct window *w);
int64_t window_peak_bps(const struct window *w);

/* Whether a player that asks for segment `msn` up to its part `part` (-1: the whole segment) can be
 * answered: 1 yes, 0 not yet, -EINVAL further ahead than a player may ask. A part beyond a complete
 * segment's last is the next segment's first (RFC 8216bis, 6.2.5.2). */
int window_reached(const struct window *w, uint64_t msn, int64_t part);

/* The newest segment with a complete part, and that part's index. Returns false while none. */
bool window_last_part(const struct window *w, uint64_t *ret_msn, uint32_t *ret_part);

/* The part that will be complete next. Returns false while nothing has come. */
bool window_next_part(const struct window *w, uint64_t *ret_msn, uint32_t *ret_part);

DEFINE_CLEANUP(struct window *, window_destroy)

#endif
