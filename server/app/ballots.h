/* Electronic ballots, joined to the log: what a command's events do to the vote's box (store/
 * ballot.h), in the same savepoint, so that who voted and the paper are durable together or not at
 * all. Core thread. */
#ifndef MECLIS_APP_BALLOTS_H
#define MECLIS_APP_BALLOTS_H

#include "meeting/command.h"
#include "protocol/refusal.h"
#include "store/ballot.h"

struct vote_seal;

/* After the event was added to the log, within its command. `m`: before the event is applied.
 * Returns 0 or an error of ballot.h; see ballots_refusal_of(). */
int ballots_follow(struct store *s, const char *meeting, const struct meeting *m,
                   const struct meeting_command *command, const struct meeting_event *event);

/* Closes the box of the vote and counts: fills what `vote.seal` is to say. Within a command. */
int ballots_seal(struct store *s, const char *meeting, uint64_t vote, struct vote_seal *ret);

/* What the error means for the command alone; 0: it dooms the batch. */
enum refusal ballots_refusal_of(int error);

/* Overwrites a paper that a command carried: nothing of it stays in the server's queues. */
void ballots_forget(struct meeting_command *command);

#endif
