/* The agenda's verbs and facts, and what other modules of this room ask of it. */
#ifndef MECLIS_MEETING_AGENDA_PRIVATE_H
#define MECLIS_MEETING_AGENDA_PRIVATE_H

#include "meeting/agenda.h"

verb_decide agenda_decide_add, agenda_decide_propose, agenda_decide_admit, agenda_decide_edit,
    agenda_decide_move, agenda_decide_suspend, agenda_decide_withdraw, agenda_decide_carry,
    agenda_decide_join, agenda_decide_advance, agenda_decide_leave, agenda_decide_take,
    agenda_decide_attach, agenda_decide_detach, agenda_decide_refer, agenda_decide_report,
    agenda_decide_decide, agenda_decide_retime;

int agenda_added(struct meeting *m, const struct meeting_event *event);
int agenda_proposed(struct meeting *m, const struct meeting_event *event);
int agenda_admitted(struct meeting *m, const struct meeting_event *event);
int agenda_edited(struct meeting *m, const struct meeting_event *event);
int agenda_moved(struct meeting *m, const struct meeting_event *event);
int agenda_suspended(struct meeting *m, const struct meeting_event *event);
int agenda_withdrawn(struct meeting *m, const struct meeting_event *event);
int agenda_carried(struct meeting *m, const struct meeting_event *event);
int agenda_joined(struct meeting *m, const struct meeting_event *event);
int agenda_advanced(struct meeting *m, const struct meeting_event *event);
int agenda_attached(struct meeting *m, const struct meeting_event *event);
int agenda_detached(struct meeting *m, const struct meeting_event *event);
int agenda_referred(struct meeting *m, const struct meeting_event *event);
int agenda_reported(struct meeting *m, const struct meeting_event *event);
int agenda_decided(struct meeting *m, const struct meeting_event *event);
int agenda_retimed(struct meeting *m, const struct meeting_event *event);

/* Whether an item in this state may be taken up. */
bool agenda_takeable(const struct item *item);

/* A span by the event that began it and its item; its index, or the pile's count. */
size_t agenda_span(const struct meeting *m, uint64_t span, uint64_t item);

/* Ends the spans that are on (a break, a closed part, the end), and begins them again: 0, -ENOMEM.
 */
void agenda_rest(struct meeting *m, const struct meeting_event *event);
int agenda_go_on(struct meeting *m, const struct meeting_event *event);

#endif
