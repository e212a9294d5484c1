#include "app/entry.h"

#include "app/codes.h"
#include "app/cookies.h"
#include "app/link_record.h"
#include "app/routes.h"
#include "app/session.h"
#include "app/tries.h"
#include "auth/secret.h"
#include "base/clock.h"
#include "protocol/entry_message.h"
#include "protocol/server_message.h"
#include "store/access.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int entry_by_session(struct core *c, const char *meeting, const char *secret, struct principal *ret)
{
    uint8_t hash[SECRET_HASH_BYTES];
    return secret_hash(SECRET_SESSION, secret, hash) < 0 ? -EACCES
                                                         : session_find(c, hash, meeting, ret);
}

void entry_refuse(struct request *r, enum refusal code, const char *member)
{
    enum language language = language_from_accept(front_request_accept_language(r->front));
    request_reply(
        r, refusal_status(code),
        server_refused_text("", refusal_code(code), refusal_message(code, language), member));
}

void entry_refuse_later(struct request *r, int seconds)
{
    enum refusal code = REFUSAL_TOO_FAST;
    enum language language = language_from_accept(front_request_accept_language(r->front));
    struct front_response response = {
        .status = refusal_status(code),
        .content_type = "application/json; charset=utf-8",
        .retry_after_s = seconds,
        .body = server_refused_text("", refusal_code(code), refusal_message(code, language), "")};
    request_reply_with(r, &response);
}

void entry_give_session(struct core *c, struct request *r, struct access_session *s)
{
    char secret[SECRET_TEXT_MAX];
    bool https = front_request_is_https(r->front);
    int64_t lasts_us = s->account[0] ? ENTRY_ACCOUNT_SESSION_US : ENTRY_LINK_SESSION_US;
    s->begun_utc_us = clock_utc_us();
    s->until_utc_us = s->begun_utc_us + lasts_us;
    secret_make(secret);
    secret_hash(SECRET_SESSION, secret, s->hash);
    if (access_put_session(c->access, s) < 0) {
        entry_refuse(r, REFUSAL_STORE, "");
        return;
    }
    cleanup_buf struct buf lines;
    cookies_begin(c, front_request_cookies(r->front), https, s, secret, &lines);
    struct front_response response = {
        .status = 200,
        .content_type = "application/json; charset=utf-8",
        .set_cookies = buf_to_bytes(&lines),
        .body = entry_session_text(secret, s->meeting, s->principal, s->until_utc_us)};
    explicit_bzero(secret, sizeof secret);
    request_reply_with(r, &response);
}

static void give_link_session(struct request *r, const struct access_link *link)
{
    struct access_session s = {.roles = link->roles, .person = link->person};
    memcpy(s.meeting, link->meeting, sizeof s.meeting);
    memcpy(s.principal, link->principal, sizeof s.principal);
    entry_give_session(r->core, r, &s);
}

/* It may have been revoked, or made anew, by another command of the same turn. */
static void opened(const struct link_act *act)
{
    const struct access_link *link = &act->link;
    struct access_link now;
    int e = access_link_of(act->request->core->access, link->meeting, link->principal, &now);
    if (e == 0 && secret_hash_equal(now.hash, link->hash))
        give_link_session(act->request, link);
    else
        entry_refuse(act->request, e < 0 && e != -ENOENT ? REFUSAL_STORE : REFUSAL_UNAUTHORIZED,
                     "link");
}

static bool is_theirs(struct core *c, struct request *r, const struct access_link *link)
{
    struct principal p;
    return cookies_find(c, front_request_cookies(r->front), front_request_is_https(r->front),
                        link->meeting, &p) == 0 &&
           !p.account[0] && strcmp(p.text, link->principal) == 0;
}

void entry_open_link(struct core *c, struct request *r, const struct access_link *link,
                     enum link_way way)
{
    if (is_theirs(c, r, link)) {
        give_link_session(r, link);
        return;
    }
    char name[2 * ID_MAX];
    snprintf(name, sizeof name, "%s/%s", link->meeting, link->principal);
    int wait_s = tries_take_name(c->tries, TRIES_LINK, name);
    if (wait_s > 0) {
        entry_refuse_later(r, wait_s);
        return;
    }
    const struct link_act act = {
        .request = r, .verb = "link.open", .link = *link, .way = way, .then = opened};
    link_record(&act, "server");
}

static void by_link(struct core *c, struct request *r, const char *secret)
{
    struct access_link link;
    uint8_t hash[SECRET_HASH_BYTES];
    int e = secret_hash(SECRET_LINK, secret, hash);
    if (e == 0)
        e = access_find_link(c->access, hash, &link);
    if (e < 0) {
        entry_refuse(r, e == -EINVAL || e == -ENOENT ? REFUSAL_UNAUTHORIZED : REFUSAL_STORE,
                     "link");
        return;
    }
    entry_open_link(c, r, &link, LINK_BY_ADDRESS);
}

void entry_begin_session(struct request *r, void *place)
{
    struct core *c = place;
    struct entry_session wanted;
    struct client_wrong wrong;
    /* guessing a link is hopeless (256 bits), but each guess costs a look into a file */
    int wait_s = tries_take_address(c->tries, TRIES_ENTRY, front_request_address(r->front));
    if (!front_request_is_https(r->front) && !front_request_is_loopback(r->front))
        entry_refuse(r, REFUSAL_NEEDS_HTTPS, "");
    else if (wait_s > 0)
        entry_refuse_later(r, wait_s);
    else if (entry_session_read(front_request_body(r->front), &wanted, &wrong) < 0)
        entry_refuse(r, wrong.code, wrong.member);
    else if (wanted.link[0])
        by_link(c, r, wanted.link);
    else if (wanted.meeting[0])
        codes_enter(c, r, wanted.meeting, wanted.code);
    else
        sign_in(c, r, &wanted);
    explicit_bzero(&wanted, sizeof wanted);
}
