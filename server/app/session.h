/* Sessions: who they stand for, and their end, with which their sockets are closed. Core thread. */
#ifndef MECLIS_APP_SESSION_H
#define MECLIS_APP_SESSION_H

#include "app/identity.h"

/* Who the session of that hash is in the meeting ("": in none in particular, for accounts alone).
 * Returns 0; -EACCES where there is none, where it is another meeting's, where its meeting has
 * ended, or its person has left the roster; or an error of the store. */
int session_find(const struct core *c, const uint8_t hash[SECRET_HASH_BYTES], const char *meeting,
                 struct principal *ret);

/* Ends the links and sessions of meetings that have ended, and closes the sockets whose session is
 * over or has other roles by now. What fails is tried again at the next tick. */
void session_check(struct core *c);

/* Each second: checks where another program wrote (meclis account), something failed, or some time
 * has passed. */
void session_tick(struct core *c);

#endif
