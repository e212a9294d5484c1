#include "meeting/chair.h"

#include "meeting/state.h"

#include <errno.h>

SHAPE(chair, F_HEAD(chair), F_REF(chair, person), F_NUMBER(chair, from_utc_us, 0, TIME_MAX),
      F_NUMBER(chair, from_media_us, 0, TIME_MAX));
SHAPE(chair_hand, F_OPT_REF(chair_hand, from), F_REF(chair_hand, person));

uint64_t chair_now(const struct meeting *m)
{
    size_t count = pile_count(m, PILE_CHAIR);
    return count ? ((const struct chair *)pile_at(m, PILE_CHAIR, count - 1))->person : 0;
}

enum meeting_refusal chair_decide_hand(const struct deciding *d, const void *args)
{
    const struct chair_hand *a = args;
    const struct person *p = roster_person(d->m, a->person);
    if (chair_now(d->m) != a->from)
        return REFUSED_STALE;
    if (a->person == a->from)
        return REFUSED_ALREADY;
    if (!p)
        return REFUSED_NOT_FOUND;
    if (!roster_votes(p))
        return REFUSED_MAY_NOT_VOTE;
    return outcome_add(d, FACT_CHAIR_HANDED, a);
}

int chair_handed(struct meeting *m, const struct meeting_event *event)
{
    const struct chair_hand *a = event->body;
    if (!roster_person(m, a->person))
        return -EBADMSG;
    struct chair *c = pile_add(m, PILE_CHAIR, event);
    if (!c)
        return -ENOMEM;
    c->person = a->person;
    c->from_utc_us = event->at_utc_us;
    c->from_media_us = event->media_us;
    return 0;
}
