#include "app/tries.h"

#include "auth/limiter.h"
#include "base/clock.h"
#include "front/address.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SECOND_US INT64_C(1000000)

struct tries {
    struct limiter *of[TRIES_KINDS];
};

/* Addresses, accounts and links may be many; meetings that read out codes are few. */
static const size_t keys[TRIES_KINDS] = {
    [TRIES_ENTRY] = 4096,    [TRIES_PASSWORD_ADDRESS] = 4096,
    [TRIES_PASSWORD] = 4096, [TRIES_CODE_ADDRESS] = 4096,
    [TRIES_LINK] = 4096,     [TRIES_CODE] = 64,
};

int tries_create(const struct tries_limit limits[TRIES_KINDS], struct tries **ret)
{
    cleanup(tries_destroy_p) struct tries *t = calloc(1, sizeof *t);
    int r = t ? 0 : -ENOMEM;
    for (int i = 0; i < TRIES_KINDS && r == 0; i++)
        r = limiter_create(keys[i], (int)limits[i].at_once, limits[i].interval_s * SECOND_US,
                           &t->of[i]);
    if (r == 0)
        *ret = take_ptr(t);
    return r;
}

void tries_destroy(struct tries *t)
{
    if (!t)
        return;
    for (int i = 0; i < TRIES_KINDS; i++)
        limiter_destroy(t->of[i]);
    free(t);
}

static int take(struct tries *t, enum tries_of what, const uint8_t key[LIMITER_KEY_BYTES])
{
    int64_t wait_us = limiter_take(t->of[what], key, clock_boot_us());
    return (int)((wait_us + SECOND_US - 1) / SECOND_US);
}

int tries_take_address(struct tries *t, enum tries_of what, const char *address)
{
    static const uint8_t v4[12] = {[10] = 0xff, [11] = 0xff};
    struct address a = {0}; /* those that can't be read share one */
    static_assert(sizeof a.ip == LIMITER_KEY_BYTES, "an address is a key");
    if (address_parse(address, strlen(address), &a) == 0 && memcmp(a.ip, v4, sizeof v4) != 0)
        memset(a.ip + 8, 0, 8);
    return take(t, what, a.ip);
}

int tries_take_name(struct tries *t, enum tries_of what, const char *name)
{
    uint8_t key[LIMITER_KEY_BYTES];
    limiter_key(name, key);
    return take(t, what, key);
}

void tries_forgive(struct tries *t, const char *account)
{
    uint8_t key[LIMITER_KEY_BYTES];
    limiter_key(account, key);
    limiter_forgive(t->of[TRIES_PASSWORD], key);
}
