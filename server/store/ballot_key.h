/* The keys of ballot boxes: each generation's is the hash of the one before, and only the newest is
 * kept. See ballot.h. */
#ifndef MECLIS_STORE_BALLOT_KEY_H
#define MECLIS_STORE_BALLOT_KEY_H

#include "store/engine.h"

struct ballot_key {
    uint64_t generation;
    uint8_t key[32];
};

/* Makes a box's first key (of generation 0) and keeps it durably. */
int ballot_key_create(struct store *s, const uint8_t id[ENGINE_BOX_ID_BYTES],
                      struct ballot_key *ret);

/* Reads the kept key and derives that of the generation. -ENOKEY where there is none, or a newer
 * one. */
int ballot_key_read(struct store *s, const uint8_t id[ENGINE_BOX_ID_BYTES], uint64_t generation,
                    struct ballot_key *ret);

void ballot_key_advance(struct ballot_key *k, uint64_t generation);

/* Outside of a batch: replaces each kept key by that of its box's committed generation, and
 * destroys those that no box needs. */
int ballot_keys_settle(struct store *s);

#endif
