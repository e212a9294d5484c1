/* Boxes, papers and keys of the engine in memory: what sqlite_ballot.c is of the other. */
#include "base/buf.h"
#include "store/memory.h"

#include <errno.h>
#include <string.h>

static struct memory_key vote_key(enum memory_table table, const char *meeting, const char *vote)
{
    struct memory_key k = memory_key_of(table);
    memory_add_name(&k, meeting);
    memory_add_name(&k, vote);
    return k;
}

/* A box's row: the id and generation, and what is sealed; nothing for one that is closed. */
struct box_head {
    uint8_t id[ENGINE_BOX_ID_BYTES];
    uint64_t generation;
};

int memory_put_box(void *e, const char *meeting, const char *vote, const struct engine_box *box)
{
    struct memory_key k = vote_key(MEMORY_BOXES, meeting, vote);
    struct box_head h = {.generation = box->generation};
    cleanup_buf struct buf b;
    memcpy(h.id, box->id, sizeof h.id);
    buf_init(&b, 1 << 20);
    buf_add(&b, &h, sizeof h);
    buf_add(&b, box->sealed->data, box->sealed->size);
    return b.error ? b.error : memory_put(e, &k, b.data, b.size);
}

int memory_get_box(void *e, const char *meeting, const char *vote, struct engine_box *ret)
{
    struct memory_key k = vote_key(MEMORY_BOXES, meeting, vote);
    const struct bytes *value = memory_get(e, &k);
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

int memory_close_box(void *e, const char *meeting, const char *vote)
{
    struct memory_key k = vote_key(MEMORY_BOXES, meeting, vote);
    return memory_put(e, &k, "", 1);
}

int memory_find_vote(void *e, const char *meeting, const char *vote, size_t *ret_count)
{
    struct memory_key k = vote_key(MEMORY_BOXES, meeting, vote);
    *ret_count = memory_get(e, &k) != NULL;
    return 0;
}

int memory_box_generation(void *e, const uint8_t id[ENGINE_BOX_ID_BYTES], uint64_t *ret)
{
    const struct memory *m = e;
    struct memory_key k = memory_key_of(MEMORY_BOXES);
    for (size_t at = memory_find(m, &k); memory_begins(m, at, &k); at++) {
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

int memory_put_paper(void *e, const char *meeting, const char *vote,
                     const struct ballot_paper *paper)
{
    struct memory_key k = vote_key(MEMORY_PAPERS, meeting, vote);
    memory_add_bytes(&k, paper->key, BALLOT_KEY_BYTES);
    return memory_put(e, &k, paper->choice, strlen(paper->choice) + 1);
}

int memory_read_papers(void *e, const char *meeting, const char *vote,
                       int (*each)(void *ctx, const struct ballot_paper *paper), void *ctx)
{
    const struct memory *m = e;
    struct memory_key k = vote_key(MEMORY_PAPERS, meeting, vote);
    int r = 0;
    for (size_t at = memory_find(m, &k); r == 0 && memory_begins(m, at, &k); at++) {
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
    struct memory_key k = memory_key_of(MEMORY_KEYS);
    bool was = m->in_transaction;
    memory_add_bytes(&k, id, ENGINE_BOX_ID_BYTES);
    m->in_transaction = false;
    int r = memory_put(m, &k, key, size);
    m->in_transaction = was;
    return r;
}

int memory_keep_key(void *e, const uint8_t id[ENGINE_BOX_ID_BYTES], const void *key, size_t size)
{
    return put_outside(e, id, key, size);
}

int memory_read_key(void *e, const uint8_t id[ENGINE_BOX_ID_BYTES], void *ret_key, size_t size)
{
    struct memory_key k = memory_key_of(MEMORY_KEYS);
    memory_add_bytes(&k, id, ENGINE_BOX_ID_BYTES);
    return memory_copy_out(e, &k, ret_key, size);
}

int memory_drop_key(void *e, const uint8_t id[ENGINE_BOX_ID_BYTES])
{
    return put_outside(e, id, NULL, 0);
}

/* `each` may drop or replace the key that it is given. */
int memory_each_key(void *e, int (*each)(void *ctx, const uint8_t id[ENGINE_BOX_ID_BYTES]),
                    void *ctx)
{
    const struct memory *m = e;
    struct memory_key k = memory_key_of(MEMORY_KEYS);
    int r = 0;
    for (size_t at = memory_find(m, &k); r == 0 && memory_begins(m, at, &k);) {
        struct memory_key found = m->rows[at].key;
        r = each(ctx, found.bytes + 1);
        at = memory_find(m, &found);
        at += memory_begins(m, at, &found);
    }
    return r;
}
