#include "workers/worker.h"
#include "base/clock.h"
#include "base/io.h"
#include "link/exit.h"
#include "workers/process.h"
#include "workers/worker_link.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#define TICK_MS 250
/* From its start or its loss to the link's hello: GStreamer's first start on a slow machine reads
 * every plugin. */
#define UP_MS 30000
#define DOWN_MS 10000 /* without a link although the process runs: it hangs */
#define TERM_MS 4000  /* from SIGTERM to SIGKILL */
#define STEADY_MS 30000
#define BACK_OFF_MAX_MS 30000
#define LOG_MAX_BYTES (4 << 20)

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

static void launch(struct worker *w);
static void on_ended(void *ctx, int status);

static int64_t in_ms(int64_t ms)
{
    return clock_boot_us() + ms * 1000;
}

static void path_of(const struct worker *w, const char *name, char ret_path[PATH_MAX])
{
    snprintf(ret_path, PATH_MAX, "%s/%s", w->folder, name);
}

bool worker_runs_in(const char *folder)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/programme.lock", folder) >= (int)sizeof path ||
        access(path, F_OK) < 0)
        return false;
    int fd = io_lock_file(path);
    if (fd >= 0)
        close(fd);
    return fd == -EWOULDBLOCK;
}

/* ---- ends ---- */

/* Nothing of it is left here once the link is closed too. */
static void end(struct worker *w)
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

static void wait_for_next_start(struct worker *w, const char *reason)
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
    w->act_us = in_ms(delay < BACK_OFF_MAX_MS ? delay : BACK_OFF_MAX_MS);
    w->ops->lost(w->ctx, reason);
    if (w->state == WAITING && delay == 0)
        launch(w);
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

static void on_ended(void *ctx, int status)
{
    struct worker *w = ctx;
    char reason[64];
    if (w->state == ENDING && !w->replace) {
        end(w);
        return;
    }
    describe_exit(status, reason);
    if (is_hopeless(status) && w->failures == 0)
        w->failures = 1;
    wait_for_next_start(w, reason);
}

/* ---- begins ---- */

/* Remembers the process's number, for a server that finds it before its socket answers. */
static int watch(struct worker *w, pid_t pid)
{
    int r = process_watch(w->env->core_loop, pid, on_ended, w, &w->process);
    if (r < 0)
        return r;
    char path[PATH_MAX], text[16];
    path_of(w, "worker.pid", path);
    int size = snprintf(text, sizeof text, "%d\n", (int)pid);
    io_replace_file(path, text, (size_t)size, 0600); /* a help, no need */
    return 0;
}

static void find(struct worker *w)
{
    char path[PATH_MAX], spec[PATH_MAX];
    path_of(w, "worker.pid", path);
    path_of(w, "spec.json", spec);
    pid_t pid = process_read_pid(path);
    if (pid > 0 && process_is(pid, spec))
        watch(w, pid); /* else the link tells its number */
    w->found = true;
    w->state = RUNNING;
    w->act_us = in_ms(UP_MS);
}

static int spawn(struct worker *w)
{
    char spec[PATH_MAX], log[PATH_MAX];
    path_of(w, "spec.json", spec);
    path_of(w, "worker.log", log);
    const char *argv[] = {w->env->program, "programme", "--spec", spec, NULL};
    pid_t pid;
    int r = process_spawn(argv, log, &pid);
    if (r < 0)
        return r;
    w->found = false;
    return watch(w, pid);
}

static void launch(struct worker *w)
{
    if (worker_runs_in(w->folder)) {
        find(w);
        return;
    }
    if (!w->spec) { /* it was only to be stopped, and is gone */
        end(w);
        return;
    }
    int r = spawn(w);
    if (r < 0) {
        char reason[128];
        snprintf(reason, sizeof reason, "%.60s can't be started: %.40s", w->env->program,
                 strerror(-r));
        wait_for_next_start(w, reason);
        return;
    }
    w->state = RUNNING;
    w->act_us = in_ms(UP_MS);
}

/* ---- the link's news ---- */

static void on_up(void *ctx, const struct link_hello *hello, pid_t peer)
{
    struct worker *w = ctx;
    if (w->state != RUNNING && w->state != ENDING)
        return;
    if (!w->process)
        watch(w, peer);
    w->linked = true;
    if (w->state == ENDING) {
        worker_command(w, LINK_STOP, "");
        return;
    }
    w->act_us = 0;
    if (!w->alive_us)
        w->alive_us = clock_boot_us();
    if (!w->spec) {
        worker_stop(w);
        return;
    }
    if (w->found && w->sources_changed)
        worker_command(w, LINK_SOURCES, "");
    w->sources_changed = false;
    w->ops->up(w->ctx, w->found);
}

