#include "app/identity.h"

#include "auth/viewer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define COOKIE_SECONDS (180 * 24 * 3600)

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
    const char *name = cookie_name(https);
    size_t name_size = strlen(name);
    for (const char *at = cookies; *at;) {
        at += strspn(at, "; ");
        size_t size = strcspn(at, ";");
        char value[VIEWER_COOKIE_TEXT], number[VIEWER_NUMBER_TEXT];
        if (size == name_size + VIEWER_COOKIE_TEXT && strncmp(at, name, name_size) == 0 &&
            at[name_size] == '=') {
            memcpy(value, at + name_size + 1, VIEWER_COOKIE_TEXT - 1);
            value[VIEWER_COOKIE_TEXT - 1] = 0;
            if (viewer_cookie_read(&c->viewer_key, value, number)) {
                be_viewer(number, ret);
                return true;
            }
        }
        at += size;
    }
    identity_guest(ret);
    return false;
}

void identity_new_cookie(const struct core *c, bool https, char *ret, size_t size)
{
    char number[VIEWER_NUMBER_TEXT], value[VIEWER_COOKIE_TEXT];
    viewer_number(number);
    viewer_cookie(&c->viewer_key, number, value);
    snprintf(ret, size, "%s=%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Lax%s", cookie_name(https),
             value, COOKIE_SECONDS, https ? "; Secure" : "");
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
