#include "media/cmaf.h"

#include "base/buf.h"
#include "media/box.h"

#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MAX_PIXELS 16384
#define INIT_MAX_BYTES 65536u

/* Sample flags, ISO/IEC 14496-12, 8.8.3.1. */
#define FLAGS_SYNC 0x02000000u /* depends on nothing */
#define FLAGS_NOT_SYNC 0x01010000u

static void add_ftyp(struct buf *b)
{
    size_t ftyp = box_begin(b, "ftyp");
    buf_add(b, "iso6\0\0\0\0iso6cmf2", 16);
    box_end(b, ftyp);
}

static void add_mvhd(struct buf *b, uint32_t timescale)
{
    size_t mvhd = box_begin_full(b, "mvhd", 0);
    box_add_zeros(b,
                  8); /* creation, modification: unknown, so that the same init is the same bytes */
    buf_add_be32(b, timescale);
    buf_add_be32(b, 0); /* duration: in the fragments */
    buf_add_be32(b, 0x10000);
    buf_add_be16(b, 0x100);
    box_add_zeros(b, 10);
    box_add_matrix(b);
    box_add_zeros(b, 24);
    buf_add_be32(b, 0xffffffff); /* next track_ID: search */
    box_end(b, mvhd);
}

static void add_tkhd(struct buf *b, const struct track_init *t)
{
    size_t tkhd = box_begin_full(b, "tkhd", 3); /* enabled, in movie */
    box_add_zeros(b, 8);
    buf_add_be32(b, t->track);
    box_add_zeros(b, 4 + 4 + 8 + 2 + 2);
    buf_add_be16(b, t->width ? 0 : 0x100); /* volume */
    buf_add_be16(b, 0);
    box_add_matrix(b);
    buf_add_be32(b, (uint32_t)t->width << 16);
    buf_add_be32(b, (uint32_t)t->height << 16);
    box_end(b, tkhd);
}

static void add_mdhd(struct buf *b, uint32_t timescale)
{
    size_t mdhd = box_begin_full(b, "mdhd", 0);
    box_add_zeros(b, 8);
    buf_add_be32(b, timescale);
    buf_add_be32(b, 0);
    buf_add_be16(b, 0x55c4); /* "und" */
    buf_add_be16(b, 0);
    box_end(b, mdhd);
}

/* The sample tables, which a fragmented file leaves empty. */
static void add_empty_tables(struct buf *b)
{
    static const char types[][5] = {"stts", "stsc", "stsz", "stco"};
    for (int i = 0; i < 4; i++) {
        size_t at = box_begin_full(b, types[i], 0);
        box_add_zeros(b, i == 2 ? 8 : 4);
        box_end(b, at);
    }
}

static void add_mvex(struct buf *b, const struct track_init *t)
{
    size_t mvex = box_begin(b, "mvex");
    size_t trex = box_begin_full(b, "trex", 0);
    buf_add_be32(b, t->track);
    buf_add_be32(b, 1); /* sample description */
    buf_add_be32(b, 0);
    buf_add_be32(b, 0);
    buf_add_be32(b, t->width ? FLAGS_NOT_SYNC : FLAGS_SYNC);
    box_end(b, trex);
    box_end(b, mvex);
}

/* ---- sample entries ---- */

struct codec_config {
    const void *data;
    size_t size;
    int channels, object_type; /* of sound */
};

static void add_avc1(struct buf *b, const struct track_init *t, const struct codec_config *c)
{
    size_t avc1 = box_begin(b, "avc1");
    box_add_zeros(b, 6);
    buf_add_be16(b, 1); /* data reference */
    box_add_zeros(b, 16);
    buf_add_be16(b, t->width);
    buf_add_be16(b, t->height);
    buf_add_be32(b, 0x480000); /* 72 dpi */
    buf_add_be32(b, 0x480000);
    buf_add_be32(b, 0);
    buf_add_be16(b, 1);   /* frames a sample */
    box_add_zeros(b, 32); /* compressor's name */
    buf_add_be16(b, 0x18);
    buf_add_be16(b, 0xffff);
    size_t avcc = box_begin(b, "avcC");
    buf_add(b, c->data, c->size);
    box_end(b, avcc);
    box_end(b, avc1);
}

