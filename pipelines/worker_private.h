/* What the files of a worker (worker.h) share: worker.c is its life, worker_media.c what passes
 * through it, worker_orders.c what the server tells it. */
#ifndef MECLIS_PIPELINES_WORKER_PRIVATE_H
#define MECLIS_PIPELINES_WORKER_PRIVATE_H

#include "inputs.h"
#include "output.h"
#include "passed_sound.h"
#include "passthrough.h"
#include "programme.h"
#include "redraw.h"
#include "worker.h"

#include <stdatomic.h>

struct worker {
    struct spec *spec;
    char *spec_path;
    GMainLoop *loop;
    struct format format;
    struct programme_ops programme_ops;
    struct programme *programme;
    struct passthrough *passthrough;   /* in that mode */
    struct passed_sound *passed_sound; /* likewise */
    struct redraw *redraw;
    struct inputs *inputs;
    struct output *output;
    bool muted, covered; /* the main thread's: by mute and slate */
    enum layout layout;  /* likewise: the one that is wanted */
    guint timer;
    unsigned ticks;
    _Atomic int64_t held_until_ns; /* media time: of the gate that was closed last */
    bool held[TRACK_MAX];          /* its keyframe is waited for; each on its encoder's thread */
    atomic_uint units[TRACK_MAX];  /* made so far, each on its encoder's thread */
    unsigned seen[TRACK_MAX];
    int idle_s[TRACK_MAX];
    GMutex lock; /* what follows */
    bool ending;
    enum worker_exit exit; /* why */
};

/* ---- worker_media.c: each on the threads that its header names; ctx is the worker ---- */

extern const struct passthrough_ops worker_passthrough_ops;
extern const struct passed_sound_ops worker_passed_sound_ops;
extern const struct inputs_ops worker_inputs_ops;

/* Fills what the programme calls. */
void worker_set_programme_ops(struct worker *w);

/* The publisher's `status`. */
void worker_status(void *ctx, struct link_status *ret);

/* The main thread, each second: ends the worker where a track has given nothing for too long. */
void worker_look_for_stuck_tracks(struct worker *w);

/* ---- worker_orders.c ---- */

/* The publisher's `command`, on its thread: obeyed and answered on the main thread. */
void worker_command(void *ctx, const struct link_command *command, uint64_t ticket);

/* The main thread: makes what goes out be as `muted`, `covered` and `layout` say. */
void worker_set_output(struct worker *w);

/* The main thread, each tick: the layout, by whether there is a second source. */
void worker_arrange(struct worker *w);

#endif
