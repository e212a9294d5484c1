#include "app/links.h"

#include "app/entry.h"
#include "app/hall.h"
#include "app/link_record.h"
#include "app/me.h"
#include "app/routes.h"
#include "base/clock.h"
#include "meeting/roster.h"
#include "meeting/sitting.h"
#include "protocol/entry_message.h"
#include "store/access.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Who may be let in by a link: never the administrator, nor the server. */
#define LINK_ROLES (ROLES_ALL & ~(ROLE_ADMINISTRATOR | ROLE_SERVER | ROLE_VIEWER))
#define ROLES_THAT_GIVE (ROLE_CLERK | ROLE_ADMINISTRATOR)

bool links_may_give(uint32_t roles, uint32_t given)
{
    /* Whoever administers makes accounts of any role: a link is less than that. */
    if (roles & ROLE_ADMINISTRATOR)
        roles |= ROLES_STAFF & ~ROLE_SERVER;
    return !(given & ROLES_STAFF & ~roles);
}

static void principal_for(enum meeting_role role, uint64_t person, int64_t made_utc_us,
                          char ret[ID_MAX])
{
    if (person)
        snprintf(ret, ID_MAX, "person-%llu", (unsigned long long)person);
    else
        snprintf(ret, ID_MAX, "%s-%llx", meeting_role_names[__builtin_ctz(role)],
                 (unsigned long long)made_utc_us);
}

static struct access_link draft(const struct broadcast *b, enum meeting_role role, uint64_t person,
                                char ret_secret[SECRET_TEXT_MAX])
{
    struct access_link link = {.roles = role, .person = person, .made_utc_us = clock_utc_us()};
    memcpy(link.meeting, b->config->id, sizeof link.meeting);
    principal_for(role, person, link.made_utc_us, link.principal);
    secret_make(ret_secret);
    secret_hash(SECRET_LINK, ret_secret, link.hash);
    return link;
}

int links_make_for(struct broadcast *b, enum meeting_role role, uint64_t person,
                   struct access_link *ret, char ret_secret[SECRET_TEXT_MAX])
{
    struct access_link link = draft(b, role, person, ret_secret);
    int r = access_put_link(b->core->access, &link);
    if (r == 0)
        *ret = link;
    return r;
}

/* The meeting and who asks, or NULL after having refused. A clerk who came by a link does not give
 * out others: they would outlive the revoking of that one. */
static struct broadcast *enter(struct request *r, struct core *c, struct principal *ret)
{
    struct broadcast *b = core_find(c, r->parts[0]);
    if (me_of_request(r, r->parts[0], ret) < 0)
        return NULL;
    bool may = (ret->roles & ROLES_THAT_GIVE) && (!ret->by_session || ret->account[0]);
    if (may && b)
        return b;
    request_refuse(r, may ? REFUSAL_NOT_FOUND : REFUSAL_FORBIDDEN);
    return NULL;
}

/* A new link would take the older one of that person away, which may be of one who may do more. */
static enum refusal may_make(struct broadcast *b, const struct principal *who,
                             enum meeting_role role, uint64_t person)
{
    char principal[ID_MAX];
    struct access_link older;
    principal_for(role, person, 0, principal);
    int e = person ? access_link_of(b->core->access, b->config->id, principal, &older) : -ENOENT;
    if (e < 0 && e != -ENOENT)
        return REFUSAL_STORE;
    uint32_t given = role | (e == 0 ? older.roles : 0);
    return links_may_give(who->roles, given) ? 0 : REFUSAL_FORBIDDEN;
}

static void put_made(const struct link_act *act)
{
    struct core *c = act->request->core;
    if (access_put_link(c->access, &act->link) < 0) {
        request_refuse(act->request, REFUSAL_STORE);
        return;
    }
    c->session_due = true; /* an older link of theirs is good no more */
    request_reply(act->request, 200,
                  entry_link_text(act->link.meeting, act->link.principal, act->secret));
}

void links_make(struct request *r, void *place)
{
    struct entry_link wanted;
    struct client_wrong wrong;
    struct principal who;
    struct broadcast *b = enter(r, place, &who);
    if (!b)
        return;
    if (entry_link_read(front_request_body(r->front), &wanted, &wrong) < 0) {
        entry_refuse(r, wrong.code, wrong.member);
        return;
    }
    if (meeting_sitting(hall_outline(b->hall))->state == MEETING_ENDED) {
        request_refuse(r, REFUSAL_ENDED);
        return;
    }
    enum meeting_role role = 1u << (wanted.role - 1);
    bool known = !wanted.person || roster_person(hall_meeting(b->hall), wanted.person);
    if (!(role & LINK_ROLES) || !known) {
        entry_refuse(r, REFUSAL_OUT_OF_RANGE, known ? "role" : "person");
        return;
    }
    enum refusal refused = may_make(b, &who, role, wanted.person);
    if (refused) {
        request_refuse(r, refused);
        return;
    }
    struct link_act act = {.request = r, .verb = "link.make", .then = put_made};
    act.link = draft(b, role, wanted.person, act.secret);
    link_record(&act, who.text);
    explicit_bzero(&act, sizeof act);
}

static int add_listed(void *ctx, const struct access_link *link)
{
    const struct entry_listed_link listed = {.principal = link->principal,
                                             .roles = link->roles,
                                             .person = link->person,
                                             .made_utc_us = link->made_utc_us};
    return entry_links_add(ctx, &listed);
}

void links_list(struct request *r, void *place)
{
    struct principal who;
    cleanup_buf struct buf out = {0};
    struct broadcast *b = enter(r, place, &who);
    if (!b)
        return;
    entry_links_begin(&out, b->config->id);
    int e = access_list_links(b->core->access, b->config->id, add_listed, &out);
    if (e < 0)
        request_refuse(r, REFUSAL_STORE);
    else
        request_reply(r, 200, entry_links_end(&out));
}

static void take_away(const struct link_act *act)
{
    struct core *c = act->request->core;
    int e = access_revoke_link(c->access, act->link.meeting, act->link.principal);
    if (e < 0 && e != -ENOENT) {
        request_refuse(act->request, REFUSAL_STORE);
        return;
    }
    c->session_due = true;
    struct front_response response = {.status = 204};
    request_reply_with(act->request, &response);
}

void links_revoke(struct request *r, void *place)
{
    struct core *c = place;
    struct principal who;
    struct link_act act = {.request = r, .verb = "link.revoke", .then = take_away};
    if (!enter(r, c, &who))
        return;
    int e = access_link_of(c->access, r->parts[0], r->parts[1], &act.link);
    if (e < 0)
        request_refuse(r, e == -ENOENT ? REFUSAL_NOT_FOUND : REFUSAL_STORE);
    else if (!links_may_give(who.roles, act.link.roles))
        request_refuse(r, REFUSAL_FORBIDDEN);
    else
        link_record(&act, who.text);
}
