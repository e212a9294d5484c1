/* What may be done with the floor. */
#include "meeting/state.h"

SHAPE(floor_request, F_ENUM(floor_request, kind, speech_kind_names), F_OPT_REF(floor_request, item),
      F_OPT_TEXT(floor_request, about));
SHAPE(floor_enter, F_REF(floor_enter, person), F_ENUM(floor_enter, kind, speech_kind_names),
      F_OPT_REF(floor_enter, item), F_OPT_TEXT(floor_enter, about));
SHAPE(floor_request_only, F_REF(floor_request_only, request));
SHAPE(floor_decline, F_REF(floor_decline, request), F_TEXT(floor_decline, reason));
SHAPE(floor_reorder, F_REF(floor_reorder, request), F_OPT_REF(floor_reorder, before));
SHAPE(floor_grant, F_REF(floor_grant, request), F_OPT_REF(floor_grant, from),
      F_OPT_FLAG(floor_grant, start));
SHAPE(floor_give, F_REF(floor_give, person), F_ENUM(floor_give, kind, speech_kind_names),
      F_OPT_REF(floor_give, item), F_OPT_REF(floor_give, from),
      F_OPT_NUMBER(floor_give, seconds, 10, 7200), F_OPT_FLAG(floor_give, start));
SHAPE(floor_granted, F_OPT_REF(floor_granted, request), F_REF(floor_granted, person),
      F_ENUM(floor_granted, kind, speech_kind_names), F_OPT_REF(floor_granted, item),
      F_NUMBER(floor_granted, allotted_us, 0, INT64_C(86400000000)));
SHAPE(floor_turn_only, F_REF(floor_turn_only, turn));
SHAPE(floor_extend, F_REF(floor_extend, turn), F_NUMBER(floor_extend, seconds, 10, 3600));
SHAPE(floor_retime, F_REF(floor_retime, turn),
      F_NUMBER(floor_retime, was_from_media_us, 0, TIME_MAX),
      F_NUMBER(floor_retime, was_to_media_us, 0, TIME_MAX),
      F_NUMBER(floor_retime, from_media_us, 0, TIME_MAX),
      F_NUMBER(floor_retime, to_media_us, 0, TIME_MAX), F_TEXT(floor_retime, reason));
SHAPE(floor_warn, F_REF(floor_warn, turn), F_OPT_TEXT(floor_warn, text));
SHAPE(floor_close, F_OPT_TEXT(floor_close, reason), F_OPT_REF(floor_close, motion));
SHAPE(floor_invite, F_REF(floor_invite, person), F_OPT_REF(floor_invite, item),
      F_TEXT(floor_invite, note));
SHAPE(floor_budget, F_TEXT(floor_budget, group), F_NUMBER(floor_budget, seconds, 0, 86400));
SHAPE(floor_air, F_REF(floor_air, person));

static bool is_invited(const struct meeting *m, uint64_t person, uint64_t item)
{
    for (size_t i = 0; i < pile_count(m, PILE_INVITATION); i++) {
        const struct invitation *in = pile_at(m, PILE_INVITATION, i);
        if (in->person == person && (!in->item || in->item == item))
            return true;
    }
    return false;
}

/* Those without a vote: in a commission on items of their own field (Belediye Kanunu 5393, md. 24),
 * in a plenary on an invitation that the record names. */
static enum meeting_refusal check_guest(const struct deciding *d, const struct person *p,
                                        enum speech_kind kind, uint64_t item)
{
    if (kind != SPEECH_REPRESENTATIVE && kind != SPEECH_POINT_OF_ORDER)
        return REFUSED_NOT_BY_RULES;
    const struct item *on = agenda_item(d->m, item);
    bool field = body_number(d->m, RULE_FIELD_NEEDED, d->now->utc_us);
    if (field && (!on || !*on->is.field || !roster_has_field(p, on->is.field)))
        return REFUSED_NOT_YOUR_FIELD;
    bool invitation = body_number(d->m, RULE_INVITATION_NEEDED, d->now->utc_us);
    return invitation && !is_invited(d->m, p->head.seq, item) ? REFUSED_NO_INVITATION : 0;
}

