#include "meeting/sitting.h"

#include "meeting/state.h"

#include <errno.h>

const char *const sitting_kind_names[5] = {
    "ordinary", "extraordinary", "commission", "consultation", "briefing",
};

SHAPE(sitting, F_ENUM(sitting, state, meeting_state_names), F_FLAG(sitting, closed),
      F_FLAG(sitting, cancelled), F_FLAG(sitting, floor_closed), F_FLAG(sitting, asking_closed),
      F_OPT_REF(sitting, item), F_OPT_ENUM(sitting, kind, sitting_kind_names),
      F_OPT_TEXT(sitting, title), F_OPT_TEXT(sitting, term), F_OPT_TEXT(sitting, session),
      F_OPT_TEXT(sitting, number), F_OPT_TEXT(sitting, place), F_OPT_TEXT(sitting, reason),
      F_OPT_TEXT(sitting, closed_reason), F_OPT_NUMBER(sitting, starts_utc_us, 0, TIME_MAX),
      F_OPT_NUMBER(sitting, opened_utc_us, 0, TIME_MAX),
      F_OPT_NUMBER(sitting, ended_utc_us, 0, TIME_MAX),
      F_OPT_NUMBER(sitting, resumes_utc_us, 0, TIME_MAX));

SHAPE(part, F_HEAD(part), F_FLAG(part, closed), F_NUMBER(part, from_utc_us, 0, TIME_MAX),
      F_NUMBER(part, from_media_us, 0, TIME_MAX), F_OPT_NUMBER(part, to_utc_us, 0, TIME_MAX),
      F_OPT_NUMBER(part, to_media_us, 0, TIME_MAX), F_OPT_REF(part, to_seq), F_OPT_REF(part, vote),
      F_OPT_TEXT(part, number), F_OPT_TEXT(part, document), F_OPT_TEXT(part, reason));

SHAPE(sitting_describe, F_ENUM(sitting_describe, kind, sitting_kind_names),
      F_TEXT(sitting_describe, title), F_OPT_TEXT(sitting_describe, term),
      F_OPT_TEXT(sitting_describe, session), F_OPT_TEXT(sitting_describe, number),
      F_OPT_TEXT(sitting_describe, place),
      F_OPT_NUMBER(sitting_describe, starts_utc_us, 0, TIME_MAX));
SHAPE(sitting_pause, F_OPT_TEXT(sitting_pause, reason),
      F_OPT_NUMBER(sitting_pause, resumes_utc_us, 0, TIME_MAX));
SHAPE(sitting_cancel, F_TEXT(sitting_cancel, reason));

void sitting_init(struct sitting *s)
{
    s->state = MEETING_DRAFT;
}

const struct sitting *meeting_sitting(const struct meeting *m)
{
    return &m->sitting;
}

/* A closed part lasts until the next part begins: through the break that follows it too. */
bool sitting_was_closed_at(const struct meeting *m, uint64_t seq)
{
    size_t count = pile_count(m, PILE_PART);
    for (size_t i = 0; i < count; i++) {
        const struct part *part = pile_at(m, PILE_PART, i);
        const struct part *next = i + 1 < count ? pile_at(m, PILE_PART, i + 1) : NULL;
        if (part->closed && seq > part->head.seq && (!next || seq < next->head.seq))
            return true;
    }
    return false;
}

enum meeting_refusal sitting_decide_describe(const struct deciding *d, const void *args)
{
    return outcome_add(d, FACT_SITTING_DESCRIBED, args);
}

int sitting_described(struct meeting *m, const struct meeting_event *event)
{
    const struct sitting_describe *a = event->body;
    struct sitting *s = &m->sitting;
    s->kind = a->kind;
    text_set(s->title, a->title);
    text_set(s->term, a->term);
    text_set(s->session, a->session);
    text_set(s->number, a->number);
    text_set(s->place, a->place);
    s->starts_utc_us = a->starts_utc_us;
    return 0;
}

enum meeting_refusal sitting_decide_announce(const struct deciding *d, const void *args)
{
    if (!d->m->sitting.kind)
        return REFUSED_NOT_NOW; /* nothing said yet about what it is */
    return outcome_add(d, FACT_SITTING_ANNOUNCED, NULL);
}

int sitting_announced(struct meeting *m, const struct meeting_event *event)
{
    m->sitting.state = MEETING_ANNOUNCED;
    return 0;
}

int part_begin(struct meeting *m, const struct meeting_event *event, bool closed)
{
    struct part *part = pile_add(m, PILE_PART, event);
    if (!part)
        return -ENOMEM;
    part->closed = closed;
    part->from_utc_us = event->at_utc_us;
    part->from_media_us = event->media_us;
    return 0;
}

