#include "../cmocka_all.h"
#include "media/window.h"

#include <errno.h>
#include <string.h>

#define GRID_US 2000000

/* A source of fragments of one track at a constant rate. */
struct source {
    enum track_kind kind;
    uint32_t timescale;
    uint32_t ticks; /* of a fragment */
    int64_t at;     /* ticks */
    uint64_t seq;
    int64_t cell; /* of the newest keyframe */
    uint32_t init;
    uint8_t flags;
    int single; /* each so manyeth fragment has half the ticks; 0: none */
};

static const struct source rates[] = {
    {.kind = TRACK_VIDEO, .timescale = 24000, .ticks = 1000},
    {.kind = TRACK_VIDEO, .timescale = 90000, .ticks = 3600},
    {.kind = TRACK_VIDEO, .timescale = 25, .ticks = 1},
    {.kind = TRACK_VIDEO, .timescale = 30000, .ticks = 1001},
    {.kind = TRACK_VIDEO, .timescale = 90000, .ticks = 3000},
    {.kind = TRACK_VIDEO, .timescale = 50000, .ticks = 1000},
    {.kind = TRACK_VIDEO, .timescale = 60000, .ticks = 1001},
    {.kind = TRACK_VIDEO, .timescale = 1000, .ticks = 40},
    {.kind = TRACK_VIDEO, .timescale = 15000, .ticks = 1000},
    {.kind = TRACK_AUDIO, .timescale = 48000, .ticks = 2048},
    {.kind = TRACK_AUDIO, .timescale = 48000, .ticks = 1920},
    {.kind = TRACK_AUDIO, .timescale = 44100, .ticks = 2048},
    {.kind = TRACK_AUDIO, .timescale = 48000, .ticks = 2048, .single = 8},
    {.kind = TRACK_AUDIO, .timescale = 44100, .ticks = 2048, .single = 3},
    {.kind = TRACK_AUDIO, .timescale = 48000, .ticks = 2048, .single = 2},
};
#define RATES (sizeof rates / sizeof rates[0])

/* The source's next fragment; a keyframe with each new cell of the grid. */
static struct fragment next(struct source *s)
{
    int64_t cell = ticks_to_us(s->at, s->timescale) / GRID_US;
    bool half = s->single && s->seq % (uint64_t)s->single == 0;
    uint32_t ticks = half ? s->ticks / 2 : s->ticks;
    bool key = s->kind == TRACK_AUDIO || s->seq == 0 || cell != s->cell;
    struct fragment f = {.track = 1,
                         .flags = (uint8_t)((key ? FRAGMENT_SYNC : 0) | s->flags),
                         .init = s->init ? s->init : 1,
                         .seq = s->seq++,
                         .dts = s->at,
                         .duration = ticks,
                         .timescale = s->timescale,
                         .capture_utc_us = 1700000000000000 + ticks_to_us(s->at, s->timescale),
                         .bytes = bytes_new(8)};
    memcpy(f.bytes->data, &f.seq, 8);
    if (key)
        s->cell = cell;
    s->at += ticks;
    s->flags = 0;
    return f;
}

static int add(struct window *w, struct source *s)
{
    struct fragment f = next(s);
    int r = window_add(w, &f);
    assert_true(r >= 0);
    bytes_unref(f.bytes);
    return r;
}

static struct window *window_of(enum track_kind kind)
{
    struct window *w;
    assert_int_equal(window_create(kind, GRID_US, 60000000, &w), 0);
    return w;
}

/* All that holds of every window, whatever came: numbers without holes, parts that cover their
 * segment's fragments once and in order, and the part target. */
static void check(const struct window *w)
{
    int64_t target_us = window_part_target_us(w);
    for (uint32_t i = 0; i < window_count(w); i++) {
        const struct window_segment *s = window_at(w, i);
        uint32_t fragments = 0;
        int64_t us = 0;
        if (i)
            assert_int_equal(s->segment.number, window_at(w, i - 1)->segment.number + 1);
        assert_ptr_equal(window_find(w, s->segment.number), s);
        assert_true(s->complete || i + 1 == window_count(w));
        for (uint32_t p = 0; p < s->part_count; p++) {
            assert_int_equal(s->parts[p].first, fragments);
            assert_true(s->parts[p].count > 0);
            fragments += s->parts[p].count;
            us += s->parts[p].duration_us;
            assert_true(s->parts[p].duration_us <= target_us);
            if (!s->complete || p + 1 < s->part_count)
                assert_true(s->parts[p].duration_us * 100 >= target_us * 85);
        }
        assert_true(fragments <= s->fragment_count);
        if (s->complete && !s->segment.gap) {
            assert_int_equal(fragments, s->fragment_count);
            assert_true(us >= s->segment.duration_us - s->part_count &&
                        us <= s->segment.duration_us + s->part_count);
        }
    }
}

