/* The floor's state: what its events do. What is allowed is floor_decide.c's. */
#include "meeting/floor.h"

#include "meeting/state.h"

#include <errno.h>
#include <string.h>

const char *const request_state_names[5] = {
    "waiting", "granted", "withdrawn", "declined", "lapsed",
};

SHAPE(request, F_HEAD(request), F_REF(request, person), F_ENUM(request, kind, speech_kind_names),
      F_OPT_REF(request, item), F_OPT_TEXT(request, about),
      F_ENUM(request, state, request_state_names), F_NUMBER(request, precedence, 0, 86400),
      F_OPT_NUMBER(request, place, 0, 100000), F_OPT_TEXT(request, reason));
SHAPE(turn, F_HEAD(turn), F_OPT_REF(turn, request), F_REF(turn, person),
      F_ENUM(turn, kind, speech_kind_names), F_OPT_REF(turn, item),
      F_NUMBER(turn, allotted_us, 0, TIME_MAX), F_NUMBER(turn, used_us, 0, TIME_MAX),
      F_OPT_NUMBER(turn, since_media_us, 0, TIME_MAX), F_FLAG(turn, running), F_FLAG(turn, over),
      F_FLAG(turn, started), F_FLAG(turn, corrected),
      F_OPT_NUMBER(turn, from_media_us, 0, TIME_MAX), F_OPT_NUMBER(turn, to_media_us, 0, TIME_MAX),
      F_NUMBER(turn, warnings, 0, 1000000));
SHAPE(invitation, F_HEAD(invitation), F_REF(invitation, person), F_OPT_REF(invitation, item),
      F_TEXT(invitation, note));
SHAPE(budget, F_HEAD(budget), F_TEXT(budget, group), F_NUMBER(budget, seconds, 0, 86400),
      F_NUMBER(budget, used_us, 0, TIME_MAX));
SHAPE(on_air, F_HEAD(on_air), F_REF(on_air, person), F_FLAG(on_air, off));

const struct turn *floor_turn(const struct meeting *m)
{
    size_t count = pile_count(m, PILE_TURN);
    const struct turn *last = count ? pile_at(m, PILE_TURN, count - 1) : NULL;
    return last && !last->over ? last : NULL;
}

int64_t floor_used_us(const struct turn *t, int64_t media_us)
{
    bool on = t->running && media_us > t->since_media_us;
    return t->used_us + (on ? media_us - t->since_media_us : 0);
}

int64_t floor_left_us(const struct turn *t, int64_t media_us)
{
    return t->allotted_us ? t->allotted_us - floor_used_us(t, media_us) : INT64_MAX;
}

bool floor_busy(const struct meeting *m, uint64_t person)
{
    const struct turn *t = floor_turn(m);
    return t && t->person == person;
}

bool floor_exempt(enum speech_kind kind)
{
    return kind <= SPEECH_CHAIR;
}

size_t floor_budget_of(const struct meeting *m, const char *group)
{
    size_t i = 0;
    for (; i < pile_count(m, PILE_BUDGET); i++) {
        if (strcmp(((const struct budget *)pile_at(m, PILE_BUDGET, i))->group, group) == 0)
            break;
    }
    return i;
}

int floor_requested(struct meeting *m, const struct meeting_event *event)
{
    const struct floor_enter *a = event->body;
    if (!roster_person(m, a->person))
        return -EBADMSG;
    struct request *r = pile_add(m, PILE_REQUEST, event);
    if (!r)
        return -ENOMEM;
    r->person = a->person;
    r->kind = a->kind;
    r->item = a->item;
    r->state = REQUEST_WAITING;
    r->precedence = body_number(m, RULE_PRECEDENCE_FIRST + a->kind - 1, event->at_utc_us);
    text_set(r->about, a->about);
    return 0;
}

static int settle(struct meeting *m, const struct meeting_event *event, uint64_t request,
                  enum request_state state, const char *reason)
{
    struct request *r = pile_edit(m, PILE_REQUEST, request, event);
    if (!r)
        return -EBADMSG;
    r->state = state;
    text_set(r->reason, reason);
    return 0;
}

int floor_withdrawn(struct meeting *m, const struct meeting_event *event)
{
    const struct floor_request_only *a = event->body;
    return settle(m, event, a->request, REQUEST_WITHDRAWN, "");
}

