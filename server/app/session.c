#include "app/session.h"

#include "app/hall.h"
#include "app/visit.h"
#include "base/clock.h"
#include "base/log.h"
#include "meeting/roster.h"
#include "meeting/sitting.h"
#include "store/access.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* How often what is over is looked for, where nothing says that something changed. */
#define LOOK_TICKS 10
#define PURGE_TICKS 3600

static bool is_over(const struct hall *h)
{
    return meeting_sitting(hall_outline(h))->state == MEETING_ENDED;
}

/* A link's session: as long as its meeting goes on and its person belongs to it. */
static bool link_holds(const struct core *c, const struct access_session *s)
{
    const struct broadcast *b = core_find(c, s->meeting);
    return b && !is_over(b->hall) &&
           (!s->person || roster_person(hall_meeting(b->hall), s->person));
}

int session_find(const struct core *c, const uint8_t hash[SECRET_HASH_BYTES], const char *meeting,
                 struct principal *ret)
{
    struct access_session s;
    int r = access_find_session(c->access, hash, clock_utc_us(), &s);
    if (r < 0)
        return r == -ENOENT ? -EACCES : r;
    if (s.meeting[0] && (strcmp(s.meeting, meeting) != 0 || !link_holds(c, &s)))
        return -EACCES;
    struct principal p = {.roles = s.roles | ROLE_VIEWER,
                          .person = s.person,
                          .by_session = true,
                          .begun_utc_us = s.begun_utc_us,
                          .until_utc_us = s.until_utc_us};
    memcpy(p.text, s.principal, strnlen(s.principal, sizeof p.text - 1));
    memcpy(p.account, s.account, sizeof p.account);
    memcpy(p.session, hash, sizeof p.session);
    *ret = p;
    return 0;
}

/* Again until it is done: a link must not come back because a disk was full. */
static int end_links(struct core *c)
{
    int error = 0;
    for (int i = 0; i < c->broadcast_count; i++) {
        struct broadcast *b = c->broadcasts[i];
        bool over = is_over(b->hall);
        if (over && !b->links_ended) {
            int r = access_end_meeting(c->access, b->config->id);
            over = r == 0;
            error = r < 0 ? r : error;
        }
        b->links_ended = over;
    }
    return error;
}

static int check_visit(struct core *c, struct visit *v)
{
    struct principal now;
    if (!v->who.by_session)
        return 0;
    int r = session_find(c, v->who.session, v->meeting, &now);
    if (r == -EACCES || (r == 0 && now.roles != v->who.roles))
        visit_end(v, "revoked");
    return r == -EACCES ? 0 : r;
}

void session_check(struct core *c)
{
    int error = end_links(c);
    c->session_due = false;
    for (int i = 0; i < c->broadcast_count; i++) {
        list_for_each_safe (pos, &c->broadcasts[i]->hall->visits) {
            int r = check_visit(c, list_entry(pos, struct visit, node));
            error = r < 0 ? r : error;
        }
    }
    if (error < 0 && error != c->session_error)
        log_warning("core", "whose session is over can't be read or written: %s", strerror(-error));
    c->session_error = error;
}

void session_tick(struct core *c)
{
    c->session_ticks++;
    int changed = access_changed(c->access);
    if (changed != 0 || c->session_error < 0 || c->session_ticks % LOOK_TICKS == 0)
        session_check(c);
    if (c->session_ticks % PURGE_TICKS == 0 && access_purge(c->access, clock_utc_us()) < 0)
        log_warning("core", "sessions that are over could not be removed");
}
