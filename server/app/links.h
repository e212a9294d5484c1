/* Personal links: made, listed and revoked over HTTP by the administrator's token or by a clerk's
 * account. Core thread. */
#ifndef MECLIS_APP_LINKS_H
#define MECLIS_APP_LINKS_H

#include "auth/secret.h"
#include "meeting/roles.h"

struct access_link;
struct broadcast;

/* Makes a personal link; an older one of that person's is revoked. Returns 0 or an error of the
 * store. */
int links_make_for(struct broadcast *b, enum meeting_role role, uint64_t person,
                   struct access_link *ret, char ret_secret[SECRET_TEXT_MAX]);

/* Whether somebody of these roles may hand out, or take back, what a link of those gives: nobody
 * gives away more than they have. */
bool links_may_give(uint32_t roles, uint32_t given);

#endif
