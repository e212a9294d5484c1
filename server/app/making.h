/* Meetings made while the server runs. What is known of such a meeting is the first event of its
 * log (`meeting.created`: title, language, room); the configuration knows nothing of it. Core
 * thread. */
#ifndef MECLIS_APP_MAKING_H
#define MECLIS_APP_MAKING_H

#include "app/core.h"
#include "protocol/making_message.h"
#include "protocol/refusal.h"

/* Takes up the meetings of the log that were made so. Returns 0 or a negative errno with a
 * sentence. */
int making_load(struct core *c, char ret_reason[512]);

/* Makes it, with the body, rules and people of the one that it is like: all of it is durable, or
 * nothing. `actor` is who wants it. Returns 0 and the meeting can be used at once, or a refusal and
 * the member that is wrong ("": none). */
enum refusal making_make(struct core *c, const struct making *wanted, const char *actor,
                         const char **ret_member);

#endif
