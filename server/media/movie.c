#include "media/movie.h"

#include "media/box.h"
#include "media/cmaf_read.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MOVIE_TIMESCALE 1000 /* of the movie's own durations; tracks keep theirs */
#define TABLE_MAX_BYTES (128u << 20)
#define MDAT_HEADER_BYTES 16

/* A table that is kept by runs: (count, value). */
struct runs {
    struct buf entries; /* of pairs of 32 bits */
    uint32_t count, value, in_run;
};

struct movie_track {
    uint32_t timescale;
    bool video;
    uint16_t width, height;
    int init_count;
    uint32_t numbers[MOVIE_MAX_INITS];
    struct buf inits[MOVIE_MAX_INITS]; /* a sample entry each */
    int init;                          /* that decodes what follows, from 1 */

    struct runs stts, ctts;
    bool any_cts;
    struct buf stsz, stss, stsc, co64;
    uint32_t samples, syncs, chunks, stsc_count;
    uint32_t chunk_samples; /* of the last line of stsc */
    int chunk_init;
    int64_t first_dts, next_dts; /* next: the end of what there is */
    uint32_t last_duration;      /* of the last sample, not yet in stts */
};

struct movie_track *movie_track_create(uint32_t timescale)
{
    struct movie_track *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    t->timescale = timescale;
    struct buf *const tables[] = {&t->stts.entries, &t->ctts.entries, &t->stsz,
                                  &t->stss,         &t->stsc,         &t->co64};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        buf_init(tables[i], TABLE_MAX_BYTES);
    return t;
}

void movie_track_destroy(struct movie_track *t)
{
    if (!t)
        return;
    struct buf *const tables[] = {&t->stts.entries, &t->ctts.entries, &t->stsz,
                                  &t->stss,         &t->stsc,         &t->co64};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        buf_finish(tables[i]);
    for (int i = 0; i < t->init_count; i++)
        buf_finish(&t->inits[i]);
    free(t);
}

uint32_t movie_track_samples(const struct movie_track *t)
{
    return t->samples;
}

/* ---- tables ---- */

static void run_end(struct runs *r)
{
    if (r->in_run) {
        buf_add_be32(&r->entries, r->in_run);
        buf_add_be32(&r->entries, r->value);
        r->count++;
    }
    r->in_run = 0;
}

static void run_add(struct runs *r, uint32_t value)
{
    if (r->in_run && r->value != value)
        run_end(r);
    r->value = value;
    r->in_run++;
}

int movie_track_use(struct movie_track *t, uint32_t number, const void *init, size_t size)
{
    for (int i = 0; i < t->init_count; i++) {
        if (t->numbers[i] == number) {
            t->init = i + 1;
            return 0;
        }
    }
    struct track_init read;
    const void *entry;
    size_t entry_size;
    if (cmaf_read_init(init, size, &read) < 0 ||
        cmaf_read_entry(init, size, &entry, &entry_size) < 0)
        return -EBADMSG;
    bool video = read.width > 0;
    if (read.timescale != t->timescale || (t->init_count && video != t->video))
        return -EOPNOTSUPP;
    if (t->init_count == MOVIE_MAX_INITS)
        return -ENOBUFS;
    struct buf *copy = &t->inits[t->init_count];
    buf_init(copy, size);
    if (buf_add(copy, entry, entry_size) < 0) {
        buf_finish(copy);
        return -ENOMEM;
    }
    if (t->init_count == 0) {
        t->video = video;
        t->width = read.width;
        t->height = read.height;
    }
    t->numbers[t->init_count++] = number;
    t->init = t->init_count;
    return 0;
}

/* The one before lasts until this one begins. */
static int place_in_time(struct movie_track *t, const struct movie_chunk *c)
{
    if (t->samples == 0) {
        t->first_dts = c->dts;
        return 0;
    }
    int64_t last_begins = t->next_dts - t->last_duration;
    int64_t lasts = c->dts - last_begins;
    if (lasts < 0 || lasts > UINT32_MAX)
        return -EINVAL;
    run_add(&t->stts, (uint32_t)lasts);
    return 0;
}

static void add_samples(struct movie_track *t, const struct movie_chunk *c)
{
    uint32_t each = c->duration / (uint32_t)c->count;
    for (int i = 0; i < c->count; i++) {
        buf_add_be32(&t->stsz, c->sizes[i]);
        run_add(&t->ctts, (uint32_t)c->cts);
        if (i)
            run_add(&t->stts, each);
    }
    t->last_duration = c->duration - each * (uint32_t)(c->count - 1);
    t->any_cts |= c->cts != 0;
    if (t->video && c->sync) {
        buf_add_be32(&t->stss, t->samples + 1);
        t->syncs++;
    }
    t->samples += (uint32_t)c->count;
}

