#include "app/codes.h"

#include "app/entry.h"
#include "app/hall.h"
#include "app/link_record.h"
#include "app/links.h"
#include "app/me.h"
#include "app/routes.h"
#include "app/tries.h"
#include "base/clock.h"
#include "meeting/sitting.h"
#include "protocol/entry_message.h"
#include "store/access.h"

#include <errno.h>
#include <string.h>

#define GOOD_US INT64_C(300000000)
/* Another's code of the meeting may be the same; of a million, so many in a row are not taken. */
#define DRAWS 8

static int draw(struct core *c, const struct access_link *link, int64_t until_utc_us,
                char ret_code[SECRET_CODE_DIGITS + 1])
{
    uint8_t hash[SECRET_HASH_BYTES];
    int e = -EEXIST;
    for (int i = 0; i < DRAWS && e == -EEXIST; i++) {
        secret_make_code(ret_code);
        e = secret_hash_code(ret_code, link->meeting, hash);
        if (e == 0)
            e = access_set_code(c->access, link->meeting, link->principal, hash, until_utc_us);
    }
    return e;
}

static void read_out(const struct link_act *act)
{
    char code[SECRET_CODE_DIGITS + 1];
    int64_t until_utc_us = clock_utc_us() + GOOD_US;
    if (draw(act->request->core, &act->link, until_utc_us, code) < 0)
        request_refuse(act->request, REFUSAL_STORE);
    else
        request_reply(act->request, 200, entry_code_text(code, until_utc_us));
    explicit_bzero(code, sizeof code);
}

void codes_read_out(struct request *r, void *place)
{
    struct core *c = place;
    const struct broadcast *b = core_find(c, r->parts[0]);
    struct principal who;
    struct link_act act = {.request = r, .verb = "link.read_out", .then = read_out};
    if (me_of_request(r, r->parts[0], &who) < 0)
        return;
    int e = b ? access_link_of(c->access, r->parts[0], r->parts[1], &act.link) : -ENOENT;
    enum refusal refused = e == -ENOENT ? REFUSAL_NOT_FOUND : e < 0 ? REFUSAL_STORE : 0;
    if (!(who.roles & (ROLES_DESK | ROLE_ADMINISTRATOR)))
        refused = REFUSAL_FORBIDDEN;
    else if (!refused && !links_may_give(who.roles, act.link.roles))
        refused = REFUSAL_FORBIDDEN;
    else if (b && meeting_sitting(hall_outline(b->hall))->state == MEETING_ENDED)
        refused = REFUSAL_ENDED;
    if (refused)
        request_refuse(r, refused);
    else
        link_record(&act, who.text);
}

void codes_enter(struct core *c, struct request *r, const char *meeting, const char *code)
{
    struct access_link link;
    uint8_t hash[SECRET_HASH_BYTES];
    const struct broadcast *b = core_find(c, meeting);
    int wait_s = tries_take_address(c->tries, TRIES_CODE_ADDRESS, front_request_address(r->front));
    if (wait_s == 0 && b)
        wait_s = tries_take_name(c->tries, TRIES_CODE, meeting);
    if (wait_s > 0) {
        entry_refuse_later(r, wait_s);
        return;
    }
    bool goes_on = b && meeting_sitting(hall_outline(b->hall))->state != MEETING_ENDED;
    int e = goes_on ? secret_hash_code(code, meeting, hash) : -ENOENT;
    if (e == 0)
        e = access_use_code(c->access, meeting, hash, clock_utc_us(), &link);
    if (e == 0)
        entry_open_link(c, r, &link, LINK_BY_CODE);
    else
        entry_refuse(r, e == -EINVAL || e == -ENOENT ? REFUSAL_UNAUTHORIZED : REFUSAL_STORE,
                     "code");
}
