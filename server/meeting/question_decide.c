/* What may be done with questions. */
#include "meeting/state.h"

#include <string.h>

SHAPE(question_submit, F_OPT_REF(question_submit, item), F_SIDE(question_submit, text),
      F_OPT_SIDE(question_submit, name));
SHAPE(question_only, F_REF(question_only, question));
SHAPE(question_approved, F_REF(question_approved, question), F_OPT_REF(question_approved, item),
      F_SIDE(question_approved, text), F_OPT_SIDE(question_approved, name));
SHAPE(question_merge, F_REF(question_merge, question), F_REF(question_merge, into));
SHAPE(question_decline, F_REF(question_decline, question),
      F_ENUM(question_decline, category, decline_category_names), F_SIDE(question_decline, reason));
SHAPE(question_declined, F_REF(question_declined, question),
      F_ENUM(question_declined, category, decline_category_names));
SHAPE(question_explained, F_REF(question_explained, question), F_SIDE(question_explained, reason));
SHAPE(question_pin, F_REF(question_pin, question), F_FLAG(question_pin, on));
SHAPE(question_answer, F_REF(question_answer, question), F_OPT_REF(question_answer, person),
      F_OPT_TEXT(question_answer, note));
SHAPE(question_retime, F_REF(question_retime, question),
      F_OPT_NUMBER(question_retime, was_put_media_us, 0, TIME_MAX),
      F_OPT_NUMBER(question_retime, was_answered_media_us, 0, TIME_MAX),
      F_OPT_NUMBER(question_retime, put_media_us, 0, TIME_MAX),
      F_OPT_NUMBER(question_retime, answered_media_us, 0, TIME_MAX),
      F_TEXT(question_retime, reason));
SHAPE(question_support, F_REF(question_support, question), F_FLAG(question_support, on));
SHAPE(question_report, F_REF(question_report, question),
      F_ENUM(question_report, category, decline_category_names));
SHAPE(question_asking, F_OPT_REF(question_asking, item), F_FLAG(question_asking, closed));

static const struct question *find(const struct deciding *d, uint64_t question)
{
    return pile_find(d->m, PILE_QUESTION, question);
}

static enum meeting_refusal check_item(const struct meeting *m, uint64_t id)
{
    const struct item *item = agenda_item(m, id);
    if (id && !item)
        return REFUSED_NOT_FOUND;
    bool over = item && (item->state == ITEM_DECIDED || item->state == ITEM_WITHDRAWN ||
                         item->state == ITEM_CARRIED);
    return m->sitting.asking_closed || over || (item && item->asking_closed) ? REFUSED_ASKING_CLOSED
                                                                             : 0;
}

enum meeting_refusal question_decide_submit(const struct deciding *d, const void *args)
{
    const struct question_submit *a = args;
    if (!(body_number(d->m, RULE_WHO_ASKS, d->now->utc_us) & d->actor->roles))
        return REFUSED_NOT_BY_RULES;
    enum meeting_refusal refusal = check_item(d->m, a->item);
    if (refusal)
        return refusal;
    int64_t own = 0;
    for (size_t i = 0; i < pile_count(d->m, PILE_QUESTION); i++) {
        const struct question *q = pile_at(d->m, PILE_QUESTION, i);
        own += q->state != QUESTION_WITHDRAWN && strcmp(q->author, d->actor->principal) == 0;
    }
    if (own >= body_number(d->m, RULE_QUESTIONS_EACH, d->now->utc_us))
        return REFUSED_TOO_MANY;
    return outcome_add(d, FACT_QUESTION_SUBMITTED, a);
}

enum meeting_refusal question_decide_approve(const struct deciding *d, const void *args)
{
    const struct question_only *a = args;
    const struct question *q = find(d, a->question);
    if (!q)
        return REFUSED_NOT_FOUND;
    if (q->state != QUESTION_PENDING && q->state != QUESTION_DECLINED)
        return REFUSED_STALE;
    struct question_approved fact = {.question = a->question, .item = q->item};
    text_set(fact.text, q->text);
    text_set(fact.name, q->name);
    return outcome_add(d, FACT_QUESTION_APPROVED, &fact);
}

enum meeting_refusal question_decide_merge(const struct deciding *d, const void *args)
{
    const struct question_merge *a = args;
    const struct question *q = find(d, a->question), *into = find(d, a->into);
    if (!q || !into)
        return REFUSED_NOT_FOUND;
    if (a->question == a->into || !question_public(into))
        return REFUSED_BAD_ARGS;
    if (q->state != QUESTION_PENDING && q->state != QUESTION_APPROVED)
        return REFUSED_STALE;
    return outcome_add(d, FACT_QUESTION_MERGED, a);
}

