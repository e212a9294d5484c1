#include "app/identity.h"

#include "auth/cookie.h"
#include "auth/viewer.h"
#include "base/buf.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define COOKIE_SECONDS (180 * 24 * 3600)
#define COOKIE_LINE_MAX 256

static void be_viewer(const char *number, struct principal *ret)
{
    *ret = (struct principal){.roles = ROLE_VIEWER};
    snprintf(ret->text, sizeof ret->text, "viewer:%s", number);
}

void identity_guest(struct principal *ret)
{
    char number[VIEWER_NUMBER_TEXT];
    viewer_number(number);
    be_viewer(number, ret);
}

static const char *cookie_name(bool https)
{
    return https ? IDENTITY_COOKIE_HTTPS : IDENTITY_COOKIE;
}

bool identity_viewer(const struct core *c, const char *cookies, bool https, struct principal *ret)
{
    struct cookie cookie;
    while (cookie_next(&cookies, &cookie)) {
        char value[VIEWER_COOKIE_TEXT], number[VIEWER_NUMBER_TEXT];
        if (cookie_is_named(&cookie, cookie_name(https)) &&
            cookie_value(&cookie, value, sizeof value) &&
            viewer_cookie_read(&c->viewer_key, value, number)) {
            be_viewer(number, ret);
            return true;
        }
    }
    identity_guest(ret);
    return false;
}

struct bytes *identity_new_cookie(const struct core *c, bool https)
{
    char number[VIEWER_NUMBER_TEXT], value[VIEWER_COOKIE_TEXT];
    cleanup_buf struct buf line;
    viewer_number(number);
    viewer_cookie(&c->viewer_key, number, value);
    buf_init(&line, COOKIE_LINE_MAX);
    buf_addf(&line, "Set-Cookie: %s=%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Lax%s\r\n",
             cookie_name(https), value, COOKIE_SECONDS, https ? "; Secure" : "");
    return buf_to_bytes(&line);
}

int identity_by_token(const struct core *c, const char *token, bool in_hall, struct principal *ret)
{
    if (!token_equals(&c->admin_token, token))
        return -EACCES;
    *ret =
        (struct principal){.text = "admin", .roles = ROLES_STAFF | ROLE_VIEWER, .in_hall = in_hall};
    return 0;
}

struct actor identity_actor(const struct principal *p)
{
    return (struct actor){
        .roles = p->roles, .principal = p->text, .person = p->person, .in_hall = p->in_hall};
}
