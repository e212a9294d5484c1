#include "store/log_key.h"
#include "base/io.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define DIGITS (2 * crypto_sign_SEEDBYTES)

static void make_pair(const uint8_t seed[crypto_sign_SEEDBYTES], struct log_key *ret)
{
    crypto_sign_seed_keypair(ret->public_part, ret->secret, seed);
}

static int read_key(const char *path, struct log_key *ret)
{
    cleanup(bytes_unref_p) struct bytes *b = NULL;
    int r = io_read_file(path, 256, &b);
    if (r < 0)
        return r == -EFBIG ? -EINVAL : r;
    uint8_t seed[crypto_sign_SEEDBYTES];
    size_t size = b->size && b->data[b->size - 1] == '\n' ? b->size - 1 : b->size, made;
    if (size != DIGITS ||
        sodium_hex2bin(seed, sizeof seed, (const char *)b->data, size, NULL, &made, NULL) < 0 ||
        made != sizeof seed)
        r = -EINVAL;
    if (r == 0)
        make_pair(seed, ret);
    sodium_memzero(seed, sizeof seed);
    sodium_memzero(b->data, b->size);
    return r;
}

int log_key_load_or_create(const char *path, struct log_key *ret)
{
    if (sodium_init() < 0)
        return -ENOMEM;
    int r = read_key(path, ret);
    if (r != -ENOENT)
        return r;
    uint8_t seed[crypto_sign_SEEDBYTES];
    char hex[DIGITS + 2];
    randombytes_buf(seed, sizeof seed);
    sodium_bin2hex(hex, DIGITS + 1, seed, sizeof seed);
    hex[DIGITS] = '\n';
    r = io_replace_file(path, hex, DIGITS + 1, 0600);
    sodium_memzero(seed, sizeof seed);
    sodium_memzero(hex, sizeof hex);
    return r < 0 ? r : read_key(path, ret);
}

static size_t text_of(const struct signed_head *head, char ret[256])
{
    char hash[2 * STORE_HASH_BYTES + 1];
    sodium_bin2hex(hash, sizeof hash, head->hash, sizeof head->hash);
    return (size_t)snprintf(ret, 256, "meclis.head.1\n%s\n%llu\n%s\n%lld\n", head->meeting,
                            (unsigned long long)head->seq, hash, (long long)head->at_utc_us);
}

void log_key_sign(const struct log_key *k, struct signed_head *head)
{
    char text[256];
    size_t size = text_of(head, text);
    crypto_sign_detached(head->signature, NULL, (const uint8_t *)text, size, k->secret);
}

int log_key_check(const uint8_t public_part[LOG_KEY_PUBLIC_BYTES], const struct signed_head *head)
{
    char text[256];
    size_t size = text_of(head, text);
    return crypto_sign_verify_detached(head->signature, (const uint8_t *)text, size, public_part) <
                   0
               ? -EBADMSG
               : 0;
}
