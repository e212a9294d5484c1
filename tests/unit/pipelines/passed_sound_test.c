#include "passed_sound.h"

#include "../cmocka_all.h"

#include "passthrough.h"

#include <string.h>

#define MS INT64_C(1000000)
#define MAX_OUT 40000
#define START (INT64_C(100000) * MS)
/* 1,024 samples at 48 kHz. */
#define FRAME_NS (INT64_C(1024000000000) / 48000)

struct out {
    int64_t pts, duration;
    uint8_t first; /* byte: the number of a frame that was sent, or silence's own */
    size_t size;
};

struct stage {
    struct passed_sound *p;
    GstCaps *stereo, *mono44;
    int configs;
    uint8_t asc[2];
    int count;
    struct out outs[MAX_OUT];
};

static void on_config(void *ctx, const void *data, size_t size)
{
    struct stage *s = ctx;
    s->configs++;
    memcpy(s->asc, data, 2);
}

/* Whatever comes: one behind the other, without a hole, within a configuration's rounding. */
static void on_unit(void *ctx, struct fragmenter_unit *u)
{
    struct stage *s = ctx;
    assert_true(s->count < MAX_OUT);
    if (s->count) {
        const struct out *last = &s->outs[s->count - 1];
        assert_in_range(u->pts_ns - last->pts - last->duration + 2, 0, 4);
    }
    s->outs[s->count++] =
        (struct out){u->pts_ns, u->duration_ns, ((const uint8_t *)u->data)[0], u->size};
}

static const struct passed_sound_ops ops = {.config = on_config, .unit = on_unit};

static GstCaps *caps_of(uint8_t a, uint8_t b)
{
    GstBuffer *config = gst_buffer_new_allocate(NULL, 2, NULL);
    gst_buffer_fill(config, 0, (const uint8_t[]){a, b}, 2);
    GstCaps *caps = gst_caps_new_simple("audio/mpeg", "codec_data", GST_TYPE_BUFFER, config, NULL);
    gst_buffer_unref(config);
    return caps;
}

static int set_up(void **state)
{
    struct stage *s = g_new0(struct stage, 1);
    s->stereo = caps_of(0x11, 0x90); /* AAC-LC, 48 kHz, 2 channels */
    s->mono44 = caps_of(0x12, 0x08); /* AAC-LC, 44.1 kHz, 1 channel */
    char reason[256] = "";
    assert_int_equal(passed_sound_create(&ops, s, &s->p, reason), 0);
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    struct stage *s = *state;
    passed_sound_destroy(s->p);
    gst_caps_unref(s->stereo);
    gst_caps_unref(s->mono44);
    g_free(s);
    return 0;
}

static void show(struct stage *s, int64_t pts, int number, GstCaps *caps, bool other)
{
    uint8_t data[300] = {(uint8_t)(number % 200)};
    GstBuffer *b = gst_buffer_new_memdup(data, sizeof data);
    GST_BUFFER_PTS(b) = (GstClockTime)pts;
    passed_sound_show(s->p, b, caps, other, pts);
    gst_buffer_unref(b);
}

static struct passed_sound_stats stats_of(struct stage *s)
{
    struct passed_sound_stats stats;
    passed_sound_get_stats(s->p, &stats);
    return stats;
}

static void frames_go_out_as_they_came(void **state)
{
    struct stage *s = *state;
    for (int i = 0; i < 1000; i++)
        show(s, START + i * FRAME_NS, i, s->stereo, i == 0);
    assert_int_equal(s->count, 1000);
    assert_int_equal(s->configs, 1);
    assert_int_equal(s->outs[0].pts, START);
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(s->outs[i].first, i % 200);
        assert_int_equal(s->outs[i].size, 300);
    }
}

/* Ten minutes of a clock that runs `ppm` otherwise than ours, its stamps in whole milliseconds. */
static void drift(struct stage *s, int ppm)
{
    const int frames = 600 * 48000 / 1024;
    for (int i = 0; i < frames; i++) {
        int64_t at = START + i * FRAME_NS + i * FRAME_NS / 1000000 * ppm;
        show(s, at / MS * MS, i, s->stereo, i == 0);
        if (s->count)
            assert_in_range(s->outs[s->count - 1].pts - at + 2 * FRAME_NS, 0, 4 * FRAME_NS);
    }
}

