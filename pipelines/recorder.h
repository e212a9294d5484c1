/* Writes the meeting's recording: per track NAME an append-only NAME.m4s of fragments, NAME.idx of
 * index records (media/index.h) and the inits NAME.init-N.mp4; tracks.json says which tracks.
 *
 * A thread of its own does all that touches the disk; the calls here never wait for it. Between
 * them is a queue of at most queue_max_count fragments and queue_max_bytes: at the cap a fragment
 * is dropped, counted, and the gap is marked with its cause. A fragment is appended unbuffered,
 * then its record; data and then index are synced each second. With less than reserve_bytes free,
 * or on ENOSPC or EIO, the state is RECORDER_FULL (RECORDER_FAILED) and nothing but inits is
 * written until there is room again; then it goes on at each track's next keyframe, and the gap is
 * marked. What a killed worker left half-written is cut off at the next recorder_create(), which
 * goes on behind it and marks the gap between the two. */
#ifndef MECLIS_PIPELINES_RECORDER_H
#define MECLIS_PIPELINES_RECORDER_H

#include "link/message.h"
#include "media/fragment.h"
#include "media/track.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct recorder;

/* The system calls that can fail for want of room, so that tests can let them. All on the
 * recorder's thread. */
struct recorder_io {
    ssize_t (*write)(void *ctx, int fd, const void *data, size_t size); /* as write(2) */
    int (*sync)(void *ctx, int fd);                                     /* as fdatasync(2) */
    int64_t (*free_bytes)(void *ctx, const char *folder);               /* or a negative errno */
    void *ctx;
};

struct recorder_config {
    const char *folder; /* copied; made where missing */
    struct link_tracks tracks;
    int64_t epoch_boot_us; /* the boot clock at media time 0: dates the notices */
    int64_t reserve_bytes;
    bool record;                  /* from the start on */
    size_t queue_max_count;       /* 0: 2,048 fragments */
    size_t queue_max_bytes;       /* 0: 64 MiB */
    const struct recorder_io *io; /* borrowed for its life; NULL: the system's */
};

struct recorder_ops {
    /* recording.started, recording.stopped, recording.gap (detail: the cause). On the recorder's
     * thread; must not block. Borrowed for the call. */
    void (*notice)(void *ctx, const struct link_notice *notice);
};

/* The newest init that the folder holds of a track, for fragmenter_config.last_init; the caller
 * owns ret->bytes. Returns 0, -ENOENT where there is none, or a negative errno. Blocks. */
int recorder_last_init(const char *folder, const struct track *track, struct track_init *ret);

/* Opens (and where needed mends) the recording and starts the thread. `ops` is borrowed for the
 * recorder's life. Returns 0 or a negative errno. Blocks. */
int recorder_create(const struct recorder_config *config, const struct recorder_ops *ops, void *ctx,
                    struct recorder **ret);

/* Writes what is queued, marks the end, syncs and closes. Blocks. */
void recorder_destroy(struct recorder *r);

/* Any thread; both borrow and take references of their own. Inits are kept whether recording is on
 * or not, since viewers hold on to their numbers. Add an init before the first fragment that names
 * it. */
void recorder_add_init(struct recorder *r, const struct track_init *init);
void recorder_add_fragment(struct recorder *r, const struct fragment *fragment);

/* Any thread. Recording that is on already (or off) is no error. Starting returns -ENOSPC, and
 * stays off, where the disk is known to be full. */
int recorder_start(struct recorder *r);
void recorder_stop(struct recorder *r);

/* Any thread. Fills recorder, recorded_bytes, recorded_until_us, disk_free_bytes and dropped. */
void recorder_get_status(struct recorder *r, struct link_status *ret);

DEFINE_CLEANUP(struct recorder *, recorder_destroy)

#endif
