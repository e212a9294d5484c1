/* A recording's folder, read: what the worker's recorder writes, while it writes it or years later.
 *
 * Read-only and blocking: for pool threads, and each handle by one thread at a time. Nothing in the
 * folder is believed: a torn tail is left alone until it is whole, a bad record is skipped, a
 * missing index is rebuilt from the fragments themselves (in memory). A handle keeps one small
 * entry per segment, about 0.2 MB for each hour and track, and reads only what was appended since.
 */
#ifndef MECLIS_ARCHIVE_RECORDING_H
#define MECLIS_ARCHIVE_RECORDING_H

#include "base/file.h"
#include "link/message.h"
#include "media/index.h"
#include "media/segment.h"
#include "media/track.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct recording;

/* Bytes of a segment at the most that are read at once. */
#define RECORDING_MAX_SEGMENT_BYTES (64u << 20)

/* The tracks that a recording's folder says it has. Returns 0, -ENOENT, -EBADMSG or a negative
 * errno. */
int recording_read_list(const char *folder, struct link_tracks *ret);

/* Opens and reads a recording. Returns 0, -ENOENT where the folder holds none, or a negative errno.
 */
int recording_open(const char *folder, struct recording **ret);
void recording_close(struct recording *r);

/* Reads what was appended since the last time. Returns 0 or a negative errno; what was known before
 * stays. */
int recording_refresh(struct recording *r);

/* The tracks and the grid; borrowed for the handle's life. */
const struct link_tracks *recording_tracks(const struct recording *r);

/* The track of that name ("720p"), borrowed; NULL: none. */
const struct track *recording_track(const struct recording *r, const char *name);

/* Media time of the first presentation and of the end of the last, over all tracks. Returns 0, or
 * -ENOENT while nothing is recorded. */
int recording_span(const struct recording *r, int64_t *ret_from_us, int64_t *ret_to_us);

/* What is missing of the recording, and why. */
struct recorded_gap {
    int64_t from_us, to_us; /* media time */
    enum gap_cause cause;
};

/* The gaps of its first picture track (of its sound, where there is no picture) in their order, as
 * the index says them; borrowed until the next refresh. */
const struct recorded_gap *recording_gaps(const struct recording *r, size_t *ret_count);

/* Bytes of the fragments of all tracks. */
int64_t recording_bytes(const struct recording *r);

/* A track's segments from number `from` on, without holes: what is missing in between is a segment
 * with `gap`, its duration 0 where the segment before reaches over its cell (keyframes farther
 * apart than the grid). With `growing` the last one, which may still grow, is left out. At most
 * `max`; the array is owned by the caller (free), NULL where there is none. Returns 0, -ENOENT for
 * no such track, or -ENOMEM. */
int recording_segments(const struct recording *r, uint8_t track, uint64_t from, size_t max,
                       bool growing, struct segment **ret, size_t *ret_count);

/* A segment's fragments one after another; the caller owns them. Segments never change, so the last
 * one is there only when nothing can be added: the recorder has said so, or has written nothing for
 * two cells and some seconds. Returns 0, -ENOENT where it does not exist (yet) or is a gap, -EFBIG,
 * -EBADMSG where the files do not hold what the index says, or a negative errno. */
int recording_read_segment(const struct recording *r, uint8_t track, uint64_t number,
                           struct bytes **ret);

/* Where a segment's fragments are, one after another; the caller owns the array and its references
 * (pieces_free()). The places stay what they are. Fails as recording_read_segment() does. */
int recording_find_segment(const struct recording *r, uint8_t track, uint64_t number,
                           struct piece **ret, uint32_t *ret_count);

/* An init by its number, or by 0 the one of the track's first segment (for a master playlist: codec
 * and size); the caller owns ret->bytes. Returns 0, -ENOENT, -EBADMSG or a negative errno. */
int recording_read_init(const struct recording *r, uint8_t track, uint32_t number,
                        struct track_init *ret);

/* Whether any segment of the track is kept, and the highest and mean rates over its segments in
 * bits a second (for BANDWIDTH and AVERAGE-BANDWIDTH). Returns 0 or -ENOENT. */
int recording_rates(const struct recording *r, uint8_t track, int64_t *ret_peak_bps,
                    int64_t *ret_mean_bps);

/* Gives the records of a track's fragments in their order: from the segment in which `from_us` lies
 * (which begins with a fragment that decodes by itself) to those that are decoded before `to_us`.
 * Where their data end before what a record says it is -EBADMSG. `each` returns 0 to go on; else
 * that is returned. Returns 0, -ENOENT for no such track, or an error. */
int recording_each(const struct recording *r, uint8_t track, int64_t from_us, int64_t to_us,
                   int (*each)(void *ctx, const struct index_record *record), void *ctx);

/* Where the track's fragments lie; a reference, or NULL where nothing is recorded of it. */
struct file *recording_data(const struct recording *r, uint8_t track);

DEFINE_CLEANUP(struct recording *, recording_close)

#endif
