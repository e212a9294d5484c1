/* What the kinds of sources share: their life, their way out to the programme, their status.
 *
 * Each source has one control thread, which runs its kind's run() from source_start() until
 * source_stopping(). The programme's callbacks go through a gate that source_stop() closes:
 * streaming threads that still run afterwards find it shut, so a teardown may take as long as it
 * likes. */
#ifndef MECLIS_PIPELINES_SOURCE_CORE_H
#define MECLIS_PIPELINES_SOURCE_CORE_H

#include "reason.h"
#include "source.h"

#include <pthread.h>
#include <stdatomic.h>

/* Without anything for so long a live source is said to be silent. With the control thread's tick
 * this keeps the 600 ms that source.h promises. */
#define SOURCE_SILENT_US 450000
#define SOURCE_TICK_US 100000
/* Waits between two tries: the first, and the longest; after a refusal at once the slow one. */
#define SOURCE_RETRY_FIRST_US 250000
#define SOURCE_RETRY_LAST_US 5000000

struct source_ops {
    /* Whether the spec can become such a source: 0, or the reason (detail of at most 200 bytes).
     * Pure. */
    enum reason (*check)(const struct spec_source *spec, char ret_detail[200]);
    /* Runs on the control thread until source_stopping(). */
    void (*run)(struct source *s);
};

struct source {
    atomic_int refs; /* the owner's, the control thread's, each session's and each teardown's */
    struct spec_source spec;
    const struct format *format;
    char language[8]; /* of reasons: the format itself is not there any more at a late teardown */
    const struct source_events *events;
    void *ctx;
    const struct source_ops *ops;

    /* Held for reading around each callback of the streaming threads, for writing to close. */
    pthread_rwlock_t gate;
    bool closed; /* under the gate */

    atomic_bool stop;
    atomic_llong bytes;
    /* Media time up to which something went out: no connection goes back before it. */
    atomic_llong video_until_ns, sound_until_ns, picture_unit_ns, sound_unit_ns;

    pthread_mutex_t saying; /* keeps the states that are told in their order */
    pthread_mutex_t lock;   /* what follows */
    pthread_cond_t wake;    /* the control thread's sleep */
    bool started;
    struct link_source_status status;
};

extern const struct source_ops source_test_ops, source_file_ops, source_srt_ops, source_rtmp_ops,
    source_rtsp_ops, source_gstreamer_ops;

struct source *source_ref(struct source *s);
void source_unref(struct source *s);

bool source_stopping(struct source *s);

/* Sleeps, at most so long; returns false at once when the source is to stop. The control thread. */
bool source_sleep_us(struct source *s, int64_t us);

/* Hand a buffer to the programme, or drop it when the gate is shut. Each takes the buffer. */
void source_emit_video(struct source *s, GstBuffer *frame);
void source_emit_audio(struct source *s, GstBuffer *sound);
void source_emit_encoded(struct source *s, enum source_track track, GstBuffer *unit,
                         const GstCaps *caps);

/* Says a state where it differs from the last one said. reason 0: none. */
void source_set_state(struct source *s, enum source_state state, enum reason reason,
                      const char *detail);
enum source_state source_get_state(struct source *s);

/* "H.264 1280×720 25/1" and the like, empty: none. */
void source_set_codec(struct source *s, enum source_track track, const char *text);
void source_set_drift(struct source *s, double ppm);
void source_add_bytes(struct source *s, size_t bytes);

/* A condition of the monotonic clock, and a time so far from now for waiting on it. */
void source_init_condition(pthread_cond_t *c);
void source_wait_until(int64_t us, struct timespec *ret);

/* The next wait after a wait: doubling, up to the longest. 0: the first. Pure. */
int64_t source_next_retry_us(int64_t last_us);

#endif
