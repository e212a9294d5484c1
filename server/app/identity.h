/* Who someone is towards a meeting: by the administrator's token, or nobody in particular with a
 * number of their own. */
#ifndef MECLIS_APP_IDENTITY_H
#define MECLIS_APP_IDENTITY_H

#include "app/core.h"
#include "auth/secret.h"
#include "meeting/event.h"
#include "meeting/roles.h"

/* What a struct actor is made from; holds its own text. An account, a personal link and a viewer's
 * cookie all come to this. */
struct principal {
    char text[PRINCIPAL_BYTES]; /* opaque: the log shows it to everybody */
    uint32_t roles;
    uint64_t person; /* of the meeting's roster; 0: none */
    bool in_hall;

    /* where it is by a session (session.h) */
    bool by_session;
    char account[ID_MAX]; /* "": by a personal link */
    uint8_t session[SECRET_HASH_BYTES];
    int64_t begun_utc_us, until_utc_us;
};

#define IDENTITY_COOKIE "meclis-viewer"
#define IDENTITY_COOKIE_HTTPS "__Host-" IDENTITY_COOKIE

/* Somebody new: a viewer with a number of their own. */
void identity_guest(struct principal *ret);

/* The viewer of the signed cookie among these ("a=1; b=2"); somebody new where there is none of
 * ours. Returns whether it was there. */
bool identity_viewer(const struct core *c, const char *cookies, bool https, struct principal *ret);

/* A new viewer's Set-Cookie line, returned owned; NULL without memory. */
struct bytes *identity_new_cookie(const struct core *c, bool https);

/* Returns 0, or -EACCES where the token is nobody's. */
int identity_by_token(const struct core *c, const char *token, bool in_hall, struct principal *ret);

struct actor identity_actor(const struct principal *p); /* borrows it */

#endif
