#include "auth/secret.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

#define VARIANT sodium_base64_VARIANT_URLSAFE_NO_PADDING

void secret_make(char ret_text[SECRET_TEXT_MAX])
{
    uint8_t bytes[SECRET_BYTES];
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2base64(ret_text, SECRET_TEXT_MAX, bytes, sizeof bytes, VARIANT);
    sodium_memzero(bytes, sizeof bytes);
}

void secret_make_code(char ret_text[SECRET_CODE_DIGITS + 1])
{
    for (int i = 0; i < SECRET_CODE_DIGITS; i++)
        ret_text[i] = (char)('0' + randombytes_uniform(10));
    ret_text[SECRET_CODE_DIGITS] = 0;
}

static const char *use_name(enum secret_use use)
{
    return use == SECRET_SESSION ? "meclis.session.1"
           : use == SECRET_LINK  ? "meclis.link.1"
                                 : "meclis.code.1";
}

static void hash(enum secret_use use, const char *salt, const void *data, size_t size,
                 uint8_t ret_hash[SECRET_HASH_BYTES])
{
    const char *name = use_name(use);
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, SECRET_HASH_BYTES);
    crypto_generichash_update(&state, (const uint8_t *)name, strlen(name) + 1);
    crypto_generichash_update(&state, (const uint8_t *)salt, strlen(salt) + 1);
    crypto_generichash_update(&state, data, size);
    crypto_generichash_final(&state, ret_hash, SECRET_HASH_BYTES);
}

int secret_hash(enum secret_use use, const char *text, uint8_t ret_hash[SECRET_HASH_BYTES])
{
    uint8_t bytes[SECRET_BYTES];
    size_t size = 0;
    if (strlen(text) != SECRET_TEXT_MAX - 1 ||
        sodium_base642bin(bytes, sizeof bytes, text, SECRET_TEXT_MAX - 1, NULL, &size, NULL,
                          VARIANT) < 0 ||
        size != sizeof bytes)
        return -EINVAL;
    hash(use, "", bytes, sizeof bytes, ret_hash);
    sodium_memzero(bytes, sizeof bytes);
    return 0;
}

int secret_hash_code(const char *text, const char *salt, uint8_t ret_hash[SECRET_HASH_BYTES])
{
    char digits[SECRET_CODE_DIGITS];
    size_t count = 0;
    for (; *text; text++) {
        if (*text == ' ' || *text == '-')
            continue;
        if (*text < '0' || *text > '9' || count == sizeof digits)
            return -EINVAL;
        digits[count++] = *text;
    }
    if (count != sizeof digits)
        return -EINVAL;
    hash(SECRET_CODE, salt, digits, sizeof digits, ret_hash);
    return 0;
}

bool secret_hash_equal(const uint8_t a[SECRET_HASH_BYTES], const uint8_t b[SECRET_HASH_BYTES])
{
    return sodium_memcmp(a, b, SECRET_HASH_BYTES) == 0;
}