int movie_track_add(struct movie_track *t, const struct movie_chunk *c)
{
    if (!t->init || c->count < 1 || c->count > MOVIE_MAX_SAMPLES || c->dts < 0)
        return -EINVAL;
    int r = place_in_time(t, c);
    if (r < 0)
        return r;
    add_samples(t, c);
    t->next_dts = c->dts + c->duration;
    if ((uint32_t)c->count != t->chunk_samples || t->init != t->chunk_init) {
        buf_add_be32(&t->stsc, t->chunks + 1);
        buf_add_be32(&t->stsc, (uint32_t)c->count);
        buf_add_be32(&t->stsc, (uint32_t)t->init);
        t->stsc_count++;
        t->chunk_samples = (uint32_t)c->count;
        t->chunk_init = t->init;
    }
    buf_add_be64(&t->co64, c->offset);
    t->chunks++;
    return t->stsz.error ? t->stsz.error : t->co64.error;
}

static uint32_t movie_ticks(int64_t us)
{
    int64_t ticks = us_to_ticks(us < 0 ? 0 : us, MOVIE_TIMESCALE);
    return ticks > UINT32_MAX ? UINT32_MAX : (uint32_t)ticks;
}

static void add_mvhd(struct buf *b, const struct movie *m)
{
    size_t mvhd = box_begin_full(b, "mvhd", 0);
    box_add_zeros(b, 8);
    buf_add_be32(b, MOVIE_TIMESCALE);
    buf_add_be32(b, movie_ticks(m->to_us - m->from_us));
    buf_add_be32(b, 0x10000);
    buf_add_be16(b, 0x100);
    box_add_zeros(b, 10);
    box_add_matrix(b);
    box_add_zeros(b, 24);
    buf_add_be32(b, (uint32_t)m->track_count + 1);
    box_end(b, mvhd);
}

static void add_tkhd(struct buf *b, const struct movie *m, const struct movie_track *t, int id)
{
    size_t tkhd = box_begin_full(b, "tkhd", 3);
    box_add_zeros(b, 8);
    buf_add_be32(b, (uint32_t)id);
    box_add_zeros(b, 4);
    buf_add_be32(b, movie_ticks(m->to_us - m->from_us));
    box_add_zeros(b, 8 + 2 + 2);
    buf_add_be16(b, t->video ? 0 : 0x100);
    buf_add_be16(b, 0);
    box_add_matrix(b);
    buf_add_be32(b, (uint32_t)t->width << 16);
    buf_add_be32(b, (uint32_t)t->height << 16);
    box_end(b, tkhd);
}

/* What is played of the track: from the moment that was asked for, though its samples begin at the
 * keyframe before; nothing before its first sample. */
static void add_edts(struct buf *b, const struct movie *m, const struct movie_track *t)
{
    int64_t begins_us = ticks_to_us(t->first_dts, t->timescale);
    bool late = begins_us > m->from_us;
    int64_t skip = late ? 0 : us_to_ticks(m->from_us, t->timescale) - t->first_dts;
    int64_t wait_us = late ? begins_us - m->from_us : 0;
    size_t edts = box_begin(b, "edts");
    size_t elst = box_begin_full(b, "elst", 0x01000000);
    buf_add_be32(b, late ? 2 : 1);
    if (late) {
        buf_add_be64(b, movie_ticks(wait_us));
        buf_add_be64(b, UINT64_MAX); /* -1: nothing */
        buf_add_be32(b, 0x10000);
    }
    buf_add_be64(b, movie_ticks(m->to_us - m->from_us - wait_us));
    buf_add_be64(b, (uint64_t)skip);
    buf_add_be32(b, 0x10000);
    box_end(b, elst);
    box_end(b, edts);
}

static void add_mdhd(struct buf *b, const struct movie_track *t)
{
    size_t mdhd = box_begin_full(b, "mdhd", 0x01000000);
    box_add_zeros(b, 16);
    buf_add_be32(b, t->timescale);
    buf_add_be64(b, (uint64_t)(t->next_dts - t->first_dts));
    buf_add_be16(b, 0x55c4); /* "und" */
    buf_add_be16(b, 0);
    box_end(b, mdhd);
}

static void add_stsd(struct buf *b, const struct movie_track *t)
{
    size_t stsd = box_begin_full(b, "stsd", 0);
    buf_add_be32(b, (uint32_t)t->init_count);
    for (int i = 0; i < t->init_count; i++)
        buf_add(b, t->inits[i].data, t->inits[i].size);
    box_end(b, stsd);
}

