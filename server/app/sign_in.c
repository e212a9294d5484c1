/* Signing in with a password: looked up on the core thread, hashed in the pool, settled on the core
 * thread. */
#include "app/entry.h"
#include "app/request.h"
#include "app/tries.h"
#include "auth/password.h"
#include "auth/totp.h"
#include "base/clock.h"
#include "protocol/entry_message.h"
#include "store/access.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Each hash takes 64 MiB: so many at once, the next is refused as busy. */
#define MAX_AT_ONCE 2

struct signing {
    struct letter letter;
    struct core *core;
    struct request *request;
    struct access_account account;
    bool known;
    char code[16], password[ENTRY_PASSWORD_BYTES];
    int checked; /* what password_check() said */
};

static void signing_free(struct signing *s)
{
    explicit_bzero(s->password, sizeof s->password);
    explicit_bzero(s->code, sizeof s->code);
    free(s);
}

static void finish(struct signing *s, enum refusal refused)
{
    struct access_session session = {.roles = s->account.roles};
    memcpy(session.account, s->account.name, sizeof session.account);
    memcpy(session.principal, s->account.principal, sizeof session.principal);
    atomic_fetch_sub(&s->core->signing_in, 1);
    if (refused)
        entry_refuse(s->request, refused, "");
    else
        entry_give_session(s->core, s->request, &session);
    signing_free(s);
}

static bool code_is_right(struct signing *s)
{
    int64_t step;
    if (!s->account.has_totp)
        return true;
    return totp_check(s->account.totp, s->code, clock_utc_us(), s->account.totp_step, &step) == 0 &&
           access_use_totp(s->core->access, s->account.name, step) == 0;
}

/* It may have been disabled, or its password changed, while this one was checked. */
static bool look_again(struct signing *s)
{
    struct access_account now;
    if (access_find_account(s->core->access, s->account.name, &now) < 0 || now.disabled ||
        strcmp(now.password_hash, s->account.password_hash) != 0)
        return false;
    s->account = now;
    return true;
}

/* Back on the core thread. One answer for all that is wrong: it tells nobody what was right. */
static void open_checked(struct letter *letter, void *owner)
{
    struct signing *s = (struct signing *)letter;
    bool right = s->checked == 0 && s->known && look_again(s) && code_is_right(s);
    if (right)
        tries_forgive(s->core->tries, s->account.name);
    finish(s, right ? 0 : s->checked == -ENOMEM ? REFUSAL_BUSY : REFUSAL_UNAUTHORIZED);
}

/* On whichever thread it could not go on. */
static void discard(struct letter *letter)
{
    struct signing *s = (struct signing *)letter;
    atomic_fetch_sub(&s->core->signing_in, 1);
    entry_refuse(s->request, REFUSAL_BUSY, "");
    signing_free(s);
}

static void open_check(struct letter *letter, void *owner)
{
    struct signing *s = (struct signing *)letter;
    s->checked = password_check(s->known ? s->account.password_hash : NULL, s->password);
    explicit_bzero(s->password, sizeof s->password);
    s->letter = (struct letter){.open = open_checked, .discard = discard};
    if (mailbox_post(s->core->box, &s->letter) < 0)
        discard(&s->letter);
}

void sign_in(struct core *c, struct request *r, const struct entry_session *wanted)
{
    int wait_s =
        tries_take_address(c->tries, TRIES_PASSWORD_ADDRESS, front_request_address(r->front));
    if (wait_s == 0)
        wait_s = tries_take_name(c->tries, TRIES_PASSWORD, wanted->account);
    if (wait_s > 0) {
        entry_refuse_later(r, wait_s);
        return;
    }
    struct signing *s = atomic_load(&c->signing_in) < MAX_AT_ONCE ? calloc(1, sizeof *s) : NULL;
    if (!s) {
        entry_refuse(r, REFUSAL_BUSY, "");
        return;
    }
    int e = access_find_account(c->access, wanted->account, &s->account);
    if (e < 0 && e != -ENOENT && e != -EINVAL) {
        signing_free(s);
        entry_refuse(r, REFUSAL_STORE, "");
        return;
    }
    s->known = e == 0;
    s->core = c;
    s->request = r;
    memcpy(s->code, wanted->code, sizeof s->code);
    memcpy(s->password, wanted->password, sizeof s->password);
    s->letter = (struct letter){.open = open_check, .discard = discard};
    atomic_fetch_add(&c->signing_in, 1);
    if (pool_post(c->pool, &s->letter) < 0)
        finish(s, REFUSAL_BUSY);
}
