#include "archive/clip.h"

#include "media/cmaf.h"
#include "media/cmaf_read.h"
#include "media/index.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define STRIDE_US 1000000      /* of one track, before the other has its turn */
#define AUDIO_MARGIN_US 100000 /* frames of sound that a decoder needs before the first one */
#define MAX_PIECE_BYTES (32u << 20)

/* One fragment that is in the clip. */
struct part {
    uint64_t offset;
    int64_t dts;
    int32_t cts;
    uint32_t size, duration, init;
    bool sync;
};

struct source { /* of one track */
    const struct recording *recording;
    const struct track *track;
    struct file *file; /* a reference */
    struct movie_track *movie;
    uint32_t timescale, known_init;
    int64_t from_us;
    struct part *parts; /* owned */
    size_t count, room, at;
    uint8_t *scratch; /* owned: a piece of the file */
    size_t scratch_bytes;
};

static void source_finish(struct source *s)
{
    file_unref(s->file);
    movie_track_destroy(s->movie);
    free(s->parts);
    free(s->scratch);
}

/* ---- which fragments ---- */

/* What came before the last one that decodes by itself is not needed. */
static bool begins_anew(const struct source *s, const struct index_record *r)
{
    int64_t us = ticks_to_us(r->dts + r->cts, r->timescale);
    bool video = s->track->kind == TRACK_VIDEO;
    return (r->flags & FRAGMENT_SYNC) && us <= s->from_us - (video ? 0 : AUDIO_MARGIN_US);
}

static int take(void *ctx, const struct index_record *r)
{
    struct source *s = ctx;
    if (s->count == 0)
        s->timescale = r->timescale;
    if (r->timescale != s->timescale)
        return -EOPNOTSUPP;
    if (begins_anew(s, r))
        s->count = 0;
    if (s->count && r->dts < s->parts[s->count - 1].dts)
        return 0; /* recorded twice, as after a worker's death: the first one counts */
    if (s->count == s->room) {
        size_t room = s->room ? 2 * s->room : 1024;
        struct part *parts = reallocarray(s->parts, room, sizeof *parts);
        if (!parts)
            return -ENOMEM;
        s->parts = parts;
        s->room = room;
    }
    s->parts[s->count++] = (struct part){.offset = r->offset,
                                         .dts = r->dts,
                                         .cts = r->cts,
                                         .size = r->size,
                                         .duration = r->duration,
                                         .init = r->init,
                                         .sync = r->flags & FRAGMENT_SYNC};
    return 0;
}

static int source_open(struct source *s, const struct recording *r, const struct track *track,
                       int64_t from_us, int64_t to_us)
{
    *s = (struct source){.recording = r, .track = track, .from_us = from_us};
    int64_t first_us = track->kind == TRACK_VIDEO ? from_us : from_us - AUDIO_MARGIN_US;
    int e = recording_each(r, track->id, first_us, to_us, take, s);
    while (e == 0 && s->at < s->count && !s->parts[s->at].sync)
        s->at++; /* nothing decodes them */
    if (e < 0 || s->at == s->count)
        return e;
    s->file = recording_data(r, track->id);
    s->movie = movie_track_create(s->timescale);
    return s->file && s->movie ? 0 : -ENOMEM;
}

static int64_t time_of(const struct source *s)
{
    return s->at < s->count ? ticks_to_us(s->parts[s->at].dts, s->timescale) : INT64_MAX;
}

/* ---- what lies together becomes a piece ---- */

struct making {
    struct piece *pieces; /* owned, with their references */
    uint32_t count, room;
    uint64_t bytes;
};

static int add_piece(struct making *m, const struct source *s, uint64_t offset, uint64_t size)
{
    if (m->count == m->room) {
        uint32_t room = m->room ? 2 * m->room : 64;
        struct piece *pieces = reallocarray(m->pieces, room, sizeof *pieces);
        if (!pieces)
            return -ENOMEM;
        m->pieces = pieces;
        m->room = room;
    }
    m->pieces[m->count++] =
        (struct piece){.file = file_ref(s->file), .offset = offset, .size = size};
    m->bytes += size;
    return 0;
}

