/* The meeting: a state machine. (state, command, actor, now) → events or a refusal;
 * (state, event) → state. Nothing else: no clock, no disk, no randomness, no JSON.
 *
 * A meeting belongs to one thread. Deciding never changes it and never allocates. */
#ifndef MECLIS_MEETING_MEETING_H
#define MECLIS_MEETING_MEETING_H

#include "base/cleanup.h"
#include "meeting/command.h"
#include "meeting/event.h"

/* Returns owned, in the state draft with no event applied; NULL without memory. */
struct meeting *meeting_create(void);
void meeting_destroy(struct meeting *m);

/* Returns 0 with the events in *ret (numbered from meeting_seq() + 1; none of them applied), or why
 * not; then *ret is not to be read. Events that are committed are applied by meeting_apply(), one
 * by one; several commands in one transaction are decided each upon the events of those before. */
enum meeting_refusal meeting_decide(const struct meeting *m, const struct meeting_command *command,
                                    const struct actor *actor, const struct now *now,
                                    struct outcome *ret);

/* Returns 0; -EINVAL: not the next seq, nothing happened; -EBADMSG: does not fit this state (a
 * damaged or foreign log); -ENOMEM. After the last two the state is good for nothing but
 * meeting_destroy(): load it anew from the log. */
int meeting_apply(struct meeting *m, const struct meeting_event *event);

/* Counts an event of the log that is not the domain's (a worker's, the clock's). Returns 0 or
 * -EINVAL. */
int meeting_pass(struct meeting *m, uint64_t seq);

uint64_t meeting_seq(const struct meeting *m);   /* of the last event; 0 for none */
int64_t meeting_utc_us(const struct meeting *m); /* when it happened */
enum meeting_state meeting_state(const struct meeting *m);

/* Whether the actor sits in a closed part now: who sees AUDIENCE_CLOSED and acts in it. */
bool meeting_sits_in_closed(const struct meeting *m, const struct actor *actor);

/* The audience that the fact would have if it happened now (ask before applying it). */
enum audience meeting_audience(const struct meeting *m, const struct fact *fact);

/* Whether the actor may see the event. Ask again when it is sent out, not only when it is made. */
bool meeting_sees(const struct meeting *m, const struct meeting_event *event,
                  const struct actor *actor);

/* Equal for equal states. For tests and for comparing a replay, not against forgery. */
uint64_t meeting_digest(const struct meeting *m);

DEFINE_CLEANUP(struct meeting *, meeting_destroy)

#endif
