/* The closed part (kapalı oturum): only after a recorded decision (Belediye Kanunu 5393, md. 20).
 * These events are the record's side of it; that no picture leaves is the worker's, which closes
 * before the event is committed and opens after. The public sees that it is closed, and why. */
#ifndef MECLIS_MEETING_GATE_H
#define MECLIS_MEETING_GATE_H

#include "meeting/sitting.h"

/* The decision is a vote of this sitting on a motion to close it, or one recorded elsewhere. */
struct part_close {
    uint64_t vote;
    char number[TEXT_CODE];    /* of the decision, where there is no vote */
    char document[TEXT_TITLE]; /* where it is recorded, likewise */
    char reason[TEXT_NOTE];    /* public */
};
extern const struct shape part_close_shape;

verb_decide gate_decide_close, gate_decide_open;
int gate_closed(struct meeting *m, const struct meeting_event *event);
int gate_opened(struct meeting *m, const struct meeting_event *event);

#endif
