#include "auth/totp.h"

#include <errno.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>
#include <string.h>

#define DIGITS 6

void totp_make(uint8_t ret_secret[TOTP_SECRET_BYTES])
{
    randombytes_buf(ret_secret, TOTP_SECRET_BYTES);
}

void totp_print(const uint8_t secret[TOTP_SECRET_BYTES], char ret_text[TOTP_SECRET_TEXT_MAX])
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    uint32_t bits = 0;
    int held = 0, at = 0;
    for (int i = 0; i < TOTP_SECRET_BYTES; i++) {
        bits = bits << 8 | secret[i];
        for (held += 8; held >= 5; held -= 5)
            ret_text[at++] = letters[bits >> (held - 5) & 31];
    }
    ret_text[at] = 0; /* 160 bits are 32 letters exactly */
}

int totp_at(const uint8_t secret[TOTP_SECRET_BYTES], int64_t step)
{
    uint8_t message[8], mac[EVP_MAX_MD_SIZE];
    unsigned size = sizeof mac;
    for (int i = 0; i < 8; i++)
        message[i] = (uint8_t)((uint64_t)step >> (56 - 8 * i));
    if (!HMAC(EVP_sha1(), secret, TOTP_SECRET_BYTES, message, sizeof message, mac, &size) ||
        size != 20)
        return -EIO;
    const uint8_t *p = mac + (mac[19] & 15); /* RFC 4226, 5.3 */
    uint32_t value =
        (uint32_t)(p[0] & 0x7f) << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
    return (int)(value % 1000000);
}

int totp_check(const uint8_t secret[TOTP_SECRET_BYTES], const char *text, int64_t utc_us,
               int64_t last_step, int64_t *ret_step)
{
    if (strlen(text) != DIGITS || strspn(text, "0123456789") != DIGITS)
        return -EACCES;
    int given = 0;
    for (int i = 0; i < DIGITS; i++)
        given = given * 10 + (text[i] - '0');
    int64_t now = utc_us / TOTP_STEP_US;
    for (int64_t step = now - 1; step <= now + 1; step++) {
        int expected = totp_at(secret, step);
        if (expected < 0)
            return expected;
        if (expected == given && step > last_step) {
            *ret_step = step;
            return 0;
        }
    }
    return -EACCES;
}
