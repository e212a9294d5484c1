/* What the meeting's commands do to its broadcast: looked at before they are decided, carried out
 * once they are committed. Core thread. */
#ifndef MECLIS_APP_EFFECTS_H
#define MECLIS_APP_EFFECTS_H

#include "app/broadcast.h"
#include "meeting/command.h"

/* 0, or why it can't be done whatever the meeting says. May write the epoch. */
enum refusal effects_before(struct broadcast *b, const struct meeting_command *command);

/* Takes an event of a command, now committed, into the broadcast's state. Returns a bit for what is
 * to be done, for effects_act() when all are taken. */
uint32_t effects_take(struct broadcast *b, const struct store_event *e);
void effects_act(struct broadcast *b, uint32_t bits);

/* Where the broadcast's state is due to be made anew: does so, and all that it brings about. */
void effects_renew(struct broadcast *b);

#endif
