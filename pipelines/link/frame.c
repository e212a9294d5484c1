#include "link/frame.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

void link_decoder_init(struct link_decoder *d)
{
    *d = (struct link_decoder){0};
    buf_init(&d->in, 2 * (size_t)LINK_MAX_BODY_BYTES);
}

void link_decoder_finish(struct link_decoder *d)
{
    buf_finish(&d->in);
}

static void forget_used(struct link_decoder *d)
{
    buf_drop(&d->in, d->used);
    d->used = 0;
}

int link_decoder_feed(struct link_decoder *d, const void *data, size_t size)
{
    forget_used(d);
    return buf_add(&d->in, data, size);
}

static uint32_t get_be32(const uint8_t *at)
{
    uint32_t be;
    memcpy(&be, at, sizeof be);
    return be32toh(be);
}

static uint64_t get_be64(const uint8_t *at)
{
    uint64_t be;
    memcpy(&be, at, sizeof be);
    return be64toh(be);
}

static bool is_binary(enum link_type type)
{
    return type == LINK_INIT || type == LINK_FRAGMENT;
}

int link_decoder_next(struct link_decoder *d, struct link_frame *ret)
{
    size_t left = d->in.size - d->used;
    if (left < LINK_FRAME_HEADER_BYTES)
        return 0;
    const uint8_t *at = d->in.data + d->used;
    uint32_t size = get_be32(at);
    enum link_type type = at[4];
    if (size > (is_binary(type) ? LINK_MAX_BODY_BYTES : LINK_MAX_JSON_BYTES))
        return -EPROTO;
    if (left - LINK_FRAME_HEADER_BYTES < size)
        return 0;
    *ret = (struct link_frame){.type = type, .body = at + LINK_FRAME_HEADER_BYTES, .size = size};
    d->used += LINK_FRAME_HEADER_BYTES + size;
    return 1;
}

int link_add_frame(struct buf *out, enum link_type type, const void *body, size_t size)
{
    if (size > (is_binary(type) ? LINK_MAX_BODY_BYTES : LINK_MAX_JSON_BYTES))
        return -EMSGSIZE;
    buf_add_be32(out, (uint32_t)size);
    buf_add_u8(out, (uint8_t)type);
    return buf_add(out, body, size);
}

int link_add_fragment_header(struct buf *out, const struct fragment *f)
{
    if (f->bytes->size > FRAGMENT_MAX_BYTES)
        return -EMSGSIZE;
    buf_add_be32(out, LINK_FRAGMENT_HEADER_BYTES + (uint32_t)f->bytes->size);
    buf_add_u8(out, LINK_FRAGMENT);
    buf_add_u8(out, f->track);
    buf_add_u8(out, f->flags);
    buf_add_be32(out, f->init);
    buf_add_be64(out, f->seq);
    buf_add_be64(out, (uint64_t)f->dts);
    buf_add_be32(out, (uint32_t)f->cts);
    buf_add_be32(out, f->duration);
    buf_add_be32(out, f->timescale);
    buf_add_be64(out, (uint64_t)f->capture_utc_us);
    static const uint8_t reserved[16];
    return buf_add(out, reserved, sizeof reserved);
}

int link_read_fragment(const struct link_frame *frame, struct fragment *ret)
{
    if (frame->type != LINK_FRAGMENT || frame->size < LINK_FRAGMENT_HEADER_BYTES)
        return -EPROTO;
    const uint8_t *at = frame->body;
    struct fragment f = {
        .track = at[0],
        .flags = at[1],
        .init = get_be32(at + 2),
        .seq = get_be64(at + 6),
        .dts = (int64_t)get_be64(at + 14),
        .cts = (int32_t)get_be32(at + 22),
        .duration = get_be32(at + 26),
        .timescale = get_be32(at + 30),
        .capture_utc_us = (int64_t)get_be64(at + 34),
    };
    if (f.track < 1 || f.track > TRACK_MAX || f.timescale == 0 || f.init == 0)
        return -EPROTO;
    f.bytes = bytes_copy(at + LINK_FRAGMENT_HEADER_BYTES, frame->size - LINK_FRAGMENT_HEADER_BYTES);
    if (!f.bytes)
        return -ENOMEM;
    *ret = f;
    return 0;
}

/* An init's header: u8 track, u32 number, u32 timescale, u16 width, u16 height, 32 bytes of codec.
 */
#define INIT_HEADER_BYTES 45

int link_add_init(struct buf *out, const struct track_init *init)
{
    if (init->bytes->size > FRAGMENT_MAX_BYTES)
        return -EMSGSIZE;
    buf_add_be32(out, INIT_HEADER_BYTES + (uint32_t)init->bytes->size);
    buf_add_u8(out, LINK_INIT);
    buf_add_u8(out, init->track);
    buf_add_be32(out, init->number);
    buf_add_be32(out, init->timescale);
    buf_add_be16(out, init->width);
    buf_add_be16(out, init->height);
    buf_add(out, init->codec, sizeof init->codec);
    return buf_add(out, init->bytes->data, init->bytes->size);
}

int link_read_init(const struct link_frame *frame, struct track_init *ret)
{
    if (frame->type != LINK_INIT || frame->size < INIT_HEADER_BYTES)
        return -EPROTO;
    const uint8_t *at = frame->body;
    struct track_init init = {
        .track = at[0],
        .number = get_be32(at + 1),
        .timescale = get_be32(at + 5),
        .width = (uint16_t)(at[9] << 8 | at[10]),
        .height = (uint16_t)(at[11] << 8 | at[12]),
    };
    memcpy(init.codec, at + 13, sizeof init.codec);
    if (init.track < 1 || init.track > TRACK_MAX || init.timescale == 0 || init.number == 0 ||
        init.codec[sizeof init.codec - 1])
        return -EPROTO;
    init.bytes = bytes_copy(at + INIT_HEADER_BYTES, frame->size - INIT_HEADER_BYTES);
    if (!init.bytes)
        return -ENOMEM;
    *ret = init;
    return 0;
}
