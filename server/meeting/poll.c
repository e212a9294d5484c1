#include "meeting/state.h"

#include <errno.h>

SHAPE(poll_choice, F_TEXT(poll_choice, text));
SHAPE(poll_count, F_NUMBER(poll_count, answers, 0, TIME_MAX));
SHAPE(poll_open, F_TEXT(poll_open, question), F_OPT_REF(poll_open, item),
      F_LIST(poll_open, choices, poll_choice));
SHAPE(poll, F_HEAD(poll), F_STRUCT(poll, is, poll_open), F_FLAG(poll, open),
      F_LIST(poll, counts, poll_count));
SHAPE(poll_answer, F_REF(poll_answer, poll), F_NUMBER(poll_answer, choice, 1, POLL_MAX_CHOICES));
SHAPE(poll_only, F_REF(poll_only, poll));
SHAPE(poll_closed, F_REF(poll_closed, poll), F_LIST(poll_closed, counts, poll_count));

enum meeting_refusal poll_decide_open(const struct deciding *d, const void *args)
{
    const struct poll_open *a = args;
    if (a->item && !agenda_item(d->m, a->item))
        return REFUSED_NOT_FOUND;
    return a->choices.count < 2 ? REFUSED_BAD_ARGS : outcome_add(d, FACT_POLL_OPENED, a);
}

int poll_opened(struct meeting *m, const struct meeting_event *event)
{
    struct poll *p = pile_add(m, PILE_POLL, event);
    if (!p)
        return -ENOMEM;
    p->is = *(const struct poll_open *)event->body;
    p->open = true;
    p->counts.count = p->is.choices.count;
    return 0;
}

enum meeting_refusal poll_decide_answer(const struct deciding *d, const void *args)
{
    const struct poll_answer *a = args;
    const struct poll *p = pile_find(d->m, PILE_POLL, a->poll);
    if (!p)
        return REFUSED_NOT_FOUND;
    if (!p->open)
        return REFUSED_NOT_NOW;
    if (a->choice > p->is.choices.count)
        return REFUSED_BAD_ARGS;
    return marks_get(d->m, MARK_ANSWER, a->poll, d->actor->principal)
               ? REFUSED_ALREADY
               : outcome_add(d, FACT_POLL_ANSWERED, a);
}

int poll_answered(struct meeting *m, const struct meeting_event *event)
{
    const struct poll_answer *a = event->body;
    const struct poll *found = pile_find(m, PILE_POLL, a->poll);
    if (!found || a->choice > found->counts.count ||
        marks_get(m, MARK_ANSWER, a->poll, event->actor))
        return -EBADMSG;
    int r = marks_set(m, event, MARK_ANSWER, a->poll, event->actor, a->choice);
    if (r == 0)
        ((struct poll *)pile_edit(m, PILE_POLL, a->poll, event))
            ->counts.at[a->choice - 1]
            .answers++;
    return r;
}

enum meeting_refusal poll_decide_close(const struct deciding *d, const void *args)
{
    const struct poll_only *a = args;
    const struct poll *p = pile_find(d->m, PILE_POLL, a->poll);
    if (!p)
        return REFUSED_NOT_FOUND;
    struct poll_closed fact = {.poll = a->poll, .counts = p->counts};
    return p->open ? outcome_add(d, FACT_POLL_CLOSED, &fact) : REFUSED_ALREADY;
}

int poll_was_closed(struct meeting *m, const struct meeting_event *event)
{
    const struct poll_closed *a = event->body;
    struct poll *p = pile_edit(m, PILE_POLL, a->poll, event);
    if (!p)
        return -EBADMSG;
    p->open = false;
    return 0;
}
