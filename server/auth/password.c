#include "auth/password.h"
#include "base/utf8.h"

#include <errno.h>
#include <sodium.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

/* RFC 9106's second recommendation: 64 MiB and three passes. */
#define OPERATIONS 3
#define MEMORY_BYTES (64u << 20)

_Static_assert(PASSWORD_HASH_MAX >= crypto_pwhash_STRBYTES, "the hash has room");

/* Counts the characters; -1 for what is not UTF-8 or holds control characters. */
static int characters(const char *text)
{
    if (!utf8_valid(text, strlen(text)))
        return -1;
    int count = 0;
    for (const uint8_t *p = (const uint8_t *)text; *p; p++) {
        if (*p < 0x20 || *p == 0x7f)
            return -1;
        count += (*p & 0xc0) != 0x80;
    }
    return count;
}

static int different_bytes(const char *text)
{
    bool seen[256] = {false};
    int count = 0;
    for (const uint8_t *p = (const uint8_t *)text; *p; p++) {
        count += !seen[*p];
        seen[*p] = true;
    }
    return count;
}

enum password_flaw password_flaw(const char *password, const char *account)
{
    if (strlen(password) > PASSWORD_MAX_BYTES)
        return PASSWORD_TOO_LONG;
    int count = characters(password);
    if (count < 0)
        return PASSWORD_NOT_TEXT;
    if (count < PASSWORD_MIN_CHARACTERS)
        return PASSWORD_TOO_SHORT;
    if (account[0] && strcasecmp(password, account) == 0)
        return PASSWORD_IS_NAME;
    return different_bytes(password) < 5 ? PASSWORD_MONOTONOUS : 0;
}

int password_hash(const char *password, char ret_hash[PASSWORD_HASH_MAX])
{
    char hash[crypto_pwhash_STRBYTES];
    if (crypto_pwhash_str_alg(hash, password, strlen(password), OPERATIONS, MEMORY_BYTES,
                              crypto_pwhash_ALG_ARGON2ID13) != 0)
        return -ENOMEM;
    memcpy(ret_hash, hash, sizeof hash);
    return 0;
}

/* The time of a check without anything to check against. */
static int check_nothing(const char *password)
{
    uint8_t salt[crypto_pwhash_SALTBYTES] = {0}, out[16];
    int r = crypto_pwhash(out, sizeof out, password, strlen(password), salt, OPERATIONS,
                          MEMORY_BYTES, crypto_pwhash_ALG_ARGON2ID13);
    sodium_memzero(out, sizeof out);
    return r == 0 ? -EACCES : -ENOMEM;
}

int password_check(const char *hash, const char *password)
{
    if (strlen(password) > PASSWORD_MAX_BYTES)
        return -EACCES;
    if (!hash)
        return check_nothing(password);
    char copy[crypto_pwhash_STRBYTES] = {0};
    if (strlen(hash) >= sizeof copy)
        return -EINVAL;
    memcpy(copy, hash, strlen(hash));
    int old = crypto_pwhash_str_needs_rehash(copy, OPERATIONS, MEMORY_BYTES);
    if (old < 0)
        return -EINVAL;
    errno = 0;
    if (crypto_pwhash_str_verify(copy, password, strlen(password)) == 0)
        return 0;
    return errno == ENOMEM ? -ENOMEM : -EACCES;
}

bool password_hash_is_old(const char *hash)
{
    return crypto_pwhash_str_needs_rehash(hash, OPERATIONS, MEMORY_BYTES) == 1;
}
