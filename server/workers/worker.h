/* A meeting's media worker, as the core thread sees it: started, watched, restarted, found again.
 *
 * It has two halves. This one lives on the core thread and owns the process. The other
 * (worker_link.h) lives on the media thread and owns the connection; they speak by letters. */
#ifndef MECLIS_WORKERS_WORKER_H
#define MECLIS_WORKERS_WORKER_H

#include "base/loop.h"
#include "base/mailbox.h"
#include "link/message.h"
#include "link/spec.h"

#include <stdbool.h>

struct worker;

/* What the worker's media becomes: called on the media thread, arguments borrowed. */
struct worker_media_ops {
    void (*tracks)(void *ctx, const char *meeting, const struct link_tracks *tracks);
    void (*init)(void *ctx, const char *meeting, const struct track_init *init);
    void (*fragment)(void *ctx, const char *meeting, const struct fragment *fragment);
};

/* Shared by all workers, borrowed for their life. */
struct workers_env {
    const char *program; /* path of meclis-pipeline */
    struct loop *core_loop, *media_loop;
    struct mailbox *core_box, *media_box;
    const struct worker_media_ops *media;
    void *media_ctx;
};

/* Called on the core thread; arguments are borrowed. None may destroy the worker, save `ended`. */
struct worker_ops {
    /* It is there and listens: tell it what it has to do. `found`: it ran before this server. */
    void (*up)(void *ctx, bool found);
    /* It is gone or was not heard of; it will be started again by itself. */
    void (*lost)(void *ctx, const char *reason);
    /* Newest only; older ones may be left out. */
    void (*status)(void *ctx, const struct link_status *status);
    void (*notice)(void *ctx, const struct link_notice *notice);
    void (*reply)(void *ctx, const struct link_reply *reply);
    /* After worker_stop() or worker_release(): nothing of it is left in this process. */
    void (*ended)(void *ctx);
};

struct worker_figures {
    bool running, linked;
    int64_t pid;
    int64_t restarts; /* since this server's start */
    int64_t dropped_letters;
};

/* `folder` is DATA/run/ID and exists; texts are copied. Returns 0 or a negative errno. */
int worker_create(const struct workers_env *env, const char *meeting, const char *folder,
                  const struct worker_ops *ops, void *ctx, struct worker **ret);

/* Only before worker_start() or after `ended`. */
void worker_destroy(struct worker *w);

/* Whether a worker runs in this folder, ours or a former server's. Blocks for a moment. */
bool worker_runs_in(const char *folder);

/* Writes the spec and takes over the worker that runs there already, or starts one. Returns 0 or a
 * negative errno (the spec could not be written: nothing was started). */
int worker_start(struct worker *w, const struct spec *spec);

/* Writes the spec anew for its next start. Returns 0 or a negative errno. */
int worker_respec(struct worker *w, const struct spec *spec);

/* Takes over what runs in the folder only to end it: `ended` follows. */
int worker_start_to_stop(struct worker *w);

/* Returns the command's number (above 0), or -ENOTCONN: then it is to be said again at `up`. */
int worker_command(struct worker *w, enum link_command_kind kind, const char *source);

/* Tells it to close its recording and end, and waits: WORKER_STOP_MS, then it is killed. */
void worker_stop(struct worker *w);

/* Kills it where it runs; `lost` follows, and another is started. */
void worker_kill(struct worker *w);

/* Leaves it running and forgets it. */
void worker_release(struct worker *w);

/* Any time after worker_start(): the settings (spec_settings_changed()) that the running worker was
 * started without, and takes up at its next start; "" for none. */
void worker_waiting(const struct worker *w, char ret_names[SPEC_SETTINGS_TEXT]);

void worker_figures(const struct worker *w, struct worker_figures *ret);

#define WORKER_STOP_MS 8000

DEFINE_CLEANUP(struct worker *, worker_destroy)

#endif