/* A worker of another version can't be spoken to: it is ended by signals and started anew. */
static void replace(struct worker *w, pid_t peer)
{
    if (w->state != RUNNING)
        return;
    if (!w->process && watch(w, peer) < 0)
        return;
    if (process_pid(w->process) != peer) /* late news of the one before */
        return;
    process_signal(w->process, SIGTERM);
    w->replace = w->spec != NULL;
    w->state = ENDING;
    w->step = 1;
    w->act_us = in_ms(TERM_MS);
}

static void on_down(void *ctx, int error, pid_t peer)
{
    struct worker *w = ctx;
    w->linked = false;
    if (error == -EPROTONOSUPPORT) {
        replace(w, peer);
        return;
    }
    if (w->state == RUNNING)
        w->act_us = in_ms(error == -ETIMEDOUT ? 0 : DOWN_MS);
}

static void on_status(void *ctx, const struct link_status *status)
{
    struct worker *w = ctx;
    if (w->state == RUNNING)
        w->ops->status(w->ctx, status);
}

static void on_notice(void *ctx, const struct link_notice *notice)
{
    struct worker *w = ctx;
    if (w->state == RUNNING || w->state == ENDING)
        w->ops->notice(w->ctx, notice);
}

static void on_reply(void *ctx, const struct link_reply *reply)
{
    struct worker *w = ctx;
    if (w->state == RUNNING)
        w->ops->reply(w->ctx, reply);
}

static void on_closed(void *ctx)
{
    struct worker *w = ctx;
    w->state = OFF;
    w->ops->ended(w->ctx);
}

static const struct worker_link_ops link_ops = {
    .up = on_up,
    .down = on_down,
    .status = on_status,
    .notice = on_notice,
    .reply = on_reply,
    .closed = on_closed,
};

/* ---- deadlines ---- */

static void end_harder(struct worker *w)
{
    if (w->process)
        process_signal(w->process, w->step == 0 ? SIGTERM : SIGKILL);
    else if (w->step >= 2 || !worker_runs_in(w->folder)) {
        on_ended(w, -1); /* nobody there that could be waited for */
        return;
    }
    if (w->step < 2)
        w->step++;
    w->act_us = in_ms(TERM_MS);
}

static void on_deadline(struct worker *w)
{
    switch (w->state) {
    case WAITING:
        launch(w);
        break;
    case ENDING:
        end_harder(w);
        break;
    case RUNNING: /* it hangs */
        w->act_us = in_ms(DOWN_MS);
        if (w->process)
            process_signal(w->process, SIGKILL); /* on_ended() goes on */
        else if (!worker_runs_in(w->folder))
            wait_for_next_start(w, "it ended");
        break;
    case OFF:
    case RELEASED:
        break;
    }
}

static void on_tick(void *ctx)
{
    struct worker *w = ctx;
    /* A found one without a number can only be watched by its lock. */
    if (w->state == RUNNING && !w->process && !w->linked && !worker_runs_in(w->folder)) {
        if (w->spec)
            wait_for_next_start(w, "it ended");
        else
            end(w);
        return;
    }
    if (w->act_us && clock_boot_us() >= w->act_us)
        on_deadline(w);
    if (w->state == RUNNING) {
        char log[PATH_MAX];
        path_of(w, "worker.log", log);
        process_cap_log(log, LOG_MAX_BYTES);
    }
}

/* ---- what others call ---- */

int worker_create(const struct workers_env *env, const char *meeting, const char *folder,
                  const struct worker_ops *ops, void *ctx, struct worker **ret)
{
    struct worker *w = calloc(1, sizeof *w);
    if (!w)
        return -ENOMEM;
    *w = (struct worker){.env = env, .ops = ops, .ctx = ctx, .state = OFF};
    int r = loop_timer_create(env->core_loop, on_tick, w, &w->tick);
    if (r == 0 && (strlen(folder) >= sizeof w->folder || !id_valid(meeting)))
        r = -EINVAL;
    if (r < 0) {
        worker_destroy(w);
        return r;
    }
    snprintf(w->folder, sizeof w->folder, "%s", folder);
    snprintf(w->meeting, sizeof w->meeting, "%s", meeting);
    *ret = w;
    return 0;
}

