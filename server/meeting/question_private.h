/* The questions' verbs and facts. */
#ifndef MECLIS_MEETING_QUESTION_PRIVATE_H
#define MECLIS_MEETING_QUESTION_PRIVATE_H

#include "meeting/question.h"

verb_decide question_decide_submit, question_decide_approve, question_decide_merge,
    question_decide_decline, question_decide_withdraw, question_decide_pin, question_decide_put,
    question_decide_answer, question_decide_support, question_decide_report, question_decide_asking,
    question_decide_retime;

int question_submitted(struct meeting *m, const struct meeting_event *event);
int question_was_approved(struct meeting *m, const struct meeting_event *event);
int question_merged(struct meeting *m, const struct meeting_event *event);
int question_was_declined(struct meeting *m, const struct meeting_event *event);
int question_was_explained(struct meeting *m, const struct meeting_event *event);
int question_withdrawn(struct meeting *m, const struct meeting_event *event);
int question_pinned(struct meeting *m, const struct meeting_event *event);
int question_put(struct meeting *m, const struct meeting_event *event);
int question_answered(struct meeting *m, const struct meeting_event *event);
int question_supported(struct meeting *m, const struct meeting_event *event);
int question_reported(struct meeting *m, const struct meeting_event *event);
int question_retimed(struct meeting *m, const struct meeting_event *event);
int question_asked(struct meeting *m, const struct meeting_event *event);

/* Bodies begin with the question's ref: who asked it. */
const char *question_author(const struct meeting *m, const void *body);

bool question_sees(const struct meeting *m, const void *thing, const struct actor *actor);

#endif
