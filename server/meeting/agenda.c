/* The agenda's state: what its events do. What is allowed is agenda_decide.c's. */
#include "meeting/agenda.h"

#include "meeting/state.h"

#include <errno.h>

const char *const item_kind_names[8] = {
    "ordinary", "budget",   "final_account", "tender",
    "report",   "election", "off_agenda",    "members_questions",
};
const char *const item_state_names[10] = {
    "proposed", "waiting",  "open",    "heard",     "suspended",
    "referred", "reported", "decided", "withdrawn", "carried",
};
const char *const item_verdict_names[4] = {"adopted", "rejected", "noted", "returned"};

SHAPE(agenda_add, F_OPT_TEXT(agenda_add, number), F_TEXT(agenda_add, title),
      F_ENUM(agenda_add, kind, item_kind_names), F_OPT_TEXT(agenda_add, proposer),
      F_OPT_REF(agenda_add, person), F_OPT_TEXT(agenda_add, field), F_OPT_TEXT(agenda_add, note));
SHAPE(item, F_HEAD(item), F_STRUCT(item, is, agenda_add), F_ENUM(item, state, item_state_names),
      F_NUMBER(item, place, 0, 100000), F_OPT_REF(item, admitted), F_OPT_REF(item, joined),
      F_OPT_ENUM(item, verdict, item_verdict_names), F_OPT_REF(item, vote),
      F_OPT_TEXT(item, decision), F_OPT_TEXT(item, reason), F_FLAG(item, asking_closed));
SHAPE(span, F_HEAD(span), F_REF(span, item), F_NUMBER(span, from_media_us, 0, TIME_MAX),
      F_OPT_NUMBER(span, to_media_us, 0, TIME_MAX), F_FLAG(span, over), F_FLAG(span, corrected));
SHAPE(document, F_HEAD(document), F_REF(document, item), F_TEXT(document, title),
      F_TEXT(document, address), F_FLAG(document, is_report), F_FLAG(document, removed));
SHAPE(referral, F_HEAD(referral), F_REF(referral, item), F_TEXT(referral, commission),
      F_OPT_NUMBER(referral, due_utc_us, 0, TIME_MAX), F_OPT_REF(referral, report));

const struct item *agenda_item(const struct meeting *m, uint64_t item)
{
    return pile_find(m, PILE_ITEM, item);
}

bool agenda_overdue(const struct referral *r, int64_t now_utc_us)
{
    return !r->report && r->due_utc_us && r->due_utc_us < now_utc_us;
}

bool agenda_takeable(const struct item *item)
{
    return item->state == ITEM_WAITING || item->state == ITEM_HEARD || item->state == ITEM_OPEN ||
           item->state == ITEM_SUSPENDED || item->state == ITEM_REPORTED;
}

const struct item *agenda_next(const struct meeting *m)
{
    const struct item *now = agenda_item(m, m->sitting.item), *next = NULL;
    int64_t after = now ? now->place : 0;
    for (size_t i = 0; i < pile_count(m, PILE_ITEM); i++) {
        const struct item *item = pile_at(m, PILE_ITEM, i);
        bool waits = item->state == ITEM_WAITING || item->state == ITEM_REPORTED;
        if (waits && !item->joined && item->place > after && (!next || item->place < next->place))
            next = item;
    }
    return next;
}

/* Places from 1 without holes: `item` goes before `before`, or to the end. */
static void put(struct meeting *m, const struct meeting_event *event, uint64_t item,
                uint64_t before)
{
    struct item *moved = pile_edit(m, PILE_ITEM, item, event);
    const struct item *target = before ? agenda_item(m, before) : NULL;
    int64_t count = (int64_t)pile_count(m, PILE_ITEM), old = moved->place;
    int64_t place = target ? target->place : count + 1;
    if (place > old)
        place--; /* what lay behind it moves up */
    for (size_t i = 0; i < (size_t)count; i++) {
        struct item *other = pile_move_at(m, PILE_ITEM, i);
        if (other->place > old && other->place <= place)
            other->place--;
        else if (other->place < old && other->place >= place)
            other->place++;
    }
    moved->place = place;
}