static void a_slow_clock_has_a_frame_said_twice(void **state)
{
    struct stage *s = *state;
    drift(s, 200);
    struct passed_sound_stats stats = stats_of(s);
    assert_in_range(stats.said_twice, 4, 6); /* 120 ms */
    assert_int_equal(stats.left_out, 0);
    assert_int_equal(stats.silent, 0);
}

static void a_fast_clock_has_a_frame_left_out(void **state)
{
    struct stage *s = *state;
    drift(s, -200);
    struct passed_sound_stats stats = stats_of(s);
    assert_in_range(stats.left_out, 4, 6);
    assert_int_equal(stats.said_twice, 0);
    assert_int_equal(stats.silent, 0);
}

static void a_true_clock_has_nothing_changed(void **state)
{
    struct stage *s = *state;
    drift(s, 0);
    struct passed_sound_stats stats = stats_of(s);
    assert_int_equal(stats.said_twice + stats.left_out + stats.silent, 0);
}

static void silence_until_a_source_comes_and_when_it_is_gone(void **state)
{
    struct stage *s = *state;
    for (int64_t t = 0; t <= 1000; t += 40)
        passed_sound_beat(s->p, START + t * MS);
    assert_int_equal(s->configs, 1);
    assert_in_range(s->count, 45, 47);
    int silent = s->count;
    size_t silence_size = s->outs[0].size;
    assert_true(silence_size < 100);
    int64_t begin = START + 1010 * MS;
    for (int i = 0; i < 100; i++)
        show(s, begin + i * FRAME_NS, i, s->stereo, i == 0);
    assert_int_equal(s->configs, 2);
    assert_in_range(s->count - silent, 99, 101);
    int64_t gone = begin + 100 * FRAME_NS;
    int before = s->count;
    for (int64_t t = 0; t <= 400; t += 40) /* it may come again */
        passed_sound_beat(s->p, gone + t * MS);
    assert_int_equal(s->count, before);
    for (int64_t t = 440; t <= 2000; t += 40)
        passed_sound_beat(s->p, gone + t * MS);
    assert_in_range(s->count - before, 92, 94);
    assert_int_equal(s->outs[s->count - 1].size, silence_size);
}

static void another_format_is_told_and_its_silence_is_its_own(void **state)
{
    struct stage *s = *state;
    for (int i = 0; i < 50; i++)
        show(s, START + i * FRAME_NS, i, s->stereo, i == 0);
    int64_t begin = START + 50 * FRAME_NS + 30 * MS, step = INT64_C(1024000000000) / 44100;
    for (int i = 0; i < 50; i++)
        show(s, begin + i * step, i, s->mono44, i == 0);
    assert_int_equal(s->configs, 2);
    assert_memory_equal(s->asc, ((const uint8_t[]){0x12, 0x08}), 2);
    assert_in_range(s->outs[s->count - 1].duration, step - 1, step + 1);
    assert_in_range(s->outs[s->count - 1].pts - (begin + 49 * step) + 12 * MS, 0, 24 * MS);
    int64_t gone = begin + 50 * step;
    passed_sound_beat(s->p, gone + 1000 * MS);
    assert_int_equal(s->configs, 2); /* silence in the same configuration */
    assert_true(s->outs[s->count - 1].size < 100);
}

static void a_hole_is_filled_and_what_comes_twice_is_left_out(void **state)
{
    struct stage *s = *state;
    for (int i = 0; i < 50; i++)
        show(s, START + i * FRAME_NS, i, s->stereo, i == 0);
    for (int i = 60; i < 100; i++)
        show(s, START + i * FRAME_NS, i, s->stereo, false);
    assert_int_equal(stats_of(s).silent, 10);
    for (int i = 80; i < 120; i++) /* a source that stepped back */
        show(s, START + i * FRAME_NS, i, s->stereo, false);
    assert_int_equal(s->count, 120);
    for (int i = 100; i < 120; i++)
        assert_int_equal(s->outs[i].first, i);
}