/* Whether this person may speak so, to this item. */
static enum meeting_refusal check_speech(const struct deciding *d, uint64_t person,
                                         enum speech_kind kind, uint64_t item)
{
    const struct person *p = roster_person(d->m, person);
    if (!p || (item && !agenda_item(d->m, item)))
        return REFUSED_NOT_FOUND;
    if (p->is.kind == PERSON_REPRESENTATIVE || p->is.kind == PERSON_OBSERVER)
        return check_guest(d, p, kind, item);
    bool chairs = p->is.kind == PERSON_CHAIR || chair_now(d->m) == person;
    if (p->is.kind == PERSON_STAFF || kind == SPEECH_REPRESENTATIVE ||
        (kind == SPEECH_CHAIR && !chairs) || (kind == SPEECH_GROUP && !*p->is.group))
        return REFUSED_NOT_BY_RULES;
    return 0;
}

static enum meeting_refusal enter(const struct deciding *d, const struct floor_enter *a)
{
    enum meeting_refusal refusal = check_speech(d, a->person, a->kind, a->item);
    if (refusal)
        return refusal;
    if (d->m->sitting.floor_closed && !floor_exempt(a->kind))
        return REFUSED_LIST_CLOSED;
    size_t all = 0, own = 0;
    for (size_t i = 0; i < pile_count(d->m, PILE_REQUEST); i++) {
        const struct request *r = pile_at(d->m, PILE_REQUEST, i);
        if (r->state != REQUEST_WAITING)
            continue;
        all++;
        own += r->person == a->person;
        if (r->person == a->person && r->kind == a->kind && r->item == a->item)
            return REFUSED_ALREADY;
    }
    if (own >= 3)
        return REFUSED_TOO_MANY;
    return all >= FLOOR_MAX_WAITING ? REFUSED_FULL : outcome_add(d, FACT_FLOOR_REQUESTED, a);
}

enum meeting_refusal floor_decide_request(const struct deciding *d, const void *args)
{
    const struct floor_request *a = args;
    if (!(body_number(d->m, RULE_WHO_REQUESTS, d->now->utc_us) & d->actor->roles))
        return REFUSED_NOT_BY_RULES;
    struct floor_enter entry = {.person = d->actor->person, .kind = a->kind, .item = a->item};
    text_set(entry.about, a->about);
    return enter(d, &entry);
}

enum meeting_refusal floor_decide_enter(const struct deciding *d, const void *args)
{
    return enter(d, args);
}

static enum meeting_refusal check_waiting(const struct deciding *d, uint64_t request)
{
    const struct request *r = pile_find(d->m, PILE_REQUEST, request);
    if (!r)
        return REFUSED_NOT_FOUND;
    return r->state == REQUEST_WAITING ? 0 : REFUSED_STALE;
}

/* One's own; the desk may take back anyone's, who says so in the hall. */
enum meeting_refusal floor_decide_withdraw(const struct deciding *d, const void *args)
{
    const struct floor_request_only *a = args;
    enum meeting_refusal refusal = check_waiting(d, a->request);
    if (refusal)
        return refusal;
    const struct request *r = pile_find(d->m, PILE_REQUEST, a->request);
    if (r->person != d->actor->person && !(d->actor->roles & ROLES_DESK))
        return REFUSED_NOT_YOURS;
    return outcome_add(d, FACT_FLOOR_WITHDRAWN, a);
}

enum meeting_refusal floor_decide_decline(const struct deciding *d, const void *args)
{
    const struct floor_decline *a = args;
    enum meeting_refusal refusal = check_waiting(d, a->request);
    return refusal ? refusal : outcome_add(d, FACT_FLOOR_DECLINED, a);
}

enum meeting_refusal floor_decide_reorder(const struct deciding *d, const void *args)
{
    const struct floor_reorder *a = args;
    enum meeting_refusal refusal = check_waiting(d, a->request);
    if (!refusal && a->before)
        refusal = a->before == a->request ? REFUSED_BAD_ARGS : check_waiting(d, a->before);
    return refusal ? refusal : outcome_add(d, FACT_FLOOR_REORDERED, a);
}

