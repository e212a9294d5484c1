#include "media/window.h"

#include <errno.h>
#include <string.h>

#define PART_US 200000
/* As many whole frames of sound as fit are counted as one. */
#define SOUND_GRAIN_US 50000

struct cut {
    struct window_segment view;
    struct window_part parts[WINDOW_MAX_PARTS];
    uint32_t room;
    struct bytes **fragments;
    int64_t start_ticks; /* presentation of its first fragment */
    int64_t ticks;       /* durations of all fragments */
    int64_t part_ticks;  /* durations of the growing part's */
    uint32_t part_first; /* where the growing part begins */
    bool part_independent;
    size_t bytes;
};

struct window {
    enum track_kind kind;
    int64_t grid_us, keep_us;
    struct segment_cursor cursor;
    uint32_t timescale;
    int64_t target_ticks;
    int64_t longest_us;
    int64_t peak_bps;
    uint64_t discontinuities;
    int foreseen;   /* times in a row that a segment ended where its cell does */
    bool surprised; /* once one did not: no end is foreseen any more */
    uint32_t last_duration;
    uint32_t first, count, room;
    struct cut **cuts; /* a ring of `room` */
};

int window_create(enum track_kind kind, int64_t grid_us, int64_t keep_us, struct window **ret)
{
    struct window *w = calloc(1, sizeof *w);
    if (!w)
        return -ENOMEM;
    w->kind = kind;
    w->grid_us = grid_us;
    w->keep_us = keep_us;
    w->longest_us = grid_us;
    w->room = (uint32_t)(keep_us / grid_us) + 4;
    w->cuts = calloc(w->room, sizeof *w->cuts);
    if (!w->cuts) {
        free(w);
        return -ENOMEM;
    }
    *ret = w;
    return 0;
}

static struct cut *cut_at(const struct window *w, uint32_t index)
{
    return w->cuts[(w->first + index) % w->room];
}

static struct cut *newest(const struct window *w)
{
    return w->count ? cut_at(w, w->count - 1) : NULL;
}

static void cut_destroy(struct cut *c)
{
    for (uint32_t i = 0; i < c->view.fragment_count; i++)
        bytes_unref(c->fragments[i]);
    free(c->fragments);
    free(c);
}

static void drop_oldest(struct window *w)
{
    struct cut *c = cut_at(w, 0);
    if (c->view.segment.discontinuity)
        w->discontinuities++;
    cut_destroy(c);
    w->first = (w->first + 1) % w->room;
    w->count--;
}

void window_destroy(struct window *w)
{
    if (!w)
        return;
    while (w->count)
        drop_oldest(w);
    free(w->cuts);
    free(w);
}

static void slide(struct window *w, int64_t now_us)
{
    while (w->count > 1 && now_us - cut_at(w, 0)->view.segment.start_us > w->keep_us)
        drop_oldest(w);
}

static struct cut *append_cut(struct window *w, const struct segment *s)
{
    struct cut *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    if (w->count == w->room)
        drop_oldest(w);
    c->view.segment = *s;
    c->view.parts = c->parts;
    w->cuts[(w->first + w->count++) % w->room] = c;
    return c;
}

/* Ends the growing part. Returns whether there was one. */
static bool end_part(struct window *w, struct cut *c)
{
    uint32_t fragments = c->view.fragment_count - c->part_first;
    if (fragments == 0 || c->view.part_count == WINDOW_MAX_PARTS)
        return false;
    c->parts[c->view.part_count++] = (struct window_part){
        .first = c->part_first,
        .count = fragments,
        .duration_us = ticks_to_us(c->part_ticks, w->timescale),
        .independent = c->part_independent,
    };
    c->part_first = c->view.fragment_count;
    c->part_ticks = 0;
    return true;
}

static bool end_segment(struct window *w)
{
    struct cut *c = newest(w);
    if (!c || c->view.complete)
        return false;
    if (c->view.part_count == WINDOW_MAX_PARTS && c->view.fragment_count > c->part_first) {
        struct window_part *last = &c->parts[WINDOW_MAX_PARTS - 1];
        last->count = c->view.fragment_count - last->first;
        last->duration_us += ticks_to_us(c->part_ticks, w->timescale);
    }
    end_part(w, c);
    c->view.complete = true;
    struct segment *s = &c->view.segment;
    if (s->duration_us > w->longest_us)
        w->longest_us = s->duration_us;
    int64_t bps = s->duration_us > 0 ? (int64_t)c->bytes * 8 * 1000000 / s->duration_us : 0;
    if (s->duration_us * 2 >= w->grid_us && bps > w->peak_bps)
        w->peak_bps = bps;
    return true;
}

