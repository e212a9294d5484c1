#include "store/chain.h"

#include <endian.h>
#include <errno.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static void add_u32(crypto_generichash_state *state, uint32_t v)
{
    uint32_t be = htobe32(v);
    crypto_generichash_update(state, (const uint8_t *)&be, sizeof be);
}

static void add_u64(crypto_generichash_state *state, uint64_t v)
{
    uint64_t be = htobe64(v);
    crypto_generichash_update(state, (const uint8_t *)&be, sizeof be);
}

static void add_text(crypto_generichash_state *state, const char *text)
{
    size_t size = strlen(text);
    add_u32(state, (uint32_t)size);
    crypto_generichash_update(state, (const uint8_t *)text, size);
}

void chain_commit(const uint8_t salt[STORE_SALT_BYTES], const char *text,
                  uint8_t ret_commitment[STORE_HASH_BYTES])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, STORE_HASH_BYTES);
    crypto_generichash_update(&state, salt, STORE_SALT_BYTES);
    add_text(&state, text);
    crypto_generichash_final(&state, ret_commitment, STORE_HASH_BYTES);
}

void chain_hash_first(int scheme, const char *meeting, uint8_t ret_hash[STORE_HASH_BYTES])
{
    char label[32];
    int size = snprintf(label, sizeof label, "meclis.log.%d ", scheme);
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, STORE_HASH_BYTES);
    crypto_generichash_update(&state, (const uint8_t *)label, (size_t)size);
    crypto_generichash_update(&state, (const uint8_t *)meeting, strlen(meeting));
    crypto_generichash_final(&state, ret_hash, STORE_HASH_BYTES);
}

void chain_hash_next(int scheme, const uint8_t before[STORE_HASH_BYTES],
                     const struct store_event *event, uint8_t ret_hash[STORE_HASH_BYTES])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, STORE_HASH_BYTES);
    crypto_generichash_update(&state, before, STORE_HASH_BYTES);
    add_u64(&state, event->seq);
    add_u64(&state, (uint64_t)event->at_utc_us);
    add_u64(&state, (uint64_t)event->media_us);
    add_text(&state, event->actor);
    add_text(&state, event->type);
    if (scheme == 1) {
        add_text(&state, event->body);
    } else {
        add_text(&state, audience_name(event->audience));
        add_u32(&state, event->version);
        crypto_generichash_update(&state, event->commitment, STORE_HASH_BYTES);
        add_u32(&state, (uint32_t)event->side_count);
        for (size_t i = 0; i < event->side_count; i++) {
            add_text(&state, event->sides[i].name);
            crypto_generichash_update(&state, event->sides[i].commitment, STORE_HASH_BYTES);
        }
    }
    crypto_generichash_final(&state, ret_hash, STORE_HASH_BYTES);
}

int chain_start(struct chain *c, int scheme, const char *meeting)
{
    if (scheme < 1 || scheme > CHAIN_NEWEST_SCHEME)
        return -EPROTO;
    if (sodium_init() < 0)
        return -ENOMEM;
    *c = (struct chain){.scheme = scheme};
    chain_hash_first(scheme, meeting, c->hash);
    return 0;
}

/* Text and salt are both there and give the commitment, or are both missing. */
static bool shows_what_it_committed(const char *text, const uint8_t *salt,
                                    const uint8_t commitment[STORE_HASH_BYTES])
{
    uint8_t own[STORE_HASH_BYTES];
    if (!text || !salt)
        return !text && !salt;
    chain_commit(salt, text, own);
    return memcmp(own, commitment, sizeof own) == 0;
}

static bool shown_rightly(int scheme, const struct store_event *e)
{
    if (scheme == 1)
        return e->body && e->side_count == 0 && e->audience == AUDIENCE_PUBLIC && e->version == 1;
    if (!audience_name(e->audience) || !shows_what_it_committed(e->body, e->salt, e->commitment))
        return false;
    for (size_t i = 0; i < e->side_count; i++) {
        const struct store_side *s = &e->sides[i];
        if (!shows_what_it_committed(s->text, s->salt, s->commitment))
            return false;
    }
    return true;
}

int chain_step(struct chain *c, const struct store_event *event)
{
    uint8_t hash[STORE_HASH_BYTES];
    if (event->seq != c->seq + 1 || !shown_rightly(c->scheme, event))
        return -EBADMSG;
    chain_hash_next(c->scheme, c->hash, event, hash);
    if (memcmp(hash, event->hash, sizeof hash) != 0)
        return -EBADMSG;
    c->seq = event->seq;
    memcpy(c->hash, hash, sizeof hash);
    return 0;
}
