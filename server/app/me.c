#include "app/me.h"

#include "app/cookies.h"
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
    return cookies_find(r->core, front_request_cookies(r->front), front_request_is_https(r->front),
                        meeting, ret);
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

/* Which meeting the address names: 0, -ENOENT, or has refused the request. */
static int named_meeting(struct request *r, char ret[ID_MAX])
{
    int size = front_request_query_value(r->front, "meeting", ret, ID_MAX);
    if (size < 0 && size != -ENOENT)
        request_refuse(r, REFUSAL_BAD_REQUEST);
    return size < 0 ? size : 0;
}

void me_who(struct request *r, void *place)
{
    char meeting[ID_MAX] = "";
    struct principal p;
    int named = named_meeting(r, meeting);
    if ((named < 0 && named != -ENOENT) || me_of_request(r, named < 0 ? "" : meeting, &p) < 0)
        return;
    const struct entry_who who = {.principal = p.text,
                                  .account = p.account,
                                  .roles = p.roles,
                                  .person = p.person,
                                  .until_utc_us = p.until_utc_us};
    request_reply(r, 200, entry_who_text(&who));
}

/* Returns 0, also where there is none such any more: whoever goes has gone. */
static int end_token(struct core *c, const char *token)
{
    uint8_t hash[SECRET_HASH_BYTES];
    int e = secret_hash(SECRET_SESSION, token, hash);
    if (e == 0)
        e = access_drop_session(c->access, hash);
    if (e < 0 && e != -EINVAL && e != -ENOENT)
        return e;
    c->session_due = true;
    return 0;
}

void me_out(struct request *r, void *place)
{
    struct core *c = place;
    char meeting[ID_MAX] = "";
    cleanup_buf struct buf lines = {0};
    const char *said = front_request_authorization(r->front);
    bool says = strncmp(said, bearer, sizeof bearer - 1) == 0;
    int named = named_meeting(r, meeting), others;
    if (named < 0 && named != -ENOENT)
        return;
    if (!says && front_request_origin(r->front) != FRONT_ORIGIN_OWN) {
        request_refuse(r, REFUSAL_FOREIGN_ORIGIN);
        return;
    }
    if (says)
        others = end_token(c, said + sizeof bearer - 1);
    else
        others = cookies_end(c, front_request_cookies(r->front), front_request_is_https(r->front),
                             named < 0 ? NULL : meeting, &lines);
    if (others < 0) {
        request_refuse(r, REFUSAL_STORE);
        return;
    }
    struct front_response response = {.status = 200,
                                      .content_type = "application/json; charset=utf-8",
                                      .set_cookies = lines.size ? buf_to_bytes(&lines) : NULL,
                                      .body = entry_left_text(others)};
    request_reply_with(r, &response);
}

bool me_of_staff(struct request *r)
{
    struct principal who;
    if (me_of_request(r, "", &who) < 0)
        return false;
    if (who.roles & ROLES_STAFF)
        return true;
    request_refuse(r, REFUSAL_FORBIDDEN);
    return false;
}
