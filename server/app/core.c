#include "app/core.h"
#include "app/batch.h"
#include "app/broadcast.h"
#include "app/clips.h"
#include "app/command.h"
#include "app/demo.h"
#include "app/finder.h"
#include "app/heads.h"
#include "app/making.h"
#include "app/session.h"
#include "app/setup.h"
#include "app/tries.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/log.h"
#include "store/access.h"
#include "workers/rtmp.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void on_woken(void *ctx)
{
    struct core *c = ctx;
    mailbox_open_all(c->box, c);
    batch_run(c->batch);
    if (c->session_due)
        session_check(c);
}

static void on_tick(void *ctx)
{
    struct core *c = ctx;
    if (c->ending)
        return;
    for (int i = 0; i < c->broadcast_count; i++)
        broadcast_tick(c->broadcasts[i]);
    heads_tick(c);
    session_tick(c);
    finder_tick(c);
    int r = store_tidy(c->store);
    if (r < 0 && r != c->tidy_error)
        log_warning("core", "what was erased, or a ballot's older key, is still in the files: %s",
                    strerror(-r));
    c->tidy_error = r;
}

struct broadcast *core_find(const struct core *c, const char *meeting)
{
    for (int i = 0; i < c->broadcast_count; i++) {
        if (strcmp(c->broadcasts[i]->config->id, meeting) == 0)
            return c->broadcasts[i];
    }
    return NULL;
}

/* ---- creation ---- */

static int load_tokens(struct core *c, char ret_reason[512])
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/admin-token", c->data);
    int r = token_load_or_create(path, 64, &c->admin_token);
    if (r == 0) {
        snprintf(path, sizeof path, "%s/run/rtmp/secret", c->data);
        r = token_load_or_create(path, 32, &c->ingest_secret);
    }
    if (r == 0) {
        snprintf(path, sizeof path, "%s/log-key", c->data);
        r = log_key_load_or_create(path, &c->log_key);
    }
    if (r == 0) {
        snprintf(path, sizeof path, "%s/viewer-key", c->data);
        r = token_load_or_create(path, 64, &c->viewer_key);
    }
    if (r == -EINVAL)
        snprintf(ret_reason, 512, "%.400s does not hold what it should; put it back, or remove it",
                 path);
    else if (r < 0)
        snprintf(ret_reason, 512, "%.400s: %s", path, strerror(-r));
    return r;
}

static int open_store(struct core *c, char ret_reason[512])
{
    char path[PATH_MAX], reason[256] = "";
    snprintf(path, sizeof path, "%s/meclis.db", c->data);
    int r = store_open(path, STORE_WRITE, &c->store, reason);
    if (r < 0)
        snprintf(ret_reason, 512, "the log can't be opened: %s", reason);
    if (r < 0)
        return r;
    snprintf(path, sizeof path, "%s/access.db", c->data);
    r = access_open(path, &c->access, reason);
    if (r == 0)
        r = tries_create(c->config->tries, &c->tries);
    if (r < 0)
        snprintf(ret_reason, 512, "who may come in can't be read: %s", reason);
    return r;
}

static int load_broadcasts(struct core *c, char ret_reason[512])
{
    for (size_t i = 0; i < c->config->meeting_count; i++) {
        struct broadcast *b = NULL;
        int r = broadcast_create(c, &c->config->meetings[i], &b);
        if (r == 0) {
            c->broadcasts[c->broadcast_count++] = b;
            r = broadcast_load(b);
        }
        if (r < 0) {
            snprintf(ret_reason, 512, "the meeting \"%s\" can't be read: %s",
                     c->config->meetings[i].id, strerror(-r));
            return r;
        }
    }
    return making_load(c, ret_reason);
}