/* A descriptor's tag and length, ISO/IEC 14496-1; all of ours are shorter than 128 bytes. */
static void add_descriptor(struct buf *b, uint8_t tag, size_t size)
{
    buf_add_u8(b, tag);
    buf_add_u8(b, (uint8_t)size);
}

static void add_esds(struct buf *b, const struct codec_config *c)
{
    size_t esds = box_begin_full(b, "esds", 0);
    add_descriptor(b, 3, 3 + (2 + 13 + 2 + c->size) + (2 + 1)); /* ES_Descriptor */
    buf_add_be16(b, 0);
    buf_add_u8(b, 0);
    add_descriptor(b, 4, 13 + 2 + c->size); /* DecoderConfigDescriptor */
    buf_add_u8(b, 0x40);                    /* MPEG-4 audio */
    buf_add_u8(b, 0x15);                    /* an audio stream */
    box_add_zeros(b, 3 + 4 + 4);            /* its buffer and rates: not said */
    add_descriptor(b, 5, c->size);          /* DecoderSpecificInfo */
    buf_add(b, c->data, c->size);
    add_descriptor(b, 6, 1); /* SLConfigDescriptor: for MP4 */
    buf_add_u8(b, 2);
    box_end(b, esds);
}

static void add_mp4a(struct buf *b, const struct track_init *t, const struct codec_config *c)
{
    size_t mp4a = box_begin(b, "mp4a");
    box_add_zeros(b, 6);
    buf_add_be16(b, 1);
    box_add_zeros(b, 8);
    buf_add_be16(b, (uint16_t)c->channels);
    buf_add_be16(b, 16);
    buf_add_be32(b, 0);
    buf_add_be32(b, t->timescale <= UINT16_MAX ? t->timescale << 16 : 0);
    add_esds(b, c);
    box_end(b, mp4a);
}

static void add_stbl(struct buf *b, const struct track_init *t, const struct codec_config *c)
{
    size_t stbl = box_begin(b, "stbl");
    size_t stsd = box_begin_full(b, "stsd", 0);
    buf_add_be32(b, 1);
    if (t->width)
        add_avc1(b, t, c);
    else
        add_mp4a(b, t, c);
    box_end(b, stsd);
    add_empty_tables(b);
    box_end(b, stbl);
}

static int build_init(struct track_init *t, const struct codec_config *c)
{
    cleanup_buf struct buf b;
    buf_init(&b, INIT_MAX_BYTES);
    bool video = t->width;
    add_ftyp(&b);
    size_t moov = box_begin(&b, "moov");
    add_mvhd(&b, t->timescale);
    size_t trak = box_begin(&b, "trak");
    add_tkhd(&b, t);
    size_t mdia = box_begin(&b, "mdia");
    add_mdhd(&b, t->timescale);
    box_add_hdlr(&b, video);
    size_t minf = box_begin(&b, "minf");
    box_add_media_header(&b, video);
    box_add_dinf(&b);
    add_stbl(&b, t, c);
    box_end(&b, minf);
    box_end(&b, mdia);
    box_end(&b, trak);
    add_mvex(&b, t);
    box_end(&b, moov);
    t->bytes = buf_to_bytes(&b);
    return t->bytes ? 0 : -ENOMEM;
}

/* ---- decoder configurations ---- */

/* Steps over `count` parameter sets with their lengths. Returns where they end, or 0. */
static size_t skip_parameter_sets(const uint8_t *avcc, size_t size, size_t at, int count)
{
    for (int i = 0; i < count; i++) {
        if (size - at < 2)
            return 0;
        size_t length = (size_t)avcc[at] << 8 | avcc[at + 1];
        at += 2;
        if (length == 0 || size - at < length)
            return 0;
        at += length;
    }
    return at;
}

