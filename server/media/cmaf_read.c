#include "media/cmaf_read.h"

#include <endian.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define BOX_BYTES 8u
#define FULL_BOX_BYTES 12u
#define SAMPLE_IS_NOT_SYNC 0x10000u

/* A span of the file: what is inside of a box. */
struct span {
    const uint8_t *at;
    size_t size;
};

static uint32_t get32(const uint8_t *at)
{
    uint32_t be;
    memcpy(&be, at, sizeof be);
    return be32toh(be);
}

static uint16_t get16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

/* Takes the next box's header and contents from the front. False where none is whole. */
static bool next_box(struct span *s, char ret_type[4], struct span *ret_box)
{
    if (s->size < BOX_BYTES)
        return false;
    uint32_t size = get32(s->at);
    if (size < BOX_BYTES || size > s->size)
        return false;
    memcpy(ret_type, s->at + 4, 4);
    *ret_box = (struct span){s->at + BOX_BYTES, size - BOX_BYTES};
    s->at += size;
    s->size -= size;
    return true;
}

/* Finds the first child of that type with at least so many bytes inside. */
static bool find_box(struct span in, const char *type, size_t least, struct span *ret)
{
    char found[4];
    struct span box;
    while (next_box(&in, found, &box)) {
        if (memcmp(found, type, 4) == 0 && box.size >= least) {
            *ret = box;
            return true;
        }
    }
    return false;
}

/* Follows a path of types separated by '/'. */
static bool find_path(struct span in, const char *path, size_t least, struct span *ret)
{
    for (;; path += 5) {
        bool last = path[4] == 0;
        if (!find_box(in, path, last ? least : 0, &in))
            return false;
        if (last)
            break;
    }
    *ret = in;
    return true;
}

/* ---- fragments ---- */

static bool read_tfhd(struct span traf, struct cmaf_head *h, uint32_t *ret_duration)
{
    struct span tfhd;
    if (!find_box(traf, "tfhd", 16, &tfhd) || get32(tfhd.at) != 0x020028)
        return false;
    uint32_t track = get32(tfhd.at + 4);
    if (track < 1 || track > TRACK_MAX)
        return false;
    h->track = (uint8_t)track;
    h->flags = get32(tfhd.at + 12) & SAMPLE_IS_NOT_SYNC ? 0 : FRAGMENT_SYNC;
    *ret_duration = get32(tfhd.at + 8);
    return true;
}

/* Reads the run and returns the bytes of its samples, or -1. */
static int64_t read_trun(struct span traf, uint32_t sample_duration, struct cmaf_head *h)
{
    struct span trun;
    if (!find_box(traf, "trun", 12, &trun))
        return -1;
    uint32_t flags = get32(trun.at), count = get32(trun.at + 4);
    bool offsets = flags == 0x01000a01u;
    if ((flags != 0x01000201u && !offsets) || count < 1 || count > CMAF_READ_SAMPLES)
        return -1;
    size_t entry = offsets ? 8 : 4;
    if (trun.size != 12 + entry * count)
        return -1;
    int64_t media = 0;
    for (uint32_t i = 0; i < count; i++)
        media += get32(trun.at + 12 + entry * i);
    h->cts = offsets ? (int32_t)get32(trun.at + 16) : 0;
    uint64_t duration = (uint64_t)sample_duration * count;
    h->duration = duration > UINT32_MAX ? UINT32_MAX : (uint32_t)duration;
    return media;
}

int cmaf_read_fragment(const void *data, size_t size, struct cmaf_head *ret)
{
    const uint8_t *at = data;
    if (size >= BOX_BYTES && memcmp(at + 4, "moof", 4) != 0)
        return -EBADMSG;
    if (size < BOX_BYTES)
        return -ENODATA;
    uint32_t moof = get32(at);
    if (moof < BOX_BYTES || moof > CMAF_HEAD_BYTES - BOX_BYTES)
        return -EBADMSG;
    if (size < moof + BOX_BYTES)
        return -ENODATA;
    struct span inside = {at + BOX_BYTES, moof - BOX_BYTES}, mfhd, traf, tfdt;
    struct cmaf_head h = {0};
    uint32_t sample_duration;
    if (!find_box(inside, "mfhd", 8, &mfhd) || !find_box(inside, "traf", 0, &traf) ||
        !read_tfhd(traf, &h, &sample_duration) || !find_box(traf, "tfdt", 12, &tfdt) ||
        get32(tfdt.at) != 0x01000000)
        return -EBADMSG;
    int64_t media = read_trun(traf, sample_duration, &h);
    uint32_t mdat = get32(at + moof);
    if (media < 0 || memcmp(at + moof + 4, "mdat", 4) != 0 || mdat != media + BOX_BYTES ||
        (uint64_t)moof + mdat > FRAGMENT_MAX_BYTES)
        return -EBADMSG;
    h.seq = get32(mfhd.at + 4);
    h.dts = (int64_t)((uint64_t)get32(tfdt.at + 4) << 32 | get32(tfdt.at + 8));
    h.size = moof + mdat;
    if (h.dts < 0)
        return -EBADMSG;
    *ret = h;
    return 0;
}

