/* An engine that keeps everything in memory, for tests of what is above the store. It has no
 * projections and nothing survives its closing.
 *
 * All rows are in one sorted array of keys and values; a transaction remembers what it replaced. */
#include "store/memory.h"

#include "base/buf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- transactions ---- */

static int open_memory(const char *place, enum store_mode mode,
                       const struct projection *const *projections, void **ret_e,
                       char ret_reason[256])
{
    *ret_e = calloc(1, sizeof(struct memory));
    if (!*ret_e)
        snprintf(ret_reason, 256, "no memory");
    return *ret_e ? 0 : -ENOMEM;
}

static void forget(struct memory *m)
{
    for (size_t i = 0; i < m->undo_count; i++)
        bytes_unref(m->undo[i].value);
    m->undo_count = m->saved = 0;
    m->in_transaction = false;
}

static void close_memory(void *e)
{
    struct memory *m = e;
    forget(m);
    for (size_t i = 0; i < m->count; i++)
        bytes_unref(m->rows[i].value);
    free(m->rows);
    free(m->undo);
    free(m);
}

static int begin(void *e)
{
    ((struct memory *)e)->in_transaction = true;
    return 0;
}

static int commit(void *e)
{
    forget(e);
    return 0;
}

static void rollback(void *e)
{
    memory_go_back(e, 0);
    forget(e);
}

static int save(void *e)
{
    struct memory *m = e;
    m->saved = m->undo_count;
    return 0;
}

static int keep(void *e)
{
    return 0;
}

static int undo(void *e)
{
    memory_go_back(e, ((struct memory *)e)->saved);
    return 0;
}

/* ---- the log ---- */

static struct memory_key event_key(enum memory_table table, const char *meeting, uint64_t seq)
{
    struct memory_key k = memory_key_of(table);
    memory_add_name(&k, meeting);
    memory_add_number(&k, seq);
    return k;
}

/* What comes before an event's texts, and before a piece of side data's. */
struct event_head {
    struct store_event event; /* its pointers mean nothing */
    bool salted;
    uint8_t salt[STORE_SALT_BYTES], hash[STORE_HASH_BYTES];
};

struct side_head {
    bool erased;
    uint8_t salt[STORE_SALT_BYTES], commitment[STORE_HASH_BYTES];
};

static int head(void *e, const char *meeting, struct store_head *ret)
{
    struct memory *m = e;
    struct memory_key k = memory_key_of(MEMORY_LOGS),
                      past = event_key(MEMORY_EVENTS, meeting, UINT64_MAX);
    memory_add_name(&k, meeting);
    const struct bytes *scheme = memory_get(m, &k);
    *ret = (struct store_head){0};
    if (!scheme)
        return 0;
    memcpy(&ret->scheme, scheme->data, sizeof ret->scheme);
    size_t at = memory_find(m, &past);
    past.size -= sizeof(uint64_t);
    if (at > 0 && memory_begins(m, at - 1, &past)) {
        struct event_head h;
        memcpy(&h, m->rows[at - 1].value->data, sizeof h);
        ret->seq = h.event.seq;
        memcpy(ret->hash, h.hash, sizeof ret->hash);
    }
    return 0;
}

static int put_log(void *e, const char *meeting, int scheme)
{
    struct memory_key k = memory_key_of(MEMORY_LOGS);
    memory_add_name(&k, meeting);
    return memory_put(e, &k, &scheme, sizeof scheme);
}

static int read_logs(void *e, int (*each)(void *ctx, const char *meeting), void *ctx)
{
    const struct memory *m = e;
    const struct memory_key k = memory_key_of(MEMORY_LOGS);
    int r = 0;
    for (size_t at = memory_find(m, &k); r == 0 && memory_begins(m, at, &k); at++)
        r = each(ctx, (const char *)m->rows[at].key.bytes + k.size);
    return r;
}