void worker_destroy(struct worker *w)
{
    if (!w)
        return;
    process_unwatch(w->process);
    loop_timer_destroy(w->tick);
    bytes_unref(w->spec);
    free(w);
}

/* Whether two specs differ in what a running worker takes up: its sources, the slate's words. */
static bool sources_differ(const struct bytes *old, const struct bytes *new)
{
    char reason[256];
    cleanup(spec_destroy_p) struct spec *a = NULL, *b = NULL;
    if (spec_parse(old->data, old->size, &a, reason) < 0 ||
        spec_parse(new->data, new->size, &b, reason) < 0)
        return true;
    memcpy(b->sources, a->sources, sizeof b->sources);
    b->source_count = a->source_count;
    memcpy(b->title, a->title, sizeof b->title);
    memcpy(b->language, a->language, sizeof b->language);
    cleanup(bytes_unref_p) struct bytes *with_old = spec_print(b);
    return !with_old || with_old->size != new->size ||
           memcmp(with_old->data, new->data, new->size) != 0;
}

int worker_respec(struct worker *w, const struct spec *spec)
{
    cleanup(bytes_unref_p) struct bytes *json = spec_print(spec);
    if (!json)
        return -ENOMEM;
    char path[PATH_MAX];
    path_of(w, "spec.json", path);
    cleanup(bytes_unref_p) struct bytes *old = NULL;
    if (io_read_file(path, SPEC_MAX_BYTES, &old) == 0)
        w->sources_changed = sources_differ(old, json);
    int r = io_replace_file(path, json->data, json->size, 0600);
    if (r < 0)
        return r;
    bytes_unref(w->spec);
    w->spec = take_ptr(json);
    return 0;
}

static int open_link(struct worker *w)
{
    char socket[PATH_MAX];
    path_of(w, "programme.sock", socket);
    return worker_link_open(w->env, w->meeting, socket, &link_ops, w, &w->link);
}

int worker_start(struct worker *w, const struct spec *spec)
{
    if (w->state != OFF)
        return -EBUSY;
    int r = worker_respec(w, spec);
    if (r == 0)
        r = open_link(w);
    if (r < 0)
        return r;
    w->failures = 0;
    w->alive_us = 0;
    w->replace = false;
    loop_timer_start(w->tick, TICK_MS, TICK_MS);
    launch(w);
    return 0;
}

int worker_start_to_stop(struct worker *w)
{
    if (w->state != OFF)
        return -EBUSY;
    int r = open_link(w);
    if (r < 0)
        return r;
    bytes_unref(w->spec);
    w->spec = NULL;
    loop_timer_start(w->tick, TICK_MS, TICK_MS);
    launch(w);
    return 0;
}

int worker_command(struct worker *w, enum link_command_kind kind, const char *source)
{
    if (!w->linked || !w->link)
        return -ENOTCONN;
    struct link_command command = {.id = ++w->last_command & 0x7fffffff, .kind = kind};
    snprintf(command.source, sizeof command.source, "%s", source);
    int r = worker_link_send(w->link, &command);
    return r < 0 ? r : (int)command.id;
}

void worker_stop(struct worker *w)
{
    switch (w->state) {
    case RUNNING:
        w->state = ENDING;
        w->step = 0;
        w->act_us = in_ms(WORKER_STOP_MS);
        worker_command(w, LINK_STOP, ""); /* or as soon as it is there */
        break;
    case WAITING:
        end(w);
        break;
    case ENDING:
        w->replace = false;
        break;
    case OFF:
        w->ops->ended(w->ctx);
        break;
    case RELEASED:
        break;
    }
}

void worker_kill(struct worker *w)
{
    if (w->state == RUNNING && w->process)
        process_signal(w->process, SIGKILL);
}

void worker_release(struct worker *w)
{
    if (w->state == OFF)
        w->ops->ended(w->ctx);
    else if (w->state != RELEASED)
        end(w);
}

void worker_figures(const struct worker *w, struct worker_figures *ret)
{
    *ret = (struct worker_figures){
        .running = w->state == RUNNING,
        .linked = w->linked,
        .pid = w->process ? process_pid(w->process) : 0,
        .restarts = w->restarts,
        .dropped_letters = w->link ? worker_link_dropped(w->link) : 0,
    };
}
