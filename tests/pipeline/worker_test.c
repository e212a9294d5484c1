/* The programme worker as the server sees it: what is on air. */
#include "worker_run.h"

#include "../unit/cmocka_all.h"

#include "base/clock.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void test_source_is_on_air_on_the_grid(void **state)
{
    struct worker_run *r = *state;
    worker_run_add_source(r, SOURCE_TEST, "a", "");
    worker_run_begin(r);
    worker_run_read(r, 7000, NULL);
    assert_int_equal(r->tracks.count, 3);
    assert_int_equal(r->tracks.grid_us, 2000000);
    assert_int_equal(r->init_count, 3);
    assert_int_equal(r->inits[0].width, 640);
    assert_int_equal(r->inits[1].height, 180);
    assert_int_equal(strncmp(r->inits[0].codec, "avc1.64", 7), 0);
    assert_string_equal(r->inits[2].codec, "mp4a.40.2");
    assert_true(worker_run_a_on_air(r));
    assert_true(r->status_count >= 3);
    assert_string_equal(r->status.on_air, "a");
    assert_int_equal(r->status.source_count, 1);
    assert_int_equal(r->status.sources[0].state, SOURCE_LIVE);
    assert_int_equal(r->status.alarms, 0);
    assert_true(r->status.fragments > 0 && r->status.rss_bytes > 1 << 20);
    worker_run_check_continuous(r);
    worker_run_check_keyframes(r);
    worker_run_check_times(r);
}

static void without_source_the_slate_goes_on(void **state)
{
    struct worker_run *r = *state;
    worker_run_begin(r);
    worker_run_read(r, 5000, NULL);
    assert_string_equal(r->status.on_air, "");
    worker_run_check_continuous(r);
    worker_run_check_keyframes(r);
    worker_run_check_times(r);
}

static void odd_frame_rates_keep_the_grid(void **state)
{
    struct worker_run *r = *state;
    r->spec.frame_rate_num = 30000;
    r->spec.frame_rate_den = 1001;
    worker_run_add_source(r, SOURCE_TEST, "a", "");
    worker_run_begin(r);
    worker_run_read(r, 5000, NULL);
    worker_run_check_continuous(r);
    worker_run_check_keyframes(r);
}

static bool has_key_near(const struct worker_run *r, uint8_t track, int64_t time_us)
{
    for (int i = 0; i < r->fragment_count; i++) {
        const struct fragment *f = &r->fragments[i];
        if (f->track == track && (f->flags & FRAGMENT_SYNC) &&
            llabs(fragment_time_us(f) - time_us) <= 80000)
            return true;
    }
    return false;
}

static void passthrough_passes_and_makes_the_low_one(void **state)
{
    struct worker_run *r = *state;
    r->spec.mode = MODE_PASSTHROUGH;
    r->spec.grid_us = 4000000;
    worker_run_add_source(r, SOURCE_TEST, "a", "");
    worker_run_begin(r);
    assert_true(worker_run_read(r, 20000, worker_run_a_on_air));
    worker_run_read(r, 6000, NULL);
    int64_t dts = -1, keys = 0, end_us = clock_boot_us() - r->spec.epoch_boot_us - 1000000;
    uint64_t seq = 0;
    for (int i = 0; i < r->fragment_count; i++) {
        const struct fragment *f = &r->fragments[i];
        if (f->track != 1)
            continue;
        assert_true(f->dts > dts);
        assert_true(!seq || f->seq == seq + 1);
        dts = f->dts;
        seq = f->seq;
        if (!(f->flags & FRAGMENT_SYNC) || fragment_time_us(f) > end_us)
            continue;
        keys++;
        if (!worker_run_is_starved())
            assert_true(has_key_near(r, 2, fragment_time_us(f)));
    }
    assert_true(keys >= 4);
    assert_string_equal(r->status.on_air, "a");
}

static void sources_come_and_go_without_a_gap(void **state)
{
    struct worker_run *r = *state;
    worker_run_add_source(r, SOURCE_TEST, "a", "");
    worker_run_add_source(r, SOURCE_TEST, "b", "");
    worker_run_begin(r);
    assert_true(worker_run_read(r, 20000, worker_run_a_on_air));
    worker_run_read(r, 1000, NULL);
    struct spec both = r->spec;
    memmove(&r->spec.sources[0], &r->spec.sources[1], sizeof(r->spec.sources[0]));
    r->spec.source_count = 1;
    worker_run_write_spec(r);
    assert_int_equal(worker_run_command(r, LINK_SOURCES, ""), 0);
    assert_true(worker_run_read(r, 1000, worker_run_b_on_air));
    r->spec.source_count = 0;
    worker_run_write_spec(r);
    assert_int_equal(worker_run_command(r, LINK_SOURCES, ""), 0);
    assert_true(worker_run_read(r, 1000, worker_run_slate_on_air));
    r->notice_count = 0;
    r->spec = both;
    worker_run_write_spec(r);
    assert_int_equal(worker_run_command(r, LINK_SOURCES, ""), 0);
    assert_true(worker_run_read(r, 10000, worker_run_a_on_air));
    worker_run_read(r, 3000, NULL);
    worker_run_check_continuous(r);
    worker_run_check_keyframes(r);
}

