#include "workers/worker_private.h"

#include "base/clock.h"
#include "base/io.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define TICK_MS 250
#define DOWN_MS 10000 /* without a link although the process runs: it hangs */
#define TERM_MS 4000  /* from SIGTERM to SIGKILL */
#define LOG_MAX_BYTES (4 << 20)

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

/* ---- the link's news ---- */

static void on_up(void *ctx, const struct link_hello *hello, pid_t peer)
{
    struct worker *w = ctx;
    if (w->state != RUNNING && w->state != ENDING)
        return;
    if (!w->process)
        worker_watch(w, peer);
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
    if (!w->process && worker_watch(w, peer) < 0)
        return;
    if (process_pid(w->process) != peer) /* late news of the one before */
        return;
    process_signal(w->process, SIGTERM);
    w->replace = w->spec != NULL;
    w->state = ENDING;
    w->step = 1;
    w->act_us = worker_in_ms(TERM_MS);
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
        w->act_us = worker_in_ms(error == -ETIMEDOUT ? 0 : DOWN_MS);
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
        worker_ended(w, -1); /* nobody there that could be waited for */
        return;
    }
    if (w->step < 2)
        w->step++;
    w->act_us = worker_in_ms(TERM_MS);
}

static void on_deadline(struct worker *w)
{
    switch (w->state) {
    case WAITING:
        worker_launch(w);
        break;
    case ENDING:
        end_harder(w);
        break;
    case RUNNING: /* it hangs */
        w->act_us = worker_in_ms(DOWN_MS);
        if (w->process)
            process_signal(w->process, SIGKILL); /* on_ended() goes on */
        else if (!worker_runs_in(w->folder))
            worker_wait(w, "it ended");
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
            worker_wait(w, "it ended");
        else
            worker_finish(w);
        return;
    }
    if (w->act_us && clock_boot_us() >= w->act_us)
        on_deadline(w);
    if (w->state == RUNNING) {
        char log[PATH_MAX];
        worker_path_of(w, "worker.log", log);
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

void worker_note_waiting(struct worker *w)
{
    char path[PATH_MAX], reason[256];
    cleanup(bytes_unref_p) struct bytes *json = NULL;
    cleanup(spec_destroy_p) struct spec *started = NULL, *wanted = NULL;
    worker_path_of(w, "started.json", path);
    w->waiting[0] = '\0';
    if (w->spec && io_read_file(path, SPEC_MAX_BYTES, &json) == 0 &&
        spec_parse(json->data, json->size, &started, reason) == 0 &&
        spec_parse(w->spec->data, w->spec->size, &wanted, reason) == 0)
        spec_settings_changed(started, wanted, w->waiting);
}

void worker_waiting(const struct worker *w, char ret_names[SPEC_SETTINGS_TEXT])
{
    memcpy(ret_names, w->waiting, sizeof w->waiting);
}

int worker_respec(struct worker *w, const struct spec *spec)
{
    cleanup(bytes_unref_p) struct bytes *json = spec_print(spec);
    if (!json)
        return -ENOMEM;
    char path[PATH_MAX];
    worker_path_of(w, "spec.json", path);
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
    worker_path_of(w, "programme.sock", socket);
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
    worker_launch(w);
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
    worker_launch(w);
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
        w->act_us = worker_in_ms(WORKER_STOP_MS);
        worker_command(w, LINK_STOP, ""); /* or as soon as it is there */
        break;
    case WAITING:
        worker_finish(w);
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
        worker_finish(w);
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