/* ---- inits ---- */

/* The sample entry is a box with fields before its children: 78 bytes for pictures, 28 for sound.
 */
static bool read_avc1(struct span avc1, struct track_init *t)
{
    struct span avcc;
    if (avc1.size < 78 || !find_box((struct span){avc1.at + 78, avc1.size - 78}, "avcC", 7, &avcc))
        return false;
    t->width = get16(avc1.at + 24);
    t->height = get16(avc1.at + 26);
    snprintf(t->codec, sizeof t->codec, "avc1.%02x%02x%02x", avcc.at[1], avcc.at[2], avcc.at[3]);
    return t->width && t->height;
}

static bool read_mp4a(struct span mp4a, struct track_init *t)
{
    struct span esds;
    /* full box 4, ES_Descriptor 2 + 3, DecoderConfig 2 + 13, DecoderSpecificInfo 2, then ours */
    enum { ASC_AT = 4 + 5 + 15 + 2 };
    if (mp4a.size < 28 ||
        !find_box((struct span){mp4a.at + 28, mp4a.size - 28}, "esds", ASC_AT + 2, &esds))
        return false;
    int type = esds.at[ASC_AT] >> 3;
    if (type == 31)
        type = 32 + ((esds.at[ASC_AT] & 7) << 3 | esds.at[ASC_AT + 1] >> 5);
    snprintf(t->codec, sizeof t->codec, "mp4a.40.%d", type);
    return true;
}

int cmaf_read_init(const void *data, size_t size, struct track_init *ret)
{
    struct span file = {data, size}, trak, tkhd, mdhd, stsd, entry;
    if (!find_path(file, "moov/trak", 0, &trak) || !find_box(trak, "tkhd", 24, &tkhd) ||
        !find_path(trak, "mdia/mdhd", 16, &mdhd) ||
        !find_path(trak, "mdia/minf/stbl/stsd", 8, &stsd))
        return -EBADMSG;
    uint32_t track = get32(tkhd.at + 12);
    struct track_init t = {.timescale = get32(mdhd.at + 12)};
    if (track < 1 || track > TRACK_MAX || t.timescale == 0)
        return -EBADMSG;
    t.track = (uint8_t)track;
    struct span entries = {stsd.at + 8, stsd.size - 8};
    bool read = (find_box(entries, "avc1", 0, &entry) && read_avc1(entry, &t)) ||
                (find_box(entries, "mp4a", 0, &entry) && read_mp4a(entry, &t));
    if (!read)
        return -EBADMSG;
    *ret = t;
    return 0;
}

int cmaf_read_entry(const void *data, size_t size, const void **ret, size_t *ret_size)
{
    struct span file = {data, size}, stsd;
    if (!find_path(file, "moov/trak/mdia/minf/stbl/stsd", 8 + BOX_BYTES, &stsd) ||
        get32(stsd.at + 4) != 1)
        return -EBADMSG;
    uint32_t entry = get32(stsd.at + 8);
    if (entry < BOX_BYTES || entry > stsd.size - 8)
        return -EBADMSG;
    *ret = stsd.at + 8;
    *ret_size = entry;
    return 0;
}

int cmaf_read_samples(const void *data, size_t size, uint32_t ret_sizes[CMAF_READ_SAMPLES],
                      uint32_t *ret_at)
{
    struct cmaf_head h;
    int r = cmaf_read_fragment(data, size, &h);
    if (r < 0)
        return r;
    const uint8_t *at = data;
    uint32_t moof = get32(at);
    struct span inside = {at + BOX_BYTES, moof - BOX_BYTES}, traf, trun;
    if (!find_box(inside, "traf", 0, &traf) || !find_box(traf, "trun", 12, &trun))
        return -EBADMSG;
    uint32_t count = get32(trun.at + 4);
    size_t entry = get32(trun.at) == 0x01000a01u ? 8 : 4;
    for (uint32_t i = 0; i < count; i++)
        ret_sizes[i] = get32(trun.at + 12 + entry * i);
    *ret_at = moof + BOX_BYTES;
    return (int)count;
}
