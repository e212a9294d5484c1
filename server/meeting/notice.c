#include "meeting/state.h"

#include <errno.h>

SHAPE(notice_post, F_TEXT(notice_post, text));
SHAPE(notice_clear, F_REF(notice_clear, notice));
SHAPE(notice, F_HEAD(notice), F_TEXT(notice, text), F_FLAG(notice, cleared));

enum meeting_refusal notice_decide_post(const struct deciding *d, const void *args)
{
    return outcome_add(d, FACT_NOTICE_POSTED, args);
}

int notice_posted(struct meeting *m, const struct meeting_event *event)
{
    struct notice *n = pile_add(m, PILE_NOTICE, event);
    if (!n)
        return -ENOMEM;
    text_set(n->text, ((const struct notice_post *)event->body)->text);
    return 0;
}

enum meeting_refusal notice_decide_clear(const struct deciding *d, const void *args)
{
    const struct notice_clear *a = args;
    const struct notice *n = pile_find(d->m, PILE_NOTICE, a->notice);
    if (!n)
        return REFUSED_NOT_FOUND;
    return n->cleared ? REFUSED_ALREADY : outcome_add(d, FACT_NOTICE_CLEARED, a);
}

int notice_cleared(struct meeting *m, const struct meeting_event *event)
{
    const struct notice_clear *a = event->body;
    struct notice *n = pile_edit(m, PILE_NOTICE, a->notice, event);
    if (!n)
        return -EBADMSG;
    n->cleared = true;
    return 0;
}
