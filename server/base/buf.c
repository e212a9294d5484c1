#include "base/buf.h"

#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

void buf_init(struct buf *b, size_t max_bytes)
{
    *b = (struct buf){.max_bytes = max_bytes};
}

void buf_finish(struct buf *b)
{
    free(b->data);
    *b = (struct buf){.max_bytes = b->max_bytes};
}

void buf_clear(struct buf *b)
{
    b->size = 0;
    b->error = 0;
}

static int buf_fail(struct buf *b, int error)
{
    if (!b->error)
        b->error = error;
    return b->error;
}

uint8_t *buf_extend(struct buf *b, size_t size)
{
    if (b->error)
        return NULL;
    if (size > b->max_bytes || b->size > b->max_bytes - size || size >= SIZE_MAX - b->size) {
        buf_fail(b, -EMSGSIZE);
        return NULL;
    }
    size_t need = b->size + size + 1; /* one over, for buf_text() */
    if (need > b->room) {
        size_t room = b->room * 2 > need ? b->room * 2 : need;
        uint8_t *data = realloc(b->data, room);
        if (!data) {
            buf_fail(b, -ENOMEM);
            return NULL;
        }
        b->data = data;
        b->room = room;
    }
    uint8_t *at = b->data + b->size;
    b->size += size;
    return at;
}

int buf_add(struct buf *b, const void *data, size_t size)
{
    uint8_t *at = buf_extend(b, size);
    if (!at)
        return b->error;
    if (size)
        memcpy(at, data, size);
    return 0;
}

int buf_add_str(struct buf *b, const char *text)
{
    return buf_add(b, text, strlen(text));
}

int buf_addf(struct buf *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    cleanup_free char *text = NULL;
    int size = vasprintf(&text, format, args);
    va_end(args);
    if (size < 0) {
        text = NULL;
        return buf_fail(b, -ENOMEM);
    }
    return buf_add(b, text, (size_t)size);
}

int buf_add_u8(struct buf *b, uint8_t v)
{
    return buf_add(b, &v, 1);
}

int buf_add_be16(struct buf *b, uint16_t v)
{
    uint16_t be = htobe16(v);
    return buf_add(b, &be, sizeof be);
}

int buf_add_be32(struct buf *b, uint32_t v)
{
    uint32_t be = htobe32(v);
    return buf_add(b, &be, sizeof be);
}

int buf_add_be64(struct buf *b, uint64_t v)
{
    uint64_t be = htobe64(v);
    return buf_add(b, &be, sizeof be);
}

void buf_drop(struct buf *b, size_t size)
{
    if (size >= b->size) {
        b->size = 0;
        return;
    }
    memmove(b->data, b->data + size, b->size - size);
    b->size -= size;
}

const char *buf_text(struct buf *b)
{
    if (b->error || (!b->data && !buf_extend(b, 0)))
        return NULL;
    b->data[b->size] = 0;
    return (const char *)b->data;
}

struct bytes *buf_to_bytes(const struct buf *b)
{
    return b->error ? NULL : bytes_copy(b->data, b->size);
}
