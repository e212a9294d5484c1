#include "app/setup.h"

#include "app/entry.h"
#include "app/routes.h"
#include "app/tries.h"
#include "auth/password.h"
#include "base/log.h"
#include "protocol/entry_message.h"
#include "store/access.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define KEY_DIGITS 40
#define ENCODER_KEY_DIGITS 24

static void key_path(const struct core *c, char ret[PATH_MAX])
{
    snprintf(ret, PATH_MAX, "%s/setup-key", c->data);
}

static int note_administrator(void *ctx, const struct access_account *account)
{
    *(bool *)ctx |= !account->disabled && (account->roles & ROLE_ADMINISTRATOR);
    return 0;
}

/* Whether somebody can administer. Returns 1, 0, or an error. */
static int has_administrator(const struct core *c)
{
    bool has = false;
    int r = access_list_accounts(c->access, note_administrator, &has);
    return r < 0 ? r : has;
}

static void forget_key(struct core *c)
{
    char path[PATH_MAX];
    key_path(c, path);
    unlink(path);
    c->setup_key = (struct token){0};
}

void setup_begin(struct core *c, const char *url)
{
    char path[PATH_MAX];
    key_path(c, path);
    int has = has_administrator(c);
    if (has) {
        if (has > 0)
            forget_key(c);
        return;
    }
    if (c->demo) /* its links do for all */
        return;
    int r = token_load_or_create(path, KEY_DIGITS, &c->setup_key);
    if (r < 0)
        log_error("core", "%s: %s", path, strerror(-r));
    else
        log_info("core",
                 "no administrator yet; make the first account, once, at %s/admin#%s "
                 "(ilk yönetici hesabını bu adreste açın)",
                 url, c->setup_key.text);
}

int setup_add_room(struct config *config, const char *data)
{
    if (config->room_count || config->meeting_count)
        return 0;
    char path[PATH_MAX];
    struct token key;
    snprintf(path, sizeof path, "%s/room-key", data);
    int r = token_load_or_create(path, ENCODER_KEY_DIGITS, &key);
    if (r < 0)
        return r;
    struct config_room *room = &config->rooms[config->room_count++];
    struct config_source *source = &room->sources[room->source_count++];
    snprintf(room->id, sizeof room->id, "salon");
    snprintf(room->title, sizeof room->title, "Salon");
    snprintf(source->id, sizeof source->id, "yayin");
    snprintf(source->url, sizeof source->url, "%s", key.text);
    source->kind = SOURCE_RTMP;
    source->priority = 1;
    return 0;
}

/* ---- the account ---- */

struct setting_up {
    struct letter letter;
    struct core *core;
    struct request *request;
    struct entry_setup wanted;
    char hash[PASSWORD_HASH_MAX];
    int hashed;
};

static void finish(struct setting_up *s, enum refusal refused, const char *member)
{
    atomic_fetch_sub(&s->core->signing_in, 1);
    if (refused)
        entry_refuse(s->request, refused, member);
    explicit_bzero(&s->wanted, sizeof s->wanted);
    free(s);
}

/* Returns 0, -EEXIST (a clerk's, perhaps: it is not ours to give away), or an error. */
static int put_account(struct access *a, const struct access_account *account)
{
    struct access_account same;
    int e = access_find_account(a, account->name, &same);
    if (e != -ENOENT)
        return e == 0 ? -EEXIST : e;
    return access_put_account(a, account);
}

static void make_account(struct setting_up *s)
{
    struct core *c = s->core;
    struct access_account account = {.principal = "p-", .roles = ROLE_ADMINISTRATOR | ROLE_CLERK};
    snprintf(account.name, sizeof account.name, "%s", s->wanted.account);
    snprintf(account.password_hash, sizeof account.password_hash, "%s", s->hash);
    int e = id_random_hex(account.principal + 2, 25);
    if (e == 0)
        e = put_account(c->access, &account);
    if (e < 0) {
        finish(s, e == -EEXIST ? REFUSAL_ACCOUNT_EXISTS : REFUSAL_STORE,
               e == -EEXIST ? "account" : "");
        return;
    }
    forget_key(c);
    log_info("core", "the administrator's account \"%s\" was made", account.name);
    struct access_session session = {.roles = account.roles};
    memcpy(session.account, account.name, sizeof session.account);
    memcpy(session.principal, account.principal, sizeof session.principal);
    entry_give_session(c, s->request, &session);
    finish(s, 0, "");
}

/* Back on the core thread. Of two who came at once the second finds the key gone. */
static void open_hashed(struct letter *letter, void *owner)
{
    struct setting_up *s = (struct setting_up *)letter;
    if (s->hashed < 0)
        finish(s, REFUSAL_BUSY, "");
    else if (!s->core->setup_key.text[0] || has_administrator(s->core) != 0)
        finish(s, REFUSAL_UNAUTHORIZED, "");
    else
        make_account(s);
}

static void discard(struct letter *letter)
{
    finish((struct setting_up *)letter, REFUSAL_BUSY, "");
}

static void open_hash(struct letter *letter, void *owner)
{
    struct setting_up *s = (struct setting_up *)letter;
    s->hashed = password_hash(s->wanted.password, s->hash);
    s->letter = (struct letter){.open = open_hashed, .discard = discard};
    if (mailbox_post(s->core->box, &s->letter) < 0)
        discard(&s->letter);
}

static void hash(struct core *c, struct request *r, const struct entry_setup *wanted)
{
    struct setting_up *s = atomic_load(&c->signing_in) < 2 ? calloc(1, sizeof *s) : NULL;
    if (!s) {
        entry_refuse(r, REFUSAL_BUSY, "");
        return;
    }
    s->core = c;
    s->request = r;
    s->wanted = *wanted;
    s->letter = (struct letter){.open = open_hash, .discard = discard};
    atomic_fetch_add(&c->signing_in, 1);
    if (pool_post(c->pool, &s->letter) < 0)
        finish(s, REFUSAL_BUSY, "");
}

void setup_post(struct request *r, void *place)
{
    struct core *c = place;
    struct entry_setup wanted;
    struct client_wrong wrong;
    int wait_s =
        tries_take_address(c->tries, TRIES_PASSWORD_ADDRESS, front_request_address(r->front));
    if (!front_request_is_https(r->front) && !front_request_is_loopback(r->front))
        entry_refuse(r, REFUSAL_NEEDS_HTTPS, "");
    else if (wait_s > 0)
        entry_refuse_later(r, wait_s);
    else if (entry_setup_read(front_request_body(r->front), &wanted, &wrong) < 0)
        entry_refuse(r, wrong.code, wrong.member);
    else if (!c->setup_key.text[0] || !token_equals(&c->setup_key, wanted.key))
        entry_refuse(r, REFUSAL_UNAUTHORIZED, "");
    else if (!id_valid(wanted.account))
        entry_refuse(r, REFUSAL_OUT_OF_RANGE, "account");
    else if (password_flaw(wanted.password, wanted.account))
        entry_refuse(r, REFUSAL_WEAK_PASSWORD, "password");
    else
        hash(c, r, &wanted);
    explicit_bzero(&wanted, sizeof wanted);
}