static int add(struct meeting *m, const struct meeting_event *event, enum item_state state)
{
    struct item *item = pile_add(m, PILE_ITEM, event);
    if (!item)
        return -ENOMEM;
    item->is = *(const struct agenda_add *)event->body;
    item->state = state;
    item->place = (int64_t)pile_count(m, PILE_ITEM);
    return 0;
}

int agenda_added(struct meeting *m, const struct meeting_event *event)
{
    return add(m, event, ITEM_WAITING);
}

int agenda_proposed(struct meeting *m, const struct meeting_event *event)
{
    return add(m, event, ITEM_PROPOSED);
}

int agenda_admitted(struct meeting *m, const struct meeting_event *event)
{
    const struct agenda_admit *a = event->body;
    struct item *item = pile_edit(m, PILE_ITEM, a->item, event);
    if (!item || item->state != ITEM_PROPOSED)
        return -EBADMSG;
    item->state = ITEM_WAITING;
    item->admitted = a->vote;
    return 0;
}

int agenda_edited(struct meeting *m, const struct meeting_event *event)
{
    const struct agenda_edit *a = event->body;
    struct item *item = pile_edit(m, PILE_ITEM, a->item, event);
    if (!item)
        return -EBADMSG;
    item->is = a->to;
    return 0;
}

int agenda_moved(struct meeting *m, const struct meeting_event *event)
{
    const struct agenda_move *a = event->body;
    if (!agenda_item(m, a->item) || (a->before && !agenda_item(m, a->before)) ||
        a->item == a->before)
        return -EBADMSG;
    put(m, event, a->item, a->before);
    return 0;
}

static int set_aside(struct meeting *m, const struct meeting_event *event, enum item_state state)
{
    const struct agenda_reason *a = event->body;
    struct item *item = pile_edit(m, PILE_ITEM, a->item, event);
    if (!item)
        return -EBADMSG;
    item->state = state;
    text_set(item->reason, a->reason);
    return 0;
}

int agenda_suspended(struct meeting *m, const struct meeting_event *event)
{
    return set_aside(m, event, ITEM_SUSPENDED);
}

int agenda_withdrawn(struct meeting *m, const struct meeting_event *event)
{
    return set_aside(m, event, ITEM_WITHDRAWN);
}

int agenda_carried(struct meeting *m, const struct meeting_event *event)
{
    return set_aside(m, event, ITEM_CARRIED);
}

int agenda_joined(struct meeting *m, const struct meeting_event *event)
{
    const struct agenda_join *a = event->body;
    struct item *item = pile_edit(m, PILE_ITEM, a->item, event);
    if (!item || (a->lead && !agenda_item(m, a->lead)))
        return -EBADMSG;
    item->joined = a->lead;
    return 0;
}

size_t agenda_span(const struct meeting *m, uint64_t span, uint64_t item)
{
    size_t count = pile_count(m, PILE_SPAN);
    for (size_t i = 0; i < count; i++) {
        const struct span *s = pile_at(m, PILE_SPAN, i);
        if (s->head.seq == span && s->item == item)
            return i;
    }
    return count;
}

void agenda_rest(struct meeting *m, const struct meeting_event *event)
{
    for (size_t i = pile_count(m, PILE_SPAN); i-- > 0;) {
        if (((const struct span *)pile_at(m, PILE_SPAN, i))->over)
            continue;
        struct span *s = pile_edit_at(m, PILE_SPAN, i, event);
        s->over = true;
        s->to_media_us = event->media_us > s->from_media_us ? event->media_us : s->from_media_us;
    }
}

int agenda_go_on(struct meeting *m, const struct meeting_event *event)
{
    uint64_t current = m->sitting.item;
    for (size_t i = 0; current && i < pile_count(m, PILE_ITEM); i++) {
        const struct item *item = pile_at(m, PILE_ITEM, i);
        if (item->head.seq != current && item->joined != current)
            continue;
        struct span *s = pile_add(m, PILE_SPAN, event);
        if (!s)
            return -ENOMEM;
        s->item = item->head.seq;
        s->from_media_us = event->media_us;
    }
    return 0;
}

