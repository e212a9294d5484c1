/* Checks a recording's folder and mends it: every fragment that is whole gets its record, every
 * record that tells of nothing goes. What can't be told any more is left out, never made up.
 * Blocking; nobody else may write to the folder meanwhile. */
#ifndef MECLIS_ARCHIVE_FSCK_H
#define MECLIS_ARCHIVE_FSCK_H

#include "media/track.h"

#include <stdbool.h>
#include <stdint.h>

struct fsck_found {
    uint64_t kept;      /* records that hold */
    uint64_t rebuilt;   /* whole fragments that no record told of */
    uint64_t bad;       /* records that can't be read, or are out of their order */
    uint64_t lost;      /* records of fragments that are not there, or not whole */
    uint64_t torn;      /* bytes of half a record at the index's end */
    uint64_t half;      /* bytes of half a fragment at the data's end: cut off */
    uint64_t strange;   /* bytes in between that are no fragment: left where they are */
    uint32_t init_from; /* the first init that a fragment needs and the folder has not; 0: none */
};

/* Whether there is, or was, anything to be mended. */
bool fsck_is_wrong(const struct fsck_found *f);

/* Looks at one track's files. With `mend` the index is replaced at once by the right one (the old
 * one stays as NAME.idx.before-fsck) and half a fragment is cut off. Returns 0, -ENOENT where
 * nothing was ever recorded of it, or a negative errno: then nothing was changed but, at the most,
 * that end. */
int fsck_track(const char *folder, const struct track *track, bool mend, struct fsck_found *ret);

/* Whom it is told. */
struct fsck_teller {
    /* Each track that was recorded of. */
    void (*track)(void *ctx, const struct track *track, int error, const struct fsck_found *found);
    /* Each file that a killed program left half-written; with `mend` it is gone where error is 0.
     */
    void (*leftover)(void *ctx, const char *name, uint64_t bytes, int error);
    void *ctx;
};

/* What was left behind, then all tracks of tracks.json. Returns 0, -ENOENT for a folder that holds
 * no recording, -EBUSY while it is being written, -EBADMSG where tracks.json is none, or the first
 * error. Borrows the teller. */
int fsck_recording(const char *folder, bool mend, const struct fsck_teller *teller);

#endif
