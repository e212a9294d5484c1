#include "meeting/gate.h"

#include "meeting/state.h"

#include <errno.h>

SHAPE(part_close, F_OPT_REF(part_close, vote), F_OPT_TEXT(part_close, number),
      F_OPT_TEXT(part_close, document), F_TEXT(part_close, reason));

static bool is_decided(const struct meeting *m, const struct part_close *a)
{
    if (!a->vote)
        return *a->number && *a->document;
    const struct vote *v = pile_find(m, PILE_VOTE, a->vote);
    for (size_t i = 0; i < pile_count(m, PILE_PART); i++) {
        if (((const struct part *)pile_at(m, PILE_PART, i))->vote == a->vote)
            return false; /* it closed one already */
    }
    const struct motion *motion = v ? pile_find(m, PILE_MOTION, v->is.motion) : NULL;
    return motion && motion->is.kind == MOTION_CLOSE_PART && v->state == VOTE_DECIDED &&
           v->result.outcome == VOTE_ADOPTED;
}

enum meeting_refusal gate_decide_close(const struct deciding *d, const void *args)
{
    if (!is_decided(d->m, args))
        return REFUSED_NEEDS_DECISION;
    if (vote_open(d->m))
        return REFUSED_NOT_NOW;
    enum meeting_refusal refusal = floor_silence(d);
    return refusal ? refusal : outcome_add(d, FACT_PART_CLOSED, args);
}

int gate_closed(struct meeting *m, const struct meeting_event *event)
{
    const struct part_close *a = event->body;
    if (m->sitting.state != MEETING_LIVE)
        return -EBADMSG;
    m->outside = (struct outside){m->sitting.floor_closed, m->sitting.asking_closed, m->decisions};
    part_end(m, event);
    agenda_rest(m, event);
    int r = part_begin(m, event, true);
    if (r < 0)
        return r;
    struct part *part = pile_edit(m, PILE_PART, event->seq, event);
    part->vote = a->vote;
    text_set(part->number, a->number);
    text_set(part->document, a->document);
    text_set(part->reason, a->reason);
    m->sitting.closed = true;
    m->sitting.state = MEETING_CLOSED;
    text_set(m->sitting.closed_reason, a->reason);
    return 0;
}

enum meeting_refusal gate_decide_open(const struct deciding *d, const void *args)
{
    if (vote_open(d->m))
        return REFUSED_NOT_NOW;
    enum meeting_refusal refusal = floor_silence(d);
    return refusal ? refusal : outcome_add(d, FACT_PART_OPENED, NULL);
}

int gate_opened(struct meeting *m, const struct meeting_event *event)
{
    if (m->sitting.state != MEETING_CLOSED)
        return -EBADMSG;
    part_end(m, event);
    int r = part_begin(m, event, false);
    if (r == 0)
        r = agenda_go_on(m, event);
    if (r < 0)
        return r;
    m->sitting.closed = false;
    m->sitting.state = MEETING_LIVE;
    text_set(m->sitting.closed_reason, "");
    return 0;
}
