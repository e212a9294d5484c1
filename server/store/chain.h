/* The chain of hashes that a log is; pure. Whoever has these few lines and the events can check a
 * log, without this program.
 *
 * H is BLAKE2b-256; numbers are big-endian; a text enters as its length (32 bits) and its bytes.
 *
 * Scheme 2. A commitment is H(salt of 16 random bytes, text): what it stands for can be withheld or
 * erased, salt and all, and the chain still holds. An event's hash is H(the hash before it, seq,
 * at_utc_us, media_us (64 bits each), actor, type, audience, version (32 bits), the body's
 * commitment, the number of pieces of side data (32 bits), and for each its name and its
 * commitment).
 *
 * Scheme 1, of logs begun before there were commitments: H(the hash before it, seq, at_utc_us,
 * media_us, actor, type, body).
 *
 * The first event's "hash before" is H("meclis.log.N ID"), N the scheme and ID the meeting's. A log
 * keeps the scheme that it began with. */
#ifndef MECLIS_STORE_CHAIN_H
#define MECLIS_STORE_CHAIN_H

#include "store/event.h"

#define CHAIN_NEWEST_SCHEME 2

void chain_commit(const uint8_t salt[STORE_SALT_BYTES], const char *text,
                  uint8_t ret_commitment[STORE_HASH_BYTES]);

void chain_hash_first(int scheme, const char *meeting, uint8_t ret_hash[STORE_HASH_BYTES]);

/* Of the event's own hash and, in scheme 2, of texts and salts nothing is used. */
void chain_hash_next(int scheme, const uint8_t before[STORE_HASH_BYTES],
                     const struct store_event *event, uint8_t ret_hash[STORE_HASH_BYTES]);

/* How far a log was checked. */
struct chain {
    int scheme;
    uint64_t seq;
    uint8_t hash[STORE_HASH_BYTES];
};

/* Returns 0, or -EPROTO for a scheme that is not known. */
int chain_start(struct chain *c, int scheme, const char *meeting);

/* Checks the next event: its number, what is shown of it against its commitments, its hash. Returns
 * 0, or -EBADMSG: then the chain stays where it was. */
int chain_step(struct chain *c, const struct store_event *event);

#endif
