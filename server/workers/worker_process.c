#include "workers/worker_private.h"

#include "base/clock.h"
#include "base/io.h"
#include "link/exit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

/* From its start or its loss to the link's hello: GStreamer's first start on a slow machine reads
 * every plugin. */
#define UP_MS 30000
#define STEADY_MS 30000
#define BACK_OFF_MAX_MS 30000

int64_t worker_in_ms(int64_t ms)
{
    return clock_boot_us() + ms * 1000;
}

void worker_path_of(const struct worker *w, const char *name, char ret_path[PATH_MAX])
{
    snprintf(ret_path, PATH_MAX, "%s/%s", w->folder, name);
}

/* ---- ends ---- */

/* Nothing of it is left here once the link is closed too. */
void worker_finish(struct worker *w)
{
    process_unwatch(w->process);
    w->process = NULL;
    w->linked = false;
    w->state = RELEASED;
    w->act_us = 0;
    loop_timer_stop(w->tick);
    if (w->link)
        worker_link_close(take_ptr(w->link));
    else {
        w->state = OFF;
        w->ops->ended(w->ctx);
    }
}

void worker_wait(struct worker *w, const char *reason)
{
    process_unwatch(w->process);
    w->process = NULL;
    w->linked = false;
    bool steady = w->alive_us && clock_boot_us() - w->alive_us > STEADY_MS * INT64_C(1000);
    w->failures = steady || w->replace ? 1 : w->failures + 1;
    w->replace = false;
    w->alive_us = 0;
    w->restarts++;
    int64_t delay = 0; /* the first time at once */
    if (w->failures > 1)
        delay = 250LL << (w->failures - 2 < 8 ? w->failures - 2 : 8);
    w->state = WAITING;
    w->act_us = worker_in_ms(delay < BACK_OFF_MAX_MS ? delay : BACK_OFF_MAX_MS);
    w->ops->lost(w->ctx, reason);
    if (w->state == WAITING && delay == 0)
        worker_launch(w);
}

static const char *const exit_texts[] = {
    [WORKER_ENDED] = "it ended",
    [WORKER_BAD_SPEC] = "it can't use its spec",
    [WORKER_TWICE] = "another one runs",
    [WORKER_FAILED] = "it could not start",
    [WORKER_ENCODER] = "its pipeline failed",
    [WORKER_CLOCK] = "the machine slept",
};

static void describe_exit(int status, char ret_text[64])
{
    size_t code = WIFEXITED(status) ? (size_t)WEXITSTATUS(status) : 0;
    bool known = code < sizeof exit_texts / sizeof *exit_texts && exit_texts[code];
    if (status == -1)
        snprintf(ret_text, 64, "it ended");
    else if (WIFSIGNALED(status))
        snprintf(ret_text, 64, "killed by signal %d", WTERMSIG(status));
    else if (known)
        snprintf(ret_text, 64, "%s", exit_texts[code]);
    else
        snprintf(ret_text, 64, "ended with code %zu", code);
}

/* Whether starting it anew at once makes no sense. */
static bool is_hopeless(int status)
{
    return status != -1 && WIFEXITED(status) &&
           (WEXITSTATUS(status) == WORKER_BAD_SPEC || WEXITSTATUS(status) == WORKER_FAILED);
}

void worker_ended(void *ctx, int status)
{
    struct worker *w = ctx;
    char reason[64];
    if (w->state == ENDING && !w->replace) {
        worker_finish(w);
        return;
    }
    describe_exit(status, reason);
    if (is_hopeless(status) && w->failures == 0)
        w->failures = 1;
    worker_wait(w, reason);
}

/* ---- begins ---- */

/* Remembers the process's number, for a server that finds it before its socket answers. */
int worker_watch(struct worker *w, pid_t pid)
{
    int r = process_watch(w->env->core_loop, pid, worker_ended, w, &w->process);
    if (r < 0)
        return r;
    char path[PATH_MAX], text[16];
    worker_path_of(w, "worker.pid", path);
    int size = snprintf(text, sizeof text, "%d\n", (int)pid);
    io_replace_file(path, text, (size_t)size, 0600); /* a help, no need */
    return 0;
}

static void find(struct worker *w)
{
    char path[PATH_MAX], spec[PATH_MAX];
    worker_path_of(w, "worker.pid", path);
    worker_path_of(w, "spec.json", spec);
    pid_t pid = process_read_pid(path);
    if (pid > 0 && process_is(pid, spec))
        worker_watch(w, pid); /* else the link tells its number */
    w->found = true;
    worker_note_waiting(w);
    w->state = RUNNING;
    w->act_us = worker_in_ms(UP_MS);
}

/* A help, no need. */
static void note_started(struct worker *w)
{
    char path[PATH_MAX];
    worker_path_of(w, "started.json", path);
    io_replace_file(path, w->spec->data, w->spec->size, 0600);
    w->waiting[0] = '\0';
}

static int spawn(struct worker *w)
{
    char spec[PATH_MAX], log[PATH_MAX];
    worker_path_of(w, "spec.json", spec);
    worker_path_of(w, "worker.log", log);
    const char *argv[] = {w->env->program, "programme", "--spec", spec, NULL};
    pid_t pid;
    int r = process_spawn(argv, log, &pid);
    if (r < 0)
        return r;
    w->found = false;
    note_started(w);
    return worker_watch(w, pid);
}

void worker_launch(struct worker *w)
{
    if (worker_runs_in(w->folder)) {
        find(w);
        return;
    }
    if (!w->spec) { /* it was only to be stopped, and is gone */
        worker_finish(w);
        return;
    }
    int r = spawn(w);
    if (r < 0) {
        char reason[128];
        snprintf(reason, sizeof reason, "%.60s can't be started: %.40s", w->env->program,
                 strerror(-r));
        worker_wait(w, reason);
        return;
    }
    w->state = RUNNING;
    w->act_us = worker_in_ms(UP_MS);
}
