/* Passwords of the staff: argon2id, by libsodium. Each call that hashes takes 64 MiB and a good
 * part of a second, which is the point: it belongs on a pool thread. */
#ifndef MECLIS_AUTH_PASSWORD_H
#define MECLIS_AUTH_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>

#define PASSWORD_HASH_MAX 128
#define PASSWORD_MIN_CHARACTERS 12
#define PASSWORD_MAX_BYTES 256

enum password_flaw {
    PASSWORD_TOO_SHORT = 1,
    PASSWORD_TOO_LONG,
    PASSWORD_NOT_TEXT,
    PASSWORD_IS_NAME,
    PASSWORD_MONOTONOUS
};

/* Why this may not become a password, 0 where it may. Length is what counts (NIST SP 800-63B,
 * 5.1.1.2): no rule about kinds of characters, but not the account's own name, and not a few
 * characters again and again. */
enum password_flaw password_flaw(const char *password, const char *account);

/* Returns 0, or -ENOMEM. Blocks. */
int password_hash(const char *password, char ret_hash[PASSWORD_HASH_MAX]);

/* Returns 0, -EACCES for a wrong one, -EINVAL for a hash that is none, -ENOMEM. Blocks. With a
 * NULL hash (there is no such account) it takes the time of a check and returns -EACCES, so that
 * nobody learns which accounts exist. */
int password_check(const char *hash, const char *password);

/* Whether the hash was made with weaker parameters than today's: hash anew at the next sign-in. */
bool password_hash_is_old(const char *hash);

#endif
