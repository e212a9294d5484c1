/* What may be done with the agenda. */
#include "meeting/state.h"

#include <string.h>

SHAPE(agenda_admit, F_REF(agenda_admit, item), F_OPT_REF(agenda_admit, vote));
SHAPE(agenda_edit, F_REF(agenda_edit, item), F_STRUCT(agenda_edit, to, agenda_add));
SHAPE(agenda_move, F_REF(agenda_move, item), F_OPT_REF(agenda_move, before));
SHAPE(agenda_reason, F_REF(agenda_reason, item), F_OPT_TEXT(agenda_reason, reason));
SHAPE(agenda_join, F_REF(agenda_join, item), F_OPT_REF(agenda_join, lead));
SHAPE(agenda_from, F_OPT_REF(agenda_from, from));
SHAPE(agenda_take, F_OPT_REF(agenda_take, from), F_REF(agenda_take, item));
SHAPE(agenda_attach, F_REF(agenda_attach, item), F_TEXT(agenda_attach, title),
      F_TEXT(agenda_attach, address));
SHAPE(agenda_detach, F_REF(agenda_detach, document));
SHAPE(agenda_refer, F_REF(agenda_refer, item), F_TEXT(agenda_refer, commission),
      F_OPT_NUMBER(agenda_refer, due_utc_us, 0, TIME_MAX));
SHAPE(agenda_report, F_REF(agenda_report, referral), F_TEXT(agenda_report, title),
      F_TEXT(agenda_report, address));
SHAPE(agenda_decide, F_REF(agenda_decide, item), F_ENUM(agenda_decide, verdict, item_verdict_names),
      F_OPT_REF(agenda_decide, vote), F_OPT_TEXT(agenda_decide, decision),
      F_OPT_TEXT(agenda_decide, note));
SHAPE(agenda_retime, F_REF(agenda_retime, span), F_REF(agenda_retime, item),
      F_NUMBER(agenda_retime, was_from_media_us, 0, TIME_MAX),
      F_OPT_NUMBER(agenda_retime, was_to_media_us, 0, TIME_MAX),
      F_NUMBER(agenda_retime, from_media_us, 0, TIME_MAX),
      F_OPT_NUMBER(agenda_retime, to_media_us, 0, TIME_MAX), F_TEXT(agenda_retime, reason));

static const struct shape_field advanced_fields[] = {F_OPT_REF(agenda_take, from),
                                                     F_OPT_REF(agenda_take, item)};
const struct shape agenda_advanced_shape = {"agenda_advanced", advanced_fields, 2,
                                            sizeof(struct agenda_take)};

static bool number_taken(const struct meeting *m, const char *number, uint64_t but)
{
    for (size_t i = 0; *number && i < pile_count(m, PILE_ITEM); i++) {
        const struct item *item = pile_at(m, PILE_ITEM, i);
        if (item->head.seq != but && strcmp(item->is.number, number) == 0)
            return true;
    }
    return false;
}

static enum meeting_refusal check_new(const struct meeting *m, const struct agenda_add *a,
                                      uint64_t item)
{
    if (number_taken(m, a->number, item))
        return REFUSED_ALREADY;
    return a->person && !pile_find(m, PILE_PERSON, a->person) ? REFUSED_NOT_FOUND : 0;
}

/* Once the sitting is open, items come by proposal and vote (Belediye Kanunu 5393, md. 21). */
enum meeting_refusal agenda_decide_add(const struct deciding *d, const void *args)
{
    enum meeting_refusal refusal = check_new(d->m, args, 0);
    return refusal ? refusal : outcome_add(d, FACT_AGENDA_ADDED, args);
}

enum meeting_refusal agenda_decide_propose(const struct deciding *d, const void *args)
{
    enum meeting_refusal refusal = check_new(d->m, args, 0);
    return refusal ? refusal : outcome_add(d, FACT_AGENDA_PROPOSED, args);
}

/* The vote's own subject is the item, or a motion about it. */
static bool is_of_item(const struct meeting *m, const struct vote *v, uint64_t item)
{
    const struct motion *motion = pile_find(m, PILE_MOTION, v->is.motion);
    return v->is.item == item || (motion && motion->is.item == item);
}