int floor_declined(struct meeting *m, const struct meeting_event *event)
{
    const struct floor_decline *a = event->body;
    return settle(m, event, a->request, REQUEST_DECLINED, a->reason);
}

/* The order that everyone saw is kept as it was, but for the one that was moved. */
int floor_reordered(struct meeting *m, const struct meeting_event *event)
{
    const struct floor_reorder *a = event->body;
    const struct request *order[FLOOR_MAX_WAITING];
    size_t count = floor_order(m, event->at_utc_us, order), found = 0;
    for (size_t i = 0; i < count; i++)
        found += order[i]->head.seq == a->request || order[i]->head.seq == a->before;
    if (found != (a->before ? 2 : 1) || a->request == a->before)
        return -EBADMSG;
    int64_t place = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t seq = order[i]->head.seq;
        if (seq == a->before)
            ((struct request *)pile_edit(m, PILE_REQUEST, a->request, event))->place = ++place;
        if (seq != a->request)
            ((struct request *)pile_edit(m, PILE_REQUEST, seq, event))->place = ++place;
    }
    if (!a->before)
        ((struct request *)pile_edit(m, PILE_REQUEST, a->request, event))->place = ++place;
    return 0;
}

int floor_was_granted(struct meeting *m, const struct meeting_event *event)
{
    const struct floor_granted *a = event->body;
    if (floor_turn(m) || !roster_person(m, a->person) ||
        (a->request && !pile_find(m, PILE_REQUEST, a->request)))
        return -EBADMSG;
    struct turn *t = pile_add(m, PILE_TURN, event);
    if (!t)
        return -ENOMEM;
    t->request = a->request;
    t->person = a->person;
    t->kind = a->kind;
    t->item = a->item;
    t->allotted_us = a->allotted_us;
    return a->request ? settle(m, event, a->request, REQUEST_GRANTED, "") : 0;
}

/* The turn that the body names, if it is the one that is on. */
static struct turn *edit_turn(struct meeting *m, const struct meeting_event *event, uint64_t turn)
{
    const struct turn *now = floor_turn(m);
    return now && now->head.seq == turn ? pile_edit(m, PILE_TURN, turn, event) : NULL;
}

int floor_started(struct meeting *m, const struct meeting_event *event)
{
    struct turn *t = edit_turn(m, event, ((const struct floor_turn_only *)event->body)->turn);
    if (!t || t->running)
        return -EBADMSG;
    t->running = true;
    t->since_media_us = event->media_us;
    if (!t->started)
        t->from_media_us = event->media_us;
    t->started = true;
    return 0;
}

/* Stops the clock, and takes what ran from the group's budget. */
static void stop(struct meeting *m, const struct meeting_event *event, struct turn *t)
{
    if (!t->running)
        return;
    int64_t ran = floor_used_us(t, event->media_us) - t->used_us;
    t->used_us += ran;
    t->running = false;
    t->since_media_us = 0;
    const struct person *p = pile_find(m, PILE_PERSON, t->person);
    size_t i = p ? floor_budget_of(m, p->is.group) : pile_count(m, PILE_BUDGET);
    if (i < pile_count(m, PILE_BUDGET) && !floor_exempt(t->kind))
        ((struct budget *)pile_edit_at(m, PILE_BUDGET, i, event))->used_us += ran;
}

int floor_paused(struct meeting *m, const struct meeting_event *event)
{
    struct turn *t = edit_turn(m, event, ((const struct floor_turn_only *)event->body)->turn);
    if (!t || !t->running)
        return -EBADMSG;
    stop(m, event, t);
    return 0;
}

int floor_extended(struct meeting *m, const struct meeting_event *event)
{
    const struct floor_extend *a = event->body;
    struct turn *t = edit_turn(m, event, a->turn);
    if (!t)
        return -EBADMSG;
    t->allotted_us += a->seconds * 1000000;
    return 0;
}

int floor_ended(struct meeting *m, const struct meeting_event *event)
{
    struct turn *t = edit_turn(m, event, ((const struct floor_turn_only *)event->body)->turn);
    if (!t)
        return -EBADMSG;
    stop(m, event, t);
    t->over = true;
    t->to_media_us = event->media_us;
    return 0;
}

