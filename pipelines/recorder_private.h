/* What the recorder's two halves share: recorder.c is its queue, its thread and its life,
 * recording.c what the thread keeps. */
#ifndef MECLIS_PIPELINES_RECORDER_PRIVATE_H
#define MECLIS_PIPELINES_RECORDER_PRIVATE_H

#include "base/mailbox.h"
#include "recorder.h"
#include "recorder_track.h"

#include <pthread.h>
#include <stdatomic.h>

struct recorder {
    char *folder;
    int lock_fd, wake_fd;
    struct recorder_io io;
    const struct recorder_ops *ops;
    void *ctx;
    int64_t epoch_boot_us, reserve_bytes;
    size_t max_count, max_bytes;
    pthread_t thread;
    struct mailbox *mailbox;
    atomic_bool ending;

    /* what is queued, and what the status says */
    atomic_size_t queued_count, queued_bytes;
    atomic_int state;     /* enum recorder_state */
    atomic_uint refusing; /* a bit a track: what comes can't be recorded, whatever the disk says */
    atomic_llong recorded_bytes, recorded_until_us, free_bytes, dropped;

    /* the thread's own */
    int track_count;
    struct recorder_track tracks[TRACK_MAX];
    bool record; /* switch it on at the start */
    bool wanted; /* it is switched on */
    int64_t next_tick_us;
    int64_t retry_us; /* boot clock; 0: nothing failed */
    bool told_gap;
    enum gap_cause told_cause;
    int64_t told_from_us;
};

/* In recording.c. These two on any thread: the state now; whether so much more than the reserve is
 * free. */
bool recording_is(const struct recorder *r, enum recorder_state state);
bool recording_has_room(const struct recorder *r, int64_t more);

/* The recorder's thread, or before it runs. */
void recording_measure_room(struct recorder *r);
void recording_update_figures(struct recorder *r);
void recording_switch_on(struct recorder *r);
void recording_switch_off(struct recorder *r);
void recording_sync(struct recorder *r);
/* What is done each second; does nothing before it is due. */
void recording_tick(struct recorder *r);
void recording_take_init(struct recorder *r, const struct track_init *init);
void recording_take_fragment(struct recorder *r, const struct fragment *f);

#endif
