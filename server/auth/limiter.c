#include "auth/limiter.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

#define WAYS 8 /* places that a key may take: a bound on the search */

struct bucket {
    uint8_t key[LIMITER_KEY_BYTES];
    int64_t full_at_us; /* when all its tries are back; 0: an empty place */
};

struct limiter {
    size_t sets; /* of WAYS buckets each */
    int64_t interval_us, burst_us;
    uint8_t seed[crypto_shorthash_KEYBYTES]; /* nobody outside can choose where keys collide */
    struct bucket buckets[];
};

int limiter_create(size_t max_keys, int burst, int64_t interval_us, struct limiter **ret)
{
    if (max_keys == 0 || max_keys > 1u << 24 || burst < 1 || interval_us < 1 ||
        interval_us > INT64_MAX / 4 / burst)
        return -EINVAL;
    size_t sets = (max_keys + WAYS - 1) / WAYS;
    struct limiter *l = calloc(1, sizeof *l + sets * WAYS * sizeof(struct bucket));
    if (!l)
        return -ENOMEM;
    l->sets = sets;
    l->interval_us = interval_us;
    l->burst_us = burst * interval_us;
    randombytes_buf(l->seed, sizeof l->seed);
    *ret = l;
    return 0;
}

void limiter_destroy(struct limiter *l)
{
    free(l);
}

void limiter_key(const char *text, uint8_t ret_key[LIMITER_KEY_BYTES])
{
    crypto_generichash(ret_key, LIMITER_KEY_BYTES, (const uint8_t *)text, strlen(text), NULL, 0);
}

static struct bucket *set_of(struct limiter *l, const uint8_t key[LIMITER_KEY_BYTES])
{
    uint64_t hash;
    crypto_shorthash((uint8_t *)&hash, key, LIMITER_KEY_BYTES, l->seed);
    return &l->buckets[hash % l->sets * WAYS];
}

/* Its bucket, or NULL; *ret_free is the place that a new one would take. */
static struct bucket *find(struct limiter *l, const uint8_t key[LIMITER_KEY_BYTES],
                           struct bucket **ret_free)
{
    struct bucket *set = set_of(l, key), *emptiest = set;
    for (int i = 0; i < WAYS; i++) {
        if (set[i].full_at_us && memcmp(set[i].key, key, LIMITER_KEY_BYTES) == 0)
            return &set[i];
        if (set[i].full_at_us < emptiest->full_at_us)
            emptiest = &set[i];
    }
    *ret_free = emptiest;
    return NULL;
}

int64_t limiter_take(struct limiter *l, const uint8_t key[LIMITER_KEY_BYTES], int64_t now_us)
{
    struct bucket *place = NULL, *b = find(l, key, &place);
    if (!b) {
        b = place;
        *b = (struct bucket){.full_at_us = now_us};
        memcpy(b->key, key, LIMITER_KEY_BYTES);
    }
    int64_t from = b->full_at_us > now_us ? b->full_at_us : now_us;
    int64_t wait = from + l->interval_us - l->burst_us - now_us;
    if (wait > 0)
        return wait;
    b->full_at_us = from + l->interval_us;
    return 0;
}

void limiter_forgive(struct limiter *l, const uint8_t key[LIMITER_KEY_BYTES])
{
    struct bucket *place = NULL, *b = find(l, key, &place);
    if (b)
        *b = (struct bucket){0};
}
