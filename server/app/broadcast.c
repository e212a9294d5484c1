#include "app/broadcast.h"
#include "app/broadcast_spec.h"
#include "app/demo.h"
#include "app/effects.h"
#include "app/hall.h"
#include "app/notices.h"
#include "archive/recording.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Larger differences between UTC and media time than this are logged. */
#define CLOCK_STEP_US 200000
#define EPOCH_MAX_BYTES 4096

static const struct worker_ops worker_ops;

int64_t broadcast_media_us(const struct broadcast *b)
{
    return b->has_epoch ? clock_boot_us() - b->epoch.boot_us : 0;
}

int broadcast_log(struct broadcast *b, const char *actor, const char *type,
                  const struct event_field *fields, size_t count)
{
    cleanup_free char *body = event_body_print(fields, count);
    if (!body)
        return -ENOMEM;
    struct store_draft draft = {.meeting = b->config->id,
                                .at_utc_us = clock_utc_us(),
                                .media_us = broadcast_media_us(b),
                                .actor = actor,
                                .type = type,
                                .audience = AUDIENCE_PUBLIC,
                                .version = 1,
                                .body = body};
    int r = store_append(b->core->store, &draft, 1);
    if (r < 0) {
        b->core->log_failures++;
        log_error("core", "%s: the event %s could not be logged: %s", b->config->id, type,
                  strerror(-r));
        return r;
    }
    if (broadcast_state_apply(&b->state, type, draft.at_utc_us, draft.media_us, body) < 0)
        broadcast_state_is_due(b);
    hall_follow(b->hall);
    return 0;
}

/* ---- the epoch ---- */

static void epoch_path(const struct broadcast *b, char ret[PATH_MAX])
{
    snprintf(ret, PATH_MAX, "%s/recordings/%s/epoch.json", b->core->data, b->config->id);
}

static int save_epoch(struct broadcast *b, const struct epoch *e)
{
    char path[PATH_MAX];
    epoch_path(b, path);
    cleanup(bytes_unref_p) struct bytes *json = epoch_print(e);
    int r = json ? io_replace_file(path, json->data, json->size, 0644) : -ENOMEM;
    if (r < 0)
        return r;
    b->epoch = *e;
    b->has_epoch = true;
    return 0;
}

int broadcast_begin_epoch(struct broadcast *b)
{
    if (b->has_epoch)
        return 0;
    struct epoch e = {.boot_us = clock_boot_us(), .utc_us = clock_utc_us()};
    int r = clock_boot_id(e.boot_id);
    return r < 0 ? r : save_epoch(b, &e);
}

/* The end of what is recorded and logged, which media time must never go behind. */
static int64_t known_until_us(const struct broadcast *b, int64_t logged_until_us)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/recordings/%s", b->core->data, b->config->id);
    cleanup(recording_close_p) struct recording *r = NULL;
    int64_t from, to;
    if (recording_open(path, &r) < 0 || recording_span(r, &from, &to) < 0 || to < logged_until_us)
        return logged_until_us;
    return to;
}

/* Reads the file. Returns 0, -ENOENT where there is none, or another negative errno. */
static int read_epoch(const struct broadcast *b, struct epoch *ret)
{
    char path[PATH_MAX];
    epoch_path(b, path);
    cleanup(bytes_unref_p) struct bytes *json = NULL;
    int r = io_read_file(path, EPOCH_MAX_BYTES, &json);
    if (r == 0)
        r = epoch_parse(json->data, json->size, ret);
    if (r < 0 && r != -ENOENT)
        log_error("core", "%s can't be read: %s", path, strerror(-r));
    return r;
}

