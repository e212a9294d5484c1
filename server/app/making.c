#include "app/making.h"

#include "app/broadcast.h"
#include "app/command.h"
#include "app/entry.h"
#include "app/event_write.h"
#include "app/hall.h"
#include "app/making_copy.h"
#include "app/me.h"
#include "app/routes.h"
#include "base/clock.h"
#include "base/log.h"
#include "protocol/api.h"
#include "protocol/event.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define CREATED "meeting.created"

/* ---- what the log says of it ---- */

/* Returned owned, NULL without memory. A room that is gone from the configuration leaves it without
 * sources. */
static struct config_meeting *config_of(const struct core *c, const struct making *m)
{
    struct config_meeting *config = calloc(1, sizeof *config);
    if (!config)
        return NULL;
    memcpy(config->id, m->id, sizeof config->id);
    memcpy(config->title, m->title, sizeof config->title);
    memcpy(config->language, m->language, sizeof config->language);
    for (size_t i = 0; i < c->config->room_count; i++) {
        const struct config_room *room = &c->config->rooms[i];
        if (strcmp(room->id, m->room) != 0)
            continue;
        config->source_count = room->source_count;
        memcpy(config->sources, room->sources, sizeof config->sources);
    }
    return config;
}

static const struct config_room *room_of(const struct core *c, const char *id)
{
    for (size_t i = 0; i < c->config->room_count; i++) {
        if (strcmp(c->config->rooms[i].id, id) == 0)
            return &c->config->rooms[i];
    }
    return NULL;
}

/* A log of the configuration's meetings begins without a language. */
static int read_created(void *ctx, const struct store_event *e)
{
    struct making *m = ctx;
    if (strcmp(e->type, CREATED) != 0 || !e->body)
        return 0;
    event_body_text(e->body, "title", m->title, sizeof m->title);
    event_body_text(e->body, "language", m->language, sizeof m->language);
    event_body_text(e->body, "room", m->room, sizeof m->room);
    return 0;
}

/* What can be had of it before its log is read. */
static int prepare(struct core *c, const struct making *m, struct broadcast **ret)
{
    struct config_meeting *config = config_of(c, m);
    int r = config ? broadcast_create(c, config, ret) : -ENOMEM;
    if (r < 0)
        free(config);
    else
        (*ret)->own_config = config;
    return r;
}

/* It is one of the server's from now on. Takes it. */
static void add_to(struct core *c, struct broadcast *b)
{
    int count = c->broadcast_count;
    c->broadcasts[count] = b;
    atomic_store(&c->broadcast_count, count + 1); /* other threads see it whole, or not yet */
}

/* ---- at the start ---- */

struct names {
    const struct core *core;
    size_t count;
    char (*ids)[ID_MAX]; /* CORE_MAX_MEETINGS */
    bool too_many;
};

static int add_name(void *ctx, const char *meeting)
{
    struct names *n = ctx;
    if (core_find(n->core, meeting))
        return 0;
    if (n->count == CORE_MAX_MEETINGS) {
        n->too_many = true;
        return 1;
    }
    memcpy(n->ids[n->count++], meeting, strlen(meeting) + 1);
    return 0;
}

static int load_one(struct core *c, const char *id, char ret_reason[512])
{
    struct making m = {0};
    memcpy(m.id, id, strlen(id) + 1);
    int r = store_read(c->store, id, 0, 1, read_created, &m);
    if (r < 0 || !m.language[0])
        return r;
    if (c->broadcast_count == CORE_MAX_MEETINGS) {
        log_error("core", "%s: %d meetings are held already; it is left out", id,
                  CORE_MAX_MEETINGS);
        return 0;
    }
    if (m.room[0] && !room_of(c, m.room))
        log_warning("core", "%s: the room \"%s\" is not in the configuration; it has no sources",
                    id, m.room);
    cleanup(broadcast_destroy_p) struct broadcast *b = NULL;
    r = prepare(c, &m, &b);
    if (r == 0)
        r = broadcast_load(b);
    if (r == 0)
        add_to(c, take_ptr(b));
    else
        snprintf(ret_reason, 512, "the meeting \"%s\" can't be read: %s", id, strerror(-r));
    return r;
}

