#include "meeting/broadcast.h"

#include "meeting/state.h"

#include <errno.h>
#include <string.h>

SHAPE(broadcast_permit, F_TEXT(broadcast_permit, number), F_TEXT(broadcast_permit, document),
      F_OPT_TEXT(broadcast_permit, scope), F_OPT_TEXT(broadcast_permit, decided_on));
SHAPE(broadcast_revoke, F_REF(broadcast_revoke, permission), F_TEXT(broadcast_revoke, reason));
SHAPE(permission, F_HEAD(permission), F_STRUCT(permission, is, broadcast_permit),
      F_FLAG(permission, revoked));
SHAPE(broadcast_start, F_FLAG(broadcast_start, record));
SHAPE(broadcast_started, F_FLAG(broadcast_started, record),
      F_NUMBER(broadcast_started, epoch_utc_us, -TIME_MAX, TIME_MAX));
SHAPE(broadcast_switch, F_FLAG(broadcast_switch, on));
SHAPE(broadcast_select, F_OPT_TEXT(broadcast_select, source));
SHAPE(broadcast_layout, F_OPT_TEXT(broadcast_layout, layout));
SHAPE(broadcast, F_FLAG(broadcast, on_air), F_FLAG(broadcast, record), F_FLAG(broadcast, muted),
      F_FLAG(broadcast, slate), F_OPT_TEXT(broadcast, source), F_OPT_TEXT(broadcast, layout));

const struct broadcast *meeting_broadcast(const struct meeting *m)
{
    return &m->broadcast;
}

/* Whether a decision holds, not counting this one (0: counting all). */
static bool permitted_but_for(const struct meeting *m, uint64_t permission)
{
    for (size_t i = 0; i < pile_count(m, PILE_PERMISSION); i++) {
        const struct permission *p = pile_at(m, PILE_PERMISSION, i);
        if (!p->revoked && p->head.seq != permission)
            return true;
    }
    return false;
}

static bool all_consent(const struct meeting *m)
{
    for (size_t i = 0; i < pile_count(m, PILE_PERSON); i++) {
        const struct person *p = pile_at(m, PILE_PERSON, i);
        if (!p->left && !roster_consents(m, p->head.seq))
            return false;
    }
    return pile_count(m, PILE_PERSON) > 0;
}

enum meeting_refusal broadcast_allowed(const struct meeting *m, const struct now *now)
{
    if (body_number(m, RULE_BROADCAST_NEEDS_DECISION, now->utc_us) && !permitted_but_for(m, 0))
        return REFUSED_NEEDS_DECISION;
    if (body_number(m, RULE_BROADCAST_NEEDS_CONSENTS, now->utc_us) && !all_consent(m))
        return REFUSED_NEEDS_CONSENT;
    return 0;
}

enum meeting_refusal broadcast_decide_permit(const struct deciding *d, const void *args)
{
    return outcome_add(d, FACT_BROADCAST_PERMITTED, args);
}

int broadcast_was_permitted(struct meeting *m, const struct meeting_event *event)
{
    struct permission *p = pile_add(m, PILE_PERMISSION, event);
    if (!p)
        return -ENOMEM;
    p->is = *(const struct broadcast_permit *)event->body;
    return 0;
}

/* The last decision that holds takes the broadcast with it. */
enum meeting_refusal broadcast_decide_revoke(const struct deciding *d, const void *args)
{
    const struct broadcast_revoke *a = args;
    const struct permission *p = pile_find(d->m, PILE_PERMISSION, a->permission);
    if (!p)
        return REFUSED_NOT_FOUND;
    if (p->revoked)
        return REFUSED_ALREADY;
    enum meeting_refusal refusal = outcome_add(d, FACT_BROADCAST_REVOKED, a);
    bool needed = body_number(d->m, RULE_BROADCAST_NEEDS_DECISION, d->now->utc_us);
    if (!refusal && needed && d->m->broadcast.on_air && !permitted_but_for(d->m, a->permission))
        refusal = outcome_add(d, FACT_BROADCAST_STOPPED, NULL);
    return refusal;
}