/* The time by the rules, cut to what the group has left. */
static enum meeting_refusal allot(const struct deciding *d, const struct person *p,
                                  enum speech_kind kind, int64_t seconds, int64_t *ret_us)
{
    if (!seconds)
        seconds = body_number(d->m, RULE_TIME_FIRST + kind - 1, d->now->utc_us);
    int64_t us = seconds * 1000000;
    size_t i = floor_budget_of(d->m, p->is.group);
    if (i < pile_count(d->m, PILE_BUDGET) && !floor_exempt(kind)) {
        const struct budget *b = pile_at(d->m, PILE_BUDGET, i);
        int64_t left = b->seconds * 1000000 - b->used_us;
        const struct turn *on = floor_turn(d->m);
        const struct person *speaks = on ? roster_person(d->m, on->person) : NULL;
        if (speaks && !floor_exempt(on->kind) && floor_budget_of(d->m, speaks->is.group) == i)
            left -= floor_used_us(on, d->now->media_us) - on->used_us;
        if (left <= 0)
            return REFUSED_BUDGET_SPENT;
        if (!us || us > left)
            us = left;
    }
    *ret_us = us;
    return 0;
}

/* Ends the turn that is on, if it is the one the sender knows, and gives the floor. */
static enum meeting_refusal give(const struct deciding *d, struct floor_granted *g, uint64_t from,
                                 int64_t seconds, bool start)
{
    const struct turn *on = floor_turn(d->m);
    if ((on ? on->head.seq : 0) != from)
        return REFUSED_STALE;
    enum meeting_refusal refusal = check_speech(d, g->person, g->kind, g->item);
    if (!refusal)
        refusal = allot(d, roster_person(d->m, g->person), g->kind, seconds, &g->allotted_us);
    if (!refusal)
        refusal = floor_silence(d);
    struct floor_turn_only turn = {.turn = outcome_next_seq(d)};
    if (!refusal)
        refusal = outcome_add(d, FACT_FLOOR_GRANTED, g);
    if (!refusal && start)
        refusal = outcome_add(d, FACT_FLOOR_STARTED, &turn);
    return refusal;
}

enum meeting_refusal floor_decide_grant(const struct deciding *d, const void *args)
{
    const struct floor_grant *a = args;
    enum meeting_refusal refusal = check_waiting(d, a->request);
    if (refusal)
        return refusal;
    const struct request *r = pile_find(d->m, PILE_REQUEST, a->request);
    struct floor_granted g = {
        .request = a->request, .person = r->person, .kind = r->kind, .item = r->item};
    return give(d, &g, a->from, 0, a->start);
}

enum meeting_refusal floor_decide_give(const struct deciding *d, const void *args)
{
    const struct floor_give *a = args;
    struct floor_granted g = {.person = a->person, .kind = a->kind, .item = a->item};
    return give(d, &g, a->from, a->seconds, a->start);
}

static enum meeting_refusal on_turn(const struct deciding *d, uint64_t turn)
{
    const struct turn *on = floor_turn(d->m);
    return on && on->head.seq == turn ? 0 : REFUSED_STALE;
}

enum meeting_refusal floor_decide_start(const struct deciding *d, const void *args)
{
    const struct floor_turn_only *a = args;
    enum meeting_refusal refusal = on_turn(d, a->turn);
    if (!refusal && floor_turn(d->m)->running)
        refusal = REFUSED_ALREADY;
    return refusal ? refusal : outcome_add(d, FACT_FLOOR_STARTED, a);
}

enum meeting_refusal floor_decide_pause(const struct deciding *d, const void *args)
{
    const struct floor_turn_only *a = args;
    enum meeting_refusal refusal = on_turn(d, a->turn);
    if (!refusal && !floor_turn(d->m)->running)
        refusal = REFUSED_ALREADY;
    return refusal ? refusal : outcome_add(d, FACT_FLOOR_PAUSED, a);
}

enum meeting_refusal floor_decide_extend(const struct deciding *d, const void *args)
{
    const struct floor_extend *a = args;
    enum meeting_refusal refusal = on_turn(d, a->turn);
    if (refusal)
        return refusal;
    const struct turn *on = floor_turn(d->m);
    if (!on->allotted_us || on->allotted_us > INT64_C(43200000000))
        return REFUSED_NOT_NOW; /* has no end, or has half a day */
    return outcome_add(d, FACT_FLOOR_EXTENDED, a);
}

enum meeting_refusal floor_decide_end(const struct deciding *d, const void *args)
{
    const struct floor_turn_only *a = args;
    enum meeting_refusal refusal = on_turn(d, a->turn);
    return refusal ? refusal : outcome_add(d, FACT_FLOOR_ENDED, a);
}