/* Cells without media between the newest segment and one of that number and start, as many as the
 * window holds. They share out the whole way, so that durations add up. */
static int add_gaps(struct window *w, uint64_t number, int64_t start_us)
{
    const struct segment before = newest(w)->view.segment;
    int64_t end_us = before.start_us + before.duration_us;
    uint64_t from = before.number + 1;
    if (number - from >= w->room)
        from = number - w->room + 1;
    for (uint64_t n = from; n < number; n++) {
        int64_t at = (int64_t)n * w->grid_us, to = at + w->grid_us;
        if (at < end_us || n == before.number + 1)
            at = end_us;
        if (to > start_us || n + 1 == number)
            to = start_us;
        struct segment gap = {.number = n,
                              .start_us = at,
                              .duration_us = to > at ? to - at : 0,
                              .utc_us = before.utc_us + (at - before.start_us),
                              .init = before.init,
                              .gap = true};
        struct cut *c = append_cut(w, &gap);
        if (!c)
            return -ENOMEM;
        c->view.complete = true;
        if (gap.duration_us > w->longest_us) /* what follows began late in its cell */
            w->longest_us = gap.duration_us;
    }
    return 0;
}

/* A segment that broke off lasts until the next one or its cell's end: media time goes on. */
static void fill_cell(struct window *w, struct segment *s, int64_t next_us)
{
    int64_t cell_end_us = (int64_t)(s->number + 1) * w->grid_us;
    int64_t until_us = next_us < cell_end_us ? next_us : cell_end_us;
    if (!s->gap && until_us - s->start_us > s->duration_us)
        s->duration_us = until_us - s->start_us;
}

static int begin_segment(struct window *w, const struct fragment *f)
{
    struct cut *before = newest(w);
    if (before)
        fill_cell(w, &before->view.segment, fragment_time_us(f));
    struct segment s = {.number = w->cursor.number,
                        .start_us = fragment_time_us(f),
                        .utc_us = f->capture_utc_us,
                        .init = f->init,
                        .discontinuity = before && w->cursor.discontinuity};
    if (before && before->view.segment.number + 1 < s.number) {
        int r = add_gaps(w, s.number, s.start_us);
        if (r < 0)
            return r;
    }
    struct cut *c = append_cut(w, &s);
    if (!c)
        return -ENOMEM;
    c->start_ticks = f->dts + f->cts;
    return 0;
}

/* Where the next fragment would begin if the segment just went on. */
static bool cell_is_full(const struct window *w, const struct cut *c)
{
    int64_t end_us = ticks_to_us(c->start_ticks + c->ticks, w->timescale);
    return segment_number(end_us, w->grid_us) > c->view.segment.number;
}

static int append_fragment(struct cut *c, const struct fragment *f)
{
    if (c->view.fragment_count == c->room) {
        uint32_t room = c->room ? c->room * 2 : 64;
        if (room > WINDOW_MAX_FRAGMENTS)
            return -ENOMEM;
        struct bytes **grown = realloc(c->fragments, room * sizeof *grown);
        if (!grown)
            return -ENOMEM;
        c->fragments = grown;
        c->view.fragments = grown;
        c->room = room;
    }
    c->fragments[c->view.fragment_count++] = bytes_ref(f->bytes);
    c->bytes += f->bytes->size;
    return 0;
}

/* Of pictures a fragment is a frame, with room for uneven durations. Sound comes in one frame or
 * two, and its target is the same whichever came first. */
static int64_t target(const struct window *w, const struct fragment *f)
{
    int64_t part = us_to_ticks(PART_US, f->timescale), grain = f->duration;
    int64_t sound_most = us_to_ticks(SOUND_GRAIN_US, f->timescale);
    while (w->kind == TRACK_AUDIO && 2 * grain <= sound_most)
        grain *= 2;
    int64_t grains = (part + grain / 2) / grain, whole = (grains > 1 ? grains : 1) * grain;
    return w->kind == TRACK_AUDIO ? whole : whole * 21 / 20;
}

static void settle_target(struct window *w, const struct fragment *f)
{
    if (w->target_ticks == 0)
        w->target_ticks = target(w, f);
    if (f->duration > w->target_ticks)
        w->target_ticks = f->duration;
}

