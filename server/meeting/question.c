#include "meeting/state.h"

#include <errno.h>
#include <string.h>

const char *const question_state_names[7] = {
    "pending", "approved", "merged", "declined", "withdrawn", "put", "answered",
};
const char *const decline_category_names[6] = {
    "off_topic", "insult", "personal_data", "duplicate", "unclear", "other",
};

SHAPE(question, F_HEAD(question), F_OPT_REF(question, item), F_SIDE(question, text),
      F_OPT_SIDE(question, name), F_HIDDEN_TEXT(question, author),
      F_ENUM(question, state, question_state_names), F_OPT_REF(question, into),
      F_OPT_ENUM(question, category, decline_category_names), F_OPT_SIDE(question, reason),
      F_FLAG(question, pinned), F_NUMBER(question, supports, 0, TIME_MAX),
      F_HIDDEN_NUMBER(question, reports), F_OPT_NUMBER(question, put_utc_us, 0, TIME_MAX),
      F_OPT_NUMBER(question, put_media_us, 0, TIME_MAX),
      F_OPT_NUMBER(question, answered_utc_us, 0, TIME_MAX),
      F_OPT_NUMBER(question, answered_media_us, 0, TIME_MAX), F_OPT_REF(question, answered_by),
      F_OPT_TEXT(question, note), F_FLAG(question, corrected));

bool question_public(const struct question *q)
{
    return q->state == QUESTION_APPROVED || q->state == QUESTION_PUT ||
           q->state == QUESTION_ANSWERED;
}

bool question_sees(const struct meeting *m, const void *thing, const struct actor *actor)
{
    const struct question *q = thing;
    return question_public(q) || (actor->roles & ROLES_STAFF) ||
           strcmp(q->author, actor->principal) == 0;
}

const char *question_author(const struct meeting *m, const void *body)
{
    const struct question *q = pile_find(m, PILE_QUESTION, *(const uint64_t *)body);
    return q ? q->author : NULL;
}

int question_submitted(struct meeting *m, const struct meeting_event *event)
{
    const struct question_submit *a = event->body;
    struct question *q = pile_add(m, PILE_QUESTION, event);
    if (!q)
        return -ENOMEM;
    q->item = a->item;
    q->state = QUESTION_PENDING;
    text_set(q->text, a->text);
    text_set(q->name, a->name);
    text_set(q->author, event->actor);
    return 0;
}

static struct question *edit(struct meeting *m, const struct meeting_event *event)
{
    return pile_edit(m, PILE_QUESTION, *(const uint64_t *)event->body, event);
}

int question_was_approved(struct meeting *m, const struct meeting_event *event)
{
    struct question *q = edit(m, event);
    if (!q)
        return -EBADMSG;
    q->state = QUESTION_APPROVED;
    q->category = 0; /* it may have been declined before: why is not for the public */
    text_set(q->reason, "");
    return 0;
}

int question_merged(struct meeting *m, const struct meeting_event *event)
{
    const struct question_merge *a = event->body;
    if (!pile_find(m, PILE_QUESTION, a->into))
        return -EBADMSG;
    struct question *q = edit(m, event);
    if (!q)
        return -EBADMSG;
    q->state = QUESTION_MERGED;
    q->into = a->into;
    q->pinned = false;
    return 0;
}

int question_was_declined(struct meeting *m, const struct meeting_event *event)
{
    const struct question_declined *a = event->body;
    struct question *q = edit(m, event);
    if (!q)
        return -EBADMSG;
    q->state = QUESTION_DECLINED;
    q->category = a->category;
    q->pinned = false;
    return 0;
}

int question_was_explained(struct meeting *m, const struct meeting_event *event)
{
    struct question *q = edit(m, event);
    if (!q)
        return -EBADMSG;
    text_set(q->reason, ((const struct question_explained *)event->body)->reason);
    return 0;
}

int question_withdrawn(struct meeting *m, const struct meeting_event *event)
{
    struct question *q = edit(m, event);
    if (!q)
        return -EBADMSG;
    q->state = QUESTION_WITHDRAWN;
    q->pinned = false;
    return 0;
}

int question_pinned(struct meeting *m, const struct meeting_event *event)
{
    struct question *q = edit(m, event);
    if (!q)
        return -EBADMSG;
    q->pinned = ((const struct question_pin *)event->body)->on;
    return 0;
}

int question_put(struct meeting *m, const struct meeting_event *event)
{
    struct question *q = edit(m, event);
    if (!q)
        return -EBADMSG;
    q->state = QUESTION_PUT;
    q->put_utc_us = event->at_utc_us;
    q->put_media_us = event->media_us;
    return 0;
}

int question_answered(struct meeting *m, const struct meeting_event *event)
{
    const struct question_answer *a = event->body;
    struct question *q = edit(m, event);
    if (!q)
        return -EBADMSG;
    q->state = QUESTION_ANSWERED;
    q->answered_utc_us = event->at_utc_us;
    q->answered_media_us = event->media_us;
    q->answered_by = a->person;
    q->pinned = false;
    text_set(q->note, a->note);
    return 0;
}

int question_retimed(struct meeting *m, const struct meeting_event *event)
{
    const struct question_retime *a = event->body;
    struct question *q = edit(m, event);
    if (!q)
        return -EBADMSG;
    q->put_media_us = a->put_media_us;
    q->answered_media_us = a->answered_media_us;
    q->corrected = true;
    return 0;
}

int question_supported(struct meeting *m, const struct meeting_event *event)
{
    const struct question_support *a = event->body;
    struct question *q = edit(m, event);
    if (!q)
        return -EBADMSG;
    int64_t before = marks_get(m, MARK_SUPPORT, a->question, event->actor);
    int r = marks_set(m, event, MARK_SUPPORT, a->question, event->actor, a->on);
    if (r == 0)
        q->supports += (int64_t)a->on - before;
    return r;
}

int question_reported(struct meeting *m, const struct meeting_event *event)
{
    const struct question_report *a = event->body;
    struct question *q = edit(m, event);
    if (!q)
        return -EBADMSG;
    int64_t before = marks_get(m, MARK_REPORT, a->question, event->actor);
    int r = marks_set(m, event, MARK_REPORT, a->question, event->actor, a->category);
    if (r == 0)
        q->reports += before == 0;
    return r;
}

int question_asked(struct meeting *m, const struct meeting_event *event)
{
    const struct question_asking *a = event->body;
    if (!a->item) {
        m->sitting.asking_closed = a->closed;
        return 0;
    }
    struct item *item = pile_edit(m, PILE_ITEM, a->item, event);
    if (!item)
        return -EBADMSG;
    item->asking_closed = a->closed;
    return 0;
}
