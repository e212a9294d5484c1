/* An engine that keeps everything in memory, for tests of what is above the store. It has no
 * projections and nothing survives its closing.
 *
 * All rows are in one sorted array of keys and values; a transaction remembers what it replaced. */
#include "base/buf.h"
#include "store/engine.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The first byte of a key. */
enum table { LOGS = 1, EVENTS, SIDES, OUTCOMES, HEADS, BOXES, PAPERS, KEYS };

#define MAX_KEY_BYTES 256

struct key {
    size_t size;
    uint8_t bytes[MAX_KEY_BYTES];
};

struct row {
    struct key key;
    struct bytes *value;
};

struct memory {
    struct row *rows; /* by key */
    size_t count, room;
    struct row *undo; /* what was replaced, oldest first; value NULL: there was none */
    size_t undo_count, undo_room;
    size_t saved; /* the savepoint: so much of `undo` was there */
    bool in_transaction;
};

/* ---- keys ---- */

static struct key key_of(enum table table)
{
    return (struct key){.size = 1, .bytes = {(uint8_t)table}};
}

static void add_bytes(struct key *k, const void *data, size_t size)
{
    memcpy(k->bytes + k->size, data, size);
    k->size += size;
}

/* Names have at most 63 bytes, so three of them fit. */
static void add_name(struct key *k, const char *name)
{
    add_bytes(k, name, strlen(name) + 1);
}

static void add_number(struct key *k, uint64_t n)
{
    for (int shift = 56; shift >= 0; shift -= 8)
        k->bytes[k->size++] = (uint8_t)(n >> shift);
}

static struct key event_key(enum table table, const char *meeting, uint64_t seq)
{
    struct key k = key_of(table);
    add_name(&k, meeting);
    add_number(&k, seq);
    return k;
}

static int compare(const struct key *a, const struct key *b)
{
    int c = memcmp(a->bytes, b->bytes, a->size < b->size ? a->size : b->size);
    return c ? c : a->size < b->size ? -1 : a->size > b->size;
}

/* The first row that is not before the key. */
static size_t find(const struct memory *m, const struct key *k)
{
    size_t low = 0, high = m->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (compare(&m->rows[middle].key, k) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Whether the row is there and begins with the key. */
static bool begins(const struct memory *m, size_t at, const struct key *k)
{
    return at < m->count && m->rows[at].key.size >= k->size &&
           memcmp(m->rows[at].key.bytes, k->bytes, k->size) == 0;
}

static struct bytes *get(const struct memory *m, const struct key *k)
{
    size_t at = find(m, k);
    return begins(m, at, k) && m->rows[at].key.size == k->size ? m->rows[at].value : NULL;
}

/* ---- rows ---- */

static int make_room(struct row **rows, size_t count, size_t *room)
{
    if (count < *room)
        return 0;
    size_t more = *room ? 2 * *room : 64;
    struct row *moved = reallocarray(*rows, more, sizeof *moved);
    if (!moved)
        return -ENOMEM;
    *rows = moved;
    *room = more;
    return 0;
}

/* Takes the value; NULL removes the row. There must be room for one more. */
static struct bytes *exchange(struct memory *m, const struct key *k, struct bytes *value)
{
    size_t at = find(m, k);
    bool there = begins(m, at, k) && m->rows[at].key.size == k->size;
    struct bytes *old = there ? m->rows[at].value : NULL;
    if (there && value) {
        m->rows[at].value = value;
    } else if (there) {
        m->count--;
        memmove(&m->rows[at], &m->rows[at + 1], (m->count - at) * sizeof *m->rows);
    } else if (value) {
        memmove(&m->rows[at + 1], &m->rows[at], (m->count - at) * sizeof *m->rows);
        m->rows[at] = (struct row){.key = *k, .value = value};
        m->count++;
    }
    return old;
}

/* Copies the value; size 0 with NULL removes the row. */
static int put(struct memory *m, const struct key *k, const void *value, size_t size)
{
    struct bytes *copy = value ? bytes_copy(value, size) : NULL;
    int r = value && !copy ? -ENOMEM : make_room(&m->rows, m->count, &m->room);
    if (r == 0)
        r = make_room(&m->undo, m->undo_count, &m->undo_room);
    if (r < 0) {
        bytes_unref(copy);
        return r;
    }
    struct bytes *old = exchange(m, k, copy);
    if (m->in_transaction)
        m->undo[m->undo_count++] = (struct row){.key = *k, .value = old};
    else
        bytes_unref(old);
    return 0;
}

/* Undoing needs no memory: what it puts back had its room. */
static void go_back(struct memory *m, size_t until)
{
    while (m->undo_count > until) {
        struct row *u = &m->undo[--m->undo_count];
        bytes_unref(exchange(m, &u->key, u->value));
    }
}

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
    go_back(e, 0);
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
    go_back(e, ((struct memory *)e)->saved);
    return 0;
}

/* ---- the log ---- */

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
    struct key k = key_of(LOGS), past = event_key(EVENTS, meeting, UINT64_MAX);
    add_name(&k, meeting);
    const struct bytes *scheme = get(m, &k);
    *ret = (struct store_head){0};
    if (!scheme)
        return 0;
    memcpy(&ret->scheme, scheme->data, sizeof ret->scheme);
    size_t at = find(m, &past);
    past.size -= sizeof(uint64_t);
    if (at > 0 && begins(m, at - 1, &past)) {
        struct event_head h;
        memcpy(&h, m->rows[at - 1].value->data, sizeof h);
        ret->seq = h.event.seq;
        memcpy(ret->hash, h.hash, sizeof ret->hash);
    }
    return 0;
}

