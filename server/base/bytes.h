/* Immutable bytes shared by reference count: a fragment, a message, a file's contents.
 *
 * Whoever creates them fills them before the first share; from then on nobody writes. Any thread
 * may take and drop references. Dropping NULL is fine. */
#ifndef MECLIS_BASE_BYTES_H
#define MECLIS_BASE_BYTES_H

#include "base/cleanup.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
    atomic_uint refs;
    size_t size;
    uint8_t data[];
};

/* Returns owned bytes of that size with undefined contents, or NULL without memory. */
struct bytes *bytes_new(size_t size);

/* Returns an owned copy of the data, or NULL without memory. */
struct bytes *bytes_copy(const void *data, size_t size);

/* Returns one more reference to the same bytes. */
struct bytes *bytes_ref(struct bytes *b);

/* Takes a reference and drops it. */
void bytes_unref(struct bytes *b);

DEFINE_CLEANUP(struct bytes *, bytes_unref)

#endif