int making_load(struct core *c, char ret_reason[512])
{
    struct names n = {.core = c, .ids = calloc(CORE_MAX_MEETINGS, ID_MAX)};
    int r = n.ids ? store_read_logs(c->store, add_name, &n) : -ENOMEM;
    if (r < 0)
        snprintf(ret_reason, 512, "the log's meetings can't be read: %s", strerror(-r));
    if (n.too_many)
        log_error("core", "the log holds more meetings than the %d that can be held",
                  CORE_MAX_MEETINGS);
    r = r < 0 ? r : 0;
    for (size_t i = 0; i < n.count && r == 0; i++)
        r = load_one(c, n.ids[i], ret_reason);
    free(n.ids);
    return r;
}

/* ---- while it runs ---- */

/* A new log being written: its state as far as it is. */
struct writing {
    struct core *core;
    const char *id;
    struct meeting *m;
    struct actor actor;
    struct now now;
    int error;
    struct meeting_command command;
    struct outcome outcome;
};

static void say(void *ctx, const char *verb, const void *args)
{
    struct writing *w = ctx;
    if (w->error)
        return;
    w->command.verb = verb_find(verb);
    memcpy(w->command.args, args, w->command.verb->args->size);
    enum meeting_refusal refused =
        meeting_decide(w->m, &w->command, &w->actor, &w->now, &w->outcome);
    if (refused) {
        log_error("core", "%s: %s was refused: %s", w->id, verb, meeting_refusal_code(refused));
        w->error = -EINVAL;
    }
    for (size_t i = 0; !w->error && i < w->outcome.count; i++) {
        w->error = event_write(w->core->store, w->id, &w->outcome.events[i]);
        if (!w->error)
            w->error = meeting_apply(w->m, &w->outcome.events[i]);
    }
}

static int write_created(struct writing *w, const struct making *m)
{
    const struct event_field fields[] = {
        {.name = "title", .kind = EVENT_TEXT, .text = m->title},
        {.name = "language", .kind = EVENT_TEXT, .text = m->language},
        {.name = "room", .kind = EVENT_TEXT, .text = m->room}};
    cleanup_free char *body = event_body_print(fields, sizeof fields / sizeof *fields);
    uint64_t seq;
    const struct store_draft draft = {.meeting = m->id,
                                      .at_utc_us = w->now.utc_us,
                                      .actor = w->actor.principal,
                                      .type = CREATED,
                                      .audience = AUDIENCE_PUBLIC,
                                      .version = 1,
                                      .body = body};
    int r = body ? store_add(w->core->store, &draft, &seq) : -ENOMEM;
    return r < 0 ? r : meeting_pass(w->m, seq);
}

static void write_begin(struct writing *w, const struct making *m, const struct meeting *like)
{
    struct sitting_describe d = {.kind = m->kind ? m->kind : SITTING_ORDINARY,
                                 .starts_utc_us = m->starts_utc_us};
    memcpy(d.title, m->title, sizeof m->title);
    memcpy(d.term, m->term, sizeof d.term);
    memcpy(d.session, m->session, sizeof d.session);
    memcpy(d.number, m->number, sizeof d.number);
    memcpy(d.place, m->place, sizeof d.place);
    w->error = write_created(w, m);
    say(w, "sitting.describe", &d);
    if (like)
        making_copy(like, say, w);
    if (like && m->carry)
        making_carry(like, say, w);
}

static int write_log(struct core *c, const struct making *m, const struct meeting *like,
                     const char *actor)
{
    struct writing *w = calloc(1, sizeof *w);
    if (!w)
        return -ENOMEM;
    w->core = c;
    w->id = m->id;
    w->actor = (struct actor){.roles = ROLES_STAFF, .principal = actor, .in_hall = true};
    w->now.utc_us = clock_utc_us();
    w->m = meeting_create();
    int r = w->m ? store_begin(c->store) : -ENOMEM;
    if (r == 0) {
        r = store_command_begin(c->store, NULL, NULL);
        if (r == 0)
            write_begin(w, m, like);
        r = r < 0 ? r : w->error;
        if (r == 0)
            r = store_command_end(c->store, "");
        if (r == 0)
            r = store_commit(c->store);
        else
            store_abandon(c->store);
    }
    meeting_destroy(w->m);
    free(w);
    return r;
}

