#include "app/hall.h"

#include "app/effects.h"
#include "app/visit.h"
#include "base/clock.h"
#include "base/log.h"
#include "meeting/attendance.h"
#include "meeting/sitting.h"
#include "protocol/event.h"
#include "protocol/meeting_body.h"
#include "protocol/server_message.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

/* How often a broken one is made anew. */
#define MEND_US 10000000

/* Of what one commit tells. */
#define TOLD_MAX_BYTES (8u << 20)

int hall_create(struct broadcast *b, struct hall **ret)
{
    struct hall *h = calloc(1, sizeof *h);
    if (!h)
        return -ENOMEM;
    h->b = b;
    list_init(&h->visits);
    h->held = meeting_create();
    if (!h->held) {
        free(h);
        return -ENOMEM;
    }
    *ret = h;
    return 0;
}

static void forget_snapshots(struct hall *h)
{
    for (int i = 0; i < FRONT_CLASSES; i++) {
        bytes_unref(h->snapshot[i]);
        h->snapshot[i] = NULL;
    }
}

void hall_destroy(struct hall *h)
{
    if (!h)
        return;
    list_for_each_safe (pos, &h->visits) {
        list_remove(pos);
    }
    forget_snapshots(h);
    tail_finish(&h->tail);
    meeting_destroy(h->held);
    free(h);
}

static int take_fact(struct hall *h, const struct fact *fact, const struct store_event *e)
{
    static const size_t room = MEETING_MAX_BODY_BYTES / sizeof(uint64_t);
    uint64_t body[room];
    struct meeting_side sides[STORE_MAX_SIDES];
    for (size_t i = 0; i < e->side_count; i++)
        sides[i] = (struct meeting_side){e->sides[i].name, e->sides[i].text};
    int r = meeting_body_read(fact, e->version, e->body, sides, e->side_count, body);
    if (r < 0)
        return r == -ENOMEM ? r : -EBADMSG;
    const struct meeting_event event = {.seq = e->seq,
                                        .at_utc_us = e->at_utc_us,
                                        .media_us = e->media_us,
                                        .actor = e->actor,
                                        .fact = fact,
                                        .audience = e->audience,
                                        .body = body};
    return meeting_apply(h->held, &event);
}

/* What the worker saw on air, and how late its picture was known to be. */
static void take_lateness(struct hall *h, const struct store_event *e)
{
    int64_t from_us = 0, delay_us = 0;
    if (strcmp(e->type, "source.on_air") != 0 || !e->body ||
        event_body_number(e->body, "media_us", &from_us) != 1)
        return;
    event_body_number(e->body, "delay_us", &delay_us); /* none where it is not said */
    late_change(&h->late, from_us, delay_us);
}

int hall_take(struct hall *h, const struct store_event *e)
{
    if (e->media_us > h->logged_until_us)
        h->logged_until_us = e->media_us;
    take_lateness(h, e);
    const struct fact *fact = e->body && !h->broken ? fact_find(e->type) : NULL;
    if (!fact)
        return meeting_pass(h->held, e->seq);
    int r = take_fact(h, fact, e);
    if (r != -EBADMSG)
        return r;
    if (!h->asleep)
        log_error("core", "%s: event %" PRIu64 " (%s) does not fit: the meeting can't be held",
                  h->b->config->id, e->seq, e->type);
    h->broken = true;
    return meeting_pass(h->held, e->seq);
}

static int take_again(void *ctx, const struct store_event *e)
{
    return hall_take(ctx, e);
}

static int begin_anew(struct hall *h)
{
    struct meeting *m = meeting_create();
    if (!m)
        return -ENOMEM;
    meeting_destroy(h->held);
    h->held = m;
    h->broken = false;
    h->late = (struct late){0};
    forget_snapshots(h);
    return 0;
}

int hall_reload(struct hall *h)
{
    int r = begin_anew(h);
    if (r < 0) {
        h->broken = true; /* it may be ahead of the log */
        return r;
    }
    h->asleep = false;
    r = store_read(h->b->core->store, h->b->config->id, 0, SIZE_MAX, take_again, h);
    if (r < 0) {
        log_error("core", "%s: its state can't be made from the log: %s", h->b->config->id,
                  strerror(-r));
        h->broken = true;
    }
    return r;
}

/* ---- over, and asleep ---- */

/* Ticks that it is left awake after somebody looked. */
#define IDLE_TICKS 600

