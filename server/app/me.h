/* Who sends a request, and that they go again. Core thread. */
#ifndef MECLIS_APP_ME_H
#define MECLIS_APP_ME_H

#include "app/identity.h"
#include "app/request.h"

/* Who sends the request to that meeting ("": to none in particular): by `Authorization: Bearer`
 * with the administrator's token or a session's, else by a session's cookie. What changes something
 * by a cookie must come from our own page, to the letter of its Origin: any other page's browser
 * lends it the cookie too. Returns 0, or has taken the request and refused it. */
int me_of_request(struct request *r, const char *meeting, struct principal *ret);

/* Whether somebody of the staff asks, by an account; else it has taken the request and refused it.
 */
bool me_of_staff(struct request *r);

#endif
