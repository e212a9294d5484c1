#include "protocol/server_message.h"

#include "meeting/body.h"
#include "meeting/floor.h"
#include "protocol/client_message.h"
#include "protocol/shape_json.h"

#include <inttypes.h>
#include <string.h>

#define SMALL_BYTES (64u << 10)

static void print_roles(struct buf *out, uint32_t roles)
{
    bool first = true;
    buf_add_u8(out, '[');
    for (int i = 0; i < MEETING_ROLES; i++) {
        if (!(roles & 1u << i))
            continue;
        buf_addf(out, "%s\"%s\"", first ? "" : ",", meeting_role_names[i]);
        first = false;
    }
    buf_add_u8(out, ']');
}

static void print_commands(struct buf *out, uint32_t roles)
{
    bool first = true;
    buf_add_u8(out, '[');
    for (size_t i = 0; i < meeting_verbs_count; i++) {
        if (!(meeting_verbs[i].roles & roles))
            continue;
        buf_addf(out, "%s\"%s\"", first ? "" : ",", meeting_verbs[i].name);
        first = false;
    }
    buf_add_u8(out, ']');
}

struct bytes *server_hello_text(const struct server_hello *h)
{
    cleanup_buf struct buf out;
    buf_init(&out, SMALL_BYTES);
    buf_addf(&out,
             "{\"type\":\"hello\",\"protocol\":\"" EVENTS_PROTOCOL_NAME
             "\",\"v\":%d,\"meeting\":\"%s\",\"seq\":%" PRIu64 ",\"server_utc_us\":%" PRId64
             ",\"media_time_us\":%" PRId64 ",\"epoch_utc_us\":",
             EVENTS_VERSION, h->meeting, h->seq, h->server_utc_us, h->media_time_us);
    if (h->epoch_utc_us)
        buf_addf(&out, "%" PRId64, h->epoch_utc_us);
    else
        buf_add_str(&out, "null");
    buf_add_str(&out, ",\"you\":{\"principal\":");
    json_print_text(&out, h->you->principal);
    buf_add_str(&out, ",\"roles\":");
    print_roles(&out, h->you->roles);
    if (h->you->person)
        buf_addf(&out, ",\"person\":%" PRIu64, h->you->person);
    buf_addf(&out, ",\"in_hall\":%s},\"commands\":", h->you->in_hall ? "true" : "false");
    print_commands(&out, h->you->roles);
    buf_add_u8(&out, '}');
    return buf_to_bytes(&out);
}

struct bytes *server_accepted_text(const char *id, uint64_t first_seq, uint64_t last_seq)
{
    cleanup_buf struct buf out;
    buf_init(&out, SMALL_BYTES);
    buf_add_str(&out, "{\"type\":\"accepted\",\"id\":");
    json_print_text(&out, id);
    buf_addf(&out, ",\"first_seq\":%" PRIu64 ",\"last_seq\":%" PRIu64 "}", first_seq, last_seq);
    return buf_to_bytes(&out);
}

struct bytes *server_refused_text(const char *id, const char *code, const char *message,
                                  const char *member)
{
    cleanup_buf struct buf out;
    buf_init(&out, SMALL_BYTES);
    buf_add_str(&out, "{\"type\":\"refused\",");
    if (id[0]) {
        buf_add_str(&out, "\"id\":");
        json_print_text(&out, id);
        buf_add_u8(&out, ',');
    }
    buf_addf(&out, "\"code\":\"%s\",\"message\":", code);
    json_print_text(&out, message);
    if (member[0]) {
        buf_add_str(&out, ",\"member\":");
        json_print_text(&out, member);
    }
    buf_add_u8(&out, '}');
    return buf_to_bytes(&out);
}

