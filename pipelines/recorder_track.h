/* One track's files of a recording: NAME.m4s, NAME.idx and the inits. Of the recorder's thread.
 *
 * Both files only grow: a fragment first, then its record. What failed halfway is cut off again, so
 * that the files always agree up to `data_bytes` and `index_bytes`. */
#ifndef MECLIS_PIPELINES_RECORDER_TRACK_H
#define MECLIS_PIPELINES_RECORDER_TRACK_H

#include "media/index.h"
#include "media/track.h"
#include "recorder.h"

#include <stdbool.h>
#include <stdint.h>

struct recorder_track {
    struct track track;
    const char *folder;           /* borrowed */
    const struct recorder_io *io; /* borrowed */
    int data_fd, index_fd;
    uint64_t data_bytes, index_bytes; /* whole, and agreeing */
    bool torn;                        /* cutting off failed: to be done before the next write */
    bool dirty;                       /* written since the last sync */

    bool any;                 /* a fragment is recorded: `last` holds */
    struct index_record last; /* its record */
    enum gap_cause pending;   /* why there is a gap behind `last`; 0: none */
    bool waits_for_sync;      /* video goes on at a keyframe only */
    uint64_t next_seq;        /* expected from the queue; 0: any */

    uint32_t stored_init;       /* the highest number that is on the disk */
    uint32_t refused_init;      /* one that can't be kept: another of its number is; 0: none */
    struct track_init unstored; /* bytes NULL: none; is tried again */
};

/* Opens (makes) the files and mends them: cuts off what is half-written, gives whole fragments that
 * lost their records new ones. Returns 0 or a negative errno. */
int recorder_track_open(struct recorder_track *t, const struct track *track, const char *folder,
                        const struct recorder_io *io);
void recorder_track_close(struct recorder_track *t);

/* Keeps an init. One that can't be written now is kept in memory, see recorder_track_store(). */
void recorder_track_init(struct recorder_track *t, const struct track_init *init);

/* Tries to write an init that could not be written. Returns 0 when none is left. */
int recorder_track_store(struct recorder_track *t);

enum append_outcome {
    APPEND_DONE = 0,
    APPEND_AFTER_GAP, /* written, and the gap before it is marked: *ret_gap */
    APPEND_WAITS,     /* not written: no keyframe has come yet */
    APPEND_REFUSED,   /* not to be written: ret_gap->cause says why */
};

/* Appends a fragment and its record, and before them the record of the gap where there is one.
 * Returns an outcome or a negative errno: then nothing was written. */
int recorder_track_append(struct recorder_track *t, const struct fragment *f,
                          struct index_record *ret_gap);

/* From here on something is missing, for this cause; an earlier cause stays. */
void recorder_track_miss(struct recorder_track *t, enum gap_cause cause);

/* Writes down that the recording ended here and why, so that whoever goes on knows. Returns 0 or a
 * negative errno. */
int recorder_track_mark_end(struct recorder_track *t, enum gap_cause cause);

/* Data, then index. Returns 0 or a negative errno. */
int recorder_track_sync(struct recorder_track *t);

#endif