static int load_epoch(struct broadcast *b)
{
    char boot_id[37];
    struct epoch old;
    int r = clock_boot_id(boot_id);
    if (r < 0)
        return r;
    r = read_epoch(b, &old);
    if (r == 0 && strcmp(boot_id, old.boot_id) == 0) {
        b->epoch = old;
        b->has_epoch = true;
        return 0;
    }
    if (b->hall->asleep)
        return 0; /* when it wakes up */
    if (r < 0) {  /* none yet, or lost: then the log knows what UTC was at media time 0 */
        if (b->state.utc_offset_us == 0)
            return 0;
        old = (struct epoch){.utc_us = b->state.utc_offset_us};
    }
    struct epoch now = epoch_continue(&old, boot_id, clock_boot_us(), clock_utc_us(),
                                      known_until_us(b, b->hall->logged_until_us));
    log_info("core", "%s: %s; media time goes on at %.1f s", b->config->id,
             r < 0 ? "its epoch was lost" : "the machine was started anew",
             (double)(clock_boot_us() - now.boot_us) / 1e6);
    return save_epoch(b, &now);
}

/* ---- from the log ---- */

static void apply_event(struct broadcast *b, const struct store_event *e)
{
    broadcast_state_apply(&b->state, e->type, e->at_utc_us, e->media_us, e->body);
}

static int make_folders(const struct broadcast *b)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/run/%s", b->core->data, b->config->id);
    int r = io_make_folders(path, 0700);
    snprintf(path, sizeof path, "%s/recordings/%s", b->core->data, b->config->id);
    return r < 0 ? r : io_make_folders(path, 0755);
}

/* A log whose bodies can't be read at all must not keep the core thread reading: then it is taken
 * as it is. */
#define RENEW_TRIES 10

void broadcast_state_is_due(struct broadcast *b)
{
    b->state_due = b->state_due ? b->state_due : RENEW_TRIES;
}

struct renewing {
    struct broadcast_state state;
    bool unread;
};

static int renew_event(void *ctx, const struct store_event *e)
{
    struct renewing *n = ctx;
    if (e->body &&
        broadcast_state_apply(&n->state, e->type, e->at_utc_us, e->media_us, e->body) < 0)
        n->unread = true;
    return 0;
}

/* The whole of it, where the outline is not enough: what is muted, selected, laid out. */
static int read_state(struct broadcast *b)
{
    struct renewing n = {.unread = false};
    broadcast_state_init(&n.state);
    int r = store_read(b->core->store, b->config->id, 0, SIZE_MAX, renew_event, &n);
    if (r == 0)
        b->state = n.state;
    return r;
}

void broadcast_woke(struct broadcast *b)
{
    if (read_state(b) < 0)
        broadcast_state_is_due(b);
    int r = b->has_epoch ? 0 : load_epoch(b);
    if (r < 0)
        log_error("core", "%s: its media time can't go on: %s", b->config->id, strerror(-r));
}

int broadcast_load(struct broadcast *b)
{
    broadcast_state_init(&b->state);
    int r = hall_load(b->hall, apply_event);
    if (r == 0 && !b->hall->asleep)
        r = read_state(b);
    if (r == 0)
        r = load_epoch(b);
    if (r < 0 || b->state.created)
        return r;
    const struct event_field fields[] = {
        {.name = "title", .kind = EVENT_TEXT, .text = b->config->title}};
    return broadcast_log(b, "server", "meeting.created", fields, 1);
}

bool broadcast_renew_state(struct broadcast *b)
{
    if (!b->state_due)
        return false;
    struct renewing n = {.unread = false};
    broadcast_state_init(&n.state);
    int r = store_read(b->core->store, b->config->id, 0, SIZE_MAX, renew_event, &n);
    if (r < 0 || (n.unread && --b->state_due > 0))
        return false;
    b->state = n.state;
    b->state_due = 0;
    return true;
}

/* ---- the worker ---- */

static void start_worker(struct broadcast *b)
{
    cleanup(spec_destroy_p) struct spec *spec = broadcast_spec(b);
    b->has_status = b->has_tracks = false;
    b->channel_epoch_us = b->epoch.boot_us;
    int r = spec ? worker_start(b->worker, spec) : -ENOMEM;
    if (r < 0)
        log_error("core", "%s: its worker can't be started: %s", b->config->id, strerror(-r));
    else
        b->worker_there = true;
}