/* What was said in a closed part is not brought into the open by correcting its times. */
enum meeting_refusal floor_decide_retime(const struct deciding *d, const void *args)
{
    const struct floor_retime *a = args;
    const struct turn *t = pile_find(d->m, PILE_TURN, a->turn);
    if (!t)
        return REFUSED_NOT_FOUND;
    if (!d->m->sitting.closed && sitting_was_closed_at(d->m, a->turn))
        return REFUSED_CLOSED_PART;
    if (!t->over || !t->started)
        return REFUSED_NOT_NOW;
    if (t->from_media_us != a->was_from_media_us || t->to_media_us != a->was_to_media_us)
        return REFUSED_STALE;
    if (a->to_media_us < a->from_media_us ||
        command_is_to_come(d, a->to_media_us, a->was_to_media_us))
        return REFUSED_BAD_ARGS;
    return outcome_add(d, FACT_FLOOR_RETIMED, a);
}

enum meeting_refusal floor_decide_warn(const struct deciding *d, const void *args)
{
    const struct floor_warn *a = args;
    enum meeting_refusal refusal = on_turn(d, a->turn);
    return refusal ? refusal : outcome_add(d, FACT_FLOOR_WARNED, a);
}

enum meeting_refusal floor_silence(const struct deciding *d)
{
    const struct turn *on = floor_turn(d->m);
    struct floor_turn_only turn = {.turn = on ? on->head.seq : 0};
    return on ? outcome_add(d, FACT_FLOOR_ENDED, &turn) : 0;
}

enum meeting_refusal floor_hold(const struct deciding *d)
{
    const struct turn *on = floor_turn(d->m);
    struct floor_turn_only turn = {.turn = on ? on->head.seq : 0};
    return on && on->running ? outcome_add(d, FACT_FLOOR_PAUSED, &turn) : 0;
}

enum meeting_refusal floor_decide_close(const struct deciding *d, const void *args)
{
    const struct floor_close *a = args;
    const struct motion *motion = pile_find(d->m, PILE_MOTION, a->motion);
    if (a->motion &&
        (!motion || motion->is.kind != MOTION_CLOSE_DEBATE || motion->state != MOTION_ADOPTED))
        return REFUSED_NEEDS_DECISION;
    if (d->m->sitting.floor_closed && !a->motion)
        return REFUSED_ALREADY;
    return outcome_add(d, FACT_FLOOR_CLOSED, a);
}

enum meeting_refusal floor_decide_reopen(const struct deciding *d, const void *args)
{
    return d->m->sitting.floor_closed ? outcome_add(d, FACT_FLOOR_REOPENED, NULL) : REFUSED_ALREADY;
}

enum meeting_refusal floor_decide_invite(const struct deciding *d, const void *args)
{
    const struct floor_invite *a = args;
    const struct person *p = roster_person(d->m, a->person);
    if (!p || (a->item && !agenda_item(d->m, a->item)))
        return REFUSED_NOT_FOUND;
    if (p->is.kind != PERSON_REPRESENTATIVE && p->is.kind != PERSON_OBSERVER)
        return REFUSED_BAD_ARGS;
    return is_invited(d->m, a->person, a->item) ? REFUSED_ALREADY
                                                : outcome_add(d, FACT_FLOOR_INVITED, a);
}

enum meeting_refusal floor_decide_budget(const struct deciding *d, const void *args)
{
    return outcome_add(d, FACT_FLOOR_BUDGETED, args);
}

enum meeting_refusal floor_decide_put(const struct deciding *d, const void *args)
{
    const struct floor_air *a = args;
    if (!roster_person(d->m, a->person))
        return REFUSED_NOT_FOUND;
    if (floor_on_air(d->m, a->person) < pile_count(d->m, PILE_ON_AIR))
        return REFUSED_ALREADY;
    return floor_count_on_air(d->m) >= FLOOR_MAX_ON_AIR ? REFUSED_FULL
                                                        : outcome_add(d, FACT_AIR_PUT, a);
}

enum meeting_refusal floor_decide_take(const struct deciding *d, const void *args)
{
    const struct floor_air *a = args;
    return floor_on_air(d->m, a->person) < pile_count(d->m, PILE_ON_AIR)
               ? outcome_add(d, FACT_AIR_TAKEN, a)
               : REFUSED_ALREADY;
}
