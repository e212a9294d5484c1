#include "store/store.h"

#include <endian.h>
#include <sodium.h>
#include <string.h>

static void add_number(crypto_generichash_state *state, uint64_t v)
{
    uint64_t be = htobe64(v);
    crypto_generichash_update(state, (const uint8_t *)&be, sizeof be);
}

static void add_text(crypto_generichash_state *state, const char *text)
{
    size_t size = strlen(text);
    uint32_t be = htobe32((uint32_t)size);
    crypto_generichash_update(state, (const uint8_t *)&be, sizeof be);
    crypto_generichash_update(state, (const uint8_t *)text, size);
}

void store_hash_first(const char *meeting, uint8_t ret_hash[STORE_HASH_BYTES])
{
    static const char label[] = "meclis.log.1 ";
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, STORE_HASH_BYTES);
    crypto_generichash_update(&state, (const uint8_t *)label, sizeof label - 1);
    crypto_generichash_update(&state, (const uint8_t *)meeting, strlen(meeting));
    crypto_generichash_final(&state, ret_hash, STORE_HASH_BYTES);
}

void store_hash_next(const uint8_t before[STORE_HASH_BYTES], const struct store_event *event,
                     uint8_t ret_hash[STORE_HASH_BYTES])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, STORE_HASH_BYTES);
    crypto_generichash_update(&state, before, STORE_HASH_BYTES);
    add_number(&state, event->seq);
    add_number(&state, (uint64_t)event->at_utc_us);
    add_number(&state, (uint64_t)event->media_us);
    add_text(&state, event->actor);
    add_text(&state, event->type);
    add_text(&state, event->body);
    crypto_generichash_final(&state, ret_hash, STORE_HASH_BYTES);
}
