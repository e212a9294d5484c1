#include "auth/viewer.h"

#include <sodium.h>
#include <string.h>

#define VARIANT sodium_base64_VARIANT_URLSAFE_NO_PADDING

void viewer_number(char ret_number[VIEWER_NUMBER_TEXT])
{
    unsigned char raw[16];
    randombytes_buf(raw, sizeof raw);
    sodium_bin2base64(ret_number, VIEWER_NUMBER_TEXT, raw, sizeof raw, VARIANT);
}

/* What is signed says what for, and the token's own text is the key's material. */
static void sign(const struct token *key, const char *number,
                 unsigned char ret[crypto_generichash_BYTES])
{
    static const char use[] = "meclis.viewer.1";
    crypto_generichash_state state;
    crypto_generichash_init(&state, (const unsigned char *)key->text, strlen(key->text),
                            crypto_generichash_BYTES);
    crypto_generichash_update(&state, (const unsigned char *)use, sizeof use);
    crypto_generichash_update(&state, (const unsigned char *)number, strlen(number));
    crypto_generichash_final(&state, ret, crypto_generichash_BYTES);
}

void viewer_cookie(const struct token *key, const char *number, char ret_cookie[VIEWER_COOKIE_TEXT])
{
    unsigned char signature[crypto_generichash_BYTES];
    sign(key, number, signature);
    memcpy(ret_cookie, number, VIEWER_NUMBER_TEXT - 1);
    ret_cookie[VIEWER_NUMBER_TEXT - 1] = '.';
    sodium_bin2base64(ret_cookie + VIEWER_NUMBER_TEXT, VIEWER_COOKIE_TEXT - VIEWER_NUMBER_TEXT,
                      signature, sizeof signature, VARIANT);
}

bool viewer_cookie_read(const struct token *key, const char *cookie,
                        char ret_number[VIEWER_NUMBER_TEXT])
{
    char number[VIEWER_NUMBER_TEXT], right[VIEWER_COOKIE_TEXT];
    if (strlen(cookie) != VIEWER_COOKIE_TEXT - 1 || cookie[VIEWER_NUMBER_TEXT - 1] != '.')
        return false;
    memcpy(number, cookie, VIEWER_NUMBER_TEXT - 1);
    number[VIEWER_NUMBER_TEXT - 1] = 0;
    viewer_cookie(key, number, right);
    if (sodium_memcmp(right, cookie, VIEWER_COOKIE_TEXT) != 0)
        return false;
    memcpy(ret_number, number, VIEWER_NUMBER_TEXT);
    return true;
}