static int use_init(struct source *s, uint32_t number)
{
    if (s->known_init == number)
        return 0;
    struct track_init init;
    int e = recording_read_init(s->recording, s->track->id, number, &init);
    if (e < 0)
        return e == -ENOENT ? -EBADMSG : e;
    e = movie_track_use(s->movie, number, init.bytes->data, init.bytes->size);
    bytes_unref(init.bytes);
    if (e == 0)
        s->known_init = number;
    return e;
}

/* How many parts from here on lie together in the file and belong to the same stride. */
static size_t together(const struct source *s)
{
    const struct part *first = &s->parts[s->at];
    int64_t end_us = time_of(s) + STRIDE_US;
    uint64_t bytes = first->size;
    size_t n = 1;
    for (; s->at + n < s->count; n++) {
        const struct part *p = &s->parts[s->at + n];
        if (p->offset != p[-1].offset + p[-1].size || bytes + p->size > MAX_PIECE_BYTES ||
            ticks_to_us(p->dts, s->timescale) >= end_us)
            break;
        bytes += p->size;
    }
    return n;
}

/* Returns borrowed bytes, NULL where they are not there. */
static const uint8_t *read_at(struct source *s, uint64_t offset, size_t size)
{
    if (s->scratch_bytes < size) {
        uint8_t *scratch = realloc(s->scratch, size);
        if (!scratch)
            return NULL;
        s->scratch = scratch;
        s->scratch_bytes = size;
    }
    return file_read(s->file->fd, s->scratch, size, offset) == (ssize_t)size ? s->scratch : NULL;
}

static int add_samples(struct source *s, const struct part *p, uint64_t place, int count,
                       const uint32_t *sizes)
{
    int e = use_init(s, p->init);
    const struct movie_chunk chunk = {.offset = place,
                                      .dts = p->dts,
                                      .cts = p->cts,
                                      .duration = p->duration,
                                      .sync = p->sync,
                                      .count = count,
                                      .sizes = sizes};
    return e < 0 ? e : movie_track_add(s->movie, &chunk);
}

/* What its head says. */
static int add_read(struct source *s, const struct part *p, const uint8_t *head, size_t size,
                    uint64_t place)
{
    uint32_t sizes[CMAF_READ_SAMPLES], at;
    int count = cmaf_read_samples(head, size, sizes, &at);
    if (count < 0)
        return -EBADMSG;
    uint64_t sum = at;
    for (int i = 0; i < count; i++)
        sum += sizes[i];
    return sum == p->size ? add_samples(s, p, place + at, count, sizes) : -EBADMSG;
}

/* Sound is small and of several frames: all of it is read. */
static int add_sounds(struct source *s, const struct part *first, size_t n, uint64_t size,
                      uint64_t place)
{
    const uint8_t *data = read_at(s, first->offset, (size_t)size);
    int e = data ? 0 : -EBADMSG;
    for (const struct part *p = first; e == 0 && p < first + n; p++) {
        uint64_t at = p->offset - first->offset;
        e = add_read(s, p, data + at, p->size, place + at);
    }
    return e;
}

/* A picture is one sample behind a head that is always the same: the first one of a stride is
 * looked at, and vouches for the others. */
static int add_pictures(struct source *s, const struct part *first, size_t n, uint64_t place)
{
    size_t head = first->size < CMAF_HEAD_BYTES ? first->size : CMAF_HEAD_BYTES;
    const uint8_t *data = read_at(s, first->offset, head);
    int e = data ? add_read(s, first, data, head, place) : -EBADMSG;
    for (const struct part *p = first + 1; e == 0 && p < first + n; p++) {
        uint32_t at = cmaf_media_at(p->cts), size = p->size - at;
        e = p->size > at ? add_samples(s, p, place + (p->offset - first->offset) + at, 1, &size)
                         : -EBADMSG;
    }
    return e;
}

static int add_stride(struct making *m, struct source *s)
{
    size_t n = together(s);
    const struct part *first = &s->parts[s->at], *last = first + n - 1;
    uint64_t size = last->offset + last->size - first->offset;
    int e = s->track->kind == TRACK_AUDIO ? add_sounds(s, first, n, size, m->bytes)
                                          : add_pictures(s, first, n, m->bytes);
    s->at += n;
    return e < 0 ? e : add_piece(m, s, first->offset, size);
}

