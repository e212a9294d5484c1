/* A growing buffer that is born with a limit.
 *
 * Errors stick: after the first failed append the buffer keeps what it had, and every later call
 * fails with the same errno, so a writer may append freely and ask once at the end. Not
 * thread-safe. */
#ifndef MECLIS_BASE_BUF_H
#define MECLIS_BASE_BUF_H

#include "base/bytes.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
    uint8_t *data;
    size_t size;
    size_t room;
    size_t max_bytes;
    int error; /* 0, -ENOMEM or -EMSGSIZE */
};

void buf_init(struct buf *b, size_t max_bytes);
void buf_finish(struct buf *b);

/* Forgets contents and error, keeps the memory. */
void buf_clear(struct buf *b);

/* Each returns 0, -EMSGSIZE beyond the limit, or -ENOMEM. */
int buf_add(struct buf *b, const void *data, size_t size);
int buf_add_str(struct buf *b, const char *text);
int buf_addf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
int buf_add_u8(struct buf *b, uint8_t v);
int buf_add_be16(struct buf *b, uint16_t v);
int buf_add_be32(struct buf *b, uint32_t v);
int buf_add_be64(struct buf *b, uint64_t v);

/* Appends undefined bytes and returns where they are (borrowed until the next call), or NULL. */
uint8_t *buf_extend(struct buf *b, size_t size);

/* Removes that many bytes from the front. */
void buf_drop(struct buf *b, size_t size);

/* Ends the text with a NUL that is not counted, and returns it, borrowed; NULL after an error. */
const char *buf_text(struct buf *b);

/* Returns an owned copy as shared bytes, or NULL after an error or without memory. */
struct bytes *buf_to_bytes(const struct buf *b);

static inline void buf_finish_p(struct buf *b)
{
    buf_finish(b);
}

#define cleanup_buf cleanup(buf_finish_p)

#endif
