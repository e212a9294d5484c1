#include "passthrough.h"

#include "../cmocka_all.h"

#include "base/clock.h"
#include "ground.h"

#include <string.h>

#define MS INT64_C(1000000)
#define MAX_OUT 2000

struct out {
    int64_t dts, pts, duration;
    size_t size;
    bool sync;
};

struct stage {
    struct spec spec;
    struct format format;
    struct passthrough *p;
    struct gop gop;
    GstCaps *caps;
    int configs, keyframes;
    int last_width;
    int count;
    struct out outs[MAX_OUT];
};

static void on_config(void *ctx, const void *data, size_t size, int width, int height)
{
    struct stage *s = ctx;
    s->configs++;
    s->last_width = width;
}

static void on_unit(void *ctx, struct fragmenter_unit *u)
{
    struct stage *s = ctx;
    assert_true(s->count < MAX_OUT);
    if (s->count)
        assert_true(u->dts_ns > s->outs[s->count - 1].dts);
    s->outs[s->count++] = (struct out){u->dts_ns, u->pts_ns, u->duration_ns, u->size, u->sync};
}

static void on_keyframe(void *ctx, int64_t pts_ns)
{
    ((struct stage *)ctx)->keyframes++;
}

static const struct passthrough_ops ops = {
    .config = on_config, .unit = on_unit, .keyframe = on_keyframe};

static int set_up(void **state)
{
    struct stage *s = g_new0(struct stage, 1);
    s->spec = (struct spec){.title = "Örnek",
                            .language = "tr",
                            .mode = MODE_PASSTHROUGH,
                            .frame_rate_num = 25,
                            .frame_rate_den = 1,
                            .grid_us = 4000000,
                            .rendition_count = 1,
                            .renditions = {{"180p", 320, 180, 200000}}};
    s->format = (struct format){
        .rate_num = 25, .rate_den = 1, .clock = media_clock_new(clock_boot_us() - 100000000)};
    gop_init(&s->gop);
    GstBuffer *config = gst_buffer_new_allocate(NULL, 8, NULL);
    s->caps = gst_caps_new_simple("video/x-h264", "width", G_TYPE_INT, 1920, "height", G_TYPE_INT,
                                  1080, "codec_data", GST_TYPE_BUFFER, config, NULL);
    gst_buffer_unref(config);
    char reason[256] = "";
    assert_int_equal(passthrough_create(&s->spec, &s->format, &ops, s, &s->p, reason), 0);
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    struct stage *s = *state;
    passthrough_destroy(s->p);
    gop_finish(&s->gop);
    gst_caps_unref(s->caps);
    gst_object_unref(s->format.clock);
    g_free(s);
    return 0;
}

static void show(struct stage *s, int64_t time_ns, bool key, bool other)
{
    GstBuffer *b = gst_buffer_new_allocate(NULL, 1000, NULL);
    GST_BUFFER_PTS(b) = GST_BUFFER_DTS(b) = (GstClockTime)time_ns;
    GST_BUFFER_DURATION(b) = (GstClockTime)(40 * MS);
    if (!key)
        GST_BUFFER_FLAG_SET(b, GST_BUFFER_FLAG_DELTA_UNIT);
    if (gop_add(&s->gop, b, s->caps))
        passthrough_show(s->p, &s->gop, other);
}

static void slate_has_keyframes_on_the_grid(void **state)
{
    struct stage *s = *state;
    GstClockTime first = ground_frame_at(&s->format, 101 * GST_SECOND);
    for (GstClockTime t = first; t < first + 10 * GST_SECOND; t += GST_SECOND / 25)
        passthrough_beat(s->p, t);
    assert_int_equal(s->count, 250);
    assert_int_equal(s->configs, 1);
    assert_int_equal(s->last_width, 320);
    int syncs = 0;
    for (int i = 0; i < s->count; i++) {
        assert_int_equal(s->outs[i].pts, first + (GstClockTime)i * 40 * MS);
        assert_int_equal(s->outs[i].duration, 40 * MS);
        syncs += s->outs[i].sync;
        if (i > 0 && s->outs[i].pts % (4000 * MS) == 0)
            assert_true(s->outs[i].sync);
    }
    assert_int_equal(syncs, 1 + 2);
    assert_int_equal(s->keyframes, syncs);
    assert_true(s->outs[1].size < 200); /* a frame that changes nothing */
}

static void keyframes_never_follow_each_other(void **state)
{
    struct stage *s = *state;
    GstClockTime first = 4 * GST_SECOND * 30 - 40 * (GstClockTime)MS; /* one frame before a cell */
    for (int i = 0; i < 10; i++)
        passthrough_beat(s->p, first + (GstClockTime)i * 40 * MS);
    assert_true(s->outs[0].sync);
    assert_false(s->outs[1].sync);
    assert_true(s->outs[2].sync);
    assert_false(s->outs[3].sync);
}