int broadcast_was_revoked(struct meeting *m, const struct meeting_event *event)
{
    const struct broadcast_revoke *a = event->body;
    struct permission *p = pile_edit(m, PILE_PERMISSION, a->permission, event);
    if (!p)
        return -EBADMSG;
    p->revoked = true;
    return 0;
}

enum meeting_refusal broadcast_decide_start(const struct deciding *d, const void *args)
{
    const struct broadcast_start *a = args;
    if (d->m->broadcast.on_air)
        return REFUSED_ALREADY;
    enum meeting_refusal refusal = broadcast_allowed(d->m, d->now);
    struct broadcast_started started = {.record = a->record,
                                        .epoch_utc_us = d->now->utc_us - d->now->media_us};
    return refusal ? refusal : outcome_add(d, FACT_BROADCAST_STARTED, &started);
}

int broadcast_was_started(struct meeting *m, const struct meeting_event *event)
{
    const struct broadcast_started *a = event->body;
    /* whatever the last one was switched to: with sound and picture, by priority */
    m->broadcast = (struct broadcast){.on_air = true, .record = a->record};
    return 0;
}

enum meeting_refusal broadcast_decide_stop(const struct deciding *d, const void *args)
{
    if (!d->m->broadcast.on_air)
        return REFUSED_ALREADY;
    return outcome_add(d, FACT_BROADCAST_STOPPED, NULL);
}

int broadcast_was_stopped(struct meeting *m, const struct meeting_event *event)
{
    m->broadcast.on_air = false;
    return 0;
}

static enum meeting_refusal flip(const struct deciding *d, bool is, const void *args,
                                 enum fact_id fact)
{
    const struct broadcast_switch *a = args;
    return a->on == is ? REFUSED_ALREADY : outcome_add(d, fact, a);
}

enum meeting_refusal broadcast_decide_record(const struct deciding *d, const void *args)
{
    if (!d->m->broadcast.on_air)
        return REFUSED_NOT_NOW;
    return flip(d, d->m->broadcast.record, args, FACT_RECORDING_REQUESTED);
}

int broadcast_was_recorded(struct meeting *m, const struct meeting_event *event)
{
    m->broadcast.record = ((const struct broadcast_switch *)event->body)->on;
    return 0;
}

enum meeting_refusal broadcast_decide_mute(const struct deciding *d, const void *args)
{
    return flip(d, d->m->broadcast.muted, args, FACT_PROGRAMME_MUTED);
}

int broadcast_was_muted(struct meeting *m, const struct meeting_event *event)
{
    m->broadcast.muted = ((const struct broadcast_switch *)event->body)->on;
    return 0;
}

enum meeting_refusal broadcast_decide_slate(const struct deciding *d, const void *args)
{
    return flip(d, d->m->broadcast.slate, args, FACT_PROGRAMME_SLATED);
}

int broadcast_was_slated(struct meeting *m, const struct meeting_event *event)
{
    m->broadcast.slate = ((const struct broadcast_switch *)event->body)->on;
    return 0;
}

enum meeting_refusal broadcast_decide_select(const struct deciding *d, const void *args)
{
    const struct broadcast_select *a = args;
    if (strcmp(a->source, d->m->broadcast.source) == 0)
        return REFUSED_ALREADY;
    return outcome_add(d, FACT_SOURCE_SELECTED, a);
}

int broadcast_was_selected(struct meeting *m, const struct meeting_event *event)
{
    text_set(m->broadcast.source, ((const struct broadcast_select *)event->body)->source);
    return 0;
}

enum meeting_refusal broadcast_decide_layout(const struct deciding *d, const void *args)
{
    const struct broadcast_layout *a = args;
    if (strcmp(a->layout, d->m->broadcast.layout) == 0)
        return REFUSED_ALREADY;
    return outcome_add(d, FACT_PROGRAMME_LAID_OUT, a);
}

int broadcast_was_laid_out(struct meeting *m, const struct meeting_event *event)
{
    text_set(m->broadcast.layout, ((const struct broadcast_layout *)event->body)->layout);
    return 0;
}