static void note_growing(struct broadcast *b)
{
    atomic_store(&b->growing, b->state.state == BROADCAST_LIVE || b->worker_there);
}

void broadcast_reconcile(struct broadcast *b)
{
    note_growing(b);
    bool wanted = b->state.state == BROADCAST_LIVE && b->has_epoch && !b->core->ending;
    gate_reconcile(b); /* before there is a worker */
    if (wanted && !b->worker_there)
        start_worker(b);
    else if (!wanted && b->worker_there && !b->core->ending)
        worker_stop(b->worker);
}

/* It goes on as it was started: nothing of a broadcast is interrupted for a setting's sake. */
static void tell_waiting(const struct broadcast *b)
{
    char names[SPEC_SETTINGS_TEXT];
    worker_waiting(b->worker, names);
    if (names[0])
        log_warning("core",
                    "%s: its worker goes on with the former %s; the new ones hold once the "
                    "broadcast was stopped and started again",
                    b->config->id, names);
}

void broadcast_set_output(struct broadcast *b)
{
    worker_command(b->worker, b->state.muted ? LINK_MUTE_ON : LINK_MUTE_OFF, "");
    worker_command(b->worker, b->state.slate ? LINK_SLATE_ON : LINK_SLATE_OFF, "");
    if (b->core->config->mode == MODE_COMPOSED)
        worker_command(b->worker, LINK_LAYOUT, layout_name(b->state.layout));
}

static void on_up(void *ctx, bool found)
{
    struct broadcast *b = ctx;
    struct worker_figures f;
    worker_figures(b->worker, &f);
    log_info("core", "%s: its worker %lld %s", b->config->id, (long long)f.pid,
             found ? "was found on air" : "runs");
    tell_waiting(b);
    if (found)
        worker_command(b->worker, b->state.record ? LINK_RECORD_START : LINK_RECORD_STOP, "");
    else
        broadcast_log(b, "server", "worker.started", NULL, 0);
    /* A new one too: it was switched, perhaps, since its spec was written. */
    broadcast_set_output(b);
    gate_worker_up(b);
    if (found || b->state.selected[0])
        worker_command(b->worker, LINK_SELECT, b->state.selected);
}

static void on_lost(void *ctx, const char *reason)
{
    struct broadcast *b = ctx;
    log_warning("core", "%s: its worker was lost (%s); another is started", b->config->id, reason);
    b->has_status = false;
    gate_worker_lost(b);
    /* Its next start is to record what is wanted by now, not what was wanted at the first. */
    cleanup(spec_destroy_p) struct spec *spec = broadcast_spec(b);
    if (spec)
        worker_respec(b->worker, spec);
    notices_worker_lost(b, reason);
}

static void on_status(void *ctx, const struct link_status *status)
{
    struct broadcast *b = ctx;
    b->status = *status;
    b->has_status = true;
    if (b->core->demo && status->fragments > 0)
        demo_is_on_air(b->core->demo, b);
}

static void on_notice(void *ctx, const struct link_notice *notice)
{
    notices_log(ctx, notice);
}

static void on_reply(void *ctx, const struct link_reply *reply)
{
    struct broadcast *b = ctx;
    gate_replied(b, reply);
    if (reply->error < 0)
        log_warning("core", "%s: its worker refused a command: %s", b->config->id,
                    reply->reason[0] ? reply->reason : strerror(-reply->error));
}

struct close_letter {
    struct letter letter;
    struct front *front;
    char meeting[ID_MAX];
};

static void open_close(struct letter *letter, void *owner)
{
    struct close_letter *l = (struct close_letter *)letter;
    front_channel_close(l->front, l->meeting);
    free(l);
}

static void discard(struct letter *letter)
{
    free(letter);
}

static void close_channel(const struct broadcast *b)
{
    struct close_letter *l = calloc(1, sizeof *l);
    if (!l)
        return;
    l->letter = (struct letter){.open = open_close, .discard = discard};
    l->front = b->core->front;
    memcpy(l->meeting, b->config->id, sizeof l->meeting);
    if (mailbox_post(b->core->workers.media_box, &l->letter) < 0)
        free(l);
}