static int put_texts(struct memory *m, const struct memory_key *k, const void *head_, size_t size,
                     const char *const *texts, size_t count)
{
    cleanup_buf struct buf b;
    buf_init(&b, 1 << 20);
    buf_add(&b, head_, size);
    for (size_t i = 0; i < count; i++)
        buf_add(&b, texts[i], strlen(texts[i]) + 1);
    return b.error ? b.error : memory_put(m, k, b.data, b.size);
}

static int put_event(void *e, const char *meeting, const struct store_event *event)
{
    struct event_head h = {.event = *event, .salted = event->salt != NULL};
    const char *texts[] = {event->actor, event->type, event->body};
    struct memory_key k = event_key(MEMORY_EVENTS, meeting, event->seq);
    memcpy(h.hash, event->hash, sizeof h.hash);
    if (h.salted)
        memcpy(h.salt, event->salt, sizeof h.salt);
    int r = put_texts(e, &k, &h, sizeof h, texts, 3);
    for (size_t i = 0; i < event->side_count && r == 0; i++) {
        const struct store_side *s = &event->sides[i];
        struct side_head side = {0};
        const char *words[] = {s->name, s->text};
        struct memory_key at = event_key(MEMORY_SIDES, meeting, event->seq);
        memory_add_number(&at, i);
        memcpy(side.salt, s->salt, sizeof side.salt);
        memcpy(side.commitment, s->commitment, sizeof side.commitment);
        r = put_texts(e, &at, &side, sizeof side, words, 2);
    }
    return r;
}

/* The texts behind a head, one after the other. */
static const char *next_text(const char **at)
{
    const char *text = *at;
    *at += strlen(text) + 1;
    return text;
}

static void fill_sides(const struct memory *m, const char *meeting, uint64_t seq, size_t count,
                       struct side_head *heads, struct store_side *ret)
{
    for (size_t i = 0; i < count; i++) {
        struct memory_key k = event_key(MEMORY_SIDES, meeting, seq);
        memory_add_number(&k, i);
        const struct bytes *value = memory_get(m, &k);
        const char *at = (const char *)value->data + sizeof *heads;
        memcpy(&heads[i], value->data, sizeof *heads);
        ret[i] = (struct store_side){.name = next_text(&at), .commitment = heads[i].commitment};
        ret[i].text = heads[i].erased ? NULL : at;
        ret[i].salt = heads[i].erased ? NULL : heads[i].salt;
    }
}

static int read_events(void *e, const char *meeting, uint64_t since, size_t max,
                       int (*each)(void *ctx, const struct store_event *event), void *ctx)
{
    const struct memory *m = e;
    struct memory_key k = event_key(MEMORY_EVENTS, meeting, since + 1);
    size_t at = memory_find(m, &k);
    int r = 0;
    k.size -= sizeof(uint64_t);
    for (size_t n = 0; n < max && r == 0 && memory_begins(m, at, &k); n++, at++) {
        struct event_head h;
        struct side_head heads[STORE_MAX_SIDES];
        struct store_side sides[STORE_MAX_SIDES];
        const char *text = (const char *)m->rows[at].value->data + sizeof h;
        memcpy(&h, m->rows[at].value->data, sizeof h);
        h.event.actor = next_text(&text);
        h.event.type = next_text(&text);
        h.event.body = text;
        h.event.salt = h.salted ? h.salt : NULL;
        h.event.commitment = NULL;
        h.event.hash = h.hash;
        h.event.sides = sides;
        fill_sides(m, meeting, h.event.seq, h.event.side_count, heads, sides);
        r = each(ctx, &h.event);
    }
    return r;
}

struct outline {
    int (*each)(void *ctx, const struct store_event *event);
    void *ctx;
};

/* STORE_OUTLINE holds each kind as `GLOB 'kind.*'`. */
static int give_outline(void *ctx, const struct store_event *e)
{
    const struct outline *o = ctx;
    char kind[80];
    snprintf(kind, sizeof kind, "'%.*s.*'", (int)strcspn(e->type, "."), e->type);
    return strchr(e->type, '.') && strstr(STORE_OUTLINE, kind) ? o->each(o->ctx, e) : 0;
}

