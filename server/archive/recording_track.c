#include "archive/recording_track.h"

#include "archive/recording.h"
#include "base/clock.h"
#include "media/rescan.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Segments that begin within this of the end of the one before follow it. */
#define FOLLOWS_US 250000
/* A recording that has not grown for two cells and so long is not being written. */
#define QUIET_US 4000000
/* Nor is one whose file was last written before this. */
#define OLD_DATA_US 60000000
/* Records that are read at once. */
#define CHUNK_RECORDS 1024u
/* Records that are rebuilt in memory at the most: 64 MiB, more than ten hours of one track. */
#define REBUILT_MAX_RECORDS (1u << 20)

void recording_track_open(struct recording_track *t, const struct track *track, const char *folder,
                          int64_t grid_us)
{
    *t = (struct recording_track){.track = *track, .folder = folder, .grid_us = grid_us};
    t->index_fd = -1;
}

static void forget(struct recording_track *t)
{
    free(t->gaps);
    free(t->segments);
    free(t->rebuilt);
    if (t->index_fd >= 0)
        close(t->index_fd);
    file_unref(t->data);
}

void recording_track_close(struct recording_track *t)
{
    forget(t);
    recording_track_open(t, &t->track, t->folder, t->grid_us);
}

/* ---- records to segments ---- */

static int begin_segment(struct recording_track *t, const struct index_record *r)
{
    if (t->count == t->room) {
        size_t room = t->room ? t->room * 2 : 256;
        struct recorded_segment *segments = realloc(t->segments, room * sizeof *segments);
        if (!segments)
            return -ENOMEM;
        t->segments = segments;
        t->room = room;
    }
    struct fragment f = index_fragment(r);
    struct recorded_segment s = {
        .number = t->cursor.number,
        .start_us = fragment_time_us(&f),
        .utc_us = r->capture_utc_us,
        .init = r->init,
        .first = t->records,
    };
    s.end_us = s.start_us;
    s.discontinuity = t->count && t->cursor.discontinuity;
    t->segments[t->count++] = s;
    return 0;
}

static int take_fragment(struct recording_track *t, const struct index_record *r)
{
    struct fragment f = index_fragment(r);
    struct segment_cursor cursor = t->cursor;
    enum segment_place place = segment_place(&t->cursor, &f, t->grid_us);
    if (place == SEGMENT_BEGINS && begin_segment(t, r) < 0) {
        t->cursor = cursor; /* it is taken in again at the next refresh */
        return -ENOMEM;
    }
    t->bytes += r->size;
    t->ended = false;
    if (place == SEGMENT_LEFT_OUT)
        return 0;
    struct recorded_segment *s = &t->segments[t->count - 1];
    int64_t start = fragment_time_us(&f), end = index_end_us(r);
    if (start < s->start_us) { /* a picture that is shown before its keyframe */
        s->utc_us -= s->utc_us ? s->start_us - start : 0;
        s->start_us = start;
    }
    s->end_us = end > s->end_us ? end : s->end_us;
    s->bytes += r->size;
    s->behind = t->records + 1;
    return 0;
}

static int take_gap(struct recording_track *t, const struct index_record *r)
{
    if (t->gap_count == RECORDING_MAX_GAPS || r->to_us < r->from_us)
        return 0;
    if (t->gap_count == t->gap_room) {
        size_t room = t->gap_room ? 2 * t->gap_room : 8;
        struct recorded_gap *gaps = realloc(t->gaps, room * sizeof *gaps);
        if (!gaps)
            return -ENOMEM;
        t->gaps = gaps;
        t->gap_room = room;
    }
    t->gaps[t->gap_count++] =
        (struct recorded_gap){.from_us = r->from_us, .to_us = r->to_us, .cause = r->cause};
    return 0;
}

static int take_record(struct recording_track *t, const struct index_record *r)
{
    int e = 0;
    if (r->kind == INDEX_GAP) {
        t->ended = r->to_us == r->from_us;
        e = t->ended ? 0 : take_gap(t, r);
    } else {
        e = take_fragment(t, r);
    }
    if (e == 0)
        t->records++;
    return e;
}

/* ---- the index ---- */