/* ---- the whole ---- */

static const struct track *choose(const struct recording *r, enum track_kind kind, const char *name)
{
    const struct link_tracks *tracks = recording_tracks(r);
    for (int i = 0; i < tracks->count; i++) {
        const struct track *t = &tracks->tracks[i];
        if (t->kind == kind && (!name || strcmp(t->name, name) == 0))
            return t;
    }
    return NULL;
}

static int print_head(struct making *m, struct source *sources, int count,
                      const struct clip_wish *w, struct clip *ret)
{
    struct movie_track *tracks[2];
    cleanup_buf struct buf head;
    buf_init(&head, MOVIE_MAX_BYTES);
    int used = 0;
    for (int i = 0; i < count; i++) {
        if (sources[i].movie)
            tracks[used++] = sources[i].movie;
    }
    const struct movie movie = {.tracks = tracks,
                                .track_count = used,
                                .from_us = w->from_us,
                                .to_us = w->to_us,
                                .chapters = w->chapters,
                                .chapter_count = w->chapter_count,
                                .media_bytes = m->bytes};
    int e = movie_print(&head, &movie);
    struct bytes *bytes = e == 0 ? buf_to_bytes(&head) : NULL;
    if (!bytes)
        return e < 0 ? e : -ENOMEM;
    m->pieces[0] = (struct piece){.bytes = bytes};
    ret->bytes = bytes->size + m->bytes;
    snprintf(ret->etag, sizeof ret->etag, "\"%08" PRIx32 "-%" PRIx64 "\"",
             crc32c(0, bytes->data, bytes->size), ret->bytes);
    return 0;
}

static int make(struct making *m, struct source *sources, int count, const struct clip_wish *w,
                struct clip *ret)
{
    int e = 0;
    m->pieces = calloc(64, sizeof *m->pieces);
    if (!m->pieces)
        return -ENOMEM;
    m->room = 64;
    m->count = 1; /* the head, once it is known */
    while (e == 0) {
        struct source *next = &sources[0];
        for (int i = 1; i < count; i++)
            next = time_of(&sources[i]) < time_of(next) ? &sources[i] : next;
        if (time_of(next) == INT64_MAX)
            break;
        e = add_stride(m, next);
    }
    if (e == 0 && m->count == 1)
        e = -ENOENT;
    return e < 0 ? e : print_head(m, sources, count, w, ret);
}

/* What is not recorded is not promised: the clip ends where the recording does. */
static int bound(const struct recording *r, struct clip_wish *w)
{
    int64_t from, to;
    if (w->to_us <= w->from_us)
        return -ERANGE;
    int e = recording_span(r, &from, &to);
    if (e < 0)
        return e;
    w->from_us = w->from_us < from ? from : w->from_us;
    w->to_us = w->to_us > to ? to : w->to_us;
    if (w->to_us <= w->from_us)
        return -ENOENT;
    return w->to_us - w->from_us > CLIP_MAX_US ? -EFBIG : 0;
}

int clip_make(const struct recording *r, const struct clip_wish *wish, struct clip *ret)
{
    struct clip_wish w = *wish;
    struct clip clip = {0};
    struct making m = {0};
    struct source sources[2] = {0};
    int count = 0;
    bool sound_alone = w.picture && !w.picture[0];
    const struct track *picture = sound_alone ? NULL : choose(r, TRACK_VIDEO, w.picture);
    const struct track *sound = choose(r, TRACK_AUDIO, NULL);
    int e =
        (w.picture && !sound_alone && !picture) || (!picture && !sound) ? -ENOENT : bound(r, &w);
    if (e == 0 && picture)
        e = source_open(&sources[count++], r, picture, w.from_us, w.to_us);
    if (e == 0 && sound)
        e = source_open(&sources[count++], r, sound, w.from_us, w.to_us);
    if (e == 0)
        e = make(&m, sources, count, &w, &clip);
    for (int i = 0; i < count; i++)
        source_finish(&sources[i]);
    if (e < 0) {
        pieces_free(m.pieces, m.count);
        return e;
    }
    clip.pieces = m.pieces;
    clip.count = m.count;
    *ret = clip;
    return 0;
}