static void parts_hold_their_target_at_every_rate(void **state)
{
    for (size_t i = 0; i < RATES; i++) {
        struct source s = rates[i];
        struct window *w = window_of(s.kind);
        while (ticks_to_us(s.at, s.timescale) < 30000000) {
            add(w, &s);
            check(w);
        }
        int64_t target_us = window_part_target_us(w);
        assert_true(target_us >= 150000 && target_us <= 300000);
        assert_true(window_count(w) >= 14);
        window_destroy(w);
    }
}

/* Whichever of its fragments a window begins with, as after a restart of the server. */
static void sound_has_one_target(void **state)
{
    int64_t target_us[2];
    for (int i = 0; i < 2; i++) {
        struct source s = {.kind = TRACK_AUDIO, .timescale = 48000, .ticks = 2048, .single = 8};
        struct window *w = window_of(s.kind);
        for (s.seq = (uint64_t)i; s.at < 3 * 48000;)
            add(w, &s);
        target_us[i] = window_part_target_us(w);
        window_destroy(w);
    }
    assert_int_equal(target_us[0], target_us[1]);
}

/* What segments hold is what came, in order, none left out. */
static void segments_hold_every_fragment(void **state)
{
    for (size_t i = 0; i < RATES; i++) {
        struct source s = rates[i];
        struct window *w = window_of(s.kind);
        uint64_t seq = 0;
        while (ticks_to_us(s.at, s.timescale) < 20000000)
            add(w, &s);
        for (uint32_t n = 0; n < window_count(w); n++) {
            const struct window_segment *cut = window_at(w, n);
            for (uint32_t k = 0; k < cut->fragment_count; k++, seq++)
                assert_memory_equal(cut->fragments[k]->data, &seq, 8);
        }
        assert_int_equal(seq, s.seq);
        window_destroy(w);
    }
}

/* Once it is known that segments end where their cells do, the last part does not wait for the next
 * keyframe. */
static void a_segment_ends_with_its_last_frame(void **state)
{
    struct source s = rates[1];
    struct window *w = window_of(TRACK_VIDEO);
    for (int i = 0; i < 50 * 4; i++)
        add(w, &s);
    uint64_t msn;
    uint32_t part;
    assert_true(window_at(w, 3)->complete);
    assert_true(window_next_part(w, &msn, &part));
    assert_int_equal(msn, 4);
    assert_int_equal(part, 0);
    window_destroy(w);
}

static void keyframes_off_the_grid_are_followed(void **state)
{
    struct window *w = window_of(TRACK_VIDEO);
    for (int i = 0; i < 25 * 30; i++) { /* a keyframe each 3 s on a grid of 2 s */
        struct fragment f = {.flags = i % 75 == 0 ? FRAGMENT_SYNC : 0,
                             .init = 1,
                             .dts = i,
                             .duration = 1,
                             .timescale = 25,
                             .bytes = bytes_new(1)};
        assert_true(window_add(w, &f) >= 0);
        bytes_unref(f.bytes);
        check(w);
    }
    for (uint32_t i = 0; i + 1 < window_count(w); i++) {
        const struct window_segment *s = window_at(w, i);
        assert_int_equal(s->fragment_count, s->segment.gap ? 0 : 75);
        if (s->segment.gap)
            assert_int_equal(s->segment.duration_us, 0);
    }
    window_destroy(w);
}

static void nothing_begins_without_a_keyframe(void **state)
{
    struct window *w = window_of(TRACK_VIDEO);
    struct source s = rates[1];
    s.seq = 7;
    s.at = 3600 * 7;
    for (int i = 0; i < 10; i++)
        add(w, &s);
    assert_int_equal(window_count(w), 0);
    assert_int_equal(window_reached(w, 0, 0), 0);
    window_destroy(w);
}

