#include "store/ballot_key.h"

#include <endian.h>
#include <errno.h>
#include <sodium.h>
#include <string.h>

/* As it is kept: the generation, big-endian, and the key. */
struct kept {
    uint64_t generation;
    uint8_t key[32];
};

static int keep(struct store *s, const uint8_t id[ENGINE_BOX_ID_BYTES], const struct ballot_key *k)
{
    struct kept kept = {.generation = htobe64(k->generation)};
    memcpy(kept.key, k->key, sizeof kept.key);
    int r = s->engine->keep_key(s->e, id, &kept, sizeof kept);
    sodium_memzero(&kept, sizeof kept);
    return r;
}

static int read_kept(struct store *s, const uint8_t id[ENGINE_BOX_ID_BYTES], struct ballot_key *ret)
{
    struct kept kept;
    int r = s->engine->read_key(s->e, id, &kept, sizeof kept);
    if (r < 0)
        return r == -ENOENT ? -ENOKEY : r;
    ret->generation = be64toh(kept.generation);
    memcpy(ret->key, kept.key, sizeof ret->key);
    sodium_memzero(&kept, sizeof kept);
    return 0;
}

int ballot_key_create(struct store *s, const uint8_t id[ENGINE_BOX_ID_BYTES],
                      struct ballot_key *ret)
{
    struct ballot_key k = {0};
    randombytes_buf(k.key, sizeof k.key);
    int r = keep(s, id, &k);
    if (r == 0)
        *ret = k;
    sodium_memzero(&k, sizeof k);
    return r;
}

void ballot_key_advance(struct ballot_key *k, uint64_t generation)
{
    static const uint8_t label[] = "meclis.ballot";
    for (; k->generation < generation; k->generation++) {
        uint8_t next[sizeof k->key];
        crypto_generichash(next, sizeof next, k->key, sizeof k->key, label, sizeof label - 1);
        memcpy(k->key, next, sizeof next);
        sodium_memzero(next, sizeof next);
    }
}

int ballot_key_read(struct store *s, const uint8_t id[ENGINE_BOX_ID_BYTES], uint64_t generation,
                    struct ballot_key *ret)
{
    struct ballot_key k;
    int r = read_kept(s, id, &k);
    if (r < 0)
        return r;
    /* A box moves on by one state a paper; a number far beyond that was not written by us. */
    if (k.generation > generation || generation - k.generation > UINT32_MAX)
        return -ENOKEY;
    ballot_key_advance(&k, generation);
    *ret = k;
    return 0;
}

/* Without a box (closed, or never committed) it is nobody's any more. */
static int settle_one(void *ctx, const uint8_t id[ENGINE_BOX_ID_BYTES])
{
    struct store *s = ctx;
    uint64_t generation;
    struct ballot_key k = {0};
    int r = s->engine->box_generation(s->e, id, &generation);
    if (r == -ENOENT) {
        for (size_t i = 0; i < BALLOT_MAX_OPEN; i++) {
            if (memcmp(s->ballot_tops[i].id, id, ENGINE_BOX_ID_BYTES) == 0)
                s->ballot_tops[i] = (struct ballot_top){0};
        }
        return s->engine->drop_key(s->e, id);
    }
    if (r == 0)
        r = read_kept(s, id, &k);
    if (r == 0 && k.generation < generation) {
        ballot_key_advance(&k, generation);
        r = keep(s, id, &k);
    }
    sodium_memzero(&k, sizeof k);
    return r;
}

int ballot_keys_settle(struct store *s)
{
    return s->engine->each_key(s->e, settle_one, s);
}
