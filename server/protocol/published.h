/* What is published of logs beside the events: signed heads, and the key that signs them. */
#ifndef MECLIS_PROTOCOL_PUBLISHED_H
#define MECLIS_PROTOCOL_PUBLISHED_H

#include "base/bytes.h"
#include "base/id.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PUBLISHED_HASH_BYTES 32
#define PUBLISHED_SIGNATURE_BYTES 64
#define PUBLISHED_KEY_BYTES 32
#define PUBLISHED_MAX_HEADS 100000 /* in one text */

struct published_head {
    char meeting[ID_MAX];
    uint64_t seq;
    uint8_t hash[PUBLISHED_HASH_BYTES];
    int64_t at_utc_us;
    uint8_t signature[PUBLISHED_SIGNATURE_BYTES];
};

/* Each returns owned JSON text, or NULL without memory. */
struct bytes *published_print_head(const struct published_head *h);
struct bytes *published_print_heads(const char *meeting, uint64_t since,
                                    const struct published_head *heads, size_t count, bool more);
struct bytes *published_print_key(const uint8_t key[PUBLISHED_KEY_BYTES]);

/* Reads any number of heads: one object, lists as they are served, or a line for each. Returns 0,
 * -EINVAL for anything else, or -ENOMEM; the heads are returned owned (free()), NULL where there
 * are none. `ret_more`, which may be NULL: the last list said that there are more. */
int published_read_heads(const char *text, size_t size, struct published_head **ret,
                         size_t *ret_count, bool *ret_more);

/* Returns 0 or -EINVAL. */
int published_read_key(const char *text, size_t size, uint8_t ret_key[PUBLISHED_KEY_BYTES]);

/* The meetings' ids in the list of meetings, at most `max`. Returns their number, or -EINVAL. */
int published_read_meetings(const char *text, size_t size, char (*ret_ids)[ID_MAX], int max);

#endif