static bool avcc_valid(const uint8_t *avcc, size_t size)
{
    if (size < 7 || size > CMAF_MAX_AVCC_BYTES || avcc[0] != 1)
        return false;
    int sps = avcc[5] & 0x1f;
    size_t at = skip_parameter_sets(avcc, size, 6, sps);
    if (sps == 0 || at == 0 || at >= size)
        return false;
    return skip_parameter_sets(avcc, size, at + 1, avcc[at]) != 0;
}

int cmaf_video_init(uint8_t track, uint32_t timescale, const void *avcc, size_t avcc_size,
                    int width, int height, struct track_init *ret)
{
    const uint8_t *a = avcc;
    if (track < 1 || track > TRACK_MAX || timescale == 0 || width < 1 || width > MAX_PIXELS ||
        height < 1 || height > MAX_PIXELS || !avcc_valid(a, avcc_size))
        return -EINVAL;
    struct track_init t = {.track = track, .timescale = timescale};
    t.width = (uint16_t)width;
    t.height = (uint16_t)height;
    snprintf(t.codec, sizeof t.codec, "avc1.%02x%02x%02x", a[1], a[2], a[3]);
    int r = build_init(&t, &(struct codec_config){.data = avcc, .size = avcc_size});
    if (r == 0)
        *ret = t;
    return r;
}

/* Reads bits from the front; beyond the end come zeros, which the caller sees by `left`. */
struct bits {
    const uint8_t *data;
    size_t at, left;
};

static unsigned take_bits(struct bits *b, unsigned count)
{
    unsigned v = 0;
    while (count--) {
        v <<= 1;
        if (b->left) {
            v |= b->data[b->at / 8] >> (7 - b->at % 8) & 1;
            b->at++;
            b->left--;
        }
    }
    return v;
}

int cmaf_read_asc(const void *asc, size_t size, struct cmaf_audio *ret)
{
    static const int rates[13] = {96000, 88200, 64000, 48000, 44100, 32000, 24000,
                                  22050, 16000, 12000, 11025, 8000,  7350};
    static const int channels[8] = {0, 1, 2, 3, 4, 5, 6, 8};
    if (size < 2 || size > CMAF_MAX_ASC_BYTES)
        return -EINVAL;
    struct bits b = {.data = asc, .left = size * 8};
    struct cmaf_audio a = {.object_type = (int)take_bits(&b, 5)};
    if (a.object_type == 31)
        a.object_type = 32 + (int)take_bits(&b, 6);
    unsigned rate = take_bits(&b, 4);
    a.rate = rate == 15 ? (int)take_bits(&b, 24) : rate < 13 ? rates[rate] : 0;
    unsigned configuration = take_bits(&b, 4);
    a.channels = configuration < 8 ? channels[configuration] : 0;
    bool short_frames = false;
    if (a.object_type >= 1 && a.object_type <= 4)
        short_frames = take_bits(&b, 1);
    a.frame_samples = short_frames ? 960 : 1024;
    if (a.object_type == 0 || a.rate < 1000 || a.rate > 192000 || a.channels == 0 || b.left == 0)
        return -EINVAL;
    *ret = a;
    return 0;
}

int cmaf_audio_init(uint8_t track, const void *asc, size_t asc_size, struct track_init *ret)
{
    struct cmaf_audio a;
    if (track < 1 || track > TRACK_MAX || cmaf_read_asc(asc, asc_size, &a) < 0)
        return -EINVAL;
    struct track_init t = {.track = track, .timescale = (uint32_t)a.rate};
    snprintf(t.codec, sizeof t.codec, "mp4a.40.%d", a.object_type);
    struct codec_config c = {asc, asc_size, a.channels, a.object_type};
    int r = build_init(&t, &c);
    if (r == 0)
        *ret = t;
    return r;
}

/* ---- fragments, written into bytes whose size is known before ---- */