int floor_retimed(struct meeting *m, const struct meeting_event *event)
{
    const struct floor_retime *a = event->body;
    struct turn *t = pile_edit(m, PILE_TURN, a->turn, event);
    if (!t)
        return -EBADMSG;
    t->from_media_us = a->from_media_us;
    t->to_media_us = a->to_media_us;
    t->corrected = true;
    return 0;
}

int floor_warned(struct meeting *m, const struct meeting_event *event)
{
    struct turn *t = edit_turn(m, event, ((const struct floor_warn *)event->body)->turn);
    if (!t)
        return -EBADMSG;
    t->warnings++;
    return 0;
}

static void lapse(struct meeting *m, const struct meeting_event *event, uint64_t item,
                  const char *reason)
{
    for (size_t i = 0; i < pile_count(m, PILE_REQUEST); i++) {
        const struct request *r = pile_at(m, PILE_REQUEST, i);
        if (r->state != REQUEST_WAITING || (item && r->item != item) || floor_exempt(r->kind))
            continue;
        struct request *gone = pile_edit_at(m, PILE_REQUEST, i, event);
        gone->state = REQUEST_LAPSED;
        text_set(gone->reason, reason);
    }
}

void floor_lapse(struct meeting *m, const struct meeting_event *event)
{
    if (m->sitting.item)
        lapse(m, event, m->sitting.item, "");
}

int floor_closed(struct meeting *m, const struct meeting_event *event)
{
    const struct floor_close *a = event->body;
    m->sitting.floor_closed = true;
    if (a->motion)
        lapse(m, event, m->sitting.item, a->reason);
    return 0;
}

int floor_reopened(struct meeting *m, const struct meeting_event *event)
{
    m->sitting.floor_closed = false;
    return 0;
}

int floor_invited(struct meeting *m, const struct meeting_event *event)
{
    const struct floor_invite *a = event->body;
    struct invitation *i = pile_add(m, PILE_INVITATION, event);
    if (!i)
        return -ENOMEM;
    i->person = a->person;
    i->item = a->item;
    text_set(i->note, a->note);
    return 0;
}

int floor_budgeted(struct meeting *m, const struct meeting_event *event)
{
    const struct floor_budget *a = event->body;
    size_t i = floor_budget_of(m, a->group);
    struct budget *b = i < pile_count(m, PILE_BUDGET) ? pile_edit_at(m, PILE_BUDGET, i, event)
                                                      : pile_add(m, PILE_BUDGET, event);
    if (!b)
        return -ENOMEM;
    text_set(b->group, a->group);
    b->seconds = a->seconds;
    return 0;
}

size_t floor_on_air(const struct meeting *m, uint64_t person)
{
    size_t i = 0;
    for (; i < pile_count(m, PILE_ON_AIR); i++) {
        const struct on_air *on = pile_at(m, PILE_ON_AIR, i);
        if (!on->off && on->person == person)
            break;
    }
    return i;
}

size_t floor_count_on_air(const struct meeting *m)
{
    size_t count = 0;
    for (size_t i = 0; i < pile_count(m, PILE_ON_AIR); i++)
        count += !((const struct on_air *)pile_at(m, PILE_ON_AIR, i))->off;
    return count;
}

int floor_put(struct meeting *m, const struct meeting_event *event)
{
    const struct floor_air *a = event->body;
    struct on_air *on = pile_add(m, PILE_ON_AIR, event);
    if (!on)
        return -ENOMEM;
    on->person = a->person;
    return 0;
}

int floor_taken(struct meeting *m, const struct meeting_event *event)
{
    const struct floor_air *a = event->body;
    size_t i = floor_on_air(m, a->person);
    if (i == pile_count(m, PILE_ON_AIR))
        return -EBADMSG;
    ((struct on_air *)pile_edit_at(m, PILE_ON_AIR, i, event))->off = true;
    return 0;
}

void floor_forget(struct meeting *m, const struct meeting_event *event, uint64_t person)
{
    for (size_t i = 0; i < pile_count(m, PILE_REQUEST); i++) {
        const struct request *r = pile_at(m, PILE_REQUEST, i);
        if (r->person == person && r->state == REQUEST_WAITING)
            ((struct request *)pile_edit_at(m, PILE_REQUEST, i, event))->state = REQUEST_LAPSED;
    }
    size_t on = floor_on_air(m, person);
    if (on < pile_count(m, PILE_ON_AIR))
        ((struct on_air *)pile_edit_at(m, PILE_ON_AIR, on, event))->off = true;
}