static int read_outline(void *e, const char *meeting,
                        int (*each)(void *ctx, const struct store_event *event), void *ctx)
{
    struct outline o = {each, ctx};
    return read_events(e, meeting, 0, SIZE_MAX, give_outline, &o);
}

static int erase(void *e, const char *meeting, uint64_t seq, const char *side)
{
    struct memory *m = e;
    struct memory_key k = event_key(MEMORY_SIDES, meeting, seq);
    for (size_t at = memory_find(m, &k); memory_begins(m, at, &k); at++) {
        const struct bytes *value = m->rows[at].value;
        const char *words[] = {(const char *)value->data + sizeof(struct side_head), ""};
        struct side_head h;
        memcpy(&h, value->data, sizeof h);
        if (strcmp(words[0], side) != 0)
            continue;
        if (h.erased)
            return -EALREADY;
        h.erased = true;
        memset(h.salt, 0, sizeof h.salt);
        struct memory_key found = m->rows[at].key;
        return put_texts(m, &found, &h, sizeof h, words, 2);
    }
    return -ENOENT;
}

static struct memory_key outcome_key(const struct store_key *key)
{
    struct memory_key k = memory_key_of(MEMORY_OUTCOMES);
    memory_add_name(&k, key->meeting);
    memory_add_name(&k, key->principal);
    memory_add_name(&k, key->key);
    return k;
}

static int put_outcome(void *e, const struct store_key *key, const struct store_outcome *outcome)
{
    struct memory_key k = outcome_key(key);
    return memory_put(e, &k, outcome, sizeof *outcome);
}

static int find_outcome(void *e, const struct store_key *key, struct store_outcome *ret)
{
    struct memory_key k = outcome_key(key);
    return memory_copy_out(e, &k, ret, sizeof *ret);
}

/* ---- signed heads ---- */

static int put_head(void *e, const struct signed_head *h)
{
    struct memory_key k = event_key(MEMORY_HEADS, h->meeting, h->seq);
    return memory_get(e, &k) ? 0 : memory_put(e, &k, h, sizeof *h);
}

static int read_heads(void *e, const char *meeting, uint64_t since, size_t max,
                      int (*each)(void *ctx, const struct signed_head *head), void *ctx)
{
    const struct memory *m = e;
    struct memory_key k = event_key(MEMORY_HEADS, meeting, since + 1);
    size_t at = memory_find(m, &k);
    int r = 0;
    k.size -= sizeof(uint64_t);
    for (size_t n = 0; n < max && r == 0 && memory_begins(m, at, &k); n++, at++) {
        struct signed_head h;
        memcpy(&h, m->rows[at].value->data, sizeof h);
        r = each(ctx, &h);
    }
    return r;
}

static int take_head(void *ctx, const struct signed_head *h)
{
    *(struct signed_head *)ctx = *h;
    return 0;
}

static int last_head(void *e, const char *meeting, struct signed_head *ret)
{
    struct signed_head h = {0};
    read_heads(e, meeting, 0, SIZE_MAX, take_head, &h);
    if (h.seq == 0)
        return -ENOENT;
    *ret = h;
    return 0;
}

static int scrub(void *e)
{
    return 0;
}

const struct engine memory_engine = {
    .scheme = "memory:",
    .open = open_memory,
    .close = close_memory,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .save = save,
    .keep = keep,
    .undo = undo,
    .head = head,
    .put_log = put_log,
    .read_logs = read_logs,
    .put_event = put_event,
    .read = read_events,
    .read_outline = read_outline,
    .erase = erase,
    .put_head = put_head,
    .last_head = last_head,
    .read_heads = read_heads,
    .put_outcome = put_outcome,
    .find_outcome = find_outcome,
    .put_box = memory_put_box,
    .get_box = memory_get_box,
    .close_box = memory_close_box,
    .find_vote = memory_find_vote,
    .box_generation = memory_box_generation,
    .put_paper = memory_put_paper,
    .read_papers = memory_read_papers,
    .keep_key = memory_keep_key,
    .read_key = memory_read_key,
    .drop_key = memory_drop_key,
    .each_key = memory_each_key,
    .scrub = scrub,
};