static void add_table(struct buf *b, const char type[4], uint32_t version, uint32_t count,
                      const struct buf *entries)
{
    size_t at = box_begin_full(b, type, version << 24);
    buf_add_be32(b, count);
    buf_add(b, entries->data, entries->size);
    box_end(b, at);
}

/* Returns where co64's entries are: they are filled once the head's size is known. */
static size_t add_stbl(struct buf *b, struct movie_track *t)
{
    size_t stbl = box_begin(b, "stbl");
    add_stsd(b, t);
    run_add(&t->stts, t->last_duration);
    run_end(&t->stts);
    run_end(&t->ctts);
    add_table(b, "stts", 0, t->stts.count, &t->stts.entries);
    if (t->any_cts)
        add_table(b, "ctts", 1, t->ctts.count, &t->ctts.entries);
    if (t->video)
        add_table(b, "stss", 0, t->syncs, &t->stss);
    add_table(b, "stsc", 0, t->stsc_count, &t->stsc);
    size_t stsz = box_begin_full(b, "stsz", 0);
    buf_add_be32(b, 0); /* no size for all */
    buf_add_be32(b, t->samples);
    buf_add(b, t->stsz.data, t->stsz.size);
    box_end(b, stsz);
    add_table(b, "co64", 0, t->chunks, &t->co64);
    box_end(b, stbl);
    return b->size - t->co64.size;
}

static size_t add_trak(struct buf *b, const struct movie *m, struct movie_track *t, int id)
{
    size_t trak = box_begin(b, "trak");
    add_tkhd(b, m, t, id);
    add_edts(b, m, t);
    size_t mdia = box_begin(b, "mdia");
    add_mdhd(b, t);
    box_add_hdlr(b, t->video);
    size_t minf = box_begin(b, "minf");
    box_add_media_header(b, t->video);
    box_add_dinf(b);
    size_t offsets = add_stbl(b, t);
    box_end(b, minf);
    box_end(b, mdia);
    box_end(b, trak);
    return offsets;
}

/* Chapters as Nero wrote them first, which players of today read: times in 100 ns. */
static void add_udta(struct buf *b, const struct movie *m)
{
    int count = m->chapter_count < MOVIE_MAX_CHAPTERS ? m->chapter_count : MOVIE_MAX_CHAPTERS;
    if (count == 0)
        return;
    size_t udta = box_begin(b, "udta");
    size_t chpl = box_begin_full(b, "chpl", 0x01000000);
    buf_add_be32(b, 0);
    buf_add_u8(b, (uint8_t)count);
    for (int i = 0; i < count; i++) {
        const char *title = m->chapters[i].title;
        size_t size = strnlen(title, 255);
        while (size == 255 && title[size] && ((unsigned char)title[size] & 0xc0) == 0x80)
            size--;
        buf_add_be64(b, (uint64_t)m->chapters[i].at_us * 10);
        buf_add_u8(b, (uint8_t)size);
        buf_add(b, title, size);
    }
    box_end(b, chpl);
    box_end(b, udta);
}

/* The offsets were from the media's beginning; now they are from the file's. */
static void move_offsets(struct buf *b, size_t at, uint32_t count, uint64_t by)
{
    for (uint32_t i = 0; i < count; i++, at += 8) {
        uint64_t offset;
        memcpy(&offset, b->data + at, sizeof offset);
        offset = htobe64(be64toh(offset) + by);
        memcpy(b->data + at, &offset, sizeof offset);
    }
}

int movie_print(struct buf *out, const struct movie *m)
{
    size_t offsets[TRACK_MAX];
    size_t ftyp = box_begin(out, "ftyp");
    buf_add(out, "isom\0\0\2\0isomiso2avc1mp41", 24);
    box_end(out, ftyp);
    size_t moov = box_begin(out, "moov");
    add_mvhd(out, m);
    for (int i = 0; i < m->track_count; i++)
        offsets[i] = add_trak(out, m, m->tracks[i], i + 1);
    add_udta(out, m);
    box_end(out, moov);
    buf_add_be32(out, 1); /* the size follows in 64 bits */
    buf_add(out, "mdat", 4);
    buf_add_be64(out, m->media_bytes + MDAT_HEADER_BYTES);
    if (out->error)
        return out->error;
    for (int i = 0; i < m->track_count; i++)
        move_offsets(out, offsets[i], m->tracks[i]->chunks, out->size);
    return 0;
}
