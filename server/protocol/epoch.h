/* A meeting's epoch on disk (epoch.json): what ties media time to the boot clock and to UTC. */
#ifndef MECLIS_PROTOCOL_EPOCH_H
#define MECLIS_PROTOCOL_EPOCH_H

#include "base/bytes.h"

#include <stdint.h>

struct epoch {
    char boot_id[37];
    int64_t boot_us; /* the boot clock at media time 0; negative when that was an earlier boot */
    int64_t utc_us;  /* UTC at media time 0 */
};

/* Returns owned JSON text, or NULL without memory. */
struct bytes *epoch_print(const struct epoch *e);

/* Returns 0 or -EINVAL. */
int epoch_parse(const void *json, size_t size, struct epoch *ret);

/* The epoch as it holds now: the same within one boot; after another boot media time goes on by the
 * difference in UTC, and never before recorded_until_us (media time). Pure. */
struct epoch epoch_continue(const struct epoch *old, const char *boot_id, int64_t boot_now_us,
                            int64_t utc_now_us, int64_t recorded_until_us);

#endif