enum meeting_refusal question_decide_decline(const struct deciding *d, const void *args)
{
    const struct question_decline *a = args;
    const struct question *q = find(d, a->question);
    if (!q)
        return REFUSED_NOT_FOUND;
    if (q->state != QUESTION_PENDING && q->state != QUESTION_APPROVED)
        return REFUSED_STALE;
    struct question_declined fact = {.question = a->question, .category = a->category};
    struct question_explained reason = {.question = a->question};
    text_set(reason.reason, a->reason);
    enum meeting_refusal refusal = outcome_add(d, FACT_QUESTION_DECLINED, &fact);
    return refusal ? refusal : outcome_add(d, FACT_QUESTION_EXPLAINED, &reason);
}

enum meeting_refusal question_decide_withdraw(const struct deciding *d, const void *args)
{
    const struct question_only *a = args;
    const struct question *q = find(d, a->question);
    if (!q || (!question_public(q) && strcmp(q->author, d->actor->principal) != 0))
        return REFUSED_NOT_FOUND; /* what is not public is not told to exist */
    if (strcmp(q->author, d->actor->principal) != 0)
        return REFUSED_NOT_YOURS;
    if (q->state != QUESTION_PENDING && q->state != QUESTION_APPROVED)
        return REFUSED_NOT_NOW;
    return outcome_add(d, FACT_QUESTION_WITHDRAWN, a);
}

enum meeting_refusal question_decide_pin(const struct deciding *d, const void *args)
{
    const struct question_pin *a = args;
    const struct question *q = find(d, a->question);
    if (!q)
        return REFUSED_NOT_FOUND;
    if (q->state != QUESTION_APPROVED && q->state != QUESTION_PUT)
        return REFUSED_STALE;
    return q->pinned == a->on ? REFUSED_ALREADY : outcome_add(d, FACT_QUESTION_PINNED, a);
}

enum meeting_refusal question_decide_put(const struct deciding *d, const void *args)
{
    const struct question_only *a = args;
    const struct question *q = find(d, a->question);
    if (!q)
        return REFUSED_NOT_FOUND;
    return q->state == QUESTION_APPROVED ? outcome_add(d, FACT_QUESTION_PUT, a) : REFUSED_STALE;
}

enum meeting_refusal question_decide_answer(const struct deciding *d, const void *args)
{
    const struct question_answer *a = args;
    const struct question *q = find(d, a->question);
    if (!q || (a->person && !roster_person(d->m, a->person)))
        return REFUSED_NOT_FOUND;
    return q->state == QUESTION_PUT || q->state == QUESTION_APPROVED
               ? outcome_add(d, FACT_QUESTION_ANSWERED, a)
               : REFUSED_STALE;
}

enum meeting_refusal question_decide_retime(const struct deciding *d, const void *args)
{
    const struct question_retime *a = args;
    const struct question *q = find(d, a->question);
    if (!q)
        return REFUSED_NOT_FOUND;
    if (q->state != QUESTION_PUT && q->state != QUESTION_ANSWERED)
        return REFUSED_NOT_NOW;
    if (q->put_media_us != a->was_put_media_us || q->answered_media_us != a->was_answered_media_us)
        return REFUSED_STALE;
    bool answered = q->state == QUESTION_ANSWERED;
    bool wrong = answered
                     ? a->answered_media_us < a->put_media_us ||
                           command_is_to_come(d, a->answered_media_us, a->was_answered_media_us)
                     : a->answered_media_us != 0 ||
                           command_is_to_come(d, a->put_media_us, a->was_put_media_us);
    return wrong ? REFUSED_BAD_ARGS : outcome_add(d, FACT_QUESTION_RETIMED, a);
}

enum meeting_refusal question_decide_support(const struct deciding *d, const void *args)
{
    const struct question_support *a = args;
    const struct question *q = find(d, a->question);
    if (!q || !question_public(q))
        return REFUSED_NOT_FOUND;
    if (q->state != QUESTION_APPROVED)
        return REFUSED_NOT_NOW;
    if (strcmp(q->author, d->actor->principal) == 0)
        return REFUSED_NOT_BY_RULES; /* not one's own */
    bool is = marks_get(d->m, MARK_SUPPORT, a->question, d->actor->principal);
    return is == a->on ? REFUSED_ALREADY : outcome_add(d, FACT_QUESTION_SUPPORTED, a);
}

enum meeting_refusal question_decide_report(const struct deciding *d, const void *args)
{
    const struct question_report *a = args;
    const struct question *q = find(d, a->question);
    if (!q || !question_public(q))
        return REFUSED_NOT_FOUND;
    return marks_get(d->m, MARK_REPORT, a->question, d->actor->principal)
               ? REFUSED_ALREADY
               : outcome_add(d, FACT_QUESTION_REPORTED, a);
}

enum meeting_refusal question_decide_asking(const struct deciding *d, const void *args)
{
    const struct question_asking *a = args;
    const struct item *item = agenda_item(d->m, a->item);
    if (a->item && !item)
        return REFUSED_NOT_FOUND;
    bool is = item ? item->asking_closed : d->m->sitting.asking_closed;
    return is == a->closed ? REFUSED_ALREADY : outcome_add(d, FACT_QUESTION_ASKING, a);
}
