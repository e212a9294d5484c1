#include "archive/recording.h"

#include "archive/recording_track.h"
#include "base/io.h"
#include "media/init_file.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

/* Shorter segments say nothing about a rate. */
#define RATE_LEAST_US 500000

struct recording {
    char *folder;
    struct link_tracks list;
    int count; /* of tracks opened: those of the list */
    struct recording_track tracks[TRACK_MAX];
};

int recording_read_list(const char *folder, struct link_tracks *ret)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/tracks.json", folder) >= (int)sizeof path)
        return -ENAMETOOLONG;
    cleanup(bytes_unref_p) struct bytes *text = NULL;
    int e = io_read_file(path, LINK_MAX_JSON_BYTES, &text);
    if (e < 0)
        return e;
    /* The recorder writes the body of the link's own message. */
    struct link_frame frame = {.type = LINK_TRACKS, .body = text->data, .size = text->size};
    e = link_read_tracks(&frame, ret);
    return e == -EPROTO ? -EBADMSG : e;
}

static bool is_open(const struct recording *r, const char *name)
{
    for (int i = 0; i < r->count; i++) {
        if (strcmp(r->tracks[i].track.name, name) == 0)
            return true;
    }
    return false;
}

/* Opens the tracks that are new in the list; a later worker may have others. */
static int open_tracks(struct recording *r)
{
    struct link_tracks list;
    int e = recording_read_list(r->folder, &list);
    if (e < 0)
        return e;
    for (int i = 0; i < list.count && r->count < TRACK_MAX; i++) {
        const struct track *t = &list.tracks[i];
        if (is_open(r, t->name))
            continue;
        if (r->count == 0)
            r->list.grid_us = list.grid_us;
        recording_track_open(&r->tracks[r->count], t, r->folder, r->list.grid_us);
        r->list.tracks[r->count++] = *t;
    }
    r->list.count = r->count;
    return 0;
}

int recording_refresh(struct recording *r)
{
    int e = open_tracks(r);
    for (int i = 0; i < r->count; i++) {
        int one = recording_track_refresh(&r->tracks[i]);
        e = one < 0 ? one : e;
    }
    return e;
}

int recording_open(const char *folder, struct recording **ret)
{
    cleanup(recording_close_p) struct recording *r = calloc(1, sizeof *r);
    if (!r || !(r->folder = strdup(folder)))
        return -ENOMEM;
    int e = recording_refresh(r);
    if (e == 0)
        *ret = take_ptr(r);
    return e;
}

void recording_close(struct recording *r)
{
    if (!r)
        return;
    for (int i = 0; i < r->count; i++)
        recording_track_close(&r->tracks[i]);
    free(r->folder);
    free(r);
}

const struct link_tracks *recording_tracks(const struct recording *r)
{
    return &r->list;
}

const struct track *recording_track(const struct recording *r, const char *name)
{
    for (int i = 0; i < r->count; i++) {
        if (strcmp(r->list.tracks[i].name, name) == 0)
            return &r->list.tracks[i];
    }
    return NULL;
}

static const struct recording_track *find(const struct recording *r, uint8_t id)
{
    for (int i = 0; i < r->count; i++) {
        if (r->tracks[i].track.id == id)
            return &r->tracks[i];
    }
    return NULL;
}

int recording_span(const struct recording *r, int64_t *ret_from_us, int64_t *ret_to_us)
{
    int64_t from = INT64_MAX, to = 0;
    for (int i = 0; i < r->count; i++) {
        const struct recording_track *t = &r->tracks[i];
        if (t->count == 0)
            continue;
        from = t->segments[0].start_us < from ? t->segments[0].start_us : from;
        to = t->segments[t->count - 1].end_us > to ? t->segments[t->count - 1].end_us : to;
    }
    if (from == INT64_MAX)
        return -ENOENT;
    *ret_from_us = from;
    *ret_to_us = to;
    return 0;
}

const struct recorded_gap *recording_gaps(const struct recording *r, size_t *ret_count)
{
    int at = 0;
    while (at < r->count && r->tracks[at].track.kind != TRACK_VIDEO)
        at++;
    const struct recording_track *t = &r->tracks[at < r->count ? at : 0];
    *ret_count = r->count ? t->gap_count : 0;
    return t->gaps;
}

int64_t recording_bytes(const struct recording *r)
{
    int64_t bytes = 0;
    for (int i = 0; i < r->count; i++)
        bytes += r->tracks[i].bytes;
    return bytes;
}

/* ---- segments, with the gaps between them ---- */

static struct segment segment_at(const struct recording_track *t, size_t at)
{
    const struct recorded_segment *s = &t->segments[at];
    return (struct segment){
        .number = s->number,
        .start_us = s->start_us,
        .duration_us = recording_track_duration(t, at),
        .utc_us = s->utc_us,
        .init = s->init,
        .discontinuity = s->discontinuity,
    };
}