int core_create(const struct core_settings *settings, struct core **ret, char ret_reason[512])
{
    cleanup(core_destroy_p) struct core *c = calloc(1, sizeof *c);
    if (!c)
        return -ENOMEM;
    *c = (struct core){.config = settings->config, .started_us = clock_boot_us()};
    list_init(&c->clips);
    snprintf(c->data, sizeof c->data, "%s", settings->data);
    c->workers.program = settings->worker_program;
    snprintf(ret_reason, 512, "no memory");
    int r = loop_create(on_woken, c, &c->loop);
    if (r == 0)
        r = mailbox_create(CORE_MAX_LETTERS, loop_wake, c->loop, &c->box);
    if (r == 0)
        r = loop_timer_create(c->loop, on_tick, c, &c->tick);
    c->workers.core_loop = c->loop;
    c->workers.core_box = c->box;
    if (r == 0)
        r = batch_create(c, &c->batch);
    c->message = calloc(1, sizeof *c->message);
    if (!c->message)
        r = -ENOMEM;
    if (r == 0)
        r = load_tokens(c, ret_reason);
    if (r == 0)
        r = open_store(c, ret_reason);
    if (r == 0)
        r = load_broadcasts(c, ret_reason);
    if (r < 0)
        return r;
    finder_open(c);
    c->demo = settings->demo;
    *ret = take_ptr(c);
    return 0;
}

void core_destroy(struct core *c)
{
    if (!c)
        return;
    clips_discard(c);
    finder_close(c);
    for (int i = 0; i < c->broadcast_count; i++)
        broadcast_destroy(c->broadcasts[i]);
    rtmp_destroy(c->rtmp, true);
    demo_destroy(c->demo);
    loop_timer_destroy(c->tick);
    mailbox_destroy(c->box);
    batch_destroy(c->batch);
    free(c->message);
    loop_destroy(c->loop);
    tries_destroy(c->tries);
    access_close(c->access);
    store_close(c->store);
    free(c);
}

/* ---- RTMP ---- */

static void on_rtmp_changed(void *ctx, bool running, const char *reason)
{
    struct core *c = ctx;
    c->rtmp_running = running;
    if (running)
        log_info("core", "RTMP is taken at %s:%d", c->config->rtmp_address,
                 (int)c->config->rtmp_port);
    else
        log_warning("core", "RTMP: %s", reason);
}

static const struct rtmp_ops rtmp_ops = {.changed = on_rtmp_changed};

static bool has_rtmp(const struct config_source *sources, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (sources[i].kind == SOURCE_RTMP)
            return true;
    }
    return false;
}

static bool wants_rtmp(const struct core *c)
{
    const struct config *config = c->config;
    bool any = false;
    for (size_t i = 0; i < config->meeting_count; i++)
        any = any || has_rtmp(config->meetings[i].sources, config->meetings[i].source_count);
    for (size_t i = 0; i < config->room_count; i++)
        any = any || has_rtmp(config->rooms[i].sources, config->rooms[i].source_count);
    return any && config->rtmp;
}

/* Where this machine's own programs reach us: at the loopback, unless we listen at one other
 * address alone. */
static void own_url(const struct core *c, char ret[128])
{
    const char *address = c->config->address;
    bool v6 = strchr(address, ':');
    if (strcmp(address, "0.0.0.0") == 0)
        address = "127.0.0.1";
    else if (strcmp(address, "::") == 0)
        address = "::1";
    snprintf(ret, 128, "http://%s%s%s:%d", v6 ? "[" : "", address, v6 ? "]" : "",
             front_port(c->front));
}

/* For tool_server.h. Without it only the tools that ask a running server have to be told where. */
static void tell_address(const struct core *c)
{
    char path[PATH_MAX], url[128];
    own_url(c, url);
    snprintf(path, sizeof path, "%s/run/address", c->data);
    int r = io_replace_file(path, url, strlen(url), 0600);
    if (r < 0)
        log_warning("core", "%s can't be written: %s", path, strerror(-r));
}

