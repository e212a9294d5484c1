#include "app/me.h"

#include "app/entry.h"
#include "app/routes.h"
#include "app/session.h"
#include "protocol/client_message.h"
#include "protocol/entry_message.h"
#include "store/access.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char bearer[] = "Bearer ";

static bool is_change(const struct request *r)
{
    enum front_method m = front_request_method(r->front);
    return m != FRONT_GET && m != FRONT_HEAD;
}

static int by_authorization(struct request *r, const char *meeting, struct principal *ret)
{
    const char *said = front_request_authorization(r->front);
    if (token_authorizes(&r->core->admin_token, said))
        return identity_by_token(r->core, r->core->admin_token.text, false, ret);
    if (strncmp(said, bearer, sizeof bearer - 1) != 0)
        return -EACCES;
    return entry_by_session(r->core, meeting, said + sizeof bearer - 1, ret);
}

static int by_cookie(struct request *r, const char *meeting, struct principal *ret)
{
    char secret[CLIENT_TOKEN_BYTES];
    if (!entry_session_cookie(front_request_cookies(r->front), front_request_is_https(r->front),
                              secret, sizeof secret))
        return -EACCES;
    return entry_by_session(r->core, meeting, secret, ret);
}

int me_of_request(struct request *r, const char *meeting, struct principal *ret)
{
    bool says = front_request_authorization(r->front)[0];
    int e = says ? by_authorization(r, meeting, ret) : by_cookie(r, meeting, ret);
    enum refusal refused = e == -EACCES ? REFUSAL_UNAUTHORIZED : e < 0 ? REFUSAL_STORE : 0;
    if (!refused && !says && is_change(r) && front_request_origin(r->front) != FRONT_ORIGIN_OWN)
        refused = REFUSAL_FOREIGN_ORIGIN;
    if (refused)
        request_refuse(r, refused);
    return refused ? -EACCES : 0;
}

void me_who(struct request *r, void *place)
{
    char meeting[ID_MAX] = "";
    struct principal p;
    int size = front_request_query_value(r->front, "meeting", meeting, sizeof meeting);
    if (size < 0 && size != -ENOENT) {
        request_refuse(r, REFUSAL_BAD_REQUEST);
        return;
    }
    if (me_of_request(r, size < 0 ? "" : meeting, &p) < 0)
        return;
    const struct entry_who who = {.principal = p.text,
                                  .account = p.account,
                                  .roles = p.roles,
                                  .person = p.person,
                                  .until_utc_us = p.until_utc_us};
    request_reply(r, 200, entry_who_text(&who));
}

/* Also where the meeting is over, or the cookie is of nobody any more: whoever goes has gone. */
void me_out(struct request *r, void *place)
{
    struct core *c = place;
    bool https = front_request_is_https(r->front);
    char secret[CLIENT_TOKEN_BYTES] = "";
    uint8_t hash[SECRET_HASH_BYTES];
    const char *said = front_request_authorization(r->front);
    bool says = strncmp(said, bearer, sizeof bearer - 1) == 0;
    if (!says && front_request_origin(r->front) != FRONT_ORIGIN_OWN) {
        request_refuse(r, REFUSAL_FOREIGN_ORIGIN);
        return;
    }
    if (!says)
        entry_session_cookie(front_request_cookies(r->front), https, secret, sizeof secret);
    int e = secret_hash(SECRET_SESSION, says ? said + sizeof bearer - 1 : secret, hash);
    explicit_bzero(secret, sizeof secret);
    if (e == 0)
        e = access_drop_session(c->access, hash);
    if (e < 0 && e != -EINVAL && e != -ENOENT) {
        request_refuse(r, REFUSAL_STORE);
        return;
    }
    session_check(c);
    struct front_response response = {.status = 204};
    snprintf(response.set_cookie, sizeof response.set_cookie,
             "%s=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict%s",
             https ? ENTRY_COOKIE_HTTPS : ENTRY_COOKIE, https ? "; Secure" : "");
    request_reply_with(r, &response);
}
