/* Redaction: a span of the recording that is ordered removed after the fact. The record says that
 * it was, when and by whose decision; what removes it is the archive's. */
#ifndef MECLIS_MEETING_REDACTION_H
#define MECLIS_MEETING_REDACTION_H

#include "meeting/sitting.h"

/* Args of record.redact, and the body of record.redacted. */
struct record_redact {
    int64_t from_media_us, to_media_us;
    char number[TEXT_CODE];    /* of the decision or the court's order */
    char document[TEXT_TITLE]; /* where it is recorded */
    char reason[TEXT_NOTE];
};
struct redaction { /* a pile's thing: "redactions" */
    struct pile_head head;
    struct record_redact is;
};
extern const struct shape record_redact_shape, redaction_shape;

verb_decide redaction_decide_redact;
int redaction_redacted(struct meeting *m, const struct meeting_event *event);

#endif