#define MFHD_BYTES 16u
#define TFHD_BYTES 24u /* with default duration and flags */
#define TFDT_BYTES 20u
#define TRUN_BYTES 20u /* without its samples */
#define VIDEO_ENTRY 8u /* size, composition offset */
#define AUDIO_ENTRY 4u /* size */
#define BOX_BYTES 8u

static uint8_t *put32(uint8_t *at, uint32_t v)
{
    uint32_t be = htobe32(v);
    memcpy(at, &be, sizeof be);
    return at + sizeof be;
}

static uint8_t *put_box(uint8_t *at, size_t size, const char type[4])
{
    at = put32(at, (uint32_t)size);
    memcpy(at, type, 4);
    return at + 4;
}

/* Everything before the media; returns where that begins. */
static uint8_t *put_head(uint8_t *at, const struct cmaf_fragment *f, bool offsets, size_t moof,
                         size_t media)
{
    uint32_t entry = offsets ? VIDEO_ENTRY : AUDIO_ENTRY;
    uint32_t trun = TRUN_BYTES + entry * (uint32_t)f->count;
    at = put_box(at, moof, "moof");
    at = put32(put32(put_box(at, MFHD_BYTES, "mfhd"), 0), (uint32_t)f->seq);
    at = put_box(at, BOX_BYTES + TFHD_BYTES + TFDT_BYTES + trun, "traf");
    /* default-base-is-moof, default sample duration, default sample flags */
    at = put32(put_box(at, TFHD_BYTES, "tfhd"), 0x020028);
    at = put32(put32(at, f->track), f->sample_duration);
    at = put32(at, f->sync ? FLAGS_SYNC : FLAGS_NOT_SYNC);
    at = put32(put_box(at, TFDT_BYTES, "tfdt"), 0x01000000);
    at = put32(put32(at, (uint32_t)((uint64_t)f->dts >> 32)), (uint32_t)f->dts);
    /* version 1; data offset, sample sizes, and of video the composition offsets */
    at = put32(put_box(at, trun, "trun"), 0x01000201u | (offsets ? 0x800u : 0));
    at = put32(put32(at, (uint32_t)f->count), (uint32_t)moof + BOX_BYTES);
    for (int i = 0; i < f->count; i++) {
        at = put32(at, (uint32_t)f->samples[i].size);
        if (offsets)
            at = put32(at, (uint32_t)f->cts);
    }
    return put_box(at, BOX_BYTES + media, "mdat");
}

static uint32_t moof_bytes(uint32_t count, bool offsets)
{
    return BOX_BYTES + MFHD_BYTES + BOX_BYTES + TFHD_BYTES + TFDT_BYTES + TRUN_BYTES +
           (offsets ? VIDEO_ENTRY : AUDIO_ENTRY) * count;
}

uint32_t cmaf_media_at(int32_t cts)
{
    return moof_bytes(1, cts != 0) + BOX_BYTES;
}

int cmaf_build_fragment(const struct cmaf_fragment *f, struct bytes **ret)
{
    if (f->track < 1 || f->track > TRACK_MAX || f->dts < 0 || f->count < 1 ||
        f->count > CMAF_MAX_SAMPLES || (f->cts && f->count > 1))
        return -EINVAL;
    size_t media = 0;
    for (int i = 0; i < f->count; i++) {
        if (f->samples[i].size > FRAGMENT_MAX_BYTES)
            return -EMSGSIZE;
        media += f->samples[i].size;
    }
    bool offsets = f->cts != 0;
    size_t moof = moof_bytes((uint32_t)f->count, offsets);
    size_t size = moof + BOX_BYTES + media;
    if (size > FRAGMENT_MAX_BYTES)
        return -EMSGSIZE;
    struct bytes *b = bytes_new(size);
    if (!b)
        return -ENOMEM;
    uint8_t *at = put_head(b->data, f, offsets, moof, media);
    for (int i = 0; i < f->count; i++) {
        if (f->samples[i].size)
            memcpy(at, f->samples[i].data, f->samples[i].size);
        at += f->samples[i].size;
    }
    *ret = b;
    return 0;
}
