#include "store/store.h"
#include "store/chain.h"
#include "store/engine.h"
#include "store/projection.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

static const struct engine *const engines[] = {&memory_engine, &sqlite_engine};

static const struct engine *find_engine(const char *address, const char **ret_place)
{
    for (size_t i = 0; i < sizeof engines / sizeof *engines; i++) {
        size_t size = strlen(engines[i]->scheme);
        if (strncmp(address, engines[i]->scheme, size) == 0) {
            *ret_place = address + size;
            return engines[i];
        }
    }
    *ret_place = address;
    size_t word = strspn(address, "abcdefghijklmnopqrstuvwxyz");
    return word && address[word] == ':' ? NULL : &sqlite_engine;
}

int store_open_with(const char *address, enum store_mode mode,
                    const struct projection *const *projections, struct store **ret,
                    char ret_reason[256])
{
    const char *place;
    const struct engine *engine = find_engine(address, &place);
    if (!engine) {
        snprintf(ret_reason, 256, "%.150s: no such engine", address);
        return -EPROTONOSUPPORT;
    }
    cleanup(store_close_p) struct store *s = calloc(1, sizeof *s);
    if (!s || sodium_init() < 0) {
        snprintf(ret_reason, 256, "no memory");
        return -ENOMEM;
    }
    s->engine = engine;
    int r = engine->open(place, mode, projections, &s->e, ret_reason);
    if (r < 0)
        return r;
    s->settle_due = mode == STORE_WRITE; /* a crash may have left an older key */
    store_tidy(s);
    *ret = take_ptr(s);
    return 0;
}

int store_open(const char *address, enum store_mode mode, struct store **ret, char ret_reason[256])
{
    return store_open_with(address, mode, projections_all, ret, ret_reason);
}

void store_close(struct store *s)
{
    if (!s)
        return;
    store_abandon(s);
    if (s->e)
        s->engine->close(s->e);
    free(s);
}

struct reading {
    int (*each)(void *ctx, const struct store_event *event);
    void *ctx;
};

static int add_commitment(void *ctx, const struct store_event *event)
{
    struct reading *reading = ctx;
    uint8_t commitment[STORE_HASH_BYTES];
    struct store_event e = *event;
    if (e.salt && e.body) {
        chain_commit(e.salt, e.body, commitment);
        e.commitment = commitment;
    }
    return reading->each(reading->ctx, &e);
}

int store_read(struct store *s, const char *meeting, uint64_t since, size_t max,
               int (*each)(void *ctx, const struct store_event *event), void *ctx)
{
    struct reading reading = {.each = each, .ctx = ctx};
    return since > INT64_MAX ? 0
                             : s->engine->read(s->e, meeting, since, max, add_commitment, &reading);
}

int store_read_outline(struct store *s, const char *meeting,
                       int (*each)(void *ctx, const struct store_event *event), void *ctx)
{
    struct reading reading = {.each = each, .ctx = ctx};
    return s->engine->read_outline(s->e, meeting, add_commitment, &reading);
}

int store_head(struct store *s, const char *meeting, struct store_head *ret)
{
    struct store_head head = {0};
    int r = s->engine->head(s->e, meeting, &head);
    if (r < 0)
        return r;
    if (head.scheme == 0)
        head.scheme = CHAIN_NEWEST_SCHEME;
    if (head.seq == 0)
        chain_hash_first(head.scheme, meeting, head.hash);
    *ret = head;
    return 0;
}

static int check_link(void *ctx, const struct store_event *event)
{
    return chain_step(ctx, event);
}

int store_verify(struct store *s, const char *meeting, uint64_t *ret_seq)
{
    struct store_head head;
    struct chain chain;
    int r = store_head(s, meeting, &head);
    if (r == 0)
        r = chain_start(&chain, head.scheme, meeting);
    if (r == 0)
        r = store_read(s, meeting, 0, SIZE_MAX, check_link, &chain);
    if (r == -EBADMSG)
        *ret_seq = chain.seq + 1;
    return r;
}

static int take_hash(void *ctx, const struct store_event *event)
{
    memcpy(ctx, event->hash, STORE_HASH_BYTES);
    return 1;
}

int store_hash_at(struct store *s, const char *meeting, uint64_t seq,
                  uint8_t ret_hash[STORE_HASH_BYTES])
{
    struct store_head head;
    int r = store_head(s, meeting, &head);
    if (r < 0)
        return r;
    if (seq == 0) {
        chain_hash_first(head.scheme, meeting, ret_hash);
        return 0;
    }
    if (seq > head.seq)
        return -ENOENT;
    r = s->engine->read(s->e, meeting, seq - 1, 1, take_hash, ret_hash);
    return r == 1 ? 0 : r < 0 ? r : -ENOENT;
}

int store_put_head(struct store *s, const struct signed_head *head)
{
    return s->in_batch || !id_valid(head->meeting) ? -EINVAL : s->engine->put_head(s->e, head);
}

int store_last_head(struct store *s, const char *meeting, struct signed_head *ret)
{
    return s->engine->last_head(s->e, meeting, ret);
}

int store_read_heads(struct store *s, const char *meeting, uint64_t since, size_t max,
                     int (*each)(void *ctx, const struct signed_head *head), void *ctx)
{
    return since > INT64_MAX ? 0 : s->engine->read_heads(s->e, meeting, since, max, each, ctx);
}

int store_read_logs(struct store *s, int (*each)(void *ctx, const char *meeting), void *ctx)
{
    return s->engine->read_logs(s->e, each, ctx);
}

int store_find_outcome(struct store *s, const struct store_key *key, struct store_outcome *ret)
{
    return s->engine->find_outcome(s->e, key, ret);
}