/* The cell of that number, which lies between two segments and has none. */
static struct segment gap_between(const struct recording_track *t, size_t before, uint64_t number)
{
    const struct recorded_segment *s = &t->segments[before], *next = s + 1;
    int64_t from = (int64_t)number * t->grid_us, to = from + t->grid_us;
    int64_t end = s->start_us + recording_track_duration(t, before);
    /* The whole way from one segment to the next is shared out, so that it adds up. */
    if (from < end || number == s->number + 1)
        from = end;
    if (to > next->start_us || number + 1 == next->number)
        to = next->start_us;
    return (struct segment){
        .number = number,
        .start_us = from,
        .duration_us = to > from ? to - from : 0,
        .utc_us = s->utc_us ? s->utc_us + (from - s->start_us) : 0,
        .init = s->init,
        .gap = true,
    };
}

/* How many segments there are from place `at` and number `from` on, up to max. */
static size_t count_segments(const struct recording_track *t, size_t at, size_t behind,
                             uint64_t from, size_t max)
{
    if (at >= behind)
        return 0;
    uint64_t last = t->segments[behind - 1].number;
    uint64_t first = at == 0 && from < t->segments[0].number ? t->segments[0].number : from;
    return last - first >= max ? max : (size_t)(last - first + 1);
}

int recording_segments(const struct recording *r, uint8_t track, uint64_t from, size_t max,
                       bool growing, struct segment **ret, size_t *ret_count)
{
    const struct recording_track *t = find(r, track);
    if (!t)
        return -ENOENT;
    size_t behind = growing && t->count ? t->count - 1 : t->count;
    size_t at = recording_track_find(t, from);
    size_t count = count_segments(t, at, behind, from, max);
    struct segment *all = count ? calloc(count, sizeof *all) : NULL;
    if (count && !all)
        return -ENOMEM;
    uint64_t number =
        count && at == 0 && from < t->segments[0].number ? t->segments[0].number : from;
    for (size_t i = 0; i < count; i++, number++) {
        if (t->segments[at].number == number)
            all[i] = segment_at(t, at++);
        else
            all[i] = gap_between(t, at - 1, number);
    }
    *ret = all;
    *ret_count = count;
    return 0;
}

int recording_read_segment(const struct recording *r, uint8_t track, uint64_t number,
                           struct bytes **ret)
{
    const struct recording_track *t = find(r, track);
    size_t at = t ? recording_track_find(t, number) : 0;
    if (!t || at == t->count || t->segments[at].number != number)
        return -ENOENT;
    return recording_track_read(t, at, ret);
}

int recording_find_segment(const struct recording *r, uint8_t track, uint64_t number,
                           struct piece **ret, uint32_t *ret_count)
{
    const struct recording_track *t = find(r, track);
    size_t at = t ? recording_track_find(t, number) : 0;
    if (!t || at == t->count || t->segments[at].number != number)
        return -ENOENT;
    return recording_track_find_pieces(t, at, ret, ret_count);
}

int recording_read_init(const struct recording *r, uint8_t track, uint32_t number,
                        struct track_init *ret)
{
    const struct recording_track *t = find(r, track);
    if (!t || (number == 0 && t->count == 0))
        return -ENOENT;
    if (number == 0)
        number = t->segments[0].init;
    struct track_init init;
    int e = init_file_read(r->folder, t->track.name, number, &init);
    if (e == -EBADMSG)
        bytes_unref(init.bytes);
    if (e == 0)
        *ret = init;
    return e;
}

int recording_rates(const struct recording *r, uint8_t track, int64_t *ret_peak_bps,
                    int64_t *ret_mean_bps)
{
    const struct recording_track *t = find(r, track);
    int64_t peak = 0, bits = 0, duration = 0;
    for (size_t i = 0; t && i < t->count; i++) {
        int64_t us = recording_track_duration(t, i);
        if (us < RATE_LEAST_US)
            continue;
        int64_t rate = (int64_t)((double)t->segments[i].bytes * 8e6 / (double)us);
        peak = rate > peak ? rate : peak;
        bits += (int64_t)t->segments[i].bytes * 8;
        duration += us;
    }
    if (duration == 0)
        return -ENOENT;
    *ret_peak_bps = peak;
    *ret_mean_bps = (int64_t)((double)bits * 1e6 / (double)duration);
    return 0;
}

int recording_each(const struct recording *r, uint8_t track, int64_t from_us, int64_t to_us,
                   int (*each)(void *ctx, const struct index_record *record), void *ctx)
{
    const struct recording_track *t = find(r, track);
    return t ? recording_track_each(t, from_us, to_us, each, ctx) : -ENOENT;
}

struct file *recording_data(const struct recording *r, uint8_t track)
{
    const struct recording_track *t = find(r, track);
    return t && t->data ? file_ref(t->data) : NULL;
}