/* The state of the current item and of those taken together with it. */
static void turn_state(struct meeting *m, const struct meeting_event *event, enum item_state from,
                       enum item_state to)
{
    for (size_t i = 0; m->sitting.item && i < pile_count(m, PILE_ITEM); i++) {
        const struct item *item = pile_at(m, PILE_ITEM, i);
        bool ours = item->head.seq == m->sitting.item || item->joined == m->sitting.item;
        if (ours && (from ? item->state == from : agenda_takeable(item)))
            ((struct item *)pile_edit_at(m, PILE_ITEM, i, event))->state = to;
    }
}

int agenda_advanced(struct meeting *m, const struct meeting_event *event)
{
    const struct agenda_take *a = event->body;
    if (a->from != m->sitting.item || (a->item && !agenda_item(m, a->item)))
        return -EBADMSG;
    agenda_rest(m, event);
    turn_state(m, event, ITEM_OPEN, ITEM_HEARD);
    floor_lapse(m, event);
    m->sitting.item = a->item;
    m->sitting.floor_closed = false;
    turn_state(m, event, 0, ITEM_OPEN);
    return agenda_go_on(m, event);
}

int agenda_attached(struct meeting *m, const struct meeting_event *event)
{
    const struct agenda_attach *a = event->body;
    if (!agenda_item(m, a->item))
        return -EBADMSG;
    struct document *doc = pile_add(m, PILE_DOCUMENT, event);
    if (!doc)
        return -ENOMEM;
    doc->item = a->item;
    text_set(doc->title, a->title);
    text_set(doc->address, a->address);
    return 0;
}

int agenda_detached(struct meeting *m, const struct meeting_event *event)
{
    const struct agenda_detach *a = event->body;
    struct document *doc = pile_edit(m, PILE_DOCUMENT, a->document, event);
    if (!doc)
        return -EBADMSG;
    doc->removed = true;
    return 0;
}

int agenda_referred(struct meeting *m, const struct meeting_event *event)
{
    const struct agenda_refer *a = event->body;
    struct item *item = pile_edit(m, PILE_ITEM, a->item, event);
    if (!item)
        return -EBADMSG;
    struct referral *r = pile_add(m, PILE_REFERRAL, event);
    if (!r)
        return -ENOMEM;
    item->state = ITEM_REFERRED;
    r->item = a->item;
    r->due_utc_us = a->due_utc_us;
    text_set(r->commission, a->commission);
    return 0;
}

/* Referred to several commissions, an item waits for the last report. */
static bool all_reported(const struct meeting *m, uint64_t item)
{
    for (size_t i = 0; i < pile_count(m, PILE_REFERRAL); i++) {
        const struct referral *r = pile_at(m, PILE_REFERRAL, i);
        if (r->item == item && !r->report)
            return false;
    }
    return true;
}

int agenda_reported(struct meeting *m, const struct meeting_event *event)
{
    const struct agenda_report *a = event->body;
    struct referral *r = pile_edit(m, PILE_REFERRAL, a->referral, event);
    struct item *item = r ? pile_edit(m, PILE_ITEM, r->item, event) : NULL;
    if (!item)
        return -EBADMSG;
    struct document *doc = pile_add(m, PILE_DOCUMENT, event);
    if (!doc)
        return -ENOMEM;
    doc->item = r->item;
    doc->is_report = true;
    text_set(doc->title, a->title);
    text_set(doc->address, a->address);
    r->report = event->seq;
    if (item->state == ITEM_REFERRED && all_reported(m, r->item))
        item->state = ITEM_REPORTED;
    return 0;
}

int agenda_decided(struct meeting *m, const struct meeting_event *event)
{
    const struct agenda_decide *a = event->body;
    struct item *item = pile_edit(m, PILE_ITEM, a->item, event);
    if (!item)
        return -EBADMSG;
    item->state = ITEM_DECIDED;
    item->verdict = a->verdict;
    item->vote = a->vote;
    text_set(item->decision, a->decision);
    text_set(item->reason, a->note);
    return 0;
}

int agenda_retimed(struct meeting *m, const struct meeting_event *event)
{
    const struct agenda_retime *a = event->body;
    size_t i = agenda_span(m, a->span, a->item);
    if (i == pile_count(m, PILE_SPAN))
        return -EBADMSG;
    struct span *s = pile_edit_at(m, PILE_SPAN, i, event);
    s->from_media_us = a->from_media_us;
    s->corrected = true;
    if (s->over)
        s->to_media_us = a->to_media_us;
    return 0;
}