static int open_file(const struct recording_track *t, const char *suffix)
{
    char path[PATH_MAX];
    int n = snprintf(path, sizeof path, "%s/%s%s", t->folder, t->track.name, suffix);
    if (n >= (int)sizeof path)
        return -1;
    return open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
}

static uint64_t size_of(int fd)
{
    struct stat st;
    return fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
}

/* Copies records from the index, or from what was rebuilt. Returns how many, or a negative errno.
 */
static ssize_t get_records(const struct recording_track *t, uint64_t first, size_t count,
                           uint8_t *ret)
{
    if (t->rebuilt) {
        if (first + count > t->records)
            return -EBADMSG;
        memcpy(ret, t->rebuilt + first * INDEX_RECORD_BYTES, count * INDEX_RECORD_BYTES);
        return (ssize_t)count;
    }
    ssize_t n = file_read(t->index_fd, ret, count * INDEX_RECORD_BYTES, first * INDEX_RECORD_BYTES);
    return n < 0 ? n : n / INDEX_RECORD_BYTES;
}

/* Takes one record in. Returns 1, 0 where it is to be waited for, or a negative errno. */
static int take_bytes(struct recording_track *t, const uint8_t *bytes, bool is_last)
{
    struct index_record r;
    int e = index_decode(bytes, &r);
    if (e == -EBADMSG && is_last)
        return 0; /* torn: it becomes whole, or is cut off */
    if (e < 0) {
        t->records++;
        return 1;
    }
    e = take_record(t, &r);
    return e < 0 ? e : 1;
}

static int read_index(struct recording_track *t, uint64_t total)
{
    cleanup_free uint8_t *chunk = malloc((size_t)CHUNK_RECORDS * INDEX_RECORD_BYTES);
    if (!chunk)
        return -ENOMEM;
    while (t->records < total) {
        size_t wanted =
            total - t->records < CHUNK_RECORDS ? (size_t)(total - t->records) : CHUNK_RECORDS;
        ssize_t n = get_records(t, t->records, wanted, chunk);
        if (n <= 0)
            return (int)n;
        for (ssize_t i = 0; i < n; i++) {
            int e = take_bytes(t, chunk + i * INDEX_RECORD_BYTES, t->records + 1 == total);
            if (e <= 0)
                return e;
        }
    }
    return 0;
}

/* ---- without an index ---- */

static int begin_rescan(struct recording_track *t)
{
    rescan_begin(t->folder, &t->track, &t->rescan_from);
    t->rebuilt = malloc(INDEX_RECORD_BYTES);
    t->rebuilt_room = 1;
    return t->rebuilt ? 0 : -ENOMEM;
}

static int keep_rebuilt(struct recording_track *t, const struct index_record *r)
{
    if (t->records >= REBUILT_MAX_RECORDS)
        return -EFBIG;
    if (t->records == t->rebuilt_room) {
        uint8_t *room = realloc(t->rebuilt, t->rebuilt_room * 2 * INDEX_RECORD_BYTES);
        if (!room)
            return -ENOMEM;
        t->rebuilt = room;
        t->rebuilt_room *= 2;
    }
    index_encode(r, t->rebuilt + t->records * INDEX_RECORD_BYTES);
    return take_record(t, r);
}

static int rescan(struct recording_track *t)
{
    int e = t->rebuilt ? 0 : begin_rescan(t);
    if (e < 0)
        return e;
    struct rescan scan = {
        .fd = t->data->fd, .offset = t->rescan_offset, .end = size_of(t->data->fd)};
    scan.before = t->rescan_from;
    struct index_record r;
    while ((e = rescan_next(&scan, &r)) > 0) {
        e = keep_rebuilt(t, &r);
        if (e < 0)
            return e;
        t->rescan_offset = scan.offset;
        t->rescan_from = scan.before;
    }
    return e;
}

static bool data_is_old(const struct recording_track *t)
{
    struct stat st;
    return fstat(t->data->fd, &st) == 0 &&
           clock_utc_us() - (int64_t)st.st_mtime * 1000000 > OLD_DATA_US;
}

/* The recorder writes a fragment and at once its record: data without any records is an index that
 * was lost, if it is not of this moment. */
