#include "app/cookies.h"

#include "app/session.h"
#include "auth/cookie.h"
#include "auth/secret.h"
#include "base/id.h"
#include "store/access.h"

#include <errno.h>
#include <string.h>

#define NAME "meclis-session"
#define NAME_HTTPS "__Host-" NAME
/* A line without a value: the longest name, and what is said of it. */
#define MAX_LINE 200

/* Each costs a look into a file: those of one meeting's name, and all. More were never given. */
#define MAX_TRIED 4
#define MAX_HELD 32

struct held {
    char meeting[ID_MAX]; /* "": an account's */
    bool whole;           /* a secret of ours, by its look */
    uint8_t hash[SECRET_HASH_BYTES];
};

static const char *base_name(bool https)
{
    return https ? NAME_HTTPS : NAME;
}

/* Whether the cookie is a session's by its name: then of which meeting. */
static bool read_name(const struct cookie *cookie, bool https, char ret_meeting[ID_MAX])
{
    size_t base = strlen(base_name(https));
    char id[ID_MAX] = "";
    if (cookie->name_size < base || memcmp(cookie->name, base_name(https), base) != 0)
        return false;
    if (cookie->name_size > base) {
        size_t size = cookie->name_size - base - 1;
        if (cookie->name[base] != '-' || size >= ID_MAX)
            return false;
        memcpy(id, cookie->name + base + 1, size);
        if (!id_valid(id))
            return false;
    }
    memcpy(ret_meeting, id, sizeof id);
    return true;
}

static bool next(const char **at, bool https, struct held *ret)
{
    struct cookie cookie;
    while (cookie_next(at, &cookie)) {
        char secret[SECRET_TEXT_MAX] = "";
        if (!read_name(&cookie, https, ret->meeting))
            continue;
        ret->whole = cookie_value(&cookie, secret, sizeof secret) &&
                     secret_hash(SECRET_SESSION, secret, ret->hash) == 0;
        explicit_bzero(secret, sizeof secret);
        return true;
    }
    return false;
}

static int find(const struct core *c, const struct held *h, const char *meeting,
                struct principal *ret)
{
    return h->whole ? session_find(c, h->hash, meeting, ret) : -EACCES;
}

int cookies_find(const struct core *c, const char *cookies, bool https, const char *meeting,
                 struct principal *ret)
{
    struct held h;
    struct principal p, newest = {0};
    bool found = false;
    for (int tried = 0; tried < MAX_TRIED && next(&cookies, https, &h);) {
        if (h.meeting[0] && strcmp(h.meeting, meeting) != 0)
            continue;
        int e = find(c, &h, meeting, &p);
        if (e < 0 && e != -EACCES)
            return e;
        tried++;
        if (e == 0 && (!found || p.begun_utc_us > newest.begun_utc_us))
            newest = p;
        found = found || e == 0;
    }
    if (!found)
        return -EACCES;
    *ret = newest;
    return 0;
}

/* ---- what a browser is told to keep, and to forget ---- */

static void add_line(struct buf *out, bool https, const char *meeting, const char *secret,
                     int64_t lasts_s)
{
    buf_addf(out, "Set-Cookie: %s%s%s=%s; Path=/; Max-Age=%lld; HttpOnly; SameSite=Strict%s\r\n",
             base_name(https), meeting[0] ? "-" : "", meeting, secret, (long long)lasts_s,
             https ? "; Secure" : "");
}

/* Where there is no room, the browser keeps what is worth nothing any more. */
static void forget(struct buf *out, bool https, const char *meeting)
{
    if (out->size + MAX_LINE <= out->max_bytes)
        add_line(out, https, meeting, "", 0);
}

/* Its sockets are closed at the end of this turn. */
static int drop(struct core *c, const struct held *h)
{
    int e = h->whole ? access_drop_session(c->access, h->hash) : -ENOENT;
    c->session_due = c->session_due || e == 0;
    return e == -ENOENT ? 0 : e;
}

/* The link's session that is to go for a new one: the longest ago begun, where there are so many.
 * What is over already is forgotten. */
static bool find_oldest(struct core *c, const char *cookies, bool https, const char *but,
                        struct held *ret, struct buf *out)
{
    struct held h;
    struct principal p;
    int64_t oldest_utc_us = 0;
    int links = 0;
    for (int i = 0; i < MAX_HELD && next(&cookies, https, &h); i++) {
        if (!h.meeting[0] || strcmp(h.meeting, but) == 0)
            continue;
        int e = find(c, &h, h.meeting, &p);
        if (e == -EACCES)
            forget(out, https, h.meeting);
        if (e < 0)
            continue;
        if (links++ == 0 || p.begun_utc_us < oldest_utc_us) {
            oldest_utc_us = p.begun_utc_us;
            *ret = h;
        }
    }
    return links >= COOKIES_MAX_LINKS;
}

void cookies_begin(struct core *c, const char *cookies, bool https, const struct access_session *s,
                   const char *secret, struct buf *ret)
{
    struct held h, oldest;
    const char *at = cookies;
    buf_init(ret, COOKIES_MAX_BYTES);
    add_line(ret, https, s->meeting, secret, (s->until_utc_us - s->begun_utc_us) / 1000000);
    for (int i = 0; i < MAX_HELD && next(&at, https, &h); i++) {
        if (strcmp(h.meeting, s->meeting) == 0)
            drop(c, &h);
    }
    if (s->meeting[0] && find_oldest(c, cookies, https, s->meeting, &oldest, ret)) {
        drop(c, &oldest);
        forget(ret, https, oldest.meeting);
    }
}

int cookies_end(struct core *c, const char *cookies, bool https, const char *meeting,
                struct buf *ret)
{
    struct held h;
    struct principal p;
    const char *only = meeting;
    int others = 0;
    buf_init(ret, COOKIES_MAX_BYTES);
    if (meeting && cookies_find(c, cookies, https, meeting, &p) == 0 && p.account[0])
        only = "";
    for (int i = 0; i < MAX_HELD && next(&cookies, https, &h); i++) {
        int e = 0;
        if (only && strcmp(h.meeting, only) != 0)
            others += find(c, &h, h.meeting, &p) == 0;
        else if ((e = drop(c, &h)) == 0)
            forget(ret, https, h.meeting);
        if (e < 0)
            return e;
    }
    return others;
}