/* Another slate: from the next keyframe that may come, after its own config, and never a frame of
 * the one among those of the other. */
static void another_slate_begins_with_a_keyframe(void **state)
{
    struct stage *s = *state;
    GstClockTime first = ground_frame_at(&s->format, 120 * GST_SECOND);
    struct still still = {0}, twice = {0};
    char reason[256] = "";
    assert_int_equal(passthrough_draw(&s->spec, &s->format, "Bir daha", "en", &twice, reason), 0);
    assert_int_equal(passthrough_draw(&s->spec, &s->format, "Örnek Birleşim, ikinci oturum", "en",
                                      &still, reason),
                     0);
    size_t key = still.units[0]->size, second = still.units[1]->size;
    for (int i = 0; i < 30; i++)
        passthrough_beat(s->p, first + (GstClockTime)i * 40 * MS);
    assert_int_not_equal(s->outs[0].size, key);
    passthrough_set_still(s->p, &twice);
    passthrough_set_still(s->p, &still); /* the newest counts */
    assert_int_equal(still.count, 0);
    for (int i = 30; i < 230; i++)
        passthrough_beat(s->p, first + (GstClockTime)i * 40 * MS);
    assert_int_equal(s->count, 230);
    assert_int_equal(s->configs, 2);
    for (int i = 1; i < 230; i++) {
        assert_int_equal(s->outs[i].sync, i % 100 == 0);
        if (i % 100 == 0)
            assert_int_equal(s->outs[i].size, key);
    }
    assert_int_equal(s->outs[101].size, second);
}

static void another_slate_waits_behind_a_source(void **state)
{
    struct stage *s = *state;
    struct still still = {0};
    char reason[256] = "";
    int64_t now = (int64_t)ground_frame_at(&s->format, format_now(&s->format));
    assert_int_equal(passthrough_draw(&s->spec, &s->format, "Örnek Birleşim, ikinci oturum", "en",
                                      &still, reason),
                     0);
    size_t key = still.units[0]->size;
    for (int i = 0; i < 5; i++)
        show(s, now + i * 40 * MS, i == 0, i == 0);
    passthrough_set_still(s->p, &still);
    for (int i = 5; i < 10; i++)
        show(s, now + i * 40 * MS, false, false);
    assert_int_equal(s->configs, 1);
    g_usleep(600000);
    passthrough_beat(s->p, (GstClockTime)(now + 1000 * MS));
    assert_int_equal(s->configs, 2);
    assert_int_equal(s->last_width, 320);
    assert_true(s->outs[10].sync);
    assert_int_equal(s->outs[10].size, key);
}

static void source_passes_untouched_and_slate_returns(void **state)
{
    struct stage *s = *state;
    int64_t now = (int64_t)ground_frame_at(&s->format, format_now(&s->format));
    passthrough_beat(s->p, (GstClockTime)(now - 40 * MS));
    assert_int_equal(s->count, 1);
    for (int i = 0; i < 10; i++)
        show(s, now + i * 40 * MS, i == 0, i == 0);
    assert_int_equal(s->configs, 2);
    assert_int_equal(s->last_width, 1920);
    assert_int_equal(s->count, 11);
    for (int i = 0; i < 10; i++) {
        assert_int_equal(s->outs[i + 1].dts, now + i * 40 * MS);
        assert_int_equal(s->outs[i + 1].sync, i == 0);
    }
    passthrough_beat(s->p, (GstClockTime)(now + 400 * MS));
    assert_int_equal(s->count, 11); /* not yet silent */
    g_usleep(600000);
    passthrough_beat(s->p, (GstClockTime)(now + 1000 * MS));
    passthrough_beat(s->p, (GstClockTime)(now + 1040 * MS));
    assert_int_equal(s->count, 13);
    assert_int_equal(s->configs, 3);
    assert_true(s->outs[11].sync);
    assert_int_equal(s->outs[11].pts, now + 400 * MS); /* it fills the hole */
    assert_int_equal(s->outs[11].duration, 640 * MS);
    assert_int_equal(s->outs[12].pts, now + 1040 * MS);
}

static void between_keyframes_the_past_comes_in_a_blink(void **state)
{
    struct stage *s = *state;
    int64_t now = (int64_t)format_now(&s->format);
    for (int i = 0; i < 50; i++) { /* not on air: only remembered */
        GstBuffer *b = gst_buffer_new_allocate(NULL, 100, NULL);
        GST_BUFFER_PTS(b) = GST_BUFFER_DTS(b) = (GstClockTime)(now - 2000 * MS + i * 40 * MS);
        if (i)
            GST_BUFFER_FLAG_SET(b, GST_BUFFER_FLAG_DELTA_UNIT);
        assert_true(gop_add(&s->gop, b, s->caps));
    }
    show(s, now, false, true);
    assert_int_equal(s->count, 51);
    assert_true(s->outs[0].sync);
    assert_true(s->outs[0].dts >= now - 3 * MS);
    assert_int_equal(s->outs[50].dts, now);
    show(s, now + 40 * MS, false, false);
    assert_int_equal(s->count, 52);
    assert_int_equal(s->outs[51].dts, now + 40 * MS);
}

