#include "media/box.h"

#include <endian.h>
#include <string.h>

size_t box_begin(struct buf *b, const char type[4])
{
    size_t at = b->size;
    buf_add_be32(b, 0);
    buf_add(b, type, 4);
    return at;
}

size_t box_begin_full(struct buf *b, const char type[4], uint32_t version_and_flags)
{
    size_t at = box_begin(b, type);
    buf_add_be32(b, version_and_flags);
    return at;
}

void box_end(struct buf *b, size_t at)
{
    if (b->error)
        return;
    uint32_t size = htobe32((uint32_t)(b->size - at));
    memcpy(b->data + at, &size, sizeof size);
}

void box_add_zeros(struct buf *b, size_t count)
{
    uint8_t *at = buf_extend(b, count);
    if (at)
        memset(at, 0, count);
}

void box_add_matrix(struct buf *b)
{
    static const uint32_t unity[9] = {0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000};
    for (int i = 0; i < 9; i++)
        buf_add_be32(b, unity[i]);
}

void box_add_hdlr(struct buf *b, bool video)
{
    size_t hdlr = box_begin_full(b, "hdlr", 0);
    buf_add_be32(b, 0);
    buf_add(b, video ? "vide" : "soun", 4);
    box_add_zeros(b, 12);
    buf_add(b, video ? "video" : "sound", 6); /* with its NUL */
    box_end(b, hdlr);
}

void box_add_media_header(struct buf *b, bool video)
{
    size_t at = video ? box_begin_full(b, "vmhd", 1) : box_begin_full(b, "smhd", 0);
    box_add_zeros(b, video ? 8 : 4);
    box_end(b, at);
}

void box_add_dinf(struct buf *b)
{
    size_t dinf = box_begin(b, "dinf");
    size_t dref = box_begin_full(b, "dref", 0);
    buf_add_be32(b, 1);
    size_t url = box_begin_full(b, "url ", 1); /* the media is in this file */
    box_end(b, url);
    box_end(b, dref);
    box_end(b, dinf);
}