struct bytes *server_pong_text(const char *id, int64_t server_utc_us, int64_t media_time_us)
{
    cleanup_buf struct buf out;
    buf_init(&out, SMALL_BYTES);
    buf_add_str(&out, "{\"type\":\"pong\",");
    if (id[0]) {
        buf_add_str(&out, "\"id\":");
        json_print_text(&out, id);
        buf_add_u8(&out, ',');
    }
    buf_addf(&out, "\"server_utc_us\":%" PRId64 ",\"media_time_us\":%" PRId64 "}", server_utc_us,
             media_time_us);
    return buf_to_bytes(&out);
}

/* ---- the state ---- */

static void print_thing(struct buf *out, const struct pile_kind *kind, const void *thing,
                        bool visible, bool *first)
{
    const struct pile_head *head = thing;
    if (!*first)
        buf_add_u8(out, ',');
    *first = false;
    if (visible)
        shape_print(out, kind->shape, thing);
    else
        buf_addf(out, "{\"seq\":%" PRIu64 ",\"gone\":true}", head->seq);
}

/* What one event made lies side by side, is known by one number, and so is told whole. Returns the
 * index behind those of `first`, and whether one of them changed after `since`. */
static size_t made_together(const struct meeting *m, enum pile pile, size_t first, uint64_t since,
                            bool *ret_changed)
{
    const struct pile_head *head = pile_at(m, pile, first);
    size_t count = pile_count(m, pile), end = first;
    bool changed = false;
    for (; end < count; end++) {
        const struct pile_head *one = pile_at(m, pile, end);
        if (one->seq != head->seq)
            break;
        changed = changed || one->last > since;
    }
    *ret_changed = changed;
    return end;
}

/* A pile as a member, where there is anything to say of it. */
static void print_pile(struct buf *out, const struct meeting *m, enum pile pile,
                       const struct actor *actor, uint64_t since)
{
    const struct pile_kind *kind = &pile_kinds[pile];
    bool first = true;
    size_t before = out->size;
    buf_addf(out, ",\"%s\":[", kind->name);
    bool changed = false;
    for (size_t i = 0, end = 0; i < pile_count(m, pile); i++) {
        const void *thing = pile_at(m, pile, i);
        if (i == end)
            end = made_together(m, pile, i, since, &changed);
        if (!changed)
            continue;
        bool visible = pile_sees(m, pile, thing, actor);
        if (visible || (since > 0 && !kind->own))
            print_thing(out, kind, thing, visible, &first);
    }
    if (first && since > 0 && !out->error)
        out->size = before;
    else
        buf_add_u8(out, ']');
}

/* The floor's list in its order, which is computed here and nowhere else, where anything that it
 * hangs from may have changed. */
static void print_queue(struct buf *out, const struct meeting *m, const struct actor *actor,
                        uint64_t since)
{
    static const enum pile from[] = {PILE_REQUEST, PILE_TURN, PILE_PERSON, PILE_RULE};
    const struct request *queue[FLOOR_MAX_WAITING];
    bool changed = since == 0, first = true;
    for (size_t k = 0; !changed && k < sizeof from / sizeof *from; k++)
        for (size_t i = 0; !changed && i < pile_count(m, from[k]); i++)
            changed = ((const struct pile_head *)pile_at(m, from[k], i))->last > since;
    if (!changed)
        return;
    size_t count = floor_order(m, meeting_utc_us(m), queue);
    buf_add_str(out, ",\"queue\":[");
    for (size_t i = 0; i < count; i++) {
        if (!pile_sees(m, PILE_REQUEST, queue[i], actor))
            continue;
        int64_t seconds = body_number(m, RULE_TIME_FIRST + queue[i]->kind - 1, meeting_utc_us(m));
        buf_addf(out, "%s{\"request\":%" PRIu64 ",\"time_us\":%" PRId64 "}", first ? "" : ",",
                 queue[i]->head.seq, seconds * 1000000);
        first = false;
    }
    buf_add_u8(out, ']');
}

void server_print_changes(struct buf *out, const struct meeting *m, const struct actor *actor,
                          uint64_t since)
{
    union single_room room;
    for (int i = 0; i < SINGLES; i++) {
        buf_addf(out, "%s\"%s\":", i ? "," : "", single_kinds[i].name);
        shape_print(out, single_kinds[i].shape,
                    meeting_single_seen(m, (enum single)i, actor, &room));
    }
    for (int pile = 0; pile < PILES; pile++)
        print_pile(out, m, (enum pile)pile, actor, since);
    print_queue(out, m, actor, since);
}

