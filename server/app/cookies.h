/* A browser's session cookies: one by an account (`meclis-session`, over TLS with `__Host-` before
 * it), and one for each meeting ID that it came to by a personal link or a code
 * (`meclis-session-ID`), so that a second link does not put an end to the first. Core thread. */
#ifndef MECLIS_APP_COOKIES_H
#define MECLIS_APP_COOKIES_H

#include "app/identity.h"
#include "base/buf.h"

struct access_session;

/* Meetings that a browser is in by a link; with the next one the longest ago begun is over. */
#define COOKIES_MAX_LINKS 8
/* Of the Set-Cookie lines of an answer: more than all that one browser can have. */
#define COOKIES_MAX_BYTES 2048

/* Who these cookies stand for in that meeting ("": in none in particular, for accounts alone): by
 * its link or by their account, whichever began later. Returns as session_find() does. */
int cookies_find(const struct core *c, const char *cookies, bool https, const char *meeting,
                 struct principal *ret);

/* The Set-Cookie lines for a session that has just begun, and for those that are over with it: the
 * one that it replaces, and the oldest where there are too many. Initialises the buffer. */
void cookies_begin(struct core *c, const char *cookies, bool https, const struct access_session *s,
                   const char *secret, struct buf *ret);

/* Ends the session that counts in that meeting, or all of them (NULL), with the lines for it.
 * Initialises the buffer. Returns how many others this browser has, or an error of the store:
 * then some may be over. */
int cookies_end(struct core *c, const char *cookies, bool https, const char *meeting,
                struct buf *ret);

#endif
