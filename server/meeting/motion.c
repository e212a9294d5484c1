#include "meeting/state.h"

#include <errno.h>

const char *const motion_kind_names[6] = {
    "proposal", "amendment", "add_item", "close_debate", "close_part", "other",
};
const char *const motion_state_names[4] = {"open", "adopted", "rejected", "withdrawn"};

SHAPE(motion_submit, F_ENUM(motion_submit, kind, motion_kind_names), F_OPT_REF(motion_submit, item),
      F_TEXT(motion_submit, title), F_OPT_TEXT(motion_submit, text),
      F_REFS(motion_submit, proposers));
SHAPE(motion_only, F_REF(motion_only, motion));
SHAPE(motion, F_HEAD(motion), F_STRUCT(motion, is, motion_submit),
      F_ENUM(motion, state, motion_state_names), F_OPT_REF(motion, vote));

/* A member says only what is theirs: among the proposers. The desk enters what is read out. */
enum meeting_refusal motion_decide_submit(const struct deciding *d, const void *args)
{
    const struct motion_submit *a = args;
    if (a->item && !agenda_item(d->m, a->item))
        return REFUSED_NOT_FOUND;
    bool own = d->actor->roles & ROLES_DESK;
    for (size_t i = 0; i < a->proposers.count; i++) {
        const struct person *p = roster_person(d->m, a->proposers.at[i]);
        if (!p)
            return REFUSED_NOT_FOUND;
        if (!roster_votes(p))
            return REFUSED_MAY_NOT_VOTE;
        own = own || a->proposers.at[i] == d->actor->person;
    }
    return own ? outcome_add(d, FACT_MOTION_SUBMITTED, a) : REFUSED_NOT_YOURS;
}

int motion_submitted(struct meeting *m, const struct meeting_event *event)
{
    struct motion *motion = pile_add(m, PILE_MOTION, event);
    if (!motion)
        return -ENOMEM;
    motion->is = *(const struct motion_submit *)event->body;
    motion->state = MOTION_OPEN;
    return 0;
}

enum meeting_refusal motion_decide_withdraw(const struct deciding *d, const void *args)
{
    const struct motion_only *a = args;
    const struct motion *motion = pile_find(d->m, PILE_MOTION, a->motion);
    if (!motion)
        return REFUSED_NOT_FOUND;
    bool own = d->actor->roles & ROLES_DESK;
    for (size_t i = 0; i < motion->is.proposers.count; i++)
        own = own || (d->actor->person && motion->is.proposers.at[i] == d->actor->person);
    if (!own)
        return REFUSED_NOT_YOURS;
    const struct vote *v = vote_open(d->m);
    if (motion->state != MOTION_OPEN || (v && v->is.motion == a->motion))
        return REFUSED_NOT_NOW;
    return outcome_add(d, FACT_MOTION_WITHDRAWN, a);
}

int motion_withdrawn(struct meeting *m, const struct meeting_event *event)
{
    const struct motion_only *a = event->body;
    struct motion *motion = pile_edit(m, PILE_MOTION, a->motion, event);
    if (!motion)
        return -EBADMSG;
    motion->state = MOTION_WITHDRAWN;
    return 0;
}