void part_end(struct meeting *m, const struct meeting_event *event)
{
    size_t count = pile_count(m, PILE_PART);
    const struct part *last = count ? pile_at(m, PILE_PART, count - 1) : NULL;
    if (!last || last->to_seq)
        return;
    struct part *part = pile_edit_at(m, PILE_PART, count - 1, event);
    part->to_seq = event->seq;
    part->to_utc_us = event->at_utc_us;
    part->to_media_us = event->media_us;
}

enum meeting_refusal sitting_decide_open(const struct deciding *d, const void *args)
{
    bool formal = d->m->sitting.kind <= SITTING_COMMISSION;
    if (formal && !attendance_quorum(d->m, d->now->utc_us))
        return REFUSED_NO_QUORUM; /* a roll call first */
    return outcome_add(d, FACT_SITTING_OPENED, NULL);
}

int sitting_opened(struct meeting *m, const struct meeting_event *event)
{
    if (m->sitting.state != MEETING_ANNOUNCED)
        return -EBADMSG;
    int r = part_begin(m, event, false);
    if (r == 0) {
        m->sitting.state = MEETING_LIVE;
        m->sitting.opened_utc_us = event->at_utc_us;
    }
    return r;
}

/* In a break: it lasts longer, or shorter, than was said. */
enum meeting_refusal sitting_decide_pause(const struct deciding *d, const void *args)
{
    const struct sitting_pause *a = args;
    if (a->resumes_utc_us && a->resumes_utc_us <= d->now->utc_us)
        return REFUSED_BAD_ARGS; /* a time that has passed already */
    if (vote_open(d->m))
        return REFUSED_NOT_NOW;
    enum meeting_refusal refusal = floor_hold(d);
    return refusal ? refusal : outcome_add(d, FACT_SITTING_PAUSED, a);
}

int sitting_paused(struct meeting *m, const struct meeting_event *event)
{
    const struct sitting_pause *a = event->body;
    if (!(IN(m->sitting.state) & IN_SITTING))
        return -EBADMSG;
    if (m->sitting.state != MEETING_BREAK) {
        part_end(m, event);
        agenda_rest(m, event);
    }
    m->sitting.state = MEETING_BREAK;
    m->sitting.resumes_utc_us = a->resumes_utc_us;
    text_set(m->sitting.reason, a->reason);
    return 0;
}

enum meeting_refusal sitting_decide_resume(const struct deciding *d, const void *args)
{
    return outcome_add(d, FACT_SITTING_RESUMED, NULL);
}

int sitting_resumed(struct meeting *m, const struct meeting_event *event)
{
    struct sitting *s = &m->sitting;
    if (s->state != MEETING_BREAK)
        return -EBADMSG;
    int r = part_begin(m, event, s->closed);
    if (r == 0 && !s->closed)
        r = agenda_go_on(m, event);
    if (r < 0)
        return r;
    s->state = s->closed ? MEETING_CLOSED : MEETING_LIVE;
    s->resumes_utc_us = 0;
    text_set(s->reason, "");
    return 0;
}

enum meeting_refusal sitting_decide_end(const struct deciding *d, const void *args)
{
    if (d->m->sitting.closed || vote_open(d->m))
        return REFUSED_NOT_NOW; /* it ends in the open */
    enum meeting_refusal refusal = floor_silence(d);
    return refusal ? refusal : outcome_add(d, FACT_SITTING_ENDED, NULL);
}

int sitting_ended(struct meeting *m, const struct meeting_event *event)
{
    if (m->sitting.closed || !(IN(m->sitting.state) & IN_SITTING))
        return -EBADMSG;
    part_end(m, event);
    agenda_rest(m, event);
    m->sitting.state = MEETING_ENDED;
    m->sitting.ended_utc_us = event->at_utc_us;
    m->sitting.resumes_utc_us = 0;
    return 0;
}

enum meeting_refusal sitting_decide_cancel(const struct deciding *d, const void *args)
{
    return outcome_add(d, FACT_SITTING_CANCELLED, args);
}

int sitting_was_cancelled(struct meeting *m, const struct meeting_event *event)
{
    const struct sitting_cancel *a = event->body;
    if (!(IN(m->sitting.state) & IN_PLAN))
        return -EBADMSG;
    m->sitting.state = MEETING_ENDED;
    m->sitting.cancelled = true;
    text_set(m->sitting.reason, a->reason);
    return 0;
}
