#include "gop.h"

#include "../cmocka_all.h"

#define MS INT64_C(1000000)

static GstBuffer *unit(int64_t dts_ms, int64_t pts_ms, bool key, size_t size)
{
    GstBuffer *b = gst_buffer_new_allocate(NULL, size, NULL);
    GST_BUFFER_DTS(b) = (GstClockTime)(dts_ms * MS);
    GST_BUFFER_PTS(b) = (GstClockTime)(pts_ms * MS);
    GST_BUFFER_DURATION(b) = (GstClockTime)(40 * MS);
    if (!key)
        GST_BUFFER_FLAG_SET(b, GST_BUFFER_FLAG_DELTA_UNIT);
    return b;
}

static int set_up(void **state)
{
    static struct gop g;
    gop_init(&g);
    *state = &g;
    return 0;
}

static int tear_down(void **state)
{
    gop_finish(*state);
    return 0;
}

static void begins_with_a_keyframe(void **state)
{
    struct gop *g = *state;
    assert_false(gop_add(g, unit(0, 0, false, 10), NULL));
    assert_true(gop_add(g, unit(40, 40, true, 10), NULL));
    assert_true(gop_is_key(g));
    assert_true(gop_add(g, unit(80, 80, false, 10), NULL));
    assert_false(gop_is_key(g));
    assert_int_equal(g->count, 2);
    assert_true(gop_add(g, unit(120, 120, true, 10), NULL));
    assert_int_equal(g->count, 1);
    assert_int_equal(g->bytes, 10);
}

static void hole_empties_it(void **state)
{
    struct gop *g = *state;
    gop_add(g, unit(0, 0, true, 10), NULL);
    GstBuffer *after = unit(400, 400, false, 10);
    GST_BUFFER_FLAG_SET(after, GST_BUFFER_FLAG_DISCONT);
    assert_false(gop_add(g, after, NULL));
    assert_int_equal(g->count, 0);
    GstBuffer *timeless = unit(0, 0, true, 10);
    GST_BUFFER_DTS(timeless) = GST_CLOCK_TIME_NONE;
    assert_false(gop_add(g, timeless, NULL));
}

static void caps_hold(void **state)
{
    struct gop *g = *state;
    assert_true(gop_add(g, unit(0, 0, true, 1), NULL));
    for (int i = 1; i < GOP_MAX_UNITS; i++)
        assert_true(gop_add(g, unit(i * 40, i * 40, false, 1), NULL));
    assert_false(gop_add(g, unit(99999, 99999, false, 1), NULL));
    assert_false(gop_add(g, unit(100040, 100040, false, 1), NULL));
    assert_true(gop_add(g, unit(100080, 100080, true, 1), NULL));
    assert_false(gop_add(g, unit(100120, 100120, false, GOP_MAX_BYTES), NULL));
    assert_int_equal(g->count, 0);
}

/* Decode order I P B B: what is late is shown in a blink, in order, and before the last one. */
static void late_ones_are_squeezed(void **state)
{
    struct gop *g = *state;
    gop_add(g, unit(1000, 1040, true, 1), NULL);
    gop_add(g, unit(1040, 1160, false, 1), NULL);
    gop_add(g, unit(1080, 1080, false, 1), NULL);
    gop_add(g, unit(1120, 1120, false, 1), NULL);
    int64_t dts = 0;
    for (int i = 0; i < g->count; i++) {
        struct gop_times t = gop_times_late(g, i);
        assert_true(t.dts_ns > dts);
        dts = t.dts_ns;
        bool last = i == g->count - 1;
        assert_true(last || t.dts_ns >= 1119 * MS);
        assert_int_equal(t.duration_ns, last ? 40 * MS : 40 * MS / GOP_SQUEEZE);
    }
    struct gop_times last = gop_times_late(g, 3);
    assert_int_equal(last.dts_ns, 1120 * MS);
    assert_int_equal(last.pts_ns, 1120 * MS);
    assert_true(gop_times_late(g, 0).pts_ns < gop_times_late(g, 2).pts_ns);
    assert_true(gop_times_late(g, 1).pts_ns > last.pts_ns);
}

#define with_gop(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    gst_init(NULL, NULL);
    const struct CMUnitTest tests[] = {
        with_gop(begins_with_a_keyframe),
        with_gop(hole_empties_it),
        with_gop(caps_hold),
        with_gop(late_ones_are_squeezed),
    };
    return cmocka_run_group_tests_name("gop", tests, NULL, NULL);
}