static void no_hole_before_what_comes_ahead_of_its_time(void **state)
{
    struct stage *s = *state;
    int64_t now = (int64_t)ground_frame_at(&s->format, format_now(&s->format));
    passthrough_beat(s->p, (GstClockTime)now);
    show(s, now + 300 * MS, true, true);
    assert_int_equal(s->outs[1].dts, now + 40 * MS);
    assert_int_equal(s->outs[1].pts, now + 40 * MS);
    assert_int_equal(s->outs[1].duration, 300 * MS);
    show(s, now + 340 * MS, false, false);
    assert_int_equal(s->outs[2].dts, now + 340 * MS);
    show(s, now + 480 * MS, true, false); /* a hole of its own is its own */
    assert_int_equal(s->outs[3].dts, now + 480 * MS);
}

/* Covered: the slate from where ends what went out, although units go on coming; taken back: from
 * the source's keyframe on. */
static void covered_and_taken_back(void **state)
{
    struct stage *s = *state;
    int64_t now = (int64_t)ground_frame_at(&s->format, format_now(&s->format));
    for (int i = 0; i < 10; i++) /* the last ends 100 ms ahead of the next frame's time */
        show(s, now + i * 40 * MS, i == 0, i == 0);
    passthrough_cover(s->p, true);
    passthrough_beat(s->p, (GstClockTime)(now + 320 * MS));
    passthrough_beat(s->p, (GstClockTime)(now + 360 * MS));
    assert_int_equal(s->count, 10);
    for (int i = 10; i < 20; i++) {
        show(s, now + i * 40 * MS, false, false);
        passthrough_beat(s->p, (GstClockTime)(now + i * 40 * MS));
    }
    assert_int_equal(s->count, 20);
    assert_int_equal(s->configs, 2);
    assert_int_equal(s->last_width, 320);
    for (int i = 10; i < 20; i++) {
        assert_int_equal(s->outs[i].sync, i == 10);
        assert_int_equal(s->outs[i].pts, now + i * 40 * MS);
        assert_int_not_equal(s->outs[i].size, 1000);
    }
    passthrough_cover(s->p, false);
    show(s, now + 800 * MS, false, false);
    assert_int_equal(s->configs, 3);
    assert_int_equal(s->last_width, 1920);
    assert_true(s->outs[20].sync);
    assert_int_equal(s->count, 20 + 21); /* all since the keyframe, in a blink */
    assert_int_equal(s->outs[40].dts, now + 800 * MS);
}

/* Before the slate was ever shown: what was held back is not missing. */
static void covered_for_less_than_a_frame(void **state)
{
    struct stage *s = *state;
    int64_t now = (int64_t)ground_frame_at(&s->format, format_now(&s->format));
    show(s, now, true, true);
    passthrough_cover(s->p, true);
    show(s, now + 40 * MS, false, false);
    passthrough_cover(s->p, false);
    show(s, now + 80 * MS, false, false);
    assert_int_equal(s->count, 4);
    assert_true(s->outs[1].sync);
    assert_false(s->outs[2].sync || s->outs[3].sync);
}

static void times_only_rise(void **state)
{
    struct stage *s = *state;
    int64_t now = (int64_t)format_now(&s->format);
    show(s, now, true, true);
    show(s, now - 80 * MS, false, false);
    show(s, now - 40 * MS, false, false);
    show(s, now - 500 * MS, true, true); /* on_unit checks */
    assert_int_equal(s->count, 4);
}

#define with_stage(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    gst_init(NULL, NULL);
    const struct CMUnitTest tests[] = {
        with_stage(slate_has_keyframes_on_the_grid),
        with_stage(keyframes_never_follow_each_other),
        with_stage(another_slate_begins_with_a_keyframe),
        with_stage(another_slate_waits_behind_a_source),
        with_stage(source_passes_untouched_and_slate_returns),
        with_stage(between_keyframes_the_past_comes_in_a_blink),
        with_stage(no_hole_before_what_comes_ahead_of_its_time),
        with_stage(covered_and_taken_back),
        with_stage(covered_for_less_than_a_frame),
        with_stage(times_only_rise),
    };
    return cmocka_run_group_tests_name("passthrough", tests, NULL, NULL);
}