static void on_ended(void *ctx)
{
    struct broadcast *b = ctx;
    b->worker_there = b->has_status = b->has_tracks = false;
    gate_worker_lost(b);
    note_growing(b);
    if (b->core->ending) {
        core_broadcast_ended(b->core);
        return;
    }
    log_info("core", "%s: its worker has ended", b->config->id);
    close_channel(b);
    broadcast_reconcile(b);
}

static const struct worker_ops worker_ops = {
    .up = on_up,
    .lost = on_lost,
    .status = on_status,
    .notice = on_notice,
    .reply = on_reply,
    .ended = on_ended,
};

void broadcast_end(struct broadcast *b, bool leave_worker)
{
    if (!b->worker_there)
        return;
    if (leave_worker)
        worker_release(b->worker);
    else
        worker_stop(b->worker);
}

struct tracks_letter {
    struct letter letter;
    struct broadcast *b;
    struct link_tracks tracks;
};

static void open_tracks(struct letter *letter, void *owner)
{
    struct tracks_letter *l = (struct tracks_letter *)letter;
    l->b->tracks = l->tracks;
    l->b->has_tracks = true;
    free(l);
}

void broadcast_post_tracks(struct broadcast *b, const struct link_tracks *tracks)
{
    struct tracks_letter *l = malloc(sizeof *l);
    if (!l)
        return;
    *l = (struct tracks_letter){
        .letter = {.open = open_tracks, .discard = discard}, .b = b, .tracks = *tracks};
    if (mailbox_post(b->core->box, &l->letter) < 0)
        free(l);
}

/* ---- each second ---- */

static void watch_clock(struct broadcast *b)
{
    int64_t offset_us = clock_utc_us() - broadcast_media_us(b);
    int64_t step_us = offset_us - b->state.utc_offset_us;
    if (!b->has_epoch || b->state.utc_offset_us == 0 ||
        (step_us <= CLOCK_STEP_US && step_us >= -CLOCK_STEP_US))
        return;
    const struct event_field fields[] = {
        {.name = "step_us", .kind = EVENT_NUMBER, .number = step_us},
        {.name = "utc_minus_media_us", .kind = EVENT_NUMBER, .number = offset_us},
    };
    if (broadcast_log(b, "server", "clock.stepped", fields, 2) == 0)
        log_warning("core", "%s: the clock was stepped by %.3f s", b->config->id,
                    (double)step_us / 1e6);
}

void broadcast_tick(struct broadcast *b)
{
    notices_earn(b);
    effects_renew(b);
    hall_tick(b->hall);
    if (b->state.state != BROADCAST_LIVE)
        return;
    watch_clock(b);
    if (!b->worker_there) /* its start failed, by a full disk perhaps */
        broadcast_reconcile(b);
}

/* ---- life ---- */

int broadcast_create(struct core *core, const struct config_meeting *config, struct broadcast **ret)
{
    cleanup(broadcast_destroy_p) struct broadcast *b = calloc(1, sizeof *b);
    if (!b)
        return -ENOMEM;
    *b = (struct broadcast){.core = core, .config = config, .notice_credit = NOTICES_BURST};
    broadcast_state_init(&b->state);
    char folder[PATH_MAX];
    snprintf(folder, sizeof folder, "%s/run/%s", core->data, config->id);
    int r = make_folders(b);
    if (r == 0)
        r = worker_create(&core->workers, config->id, folder, &worker_ops, b, &b->worker);
    if (r == 0)
        r = hall_create(b, &b->hall);
    if (r == 0)
        r = gate_init(b);
    if (r < 0)
        return r;
    *ret = take_ptr(b);
    return 0;
}

void broadcast_destroy(struct broadcast *b)
{
    if (!b)
        return;
    gate_finish(b);
    worker_destroy(b->worker);
    hall_destroy(b->hall);
    free(b->own_config);
    free(b);
}
