#include "meeting/state.h"

#include <errno.h>

SHAPE(record_redact, F_NUMBER(record_redact, from_media_us, 0, TIME_MAX),
      F_NUMBER(record_redact, to_media_us, 0, TIME_MAX), F_TEXT(record_redact, number),
      F_TEXT(record_redact, document), F_OPT_TEXT(record_redact, reason));
SHAPE(redaction, F_HEAD(redaction), F_STRUCT(redaction, is, record_redact));

enum meeting_refusal redaction_decide_redact(const struct deciding *d, const void *args)
{
    const struct record_redact *a = args;
    if (a->to_media_us <= a->from_media_us || a->to_media_us > d->now->media_us)
        return REFUSED_BAD_ARGS; /* a span of nothing, or of what is not there yet */
    return outcome_add(d, FACT_RECORD_REDACTED, a);
}

int redaction_redacted(struct meeting *m, const struct meeting_event *event)
{
    struct redaction *r = pile_add(m, PILE_REDACTION, event);
    if (!r)
        return -ENOMEM;
    r->is = *(const struct record_redact *)event->body;
    return 0;
}
