/* The floor's verbs and facts, and what other modules of this room ask of it. */
#ifndef MECLIS_MEETING_FLOOR_PRIVATE_H
#define MECLIS_MEETING_FLOOR_PRIVATE_H

#include "meeting/floor_args.h"

verb_decide floor_decide_request, floor_decide_enter, floor_decide_withdraw, floor_decide_decline,
    floor_decide_reorder, floor_decide_grant, floor_decide_give, floor_decide_start,
    floor_decide_pause, floor_decide_extend, floor_decide_end, floor_decide_retime,
    floor_decide_warn, floor_decide_close, floor_decide_reopen, floor_decide_invite,
    floor_decide_budget, floor_decide_put, floor_decide_take;

int floor_requested(struct meeting *m, const struct meeting_event *event);
int floor_withdrawn(struct meeting *m, const struct meeting_event *event);
int floor_declined(struct meeting *m, const struct meeting_event *event);
int floor_reordered(struct meeting *m, const struct meeting_event *event);
int floor_was_granted(struct meeting *m, const struct meeting_event *event);
int floor_started(struct meeting *m, const struct meeting_event *event);
int floor_paused(struct meeting *m, const struct meeting_event *event);
int floor_extended(struct meeting *m, const struct meeting_event *event);
int floor_ended(struct meeting *m, const struct meeting_event *event);
int floor_retimed(struct meeting *m, const struct meeting_event *event);
int floor_warned(struct meeting *m, const struct meeting_event *event);
int floor_closed(struct meeting *m, const struct meeting_event *event);
int floor_reopened(struct meeting *m, const struct meeting_event *event);
int floor_invited(struct meeting *m, const struct meeting_event *event);
int floor_budgeted(struct meeting *m, const struct meeting_event *event);
int floor_put(struct meeting *m, const struct meeting_event *event);
int floor_taken(struct meeting *m, const struct meeting_event *event);

/* Adds the end, or the pause, of the turn that is on to the outcome, where one is. */
enum meeting_refusal floor_silence(const struct deciding *d);
enum meeting_refusal floor_hold(const struct deciding *d);

/* What waits for the item that is being left lapses. */
void floor_lapse(struct meeting *m, const struct meeting_event *event);

/* Who leaves the roster waits for the floor no more, and is on air no more. */
void floor_forget(struct meeting *m, const struct meeting_event *event, uint64_t person);

/* The group's budget, its index; the pile's count where it has none. */
size_t floor_budget_of(const struct meeting *m, const char *group);

/* Speech that no closed list and no budget holds back. */
bool floor_exempt(enum speech_kind kind);

/* The index of the person's entry among those on air; the pile's count where there is none. */
size_t floor_on_air(const struct meeting *m, uint64_t person);
size_t floor_count_on_air(const struct meeting *m);

#endif