/* Muted: silence in the place of each frame, none too many and none too few; then frames again. */
static void quiet(struct stage *s, GstCaps *caps, int64_t step, int configs)
{
    int64_t begin = START + 7 * MS;
    for (int i = 0; i < 50; i++)
        show(s, begin + i * step, i, caps, i == 0);
    passed_sound_quiet(s->p, true);
    for (int i = 50; i < 100; i++) {
        show(s, begin + i * step, i, caps, false);
        passed_sound_beat(s->p, begin + i * step);
    }
    assert_int_equal(s->count, 100);
    for (int i = 50; i < 100; i++)
        assert_true(s->outs[i].size < 100);
    passed_sound_quiet(s->p, false);
    for (int i = 100; i < 150; i++)
        show(s, begin + i * step, i, caps, false);
    assert_int_equal(s->count, 150);
    assert_int_equal(s->configs, configs);
    for (int i = 100; i < 150; i++) {
        assert_int_equal(s->outs[i].first, i);
        assert_in_range(s->outs[i].pts - (begin + i * step) + 1 * MS, 0, 2 * MS);
    }
}

static void silence_in_the_place_of_each_frame(void **state)
{
    struct stage *s = *state;
    quiet(s, s->stereo, FRAME_NS, 1);
}

static void silence_in_the_source_s_own_format(void **state)
{
    struct stage *s = *state;
    quiet(s, s->mono44, INT64_C(1024000000000) / 44100, 1);
}

/* A worker that begins muted: silence from its first moment, and no source's config. */
static void quiet_from_the_start_on(void **state)
{
    struct stage *s = *state;
    passed_sound_quiet(s->p, true);
    for (int i = 0; i < 50; i++)
        show(s, START + i * FRAME_NS, i, s->mono44, i == 0);
    assert_in_range(s->count, 49, 51);
    assert_int_equal(s->configs, 1);
    for (int i = 0; i < s->count; i++)
        assert_true(s->outs[i].size < 100);
    passed_sound_quiet(s->p, false);
    show(s, START + 50 * FRAME_NS, 77, s->mono44, false);
    assert_int_equal(s->configs, 2);
    assert_int_equal(s->outs[s->count - 1].first, 77);
}

/* The source goes while it is muted: silence goes on without it. */
static void quiet_without_a_source(void **state)
{
    struct stage *s = *state;
    show(s, START, 1, s->stereo, true);
    passed_sound_quiet(s->p, true);
    show(s, START + FRAME_NS, 2, s->stereo, false);
    assert_int_equal(s->count, 2);
    for (int64_t t = 0; t <= 2000; t += 40)
        passed_sound_beat(s->p, START + t * MS);
    assert_in_range(s->count, 92, 94);
    for (int i = 1; i < s->count; i++)
        assert_true(s->outs[i].size < 100);
}

static void what_cannot_be_read_is_not_passed(void **state)
{
    struct stage *s = *state;
    GstCaps *broken = caps_of(0xff, 0xff), *none = gst_caps_new_empty_simple("audio/mpeg");
    show(s, START, 0, broken, true);
    show(s, START, 0, none, true);
    assert_int_equal(s->count, 0);
    passed_sound_beat(s->p, START + 10 * MS);
    passed_sound_beat(s->p, START + 1000 * MS);
    assert_true(s->count > 20);
    /* After a long sleep: not hours of silence at once. */
    int before = s->count;
    int64_t end = s->outs[before - 1].pts + s->outs[before - 1].duration;
    s->count = 0; /* a hole is allowed here */
    passed_sound_beat(s->p, end + INT64_C(3600000) * MS);
    assert_in_range(s->count, 185, 190);
    gst_caps_unref(broken);
    gst_caps_unref(none);
}

int main(int argc, char **argv)
{
    gst_init(&argc, &argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(frames_go_out_as_they_came, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_slow_clock_has_a_frame_said_twice, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_fast_clock_has_a_frame_left_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_true_clock_has_nothing_changed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(silence_until_a_source_comes_and_when_it_is_gone, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(another_format_is_told_and_its_silence_is_its_own, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_hole_is_filled_and_what_comes_twice_is_left_out, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(silence_in_the_place_of_each_frame, set_up, tear_down),
        cmocka_unit_test_setup_teardown(silence_in_the_source_s_own_format, set_up, tear_down),
        cmocka_unit_test_setup_teardown(quiet_from_the_start_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(quiet_without_a_source, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_read_is_not_passed, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
