/* What the two halves of worker.h's struct worker share: worker.c is what is wanted of it and what
 * it says, worker_process.c its process, from start to end. Core thread. */
#ifndef MECLIS_WORKERS_WORKER_PRIVATE_H
#define MECLIS_WORKERS_WORKER_PRIVATE_H

#include "workers/process.h"
#include "workers/worker.h"
#include "workers/worker_link.h"

#include <limits.h>

enum state {
    OFF = 1,
    RUNNING,  /* a process is there, or was found and is not known by number yet */
    WAITING,  /* for the next start */
    ENDING,   /* told to end, or to be ended */
    RELEASED, /* only the link has still to go */
};

struct worker {
    const struct workers_env *env;
    const struct worker_ops *ops;
    void *ctx;
    char meeting[ID_MAX];
    char folder[PATH_MAX - 64];
    struct bytes *spec; /* JSON; NULL: only to be stopped */
    /* What the running one does not have of it; see worker_waiting(). */
    char waiting[SPEC_SETTINGS_TEXT];
    enum state state;
    bool found, linked, replace, sources_changed;
    struct process *process; /* NULL: none, or found and not known by number */
    struct worker_link *link;
    struct loop_timer *tick;
    int64_t act_us;   /* boot clock: when the state's deadline is due; 0: none */
    int64_t alive_us; /* boot clock of this process's first hello */
    int step;         /* ENDING: 0 told, 1 SIGTERM, 2 SIGKILL */
    int failures;     /* in a row */
    int64_t restarts;
    uint32_t last_command;
};

/* In worker_process.c. */

/* The boot clock so many milliseconds from now, in microseconds. */
int64_t worker_in_ms(int64_t ms);
/* What the running worker was started with is RUN/started.json, since its spec.json is written
 * anew: fills `waiting` with what differs, for one that was found. */
void worker_note_waiting(struct worker *w);
void worker_path_of(const struct worker *w, const char *name, char ret_path[PATH_MAX]);

/* Finds the one that runs, or starts one. */
void worker_launch(struct worker *w);

/* Watches the process. Returns 0 or a negative errno. */
int worker_watch(struct worker *w, pid_t pid);

/* Its process ended with this wait status; -1: not known. ctx is the worker. */
void worker_ended(void *ctx, int status);

/* The process is gone: nothing of it is left here once the link is closed too; or another is
 * started, at once or later. */
void worker_finish(struct worker *w);
void worker_wait(struct worker *w, const char *reason);

#endif
