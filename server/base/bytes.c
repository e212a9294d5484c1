#include "base/bytes.h"

#include <string.h>

struct bytes *bytes_new(size_t size)
{
    if (size > SIZE_MAX - sizeof(struct bytes))
        return NULL;
    struct bytes *b = malloc(sizeof *b + size);
    if (!b)
        return NULL;
    atomic_init(&b->refs, 1);
    b->size = size;
    return b;
}

struct bytes *bytes_copy(const void *data, size_t size)
{
    struct bytes *b = bytes_new(size);
    if (b && size)
        memcpy(b->data, data, size);
    return b;
}

struct bytes *bytes_ref(struct bytes *b)
{
    atomic_fetch_add_explicit(&b->refs, 1, memory_order_relaxed);
    return b;
}

void bytes_unref(struct bytes *b)
{
    if (b && atomic_fetch_sub_explicit(&b->refs, 1, memory_order_acq_rel) == 1)
        free(b);
}