enum meeting_refusal agenda_decide_admit(const struct deciding *d, const void *args)
{
    const struct agenda_admit *a = args;
    const struct item *item = agenda_item(d->m, a->item);
    const struct vote *v = pile_find(d->m, PILE_VOTE, a->vote);
    if (!item)
        return REFUSED_NOT_FOUND;
    if (item->state != ITEM_PROPOSED)
        return REFUSED_ALREADY;
    bool adopted = v && v->state == VOTE_DECIDED && v->result.outcome == VOTE_ADOPTED;
    /* A body that takes no formal votes (a public consultation) admits without one. */
    bool needed = d->m->sitting.kind <= SITTING_COMMISSION;
    if (needed ? !adopted || !is_of_item(d->m, v, a->item) : a->vote != 0)
        return REFUSED_NEEDS_DECISION;
    return outcome_add(d, FACT_AGENDA_ADMITTED, a);
}

static bool is_over(const struct item *item)
{
    return item->state == ITEM_DECIDED || item->state == ITEM_WITHDRAWN ||
           item->state == ITEM_CARRIED;
}

enum meeting_refusal agenda_decide_edit(const struct deciding *d, const void *args)
{
    const struct agenda_edit *a = args;
    if (!agenda_item(d->m, a->item))
        return REFUSED_NOT_FOUND;
    enum meeting_refusal refusal = check_new(d->m, &a->to, a->item);
    return refusal ? refusal : outcome_add(d, FACT_AGENDA_EDITED, a);
}

enum meeting_refusal agenda_decide_move(const struct deciding *d, const void *args)
{
    const struct agenda_move *a = args;
    if (!agenda_item(d->m, a->item) || (a->before && !agenda_item(d->m, a->before)))
        return REFUSED_NOT_FOUND;
    if (a->item == a->before)
        return REFUSED_BAD_ARGS;
    return outcome_add(d, FACT_AGENDA_MOVED, a);
}

static enum meeting_refusal set_aside(const struct deciding *d, const void *args, enum fact_id fact)
{
    const struct agenda_reason *a = args;
    const struct item *item = agenda_item(d->m, a->item);
    if (!item)
        return REFUSED_NOT_FOUND;
    const struct vote *v = vote_open(d->m);
    if (is_over(item) || (v && is_of_item(d->m, v, a->item)))
        return REFUSED_NOT_NOW;
    return outcome_add(d, fact, a);
}

enum meeting_refusal agenda_decide_suspend(const struct deciding *d, const void *args)
{
    return set_aside(d, args, FACT_AGENDA_SUSPENDED);
}

enum meeting_refusal agenda_decide_withdraw(const struct deciding *d, const void *args)
{
    return set_aside(d, args, FACT_AGENDA_WITHDRAWN);
}

enum meeting_refusal agenda_decide_carry(const struct deciding *d, const void *args)
{
    return set_aside(d, args, FACT_AGENDA_CARRIED);
}

static bool leads(const struct meeting *m, uint64_t item)
{
    for (size_t i = 0; i < pile_count(m, PILE_ITEM); i++) {
        if (((const struct item *)pile_at(m, PILE_ITEM, i))->joined == item)
            return true;
    }
    return false;
}

/* One level only: what is joined leads nothing, what leads is not joined. */
enum meeting_refusal agenda_decide_join(const struct deciding *d, const void *args)
{
    const struct agenda_join *a = args;
    const struct item *item = agenda_item(d->m, a->item), *lead = agenda_item(d->m, a->lead);
    if (!item || (a->lead && !lead))
        return REFUSED_NOT_FOUND;
    if (item->joined == a->lead)
        return REFUSED_ALREADY;
    bool current =
        a->item == d->m->sitting.item || (d->m->sitting.item && item->joined == d->m->sitting.item);
    if (lead && (a->item == a->lead || lead->joined || leads(d->m, a->item)))
        return REFUSED_BAD_ARGS;
    if (current || (lead && (!agenda_takeable(item) || a->lead == d->m->sitting.item)))
        return REFUSED_NOT_NOW; /* spans are on */
    return outcome_add(d, FACT_AGENDA_JOINED, a);
}

static enum meeting_refusal go_to(const struct deciding *d, uint64_t from, uint64_t item)
{
    if (vote_open(d->m))
        return REFUSED_NOT_NOW;
    enum meeting_refusal refusal = floor_silence(d);
    struct agenda_take to = {.from = from, .item = item};
    return refusal ? refusal : outcome_add(d, FACT_AGENDA_ADVANCED, &to);
}

enum meeting_refusal agenda_decide_advance(const struct deciding *d, const void *args)
{
    const struct agenda_from *a = args;
    if (a->from != d->m->sitting.item)
        return REFUSED_STALE;
    const struct item *next = agenda_next(d->m);
    return next ? go_to(d, a->from, next->head.seq) : REFUSED_NOT_FOUND;
}

