/* One-time passwords by time (RFC 6238): SHA-1, six digits, 30 seconds, which is what every
 * authenticator on a phone speaks. */
#ifndef MECLIS_AUTH_TOTP_H
#define MECLIS_AUTH_TOTP_H

#include <stdint.h>

#define TOTP_SECRET_BYTES 20
#define TOTP_SECRET_TEXT_MAX 33 /* base32, with the NUL */
#define TOTP_STEP_US 30000000ll

void totp_make(uint8_t ret_secret[TOTP_SECRET_BYTES]);

/* The secret as people type it into their phone. */
void totp_print(const uint8_t secret[TOTP_SECRET_BYTES], char ret_text[TOTP_SECRET_TEXT_MAX]);

/* The six digits of a step (UTC / TOTP_STEP_US). Returns 0 to 999999, or -EIO. */
int totp_at(const uint8_t secret[TOTP_SECRET_BYTES], int64_t step);

/* Whether the text is the code of now, of the step before or of the one after, and of a later step
 * than `last_step`, the one that was used last: each is good once. Returns 0 with the step to
 * remember, -EACCES, or -EIO. */
int totp_check(const uint8_t secret[TOTP_SECRET_BYTES], const char *text, int64_t utc_us,
               int64_t last_step, int64_t *ret_step);

#endif