struct outlining {
    struct hall *h;
    void (*each)(struct broadcast *b, const struct store_event *e);
};

static int pass_to(struct hall *h, uint64_t seq)
{
    int r = 0;
    while (r == 0 && meeting_seq(h->held) < seq)
        r = meeting_pass(h->held, meeting_seq(h->held) + 1);
    return r;
}

static int take_outline(void *ctx, const struct store_event *e)
{
    struct outlining *o = ctx;
    if (o->each)
        o->each(o->h->b, e);
    int r = pass_to(o->h, e->seq - 1);
    return r < 0 ? r : hall_take(o->h, e);
}

/* Whether the outline is all that is needed of it for now. */
static bool is_over(const struct hall *h)
{
    const struct broadcast *b = h->b;
    return meeting_sitting(h->held)->state == MEETING_ENDED && b->state.state != BROADCAST_LIVE &&
           !b->worker_there;
}

/* Holds the outline alone, and sleeps; or everything, where it is not over or where its outline
 * can't be understood without the rest. */
static int fall_asleep(struct hall *h,
                       void (*each)(struct broadcast *b, const struct store_event *e))
{
    struct outlining o = {h, each};
    struct store_head head;
    int r = begin_anew(h);
    if (r < 0)
        return r;
    h->asleep = true;
    r = store_read_outline(h->b->core->store, h->b->config->id, take_outline, &o);
    if (r == 0)
        r = store_head(h->b->core->store, h->b->config->id, &head);
    if (r == 0 && !h->broken && is_over(h))
        return pass_to(h, head.seq);
    return hall_reload(h);
}

int hall_load(struct hall *h, void (*each)(struct broadcast *b, const struct store_event *e))
{
    int r = fall_asleep(h, each);
    h->told = meeting_seq(h->held);
    return r;
}

struct meeting *hall_meeting(struct hall *h)
{
    h->used = true;
    if (h->asleep) {
        hall_reload(h);
        h->told = meeting_seq(h->held);
        broadcast_woke(h->b);
    }
    return h->held;
}

const struct meeting *hall_outline(const struct hall *h)
{
    return h->held;
}

void hall_rest(struct hall *h)
{
    if (!h->asleep && !h->broken && is_over(h) && list_empty(&h->visits))
        fall_asleep(h, NULL);
}

void hall_tick(struct hall *h)
{
    h->idle_ticks = h->used || !list_empty(&h->visits) ? 0 : h->idle_ticks + 1;
    h->used = false;
    if (h->idle_ticks < IDLE_TICKS)
        return;
    h->idle_ticks = 0;
    hall_rest(h);
}

bool hall_mend(struct hall *h)
{
    int64_t now_us = clock_boot_us();
    if (h->broken && now_us - h->tried_us > MEND_US) {
        h->tried_us = now_us;
        hall_reload(h);
    }
    return !h->broken;
}

struct actor hall_nobody(enum front_class class)
{
    struct actor a = {.roles = ROLE_VIEWER, .principal = "-"};
    if (class & FRONT_STAFF)
        a.roles |= ROLES_STAFF;
    if (class & FRONT_CLOSED) {
        a.roles |= ROLE_SERVER; /* sits in every closed part, and is nobody's person */
        a.in_hall = true;
    }
    return a;
}

struct actor hall_actor(struct hall *h, const struct principal *who)
{
    struct actor a = identity_actor(who);
    if (a.person && attendance_of(hall_meeting(h), a.person) == ATTENDANCE_PRESENT)
        a.in_hall = true;
    return a;
}

enum front_class hall_class_of(struct hall *h, const struct actor *actor)
{
    int class = FRONT_PUBLIC;
    if (actor->roles & ROLES_STAFF)
        class |= FRONT_STAFF;
    if (meeting_sits_in_closed(hall_meeting(h), actor))
        class |= FRONT_CLOSED;
    return (enum front_class) class;
}

struct bytes *hall_snapshot(struct hall *h, enum front_class class)
{
    const struct meeting *m = hall_meeting(h);
    if (!h->snapshot[class] || h->snapshot_seq[class] != meeting_seq(m)) {
        struct actor nobody = hall_nobody(class);
        bytes_unref(h->snapshot[class]);
        h->snapshot[class] = server_snapshot_text(m, &nobody);
        h->snapshot_seq[class] = meeting_seq(m);
    }
    return h->snapshot[class] ? bytes_ref(h->snapshot[class]) : NULL;
}