static void cells_without_media_are_gaps(void **state)
{
    struct window *w = window_of(TRACK_VIDEO);
    struct source s = rates[1];
    for (int i = 0; i < 100; i++)
        add(w, &s);
    s.at += 90000 * 7; /* seven seconds are missing */
    s.flags = FRAGMENT_DISCONTINUITY;
    s.cell = -1;
    for (int i = 0; i < 100; i++)
        add(w, &s);
    check(w);
    assert_true(window_find(w, 2)->segment.gap);
    assert_true(window_find(w, 4)->segment.gap);
    assert_false(window_find(w, 5)->segment.gap);
    assert_false(window_find(w, 5)->segment.discontinuity); /* media time goes on */
    assert_int_equal(window_find(w, 3)->segment.duration_us, GRID_US);
    assert_int_equal(window_find(w, 3)->segment.start_us, 6000000);
    for (uint32_t i = 1; i < window_count(w); i++) { /* gaps and segments add up */
        const struct segment *before = &window_at(w, i - 1)->segment;
        assert_int_equal(before->start_us + before->duration_us, window_at(w, i)->segment.start_us);
    }
    window_destroy(w);
}

/* RFC 8216, 4.3.3.1: no EXTINF is longer than the target duration, that of a gap neither. */
static void a_long_gap_counts_for_the_target(void **state)
{
    struct window *w = window_of(TRACK_VIDEO);
    struct source s = rates[1];
    for (int i = 0; i < 100; i++)
        add(w, &s);
    assert_int_equal(window_longest_us(w), GRID_US);
    s.at += 90000 * 7 / 2; /* what follows begins in the middle of its cell */
    s.flags = FRAGMENT_DISCONTINUITY;
    s.cell = -1;
    for (int i = 0; i < 100; i++)
        add(w, &s);
    for (uint32_t i = 0; i < window_count(w); i++)
        assert_true(window_at(w, i)->segment.duration_us <= window_longest_us(w));
    assert_true(window_longest_us(w) > GRID_US);
    window_destroy(w);
}

static void a_long_absence_leaves_only_gaps_behind(void **state)
{
    struct window *w = window_of(TRACK_AUDIO);
    struct source s = rates[9];
    for (int i = 0; i < 200; i++)
        add(w, &s);
    s.at += 48000LL * 3600 * 24 * 365;
    for (int i = 0; i < 200; i++) {
        add(w, &s);
        check(w);
    }
    assert_true(window_at(w, 0)->segment.gap);
    window_destroy(w);
}

static void a_new_init_is_a_discontinuity(void **state)
{
    struct window *w = window_of(TRACK_VIDEO);
    struct source s = rates[1];
    for (int i = 0; i < 100; i++)
        add(w, &s);
    s.init = 2;
    for (int i = 0; i < 100; i++)
        add(w, &s);
    check(w);
    assert_false(window_find(w, 1)->segment.discontinuity);
    assert_true(window_find(w, 2)->segment.discontinuity);
    assert_int_equal(window_find(w, 2)->segment.init, 2);
    assert_false(window_find(w, 3)->segment.discontinuity);
    window_destroy(w);
}

static void it_slides_and_counts_what_left(void **state)
{
    struct window *w;
    struct source s = rates[1];
    assert_int_equal(window_create(TRACK_VIDEO, GRID_US, 10000000, &w), 0);
    for (int i = 0; i < 50 * 40; i++) {
        if (i == 50 * 3)
            s.init = 2;
        add(w, &s);
        check(w);
    }
    assert_true(window_count(w) <= 7);
    assert_int_equal(window_discontinuities(w), 1);
    assert_null(window_find(w, 3));
    window_destroy(w);
}

/* A player is answered exactly when what it asks for is there. */
static void reached_says_what_is_there(void **state)
{
    for (size_t i = 0; i < RATES; i++) {
        struct source s = rates[i];
        struct window *w = window_of(s.kind);
        while (ticks_to_us(s.at, s.timescale) < 9000000) {
            uint64_t msn;
            uint32_t part;
            int ready = add(w, &s);
            assert_true(window_next_part(w, &msn, &part));
            assert_int_equal(window_reached(w, msn, part), 0);
            assert_int_equal(window_reached(w, msn, -1), 0);
            assert_int_equal(window_reached(w, msn + 1, 0), 0);
            assert_int_equal(window_reached(w, msn + 2, 0), -EINVAL);
            assert_int_equal(window_reached(w, msn, part + 100), -EINVAL);
            assert_int_equal(window_reached(w, UINT64_MAX, 0), -EINVAL);
            if (window_last_part(w, &msn, &part))
                assert_int_equal(window_reached(w, msn, part), 1);
            else
                assert_false(ready);
            if (msn > 0) {
                assert_int_equal(window_reached(w, msn - 1, -1), 1);
                assert_int_equal(window_reached(w, 0, 3), 1);
            }
        }
        window_destroy(w);
    }
}