static void start_rtmp(struct core *c)
{
    char folder[PATH_MAX], url[128], callback[256];
    own_url(c, url);
    snprintf(callback, sizeof callback, "%s/api/v1/ingest/%s", url, c->ingest_secret.text);
    snprintf(folder, sizeof folder, "%s/run/rtmp", c->data);
    struct rtmp_settings settings = {.folder = folder,
                                     .address = c->config->rtmp_address,
                                     .port = (int)c->config->rtmp_port,
                                     .callback = callback};
    int r = rtmp_create(c->loop, &settings, &rtmp_ops, c, &c->rtmp);
    if (r < 0)
        log_error("core", "RTMP can't be taken: %s", strerror(-r));
}

bool core_ingest_allowed(const struct core *c, bool play, const char *key, const char *token)
{
    if (play && !token_equals(&c->ingest_secret, token))
        return false;
    for (int i = 0; i < c->broadcast_count; i++) {
        const struct broadcast *b = c->broadcasts[i];
        for (size_t j = 0; j < b->config->source_count; j++) {
            const struct config_source *s = &b->config->sources[j];
            struct token expected = {0};
            if (s->kind != SOURCE_RTMP || b->state.state != BROADCAST_LIVE ||
                strlen(s->url) >= sizeof expected.text)
                continue;
            memcpy(expected.text, s->url, strlen(s->url));
            if (token_equals(&expected, key))
                return true;
        }
    }
    return false;
}

/* ---- begin and end ---- */

/* A worker that runs although its meeting is not on air (or no longer in the configuration): the
 * log's word counts. */
static void end_stray(struct broadcast *b)
{
    char folder[PATH_MAX];
    snprintf(folder, sizeof folder, "%s/run/%s", b->core->data, b->config->id);
    if (!worker_runs_in(folder))
        return;
    log_warning("core", "%s: a worker runs although it is not on air; it is ended", b->config->id);
    b->worker_there = worker_start_to_stop(b->worker) == 0;
}

void core_start(struct core *c)
{
    char url[128];
    heads_check(c);
    tell_address(c);
    own_url(c, url);
    setup_begin(c, url);
    loop_timer_start(c->tick, 1000, 1000);
    if (wants_rtmp(c))
        start_rtmp(c);
    if (c->demo)
        command_begin_demo(c);
    for (int i = 0; i < c->broadcast_count; i++) {
        struct broadcast *b = c->broadcasts[i];
        if (b->state.state == BROADCAST_LIVE)
            broadcast_reconcile(b);
        else if (!b->worker_there)
            end_stray(b);
    }
}

static void finish_end(struct core *c)
{
    for (int i = 0; i < c->broadcast_count; i++) {
        if (c->broadcasts[i]->worker_there)
            return;
    }
    /* Only now: workers that still play from it would see their encoder cut off. */
    rtmp_destroy(take_ptr(c->rtmp), c->leave_workers);
    if (c->ended) {
        void (*ended)(void *) = c->ended;
        c->ended = NULL;
        ended(c->ended_ctx);
    }
}

void core_broadcast_ended(struct core *c)
{
    finish_end(c);
}

struct end_letter {
    struct letter letter;
    struct core *core;
    bool leave_workers;
    void (*ended)(void *ctx);
    void *ctx;
};

static void open_end(struct letter *letter, void *owner)
{
    struct end_letter *l = (struct end_letter *)letter;
    struct core *c = l->core;
    c->ended = l->ended;
    c->ended_ctx = l->ctx;
    c->leave_workers = l->leave_workers;
    c->ending = true;
    free(l);
    loop_timer_stop(c->tick);
    for (int i = 0; i < c->broadcast_count; i++)
        broadcast_end(c->broadcasts[i], c->leave_workers);
    finish_end(c);
}

static void discard_end(struct letter *letter)
{
    free(letter);
}

void core_end(struct core *c, bool leave_workers, void (*ended)(void *ctx), void *ctx)
{
    struct end_letter *l = malloc(sizeof *l);
    if (!l) {
        ended(ctx);
        return;
    }
    *l = (struct end_letter){.letter = {.open = open_end, .discard = discard_end},
                             .core = c,
                             .leave_workers = leave_workers,
                             .ended = ended,
                             .ctx = ctx};
    if (mailbox_post(c->box, &l->letter) < 0) {
        free(l);
        ended(ctx);
    }
}