/* ---- telling ---- */

static int add_to_tail(void *ctx, const struct store_event *e)
{
    struct hall *h = ctx;
    if (h->acting)
        h->effects |= effects_take(h->b, e);
    list_for_each (pos, &h->visits) {
        struct visit *v = list_entry(pos, struct visit, node);
        v->acted |= strcmp(v->who.text, e->actor) == 0;
    }
    return tail_add(&h->tail, e);
}

static struct bytes *told_text(struct hall *h, enum front_class class, uint64_t last)
{
    cleanup_buf struct buf out;
    struct actor nobody = hall_nobody(class);
    buf_init(&out, TOLD_MAX_BYTES);
    buf_add_str(&out, "{\"type\":\"events\",\"events\":[");
    tail_print(&out, &h->tail, h->told, last, class);
    buf_add_str(&out, "],\"changes\":{");
    server_print_changes(&out, h->held, &nobody, h->told);
    buf_add_str(&out, "}}");
    return buf_to_bytes(&out);
}

/* What is theirs alone: what a listener asked, before it is approved, and that they support
 * another's question. Where nothing private was told, only to those who did something. */
static void tell_own(struct hall *h, uint64_t since, bool private)
{
    list_for_each (pos, &h->visits) {
        struct visit *v = list_entry(pos, struct visit, node);
        bool acted = v->acted;
        v->acted = false;
        if (!v->joined || (v->class & FRONT_STAFF) || (!private && !acted))
            continue;
        struct actor actor = hall_actor(h, &v->who), nobody = hall_nobody(v->class);
        bool empty = false;
        struct bytes *own = server_own_text(h->held, &actor, &nobody, since, &empty);
        if (!empty)
            visit_send(v, own);
    }
}

static bool anything_private(const struct hall *h, uint64_t since, uint64_t last)
{
    for (uint64_t seq = since + 1; seq <= last; seq++)
        if (h->tail.entries[seq % TAIL_EVENTS].audience == AUDIENCE_AUTHOR)
            return true;
    return false;
}

/* All of them come again, and are given the state. */
static void send_away(struct hall *h)
{
    list_for_each (pos, &h->visits) {
        struct visit *v = list_entry(pos, struct visit, node);
        front_events_close(h->b->core->front, v->peer, 1013, "lost");
    }
}

/* Tells the listeners what was committed since the last time. */
static void tell(struct hall *h)
{
    struct core *c = h->b->core;
    uint64_t last = meeting_seq(h->held), since = h->told;
    if (!c->front)
        h->told = last; /* nobody can listen yet */
    if (last == h->told)
        return;
    int r = store_read(c->store, h->b->config->id, since, SIZE_MAX, add_to_tail, h);
    if (r < 0 || !tail_holds(&h->tail, since)) {
        if (h->acting && r < 0)
            broadcast_state_is_due(h->b);
        tail_finish(&h->tail);
        h->told = last;
        send_away(h);
        return;
    }
    list_for_each (pos, &h->visits) {
        visit_reclass(list_entry(pos, struct visit, node));
    }
    struct bytes *texts[FRONT_CLASSES] = {NULL};
    bool failed = false;
    for (int i = 0; i < FRONT_CLASSES; i++) {
        if (h->listeners[i] == 0)
            continue;
        texts[i] = told_text(h, (enum front_class)i, last);
        failed |= !texts[i];
    }
    if (failed)
        send_away(h);
    else
        front_events_publish(c->front, h->b->config->id, since + 1, last, texts);
    for (int i = 0; i < FRONT_CLASSES; i++)
        bytes_unref(texts[i]);
    h->told = last;
    tell_own(h, since, anything_private(h, since, last));
}

void hall_follow(struct hall *h)
{
    uint64_t since = meeting_seq(hall_meeting(h));
    int r = store_read(h->b->core->store, h->b->config->id, since, SIZE_MAX, take_again, h);
    if (r < 0)
        hall_reload(h);
    tell(h);
}

void hall_committed(struct hall *h)
{
    h->acting = true;
    tell(h);
    h->acting = false;
    uint32_t effects = h->effects;
    h->effects = 0;
    effects_act(h->b, effects);
    effects_renew(h->b);
}

bool hall_is_closed(const struct hall *h)
{
    return h->broken || meeting_sitting(h->held)->closed;
}