static int put_log(void *e, const char *meeting, int scheme)
{
    struct key k = key_of(LOGS);
    add_name(&k, meeting);
    return put(e, &k, &scheme, sizeof scheme);
}

static int put_texts(struct memory *m, const struct key *k, const void *head_, size_t size,
                     const char *const *texts, size_t count)
{
    cleanup_buf struct buf b;
    buf_init(&b, 1 << 20);
    buf_add(&b, head_, size);
    for (size_t i = 0; i < count; i++)
        buf_add(&b, texts[i], strlen(texts[i]) + 1);
    return b.error ? b.error : put(m, k, b.data, b.size);
}

static int put_event(void *e, const char *meeting, const struct store_event *event)
{
    struct event_head h = {.event = *event, .salted = event->salt != NULL};
    const char *texts[] = {event->actor, event->type, event->body};
    struct key k = event_key(EVENTS, meeting, event->seq);
    memcpy(h.hash, event->hash, sizeof h.hash);
    if (h.salted)
        memcpy(h.salt, event->salt, sizeof h.salt);
    int r = put_texts(e, &k, &h, sizeof h, texts, 3);
    for (size_t i = 0; i < event->side_count && r == 0; i++) {
        const struct store_side *s = &event->sides[i];
        struct side_head side = {0};
        const char *words[] = {s->name, s->text};
        struct key at = event_key(SIDES, meeting, event->seq);
        add_number(&at, i);
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
        struct key k = event_key(SIDES, meeting, seq);
        add_number(&k, i);
        const struct bytes *value = get(m, &k);
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
    struct key k = event_key(EVENTS, meeting, since + 1);
    size_t at = find(m, &k);
    int r = 0;
    k.size -= sizeof(uint64_t);
    for (size_t n = 0; n < max && r == 0 && begins(m, at, &k); n++, at++) {
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

static int erase(void *e, const char *meeting, uint64_t seq, const char *side)
{
    struct memory *m = e;
    struct key k = event_key(SIDES, meeting, seq);
    for (size_t at = find(m, &k); begins(m, at, &k); at++) {
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
        struct key found = m->rows[at].key;
        return put_texts(m, &found, &h, sizeof h, words, 2);
    }
    return -ENOENT;
}

static struct key outcome_key(const struct store_key *key)
{
    struct key k = key_of(OUTCOMES);
    add_name(&k, key->meeting);
    add_name(&k, key->principal);
    add_name(&k, key->key);
    return k;
}

static int put_outcome(void *e, const struct store_key *key, const struct store_outcome *outcome)
{
    struct key k = outcome_key(key);
    return put(e, &k, outcome, sizeof *outcome);
}

static int copy_out(void *e, const struct key *k, void *ret, size_t size)
{
    const struct bytes *value = get(e, k);
    if (!value || value->size != size)
        return -ENOENT;
    memcpy(ret, value->data, size);
    return 0;
}

static int find_outcome(void *e, const struct store_key *key, struct store_outcome *ret)
{
    struct key k = outcome_key(key);
    return copy_out(e, &k, ret, sizeof *ret);
}

/* ---- signed heads ---- */

static int put_head(void *e, const struct signed_head *h)
{
    struct key k = event_key(HEADS, h->meeting, h->seq);
    return get(e, &k) ? 0 : put(e, &k, h, sizeof *h);
}

static int read_heads(void *e, const char *meeting, uint64_t since, size_t max,
                      int (*each)(void *ctx, const struct signed_head *head), void *ctx)
{
    const struct memory *m = e;
    struct key k = event_key(HEADS, meeting, since + 1);
    size_t at = find(m, &k);
    int r = 0;
    k.size -= sizeof(uint64_t);
    for (size_t n = 0; n < max && r == 0 && begins(m, at, &k); n++, at++) {
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

/* ---- ballots ---- */

static struct key vote_key(enum table table, const char *meeting, const char *vote)
{
    struct key k = key_of(table);
    add_name(&k, meeting);
    add_name(&k, vote);
    return k;
}

/* A box's row: the id and generation, and what is sealed; nothing for one that is closed. */
struct box_head {
    uint8_t id[ENGINE_BOX_ID_BYTES];
    uint64_t generation;
};

static int put_box(void *e, const char *meeting, const char *vote, const struct engine_box *box)
{
    struct key k = vote_key(BOXES, meeting, vote);
    struct box_head h = {.generation = box->generation};
    cleanup_buf struct buf b;
    memcpy(h.id, box->id, sizeof h.id);
    buf_init(&b, 1 << 20);
    buf_add(&b, &h, sizeof h);
    buf_add(&b, box->sealed->data, box->sealed->size);
    return b.error ? b.error : put(e, &k, b.data, b.size);
}

static int get_box(void *e, const char *meeting, const char *vote, struct engine_box *ret)
{
    struct key k = vote_key(BOXES, meeting, vote);
    const struct bytes *value = get(e, &k);
    struct box_head h;
    if (!value || value->size < sizeof h)
        return -ENOENT;
    struct bytes *sealed = bytes_copy(value->data + sizeof h, value->size - sizeof h);
    if (!sealed)
        return -ENOMEM;
    memcpy(&h, value->data, sizeof h);
    memcpy(ret->id, h.id, sizeof ret->id);
    ret->generation = h.generation;
    ret->sealed = sealed;
    return 0;
}

static int close_box(void *e, const char *meeting, const char *vote)
{
    struct key k = vote_key(BOXES, meeting, vote);
    return put(e, &k, "", 1);
}

static int find_vote(void *e, const char *meeting, const char *vote, size_t *ret_count)
{
    struct key k = vote_key(BOXES, meeting, vote);
    *ret_count = get(e, &k) != NULL;
    return 0;
}

static int box_generation(void *e, const uint8_t id[ENGINE_BOX_ID_BYTES], uint64_t *ret)
{
    const struct memory *m = e;
    struct key k = key_of(BOXES);
    for (size_t at = find(m, &k); begins(m, at, &k); at++) {
        struct box_head h;
        if (m->rows[at].value->size < sizeof h)
            continue;
        memcpy(&h, m->rows[at].value->data, sizeof h);
        if (memcmp(h.id, id, sizeof h.id) == 0) {
            *ret = h.generation;
            return 0;
        }
    }
    return -ENOENT;
}

static int put_paper(void *e, const char *meeting, const char *vote,
                     const struct ballot_paper *paper)
{
    struct key k = vote_key(PAPERS, meeting, vote);
    add_bytes(&k, paper->key, BALLOT_KEY_BYTES);
    return put(e, &k, paper->choice, strlen(paper->choice) + 1);
}

static int read_papers(void *e, const char *meeting, const char *vote,
                       int (*each)(void *ctx, const struct ballot_paper *paper), void *ctx)
{
    const struct memory *m = e;
    struct key k = vote_key(PAPERS, meeting, vote);
    int r = 0;
    for (size_t at = find(m, &k); r == 0 && begins(m, at, &k); at++) {
        const struct ballot_paper p = {.key = m->rows[at].key.bytes + k.size,
                                       .choice = (const char *)m->rows[at].value->data};
        r = each(ctx, &p);
    }
    return r;
}

/* Keys are no part of a transaction. */
static int put_outside(struct memory *m, const uint8_t id[ENGINE_BOX_ID_BYTES], const void *key,
                       size_t size)
{
    struct key k = key_of(KEYS);
    bool was = m->in_transaction;
    add_bytes(&k, id, ENGINE_BOX_ID_BYTES);
    m->in_transaction = false;
    int r = put(m, &k, key, size);
    m->in_transaction = was;
    return r;
}

static int keep_key(void *e, const uint8_t id[ENGINE_BOX_ID_BYTES], const void *key, size_t size)
{
    return put_outside(e, id, key, size);
}

static int read_key(void *e, const uint8_t id[ENGINE_BOX_ID_BYTES], void *ret_key, size_t size)
{
    struct key k = key_of(KEYS);
    add_bytes(&k, id, ENGINE_BOX_ID_BYTES);
    return copy_out(e, &k, ret_key, size);
}

static int drop_key(void *e, const uint8_t id[ENGINE_BOX_ID_BYTES])
{
    return put_outside(e, id, NULL, 0);
}

/* `each` may drop or replace the key that it is given. */
static int each_key(void *e, int (*each)(void *ctx, const uint8_t id[ENGINE_BOX_ID_BYTES]),
                    void *ctx)
{
    const struct memory *m = e;
    struct key k = key_of(KEYS);
    int r = 0;
    for (size_t at = find(m, &k); r == 0 && begins(m, at, &k);) {
        struct key found = m->rows[at].key;
        r = each(ctx, found.bytes + 1);
        at = find(m, &found);
        at += begins(m, at, &found);
    }
    return r;
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
    .put_event = put_event,
    .read = read_events,
    .erase = erase,
    .put_head = put_head,
    .last_head = last_head,
    .read_heads = read_heads,
    .put_outcome = put_outcome,
    .find_outcome = find_outcome,
    .put_box = put_box,
    .get_box = get_box,
    .close_box = close_box,
    .find_vote = find_vote,
    .box_generation = box_generation,
    .put_paper = put_paper,
    .read_papers = read_papers,
    .keep_key = keep_key,
    .read_key = read_key,
    .drop_key = drop_key,
    .each_key = each_key,
    .scrub = scrub,
};