static void a_part_beyond_the_last_is_the_next_segments_first(void **state)
{
    struct window *w = window_of(TRACK_VIDEO);
    struct source s = rates[1];
    for (int i = 0; i < 50 * 4; i++)
        add(w, &s);
    assert_int_equal(window_at(w, 3)->part_count, 10);
    assert_int_equal(window_reached(w, 3, 9), 1);
    assert_int_equal(window_reached(w, 3, 10), 0);
    for (int i = 0; i < 5; i++)
        add(w, &s);
    assert_int_equal(window_reached(w, 3, 10), 1);
    window_destroy(w);
}

/* Frames of uneven length: no part is longer than the target, and nothing is lost. */
static void uneven_frames_stay_within_the_target(void **state)
{
    struct window *w = window_of(TRACK_VIDEO);
    uint32_t random = 1;
    int64_t at = 0, cell = -1;
    int count = 0;
    while (at < 30000) {
        random = random * 1664525 + 1013904223;
        uint32_t ms = at == 0 ? 40 : 10 + (random >> 8) % 90;
        struct fragment f = {.flags = at / 2000 != cell ? FRAGMENT_SYNC : 0,
                             .init = 1,
                             .dts = at,
                             .duration = ms,
                             .timescale = 1000,
                             .bytes = bytes_new(1)};
        cell = at / 2000;
        assert_true(window_add(w, &f) >= 0);
        bytes_unref(f.bytes);
        at += ms;
        count++;
    }
    for (uint32_t i = 0; i < window_count(w); i++) {
        const struct window_segment *s = window_at(w, i);
        count -= (int)s->fragment_count;
        for (uint32_t p = 0; p < s->part_count; p++)
            assert_true(s->parts[p].duration_us <= window_part_target_us(w));
    }
    assert_int_equal(count, 0);
    window_destroy(w);
}

static void a_fragment_longer_than_a_part_raises_the_target(void **state)
{
    struct window *w = window_of(TRACK_VIDEO);
    struct source s = rates[7];
    for (int i = 0; i < 60; i++)
        add(w, &s);
    s.ticks = 700;
    for (int i = 0; i < 6; i++)
        add(w, &s);
    assert_int_equal(window_part_target_us(w), 700000);
    window_destroy(w);
}

static void nonsense_is_left_out(void **state)
{
    struct window *w = window_of(TRACK_VIDEO);
    struct fragment f = {.flags = FRAGMENT_SYNC, .init = 1, .bytes = bytes_new(1)};
    assert_int_equal(window_add(w, &f), 0);
    f.timescale = 90000;
    assert_int_equal(window_add(w, &f), 0); /* of no duration */
    assert_int_equal(window_count(w), 0);
    /* more in one segment than it may hold */
    f.duration = 1;
    for (int i = 0; i < 3000; i++, f.dts++, f.flags = 0)
        window_add(w, &f);
    assert_true(window_at(w, 0)->fragment_count <= WINDOW_MAX_FRAGMENTS);
    bytes_unref(f.bytes);
    window_destroy(w);
    window_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_hold_their_target_at_every_rate),
        cmocka_unit_test(sound_has_one_target),
        cmocka_unit_test(segments_hold_every_fragment),
        cmocka_unit_test(a_segment_ends_with_its_last_frame),
        cmocka_unit_test(keyframes_off_the_grid_are_followed),
        cmocka_unit_test(nothing_begins_without_a_keyframe),
        cmocka_unit_test(cells_without_media_are_gaps),
        cmocka_unit_test(a_long_gap_counts_for_the_target),
        cmocka_unit_test(a_long_absence_leaves_only_gaps_behind),
        cmocka_unit_test(a_new_init_is_a_discontinuity),
        cmocka_unit_test(it_slides_and_counts_what_left),
        cmocka_unit_test(reached_says_what_is_there),
        cmocka_unit_test(a_part_beyond_the_last_is_the_next_segments_first),
        cmocka_unit_test(uneven_frames_stay_within_the_target),
        cmocka_unit_test(a_fragment_longer_than_a_part_raises_the_target),
        cmocka_unit_test(nonsense_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
