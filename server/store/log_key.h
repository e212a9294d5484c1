/* The key that the heads of logs are signed with, and signed heads: "so many events, and this
 * hash". Whoever has kept one can tell later whether history was rewritten or cut.
 *
 * What is signed (Ed25519) is the text "meclis.head.1", meeting, seq, hash in hex digits and
 * at_utc_us, each followed by a newline. */
#ifndef MECLIS_STORE_LOG_KEY_H
#define MECLIS_STORE_LOG_KEY_H

#include "base/id.h"
#include "store/event.h"

#include <stdint.h>

#define LOG_KEY_PUBLIC_BYTES 32
#define LOG_KEY_SIGNATURE_BYTES 64

struct log_key {
    uint8_t public_part[LOG_KEY_PUBLIC_BYTES];
    uint8_t secret[64];
};

struct signed_head {
    char meeting[ID_MAX];
    uint64_t seq;
    uint8_t hash[STORE_HASH_BYTES];
    int64_t at_utc_us; /* when it was signed */
    uint8_t signature[LOG_KEY_SIGNATURE_BYTES];
};

/* Reads the key, or makes the file (mode 0600, 64 hex digits) with a new one. Returns 0, -EINVAL
 * for a file that holds something else, or a negative errno. Blocks. */
int log_key_load_or_create(const char *path, struct log_key *ret);

/* Fills the signature. */
void log_key_sign(const struct log_key *k, struct signed_head *head);

/* Returns 0, or -EBADMSG. */
int log_key_check(const uint8_t public_part[LOG_KEY_PUBLIC_BYTES], const struct signed_head *head);

#endif