static struct bytes *state_text(const char *type, const struct meeting *m,
                                const struct actor *actor, uint64_t since)
{
    cleanup_buf struct buf out;
    buf_init(&out, SERVER_MAX_STATE_BYTES);
    buf_addf(&out, "{\"type\":\"%s\",\"seq\":%" PRIu64 ",", type, meeting_seq(m));
    server_print_changes(&out, m, actor, since);
    buf_add_u8(&out, '}');
    return buf_to_bytes(&out);
}

struct bytes *server_snapshot_text(const struct meeting *m, const struct actor *actor)
{
    return state_text("snapshot", m, actor, 0);
}

struct bytes *server_changes_text(const struct meeting *m, const struct actor *actor,
                                  uint64_t since)
{
    return state_text("changes", m, actor, since);
}

static void print_own(struct buf *out, const struct meeting *m, enum pile pile,
                      const struct actor *actor, const struct actor *nobody, uint64_t since)
{
    bool first = true;
    size_t before = out->size;
    buf_addf(out, ",\"%s\":[", pile_kinds[pile].name);
    bool changed = false;
    for (size_t i = 0, end = 0; pile_kinds[pile].sees && i < pile_count(m, pile); i++) {
        const void *thing = pile_at(m, pile, i);
        if (i == end)
            end = made_together(m, pile, i, since, &changed);
        if (changed && !pile_sees(m, pile, thing, nobody) && pile_sees(m, pile, thing, actor))
            print_thing(out, &pile_kinds[pile], thing, true, &first);
    }
    if (first && !out->error)
        out->size = before;
    else
        buf_add_u8(out, ']');
}

struct bytes *server_own_text(const struct meeting *m, const struct actor *actor,
                              const struct actor *nobody, uint64_t since, bool *ret_empty)
{
    cleanup_buf struct buf out;
    buf_init(&out, SERVER_MAX_STATE_BYTES);
    buf_addf(&out, "{\"type\":\"own\",\"seq\":%" PRIu64, meeting_seq(m));
    size_t empty = out.size;
    for (int pile = 0; pile < PILES; pile++)
        print_own(&out, m, (enum pile)pile, actor, nobody, since);
    *ret_empty = !out.error && out.size == empty;
    buf_add_u8(&out, '}');
    return *ret_empty ? NULL : buf_to_bytes(&out);
}

/* ---- events ---- */

static void print_sides(struct buf *out, const struct server_event *e)
{
    for (size_t i = 0; i < e->side_count; i++) {
        buf_addf(out, ",\"%s\":", e->sides[i].name);
        if (e->sides[i].text)
            json_print_text(out, e->sides[i].text);
        else
            buf_add_str(out, "null");
    }
}

void server_print_event(struct buf *out, const struct server_event *e)
{
    size_t size = e->body ? strlen(e->body) : 0;
    buf_addf(out,
             "{\"seq\":%" PRIu64 ",\"at_utc_us\":%" PRId64 ",\"media_us\":%" PRId64 ",\"actor\":",
             e->seq, e->at_utc_us, e->media_us);
    json_print_text(out, e->actor);
    buf_add_str(out, ",\"type\":");
    json_print_text(out, e->type);
    buf_addf(out, ",\"audience\":\"%s\",", e->audience);
    if (size >= 2) { /* our own: an object, with its version first */
        buf_add_str(out, "\"body\":");
        buf_add(out, e->body, size - 1);
        print_sides(out, e);
        buf_add_str(out, "}}");
        return;
    }
    buf_add_str(out, "\"commitment\":\"");
    for (int i = 0; i < 32; i++)
        buf_addf(out, "%02x", e->commitment ? e->commitment[i] : 0);
    buf_add_str(out, "\"}");
}