static bool index_is_lost(const struct recording_track *t, uint64_t records)
{
    return records == 0 && size_of(t->data->fd) > 0 && (t->index_fd < 0 || data_is_old(t));
}

static int take_in(struct recording_track *t)
{
    if (t->rebuilt)
        return rescan(t);
    if (t->index_fd < 0)
        t->index_fd = open_file(t, ".idx");
    uint64_t total = size_of(t->index_fd) / INDEX_RECORD_BYTES;
    if (total < t->records) { /* mended: what was read before may be another's */
        recording_track_close(t);
        return recording_track_refresh(t);
    }
    return index_is_lost(t, total) ? rescan(t) : read_index(t, total);
}

int recording_track_refresh(struct recording_track *t)
{
    bool first = !t->data;
    int fd = first ? open_file(t, ".m4s") : -1;
    if (first && fd < 0)
        return 0; /* nothing is recorded of it */
    if (first && !(t->data = file_new(fd)))
        return -ENOMEM;
    int64_t bytes = t->bytes;
    int e = take_in(t);
    if (t->bytes != bytes)
        t->grown_boot_us = first && data_is_old(t) ? 0 : clock_boot_us();
    return e;
}

/* ---- segments ---- */

size_t recording_track_find(const struct recording_track *t, uint64_t number)
{
    size_t low = 0, high = t->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (t->segments[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int64_t recording_track_duration(const struct recording_track *t, size_t at)
{
    const struct recorded_segment *s = &t->segments[at];
    if (at + 1 < t->count) {
        const struct recorded_segment *next = &t->segments[at + 1];
        int64_t apart = next->start_us - s->end_us;
        if (apart < FOLLOWS_US && apart > -FOLLOWS_US && next->start_us > s->start_us)
            return next->start_us - s->start_us;
    }
    return s->end_us - s->start_us;
}

/* Whether nothing can be added to the segment any more. */
static bool is_final(const struct recording_track *t, size_t at)
{
    return at + 1 < t->count || t->ended ||
           clock_boot_us() - t->grown_boot_us > 2 * t->grid_us + QUIET_US;
}

/* What is found by going through a segment's records: its runs of bytes that lie one after another
 * in the data file. */
struct runs {
    struct piece *pieces; /* references are taken at the end, when nothing can fail any more */
    uint32_t count, room;
    uint64_t bytes;
};

static int add_to_runs(struct runs *runs, const struct index_record *r)
{
    struct piece *last = runs->count ? &runs->pieces[runs->count - 1] : NULL;
    runs->bytes += r->size;
    if (last && last->offset + last->size == r->offset) {
        last->size += r->size;
        return 0;
    }
    if (runs->count == runs->room) {
        uint32_t room = runs->room ? runs->room * 2 : 4;
        struct piece *pieces = realloc(runs->pieces, room * sizeof *pieces);
        if (!pieces)
            return -ENOMEM;
        runs->pieces = pieces;
        runs->room = room;
    }
    runs->pieces[runs->count++] = (struct piece){.offset = r->offset, .size = r->size};
    return 0;
}

static int gather_runs(const struct recording_track *t, const struct recorded_segment *s,
                       struct runs *ret)
{
    size_t count = (size_t)(s->behind - s->first);
    cleanup_free uint8_t *records = malloc(count * INDEX_RECORD_BYTES);
    if (!records)
        return -ENOMEM;
    ssize_t n = get_records(t, s->first, count, records);
    if (n < (ssize_t)count)
        return n < 0 ? (int)n : -EBADMSG;
    for (size_t i = 0; i < count; i++) {
        struct index_record r;
        if (index_decode(records + i * INDEX_RECORD_BYTES, &r) < 0 || r.kind != INDEX_FRAGMENT)
            continue;
        int e = add_to_runs(ret, &r);
        if (e < 0)
            return e;
    }
    return 0;
}

/* Whether the data file reaches as far as its index says: what is promised to a client is there. */
static bool runs_are_there(const struct recording_track *t, const struct runs *runs)
{
    uint64_t size = size_of(t->data->fd);
    for (uint32_t i = 0; i < runs->count; i++) {
        const struct piece *p = &runs->pieces[i];
        if (p->offset > size || p->size > size - p->offset)
            return false;
    }
    return true;
}

int recording_track_find_pieces(const struct recording_track *t, size_t at, struct piece **ret,
                                uint32_t *ret_count)
{
    const struct recorded_segment *s = &t->segments[at];
    if (!is_final(t, at))
        return -ENOENT;
    if (s->bytes > RECORDING_MAX_SEGMENT_BYTES || s->behind - s->first > REBUILT_MAX_RECORDS)
        return -EFBIG;
    struct runs runs = {0};
    int e = gather_runs(t, s, &runs);
    if (e == 0 && (runs.count == 0 || runs.bytes != s->bytes || !runs_are_there(t, &runs)))
        e = -EBADMSG;
    if (e < 0) {
        free(runs.pieces);
        return e;
    }
    for (uint32_t i = 0; i < runs.count; i++)
        runs.pieces[i].file = file_ref(t->data);
    *ret = runs.pieces;
    *ret_count = runs.count;
    return 0;
}

static int read_pieces(const struct piece *pieces, uint32_t count, struct bytes *to)
{
    size_t done = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct piece *p = &pieces[i];
        ssize_t n = file_read(p->file->fd, to->data + done, (size_t)p->size, p->offset);
        if (n < 0 || (uint64_t)n < p->size)
            return n < 0 ? (int)n : -EBADMSG;
        done += (size_t)n;
    }
    return 0;
}

int recording_track_read(const struct recording_track *t, size_t at, struct bytes **ret)
{
    struct piece *pieces = NULL;
    uint32_t count = 0;
    int e = recording_track_find_pieces(t, at, &pieces, &count);
    if (e < 0)
        return e;
    cleanup(bytes_unref_p) struct bytes *to = bytes_new((size_t)t->segments[at].bytes);
    e = to ? read_pieces(pieces, count, to) : -ENOMEM;
    pieces_free(pieces, count);
    if (e == 0)
        *ret = take_ptr(to);
    return e;
}

/* The segment in which the time is; the first where it is before all. */
static size_t segment_before(const struct recording_track *t, int64_t us)
{
    size_t low = 0, high = t->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (t->segments[middle].start_us <= us)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? low - 1 : 0;
}

/* Returns 1 where the records go on behind the time, 0 at its end, or what `each` returned. */
static int give_records(const struct recording_track *t, const uint8_t *records, size_t count,
                        int64_t to_us, uint64_t bytes,
                        int (*each)(void *ctx, const struct index_record *record), void *ctx)
{
    for (size_t i = 0; i < count; i++) {
        struct index_record r;
        if (index_decode(records + i * INDEX_RECORD_BYTES, &r) < 0 || r.kind != INDEX_FRAGMENT)
            continue;
        if (ticks_to_us(r.dts, r.timescale) >= to_us)
            return 1;
        if (r.offset > bytes || r.size > bytes - r.offset)
            return -EBADMSG; /* the data do not reach as far as the index says */
        int e = each(ctx, &r);
        if (e)
            return e;
    }
    return 0;
}

int recording_track_each(const struct recording_track *t, int64_t from_us, int64_t to_us,
                         int (*each)(void *ctx, const struct index_record *record), void *ctx)
{
    if (t->count == 0)
        return 0;
    cleanup_free uint8_t *records = malloc((size_t)CHUNK_RECORDS * INDEX_RECORD_BYTES);
    if (!records)
        return -ENOMEM;
    uint64_t bytes = size_of(t->data->fd), at = t->segments[segment_before(t, from_us)].first;
    for (int e = 0; at < t->records && e == 0;) {
        size_t wanted = t->records - at < CHUNK_RECORDS ? (size_t)(t->records - at) : CHUNK_RECORDS;
        ssize_t n = get_records(t, at, wanted, records);
        if (n <= 0)
            return n < 0 ? (int)n : -EBADMSG;
        e = give_records(t, records, (size_t)n, to_us, bytes, each, ctx);
        at += (uint64_t)n;
        if (e)
            return e == 1 ? 0 : e;
    }
    return 0;
}