static enum refusal check(struct core *c, const struct making *m, const struct meeting **ret_like,
                          const char **ret_member)
{
    const struct broadcast *like = m->like[0] ? core_find(c, m->like) : NULL;
    struct store_head head = {0};
    bool no_like = m->like[0] && (!like || like->hall->broken);
    bool no_room = m->room[0] && !room_of(c, m->room);
    *ret_like = like ? hall_meeting(like->hall) : NULL;
    *ret_member = no_like ? "like" : no_room ? "room" : "";
    if (no_like || no_room)
        return REFUSAL_UNKNOWN_VALUE;
    if (core_find(c, m->id))
        return REFUSAL_EXISTS;
    if (store_head(c->store, m->id, &head) < 0)
        return REFUSAL_STORE;
    if (head.seq) /* of a meeting that is no longer in the configuration */
        return REFUSAL_EXISTS;
    return c->broadcast_count == CORE_MAX_MEETINGS ? REFUSAL_TOO_MANY_MEETINGS : 0;
}

enum refusal making_make(struct core *c, const struct making *wanted, const char *actor,
                         const char **ret_member)
{
    const struct meeting *like;
    enum refusal refused = check(c, wanted, &like, ret_member);
    if (refused)
        return refused;
    cleanup(broadcast_destroy_p) struct broadcast *b = NULL;
    int r = prepare(c, wanted, &b);
    if (r == 0)
        r = write_log(c, wanted, like, actor);
    if (r < 0) {
        log_error("core", "the meeting \"%s\" can't be made: %s", wanted->id, strerror(-r));
        return r == -EINVAL ? REFUSAL_INTERNAL : command_refusal_of(r);
    }
    r = broadcast_load(b);
    if (r < 0) { /* it has been made: what is missing is made good when it is used */
        log_error("core", "%s: its log can't be read yet: %s", wanted->id, strerror(-r));
        b->hall->broken = true;
        broadcast_state_is_due(b);
    }
    add_to(c, take_ptr(b));
    log_info("core", "the meeting \"%s\" was made", wanted->id);
    return 0;
}

/* ---- POST /api/v1/meetings, GET /api/v1/rooms ---- */

/* Who may make meetings: by the administrator's token, or an account's session. A link is of one
 * meeting. */
static bool may(const struct principal *who)
{
    return (who->roles & (ROLE_CLERK | ROLE_ADMINISTRATOR)) &&
           (!who->by_session || who->account[0]);
}

void making_post(struct request *r, void *place)
{
    struct core *c = place;
    struct making wanted;
    struct client_wrong wrong;
    struct principal who;
    const char *member;
    if (me_of_request(r, "", &who) < 0)
        return;
    if (!may(&who)) {
        request_refuse(r, REFUSAL_FORBIDDEN);
        return;
    }
    if (making_read(front_request_body(r->front), &wanted, &wrong) < 0) {
        entry_refuse(r, wrong.code, wrong.member);
        return;
    }
    enum refusal refused = c->ending ? REFUSAL_BUSY : making_make(c, &wanted, who.text, &member);
    if (refused == REFUSAL_UNKNOWN_VALUE)
        entry_refuse(r, refused, member);
    else if (refused)
        request_refuse(r, refused);
    else
        request_reply(r, 201, making_text(wanted.id));
}

/* For who makes meetings; what is behind a room's sources is not told. */
/* Where encoders send: at the name by which the client calls us. */
static void encoder_address(const struct core *c, const struct request *r, char ret[320])
{
    const char *host = front_request_host(r->front);
    const char *end = strrchr(host, ':'), *bracket = strrchr(host, ']');
    int size = end && end > bracket ? (int)(end - host) : (int)strlen(host);
    snprintf(ret, 320, "rtmp://%.*s:%d/live", size, host, (int)c->config->rtmp_port);
}

/* The first one's that takes RTMP; "" where there is none. */
static const char *encoder_key(const struct config_room *room)
{
    for (size_t i = 0; i < room->source_count; i++)
        if (room->sources[i].kind == SOURCE_RTMP)
            return room->sources[i].url;
    return "";
}

void making_rooms(struct request *r, void *place)
{
    const struct core *c = place;
    struct principal who;
    struct api_room rooms[CONFIG_MAX_ROOMS];
    if (me_of_request(r, "", &who) < 0)
        return;
    if (!may(&who)) {
        request_refuse(r, REFUSAL_FORBIDDEN);
        return;
    }
    char encoder[320];
    encoder_address(c, r, encoder);
    for (size_t i = 0; i < c->config->room_count; i++) {
        const char *key = who.roles & ROLE_ADMINISTRATOR ? encoder_key(&c->config->rooms[i]) : "";
        rooms[i] = (struct api_room){.id = c->config->rooms[i].id,
                                     .title = c->config->rooms[i].title,
                                     .encoder = key[0] ? encoder : "",
                                     .key = key};
    }
    request_reply(r, 200, api_print_rooms(rooms, c->config->room_count));
}