static void select_overrides(void **state)
{
    struct worker_run *r = *state;
    worker_run_add_source(r, SOURCE_TEST, "a", "");
    worker_run_add_source(r, SOURCE_TEST, "b", "");
    worker_run_begin(r);
    assert_true(worker_run_read(r, 20000, worker_run_a_on_air));
    assert_int_not_equal(worker_run_command(r, LINK_SELECT, "nobody"), 0);
    assert_true(strlen(r->reply.reason) > 0);
    assert_int_equal(worker_run_command(r, LINK_SELECT, "b"), 0);
    assert_true(worker_run_read(r, 2000, worker_run_b_on_air));
    worker_run_read(r, 1500, NULL);
    assert_string_equal(r->status.selected, "b");
    r->notice_count = 0;
    assert_int_equal(worker_run_command(r, LINK_SELECT, ""), 0);
    assert_true(worker_run_read(r, 2000, worker_run_a_on_air));
    worker_run_check_continuous(r);
}

static bool all_alarms(struct worker_run *r)
{
    return r->status.alarms == (ALARM_SILENT | ALARM_FROZEN | ALARM_BLACK);
}

static bool no_alarms(struct worker_run *r)
{
    return r->status.alarms == 0;
}

static void silent_frozen_and_black_raise_alarms(void **state)
{
    struct worker_run *r = *state;
    worker_run_add_source(r, SOURCE_GSTREAMER, "a",
                          "videotestsrc is-live=true pattern=black ! "
                          "video/x-raw,width=320,height=180,framerate=10/1 ! identity name=video "
                          "audiotestsrc is-live=true wave=silence ! identity name=audio");
    worker_run_begin(r);
    assert_true(worker_run_read(r, 20000, worker_run_a_on_air));
    worker_run_read(r, 3000, NULL);
    assert_int_equal(r->status.alarms, 0);
    assert_true(worker_run_read(r, 20000, all_alarms));
    assert_int_equal(worker_run_noticed(r, "alarm.raised", "a"), 3);
    assert_int_equal(worker_run_noticed(r, "alarm.cleared", NULL), 0);
    r->spec.source_count = 0;
    worker_run_add_source(r, SOURCE_TEST, "b", "");
    worker_run_write_spec(r);
    assert_int_equal(worker_run_command(r, LINK_SOURCES, ""), 0);
    assert_true(worker_run_read(r, 10000, no_alarms));
    assert_int_equal(worker_run_noticed(r, "alarm.cleared", NULL), 3);
    worker_run_check_continuous(r);
}

static void sound_alone_stands_on_the_slate(void **state)
{
    struct worker_run *r = *state;
    worker_run_add_source(r, SOURCE_GSTREAMER, "a",
                          "audiotestsrc is-live=true ! identity name=audio");
    worker_run_begin(r);
    assert_true(worker_run_read(r, 20000, worker_run_a_on_air));
    worker_run_read(r, 3000, NULL);
    assert_string_equal(r->status.on_air, "a");
    assert_string_equal(r->status.sources[0].video, "");
    assert_int_equal(r->status.alarms, 0);
    worker_run_check_continuous(r);
    worker_run_check_keyframes(r);
}

/* The size of the first rendition's newest keyframe. */
static size_t newest_keyframe(const struct worker_run *r)
{
    for (int i = r->fragment_count - 1; i >= 0; i--)
        if (r->fragments[i].track == 1 && r->fragments[i].flags & FRAGMENT_SYNC)
            return r->sizes[i];
    return 0;
}

static void take_up(struct worker_run *r, const char *title)
{
    if (title != r->spec.title)
        snprintf(r->spec.title, sizeof r->spec.title, "%s", title);
    worker_run_write_spec(r);
    assert_int_equal(worker_run_command(r, LINK_SOURCES, ""), 0);
}

#define LONG_TITLE "Örnek Komisyonun ikinci olağanüstü birleşiminin beşinci oturumu ve devamı"

static void slate_follows_the_title(struct worker_run *r)
{
    worker_run_begin(r);
    worker_run_read(r, 5000, NULL);
    size_t before = newest_keyframe(r);
    take_up(r, r->spec.title); /* nothing new */
    worker_run_read(r, 3000, NULL);
    size_t same = newest_keyframe(r);
    assert_in_range(same, before - before / 10, before + before / 10);
    take_up(r, "A");
    take_up(r, LONG_TITLE);
    worker_run_read(r, 6000, NULL);
    assert_true(newest_keyframe(r) > before + before / 5);
    take_up(r, "A");
    worker_run_read(r, 6000, NULL);
    assert_true(newest_keyframe(r) < before - before / 10);
    worker_run_check_continuous(r);
    take_up(r, LONG_TITLE); /* while it is drawn, it ends */
    assert_int_equal(worker_run_command(r, LINK_STOP, ""), 0);
    assert_int_equal(worker_run_wait(r), WORKER_ENDED);
}

static void a_new_title_reaches_the_slate(void **state)
{
    slate_follows_the_title(*state);
}

static void a_new_title_reaches_the_slate_of_passthrough(void **state)
{
    struct worker_run *r = *state;
    r->spec.mode = MODE_PASSTHROUGH;
    slate_follows_the_title(r);
}

#define with_worker(test)                                                                          \
    cmocka_unit_test_setup_teardown(test, worker_run_set_up, worker_run_tear_down)

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        with_worker(test_source_is_on_air_on_the_grid),
        with_worker(without_source_the_slate_goes_on),
        with_worker(odd_frame_rates_keep_the_grid),
        with_worker(passthrough_passes_and_makes_the_low_one),
        with_worker(sources_come_and_go_without_a_gap),
        with_worker(select_overrides),
        with_worker(silent_frozen_and_black_raise_alarms),
        with_worker(sound_alone_stands_on_the_slate),
        with_worker(a_new_title_reaches_the_slate),
        with_worker(a_new_title_reaches_the_slate_of_passthrough),
    };
    cmocka_set_test_filter(getenv("MECLIS_TEST_ONLY"));
    return cmocka_run_group_tests_name("worker", tests, NULL, NULL);
}
