/* Secrets that people and browsers carry: 256 random bits in a link or a cookie, six digits that
 * are read out. What is kept of them is a hash, so that a stolen database opens nothing. */
#ifndef MECLIS_AUTH_SECRET_H
#define MECLIS_AUTH_SECRET_H

#include <stdbool.h>
#include <stdint.h>

#define SECRET_BYTES 32
#define SECRET_TEXT_MAX 44 /* base64url without padding, with the NUL */
#define SECRET_HASH_BYTES 32
#define SECRET_CODE_DIGITS 6

/* What a secret is for: part of its hash, so that one kind never passes for another. */
enum secret_use { SECRET_SESSION = 1, SECRET_LINK, SECRET_CODE };

/* Fills the text with a new secret. */
void secret_make(char ret_text[SECRET_TEXT_MAX]);

/* Fills the text with six random digits. */
void secret_make_code(char ret_text[SECRET_CODE_DIGITS + 1]);

/* The hash of a session's or a link's secret as it came from outside. Returns 0, or -EINVAL for
 * what no secret_make() has written: then nothing needs to be looked up. */
int secret_hash(enum secret_use use, const char *text, uint8_t ret_hash[SECRET_HASH_BYTES]);

/* The same for a code that was read out; spaces and hyphens between its digits are passed over. It
 * has few bits, so it is bound to its meeting by `salt`, must expire soon and be tried seldom. */
int secret_hash_code(const char *text, const char *salt, uint8_t ret_hash[SECRET_HASH_BYTES]);

/* In the same time wherever they differ. */
bool secret_hash_equal(const uint8_t a[SECRET_HASH_BYTES], const uint8_t b[SECRET_HASH_BYTES]);

#endif
