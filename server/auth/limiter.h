/* How often something may be tried: a token bucket for each key (an address, an account), in a
 * table of fixed size. Pure: time goes in. Not thread-safe.
 *
 * At the cap a new key takes the place of the fullest bucket among those it could take, the one
 * that has tried least: an attacker with many addresses can't make the table forget the one that
 * tries most. */
#ifndef MECLIS_AUTH_LIMITER_H
#define MECLIS_AUTH_LIMITER_H

#include "base/cleanup.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LIMITER_KEY_BYTES 16

struct limiter;

/* Each key may try `burst` times at once, then once in `interval_us`. Returns 0, -EINVAL or
 * -ENOMEM. */
int limiter_create(size_t max_keys, int burst, int64_t interval_us, struct limiter **ret);
void limiter_destroy(struct limiter *l);

/* The key of any text. */
void limiter_key(const char *text, uint8_t ret_key[LIMITER_KEY_BYTES]);

/* Takes one try. Returns 0, or how long to wait for the next one, in microseconds. `now_us` is of a
 * clock that never steps back. */
int64_t limiter_take(struct limiter *l, const uint8_t key[LIMITER_KEY_BYTES], int64_t now_us);

/* What was tried was right: the key has all its tries again. */
void limiter_forgive(struct limiter *l, const uint8_t key[LIMITER_KEY_BYTES]);

DEFINE_CLEANUP(struct limiter *, limiter_destroy)

#endif