enum meeting_refusal agenda_decide_leave(const struct deciding *d, const void *args)
{
    const struct agenda_from *a = args;
    if (a->from != d->m->sitting.item)
        return REFUSED_STALE;
    return a->from ? go_to(d, a->from, 0) : REFUSED_ALREADY;
}

enum meeting_refusal agenda_decide_take(const struct deciding *d, const void *args)
{
    const struct agenda_take *a = args;
    const struct item *item = agenda_item(d->m, a->item);
    if (a->from != d->m->sitting.item)
        return REFUSED_STALE;
    if (!item)
        return REFUSED_NOT_FOUND;
    if (a->item == a->from)
        return REFUSED_ALREADY;
    return agenda_takeable(item) && !item->joined ? go_to(d, a->from, a->item) : REFUSED_NOT_NOW;
}

enum meeting_refusal agenda_decide_attach(const struct deciding *d, const void *args)
{
    const struct agenda_attach *a = args;
    return agenda_item(d->m, a->item) ? outcome_add(d, FACT_AGENDA_ATTACHED, a) : REFUSED_NOT_FOUND;
}

enum meeting_refusal agenda_decide_detach(const struct deciding *d, const void *args)
{
    const struct agenda_detach *a = args;
    const struct document *doc = pile_find(d->m, PILE_DOCUMENT, a->document);
    if (!doc)
        return REFUSED_NOT_FOUND;
    return doc->removed ? REFUSED_ALREADY : outcome_add(d, FACT_AGENDA_DETACHED, a);
}

enum meeting_refusal agenda_decide_refer(const struct deciding *d, const void *args)
{
    const struct agenda_refer *a = args;
    const struct item *item = agenda_item(d->m, a->item);
    if (!item)
        return REFUSED_NOT_FOUND;
    if (is_over(item) || item->state == ITEM_PROPOSED)
        return REFUSED_NOT_NOW;
    if (a->due_utc_us && a->due_utc_us <= d->now->utc_us)
        return REFUSED_BAD_ARGS;
    return outcome_add(d, FACT_AGENDA_REFERRED, a);
}

enum meeting_refusal agenda_decide_report(const struct deciding *d, const void *args)
{
    const struct agenda_report *a = args;
    const struct referral *r = pile_find(d->m, PILE_REFERRAL, a->referral);
    if (!r)
        return REFUSED_NOT_FOUND;
    return r->report ? REFUSED_ALREADY : outcome_add(d, FACT_AGENDA_REPORTED, a);
}

enum meeting_refusal agenda_decide_decide(const struct deciding *d, const void *args)
{
    struct agenda_decide a = *(const struct agenda_decide *)args;
    const struct item *item = agenda_item(d->m, a.item);
    const struct vote *v = pile_find(d->m, PILE_VOTE, a.vote);
    if (!item || (a.vote && !v))
        return REFUSED_NOT_FOUND;
    if (is_over(item) || item->state == ITEM_PROPOSED)
        return REFUSED_NOT_NOW;
    enum vote_outcome needed = a.verdict == VERDICT_ADOPTED ? VOTE_ADOPTED : VOTE_REJECTED;
    bool by_vote = a.verdict <= VERDICT_REJECTED && d->m->sitting.kind <= SITTING_COMMISSION;
    if (by_vote && !v)
        return REFUSED_NEEDS_DECISION;
    if (v && (v->state != VOTE_DECIDED || !is_of_item(d->m, v, a.item) || a.vote == item->admitted))
        return REFUSED_NEEDS_DECISION;
    if (v && a.verdict <= VERDICT_REJECTED && v->result.outcome != needed)
        return REFUSED_COUNTS_WRONG;
    if (v && *v->result.decision)
        text_set(a.decision, v->result.decision);
    return outcome_add(d, FACT_AGENDA_DECIDED, &a);
}

enum meeting_refusal agenda_decide_retime(const struct deciding *d, const void *args)
{
    const struct agenda_retime *a = args;
    size_t i = agenda_span(d->m, a->span, a->item);
    if (i == pile_count(d->m, PILE_SPAN))
        return REFUSED_NOT_FOUND;
    const struct span *s = pile_at(d->m, PILE_SPAN, i);
    if (s->from_media_us != a->was_from_media_us || s->to_media_us != a->was_to_media_us)
        return REFUSED_STALE;
    bool wrong = s->over ? a->to_media_us < a->from_media_us ||
                               command_is_to_come(d, a->to_media_us, a->was_to_media_us)
                         : a->to_media_us || a->from_media_us > d->now->media_us;
    return wrong ? REFUSED_BAD_ARGS : outcome_add(d, FACT_AGENDA_RETIMED, a);
}