/* Returns 1 when a part became complete. */
static int grow(struct window *w, struct cut *c, const struct fragment *f)
{
    int done = 0;
    if (c->part_ticks + f->duration > w->target_ticks && end_part(w, c))
        done = 1;
    int r = append_fragment(c, f);
    if (r < 0)
        return r;
    if (c->view.fragment_count == c->part_first + 1)
        c->part_independent = f->flags & FRAGMENT_SYNC;
    c->ticks += f->duration;
    c->part_ticks += f->duration;
    c->view.segment.duration_us = ticks_to_us(c->ticks, w->timescale);
    if (c->part_ticks + f->duration > w->target_ticks && end_part(w, c))
        done = 1;
    return done;
}

/* A new segment began: was it where the one before was full? */
static void learn(struct window *w)
{
    const struct cut *c = newest(w);
    if (c && cell_is_full(w, c))
        w->foreseen++;
}

static bool foresees(const struct window *w)
{
    return !w->surprised && (w->kind == TRACK_AUDIO || w->foreseen >= 2);
}

int window_add(struct window *w, const struct fragment *f)
{
    if (f->timescale == 0 || f->duration == 0)
        return 0;
    if (w->timescale != f->timescale) { /* of a new init: parts are counted anew */
        end_segment(w);
        w->timescale = f->timescale;
        w->target_ticks = 0;
        w->cursor.init = w->cursor.init == f->init ? 0 : w->cursor.init;
    }
    int done = 0;
    switch (segment_place(&w->cursor, f, w->grid_us)) {
    case SEGMENT_BEGINS:
        learn(w);
        done = end_segment(w);
        int r = begin_segment(w, f);
        if (r < 0) {
            w->cursor.open = false;
            return r;
        }
        break;
    case SEGMENT_GOES_ON:
        if (!newest(w))
            return 0;
        if (cell_is_full(w, newest(w)))
            w->surprised = true;
        if (newest(w)->view.complete) /* it was ended too early */
            return 0;
        break;
    case SEGMENT_LEFT_OUT:
        return end_segment(w);
    }
    settle_target(w, f);
    w->last_duration = f->duration;
    struct cut *c = newest(w);
    int r = grow(w, c, f);
    if (r < 0)
        return r;
    done |= r;
    if (foresees(w) && cell_is_full(w, c))
        done |= end_segment(w);
    slide(w, c->view.segment.start_us);
    return done;
}

uint32_t window_count(const struct window *w)
{
    return w->count;
}

const struct window_segment *window_at(const struct window *w, uint32_t index)
{
    return index < w->count ? &cut_at(w, index)->view : NULL;
}

const struct window_segment *window_find(const struct window *w, uint64_t number)
{
    if (w->count == 0 || number < cut_at(w, 0)->view.segment.number)
        return NULL;
    uint64_t index = number - cut_at(w, 0)->view.segment.number;
    return index < w->count ? window_at(w, (uint32_t)index) : NULL;
}

int64_t window_part_target_us(const struct window *w)
{
    return w->timescale ? ticks_to_us(w->target_ticks, w->timescale) : 0;
}

int64_t window_longest_us(const struct window *w)
{
    return w->longest_us;
}

uint64_t window_discontinuities(const struct window *w)
{
    return w->discontinuities;
}

double window_frame_rate(const struct window *w)
{
    return w->last_duration ? (double)w->timescale / w->last_duration : 0;
}

int64_t window_peak_bps(const struct window *w)
{
    return w->peak_bps;
}

bool window_next_part(const struct window *w, uint64_t *ret_msn, uint32_t *ret_part)
{
    const struct cut *c = newest(w);
    if (!c)
        return false;
    *ret_msn = c->view.segment.number + (c->view.complete ? 1 : 0);
    *ret_part = c->view.complete ? 0 : c->view.part_count;
    return true;
}

bool window_last_part(const struct window *w, uint64_t *ret_msn, uint32_t *ret_part)
{
    for (uint32_t i = w->count; i-- > 0;) {
        const struct window_segment *s = window_at(w, i);
        if (s->part_count == 0)
            continue;
        *ret_msn = s->segment.number;
        *ret_part = s->part_count - 1;
        return true;
    }
    return false;
}

int window_reached(const struct window *w, uint64_t msn, int64_t part)
{
    uint64_t next_msn;
    uint32_t next_part;
    if (!window_next_part(w, &next_msn, &next_part))
        return 0;
    const struct window_segment *s = window_find(w, msn);
    if (s && s->complete && part >= (int64_t)s->part_count) {
        msn++;
        part = 0;
    }
    if (msn < next_msn)
        return 1;
    int64_t target_us = window_part_target_us(w);
    int64_t ahead = target_us >= 1000000 ? 3 : (3000000 + target_us - 1) / target_us;
    if (msn > next_msn + 1 || (msn == next_msn && part >= next_part + ahead))
        return -EINVAL;
    return msn == next_msn && part >= 0 && part < next_part;
}
