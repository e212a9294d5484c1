/* The programme worker as the server sees it. */
#include "worker_run.h"

#include "../unit/cmocka_all.h"

#include "base/clock.h"
#include "link/gate.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int set_up(void **state)
{
    *state = worker_run_new();
    return 0;
}

static int tear_down(void **state)
{
    worker_run_destroy(*state);
    return 0;
}

static void start(struct worker_run *r)
{
    worker_run_write_spec(r);
    worker_run_start(r);
    worker_run_connect(r);
}

static bool on_air_a(struct worker_run *r)
{
    return worker_run_noticed(r, "source.on_air", "a") > 0;
}

static bool on_air_b(struct worker_run *r)
{
    return worker_run_noticed(r, "source.on_air", "b") > 0;
}

static bool on_air_slate(struct worker_run *r)
{
    return worker_run_noticed(r, "source.on_air", "") > 0;
}

/* A machine with more to do than it can loses frames before the encoder; whole ones, and only then.
 */
static bool is_starved(void)
{
    double load = 0;
    return getloadavg(&load, 1) == 1 && load > 2.0 * (double)sysconf(_SC_NPROCESSORS_ONLN);
}

static bool is_whole_frames(const struct worker_run *r, int64_t ticks)
{
    return ticks > 0 && ticks * r->spec.frame_rate_num % (90000 * r->spec.frame_rate_den) == 0;
}

/* Every track's time line is unbroken: each fragment begins where the one before it ended. */
static void check_continuous(const struct worker_run *r)
{
    int64_t next[TRACK_MAX + 1] = {0};
    uint64_t seq[TRACK_MAX + 1] = {0};
    int counts[TRACK_MAX + 1] = {0};
    for (int i = 0; i < r->fragment_count; i++) {
        const struct fragment *f = &r->fragments[i];
        if (counts[f->track]++) {
            assert_int_equal(f->seq, seq[f->track] + 1);
            bool lost = f->track < 3 && is_whole_frames(r, f->dts - next[f->track]);
            if (!(lost && is_starved())) {
                assert_int_equal(f->dts, next[f->track]);
                assert_false(f->flags & FRAGMENT_DISCONTINUITY);
            }
        }
        next[f->track] = f->dts + f->duration;
        seq[f->track] = f->seq;
    }
    for (int track = 1; track <= 3; track++)
        assert_true(counts[track] > 20);
}

/* The first frame of each cell of the grid is a keyframe, in all renditions, and no other is, but
 * the very first. */
static void check_keyframes(const struct worker_run *r)
{
    uint64_t cell[TRACK_MAX + 1] = {0};
    for (int i = 0; i < r->fragment_count; i++) {
        const struct fragment *f = &r->fragments[i];
        if (f->track > (unsigned)r->spec.rendition_count)
            continue;
        uint64_t now = segment_number(fragment_time_us(f), r->spec.grid_us);
        bool first = now != cell[f->track];
        assert_int_equal(!!(f->flags & FRAGMENT_SYNC), first);
        cell[f->track] = now;
    }
}

/* Frames lie on whole frames since media time 0, and what is made is of now. */
static void check_times(const struct worker_run *r)
{
    const struct fragment *last = NULL;
    for (int i = 0; i < r->fragment_count; i++)
        if (r->fragments[i].track == 1)
            last = &r->fragments[i];
    assert_non_null(last);
    assert_int_equal(last->dts % 3600, 0);
    int64_t now_us = clock_boot_us() - r->spec.epoch_boot_us;
    int64_t age_us = now_us - fragment_time_us(last);
    assert_in_range(age_us + 100000, 0, 1000000);
    int64_t utc_age_us = clock_utc_us() - last->capture_utc_us;
    assert_in_range(llabs(utc_age_us - age_us), 0, 50000);
}

static void test_source_is_on_air_on_the_grid(void **state)
{
    struct worker_run *r = *state;
    worker_run_add_source(r, SOURCE_TEST, "a", "");
    start(r);
    worker_run_read(r, 7000, NULL);
    assert_int_equal(r->tracks.count, 3);
    assert_int_equal(r->tracks.grid_us, 2000000);
    assert_int_equal(r->init_count, 3);
    assert_int_equal(r->inits[0].width, 640);
    assert_int_equal(r->inits[1].height, 180);
    assert_int_equal(strncmp(r->inits[0].codec, "avc1.64", 7), 0);
    assert_string_equal(r->inits[2].codec, "mp4a.40.2");
    assert_true(on_air_a(r));
    assert_true(r->status_count >= 3);
    assert_string_equal(r->status.on_air, "a");
    assert_int_equal(r->status.source_count, 1);
    assert_int_equal(r->status.sources[0].state, SOURCE_LIVE);
    assert_int_equal(r->status.alarms, 0);
    assert_true(r->status.fragments > 0 && r->status.rss_bytes > 1 << 20);
    check_continuous(r);
    check_keyframes(r);
    check_times(r);
}

static void without_source_the_slate_goes_on(void **state)
{
    struct worker_run *r = *state;
    start(r);
    worker_run_read(r, 5000, NULL);
    assert_string_equal(r->status.on_air, "");
    check_continuous(r);
    check_keyframes(r);
    check_times(r);
}

static void odd_frame_rates_keep_the_grid(void **state)
{
    struct worker_run *r = *state;
    r->spec.frame_rate_num = 30000;
    r->spec.frame_rate_den = 1001;
    worker_run_add_source(r, SOURCE_TEST, "a", "");
    start(r);
    worker_run_read(r, 5000, NULL);
    check_continuous(r);
    check_keyframes(r);
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
    start(r);
    assert_true(worker_run_read(r, 20000, on_air_a));
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
        if (!is_starved())
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
    start(r);
    assert_true(worker_run_read(r, 20000, on_air_a));
    worker_run_read(r, 1000, NULL);
    struct spec both = r->spec;
    memmove(&r->spec.sources[0], &r->spec.sources[1], sizeof(r->spec.sources[0]));
    r->spec.source_count = 1;
    worker_run_write_spec(r);
    assert_int_equal(worker_run_command(r, LINK_SOURCES, ""), 0);
    assert_true(worker_run_read(r, 1000, on_air_b));
    r->spec.source_count = 0;
    worker_run_write_spec(r);
    assert_int_equal(worker_run_command(r, LINK_SOURCES, ""), 0);
    assert_true(worker_run_read(r, 1000, on_air_slate));
    r->notice_count = 0;
    r->spec = both;
    worker_run_write_spec(r);
    assert_int_equal(worker_run_command(r, LINK_SOURCES, ""), 0);
    assert_true(worker_run_read(r, 10000, on_air_a));
    worker_run_read(r, 3000, NULL);
    check_continuous(r);
    check_keyframes(r);
}

static void select_overrides(void **state)
{
    struct worker_run *r = *state;
    worker_run_add_source(r, SOURCE_TEST, "a", "");
    worker_run_add_source(r, SOURCE_TEST, "b", "");
    start(r);
    assert_true(worker_run_read(r, 20000, on_air_a));
    assert_int_not_equal(worker_run_command(r, LINK_SELECT, "nobody"), 0);
    assert_true(strlen(r->reply.reason) > 0);
    assert_int_equal(worker_run_command(r, LINK_SELECT, "b"), 0);
    assert_true(worker_run_read(r, 2000, on_air_b));
    worker_run_read(r, 1500, NULL);
    assert_string_equal(r->status.selected, "b");
    r->notice_count = 0;
    assert_int_equal(worker_run_command(r, LINK_SELECT, ""), 0);
    assert_true(worker_run_read(r, 2000, on_air_a));
    check_continuous(r);
}

/* Frames after that time that are larger than a picture that stands still has, save the few after
 * its first keyframe that make it finer; sound that is more than silence. What each shows is looked
 * at by tests/system. */
#define FINER 15
static int shown(const struct worker_run *r, int64_t from_us)
{
    int count = 0;
    for (int i = 0; i < r->fragment_count; i++) {
        const struct fragment *f = &r->fragments[i];
        bool picture = f->track <= r->spec.rendition_count;
        /* the slate's own frames, again and again */
        if (r->spec.mode == MODE_PASSTHROUGH && f->track == 1)
            continue;
        bool large = r->sizes[i] > (picture ? 1000 : 180);
        if (fragment_time_us(f) >= from_us && large && !(picture && f->flags & FRAGMENT_SYNC))
            count++;
    }
    return count;
}

static int64_t now_us(const struct worker_run *r)
{
    return clock_boot_us() - r->spec.epoch_boot_us;
}

static void close_and_open(struct worker_run *r)
{
    assert_true(worker_run_read(r, 20000, on_air_a));
    int64_t begin_us = now_us(r);
    worker_run_read(r, 2000, NULL);
    assert_true(shown(r, begin_us) > 3 * FINER);
    assert_int_equal(link_gate_write(r->folder, false), 0);
    assert_int_equal(worker_run_command(r, LINK_GATE_CLOSE, ""), 0);
    int64_t closed_us = now_us(r);
    int known = r->fragment_count;
    assert_true(worker_run_read(r, 2000, on_air_slate));
    worker_run_read(r, 5000, NULL);
    assert_true(shown(r, closed_us) < FINER);
    bool goes_on[TRACK_MAX + 1] = {false};
    for (int i = known; i < r->fragment_count; i++)
        goes_on[r->fragments[i].track] |= fragment_time_us(&r->fragments[i]) > closed_us + 3000000;
    for (int id = 1; id <= r->spec.rendition_count + 1; id++)
        assert_true(goes_on[id]);
    /* The order alone is not enough: the file must say so too. */
    assert_int_equal(worker_run_command(r, LINK_GATE_OPEN, ""), -EACCES);
    worker_run_read(r, 1000, NULL);
    assert_true(shown(r, closed_us) < FINER);
    r->notice_count = 0;
    assert_int_equal(link_gate_write(r->folder, true), 0);
    int64_t opened_us = now_us(r);
    assert_int_equal(worker_run_command(r, LINK_GATE_OPEN, ""), 0);
    assert_true(worker_run_read(r, 5000, on_air_a));
    worker_run_read(r, 4000, NULL);
    assert_true(shown(r, closed_us) - shown(r, opened_us) < FINER);
    assert_true(shown(r, opened_us) > 3 * FINER);
}

static void a_closed_gate_lets_nothing_out(void **state)
{
    struct worker_run *r = *state;
    worker_run_add_source(r, SOURCE_TEST, "a", "");
    start(r);
    close_and_open(r);
}

static void a_closed_gate_lets_nothing_pass_through(void **state)
{
    struct worker_run *r = *state;
    r->spec.mode = MODE_PASSTHROUGH;
    worker_run_add_source(r, SOURCE_TEST, "a", "");
    start(r);
    close_and_open(r);
}

static void begins_closed_where_nothing_says_that_it_is_open(void **state)
{
    struct worker_run *r = *state;
    char path[128];
    snprintf(path, sizeof path, "%s/gate", r->folder);
    unlink(path);
    worker_run_add_source(r, SOURCE_TEST, "a", "");
    start(r);
    worker_run_read(r, 5000, NULL);
    assert_true(r->fragment_count > 100);
    assert_true(shown(r, 0) < FINER);
    assert_string_equal(r->status.on_air, "");
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
    start(r);
    assert_true(worker_run_read(r, 20000, on_air_a));
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
    check_continuous(r);
}

static void sound_alone_stands_on_the_slate(void **state)
{
    struct worker_run *r = *state;
    worker_run_add_source(r, SOURCE_GSTREAMER, "a",
                          "audiotestsrc is-live=true ! identity name=audio");
    start(r);
    assert_true(worker_run_read(r, 20000, on_air_a));
    worker_run_read(r, 3000, NULL);
    assert_string_equal(r->status.on_air, "a");
    assert_string_equal(r->status.sources[0].video, "");
    assert_int_equal(r->status.alarms, 0);
    check_continuous(r);
    check_keyframes(r);
}

static void stop_ends_it(void **state)
{
    struct worker_run *r = *state;
    start(r);
    worker_run_read(r, 1000, NULL);
    assert_int_equal(worker_run_command(r, LINK_STOP, ""), 0);
    assert_int_equal(worker_run_wait(r), WORKER_ENDED);
}

static void hangup_does_not_end_it_and_terminate_does(void **state)
{
    struct worker_run *r = *state;
    start(r);
    worker_run_read(r, 1000, NULL);
    kill(r->pid, SIGHUP);
    kill(r->pid, SIGPIPE);
    int before = r->fragment_count;
    worker_run_read(r, 1000, NULL);
    assert_true(r->fragment_count > before);
    kill(r->pid, SIGTERM);
    assert_int_equal(worker_run_wait(r), WORKER_ENDED);
}

/* A broken encoder ends the worker with a status of its own, soon, so that it is started anew. */
static int broken_encoder(struct worker_run *r, const char *how)
{
    setenv("LD_PRELOAD", getenv("BROKEN_X264"), 1);
    setenv("BREAK_AFTER", "60", 1);
    setenv("BREAK_HOW", how, 1);
    start(r);
    unsetenv("LD_PRELOAD");
    worker_run_read(r, 12000, NULL);
    assert_true(r->fragment_count > 40);
    return worker_run_wait(r);
}

static void failing_encoder_ends_it(void **state)
{
    assert_int_equal(broken_encoder(*state, "fail"), WORKER_ENCODER);
}

static void stuck_encoder_ends_it(void **state)
{
    /* Taking down a pipeline that hangs does not end: the deadline does it. */
    assert_int_equal(broken_encoder(*state, "hang"), WORKER_ENCODER);
}

static void nobody_claims_it(void **state)
{
    struct worker_run *r = *state;
    r->spec.orphan_seconds = 2;
    worker_run_write_spec(r);
    worker_run_start(r);
    assert_int_equal(worker_run_wait(r), WORKER_ENDED);
}

static void goes_on_while_no_server_is_there(void **state)
{
    struct worker_run *r = *state;
    worker_run_add_source(r, SOURCE_TEST, "a", "");
    start(r);
    worker_run_read(r, 3000, NULL);
    worker_run_disconnect(r);
    struct timespec two = {.tv_sec = 2};
    nanosleep(&two, NULL);
    r->fragment_count = 0;
    worker_run_connect(r);
    worker_run_read(r, 2000, NULL);
    /* The memory came again: everything since the start, without a gap. */
    check_continuous(r);
    check_keyframes(r);
    check_times(r);
    assert_true(r->fragment_count > 3 * 5 * 20);
}

static void second_worker_ends_at_once(void **state)
{
    struct worker_run *r = *state;
    start(r);
    worker_run_read(r, 500, NULL);
    pid_t first = r->pid;
    worker_run_start(r);
    assert_int_equal(worker_run_wait(r), WORKER_TWICE);
    r->pid = first;
    worker_run_read(r, 500, NULL);
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
    start(r);
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
    check_continuous(r);
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

static void bad_spec_is_refused(void **state)
{
    struct worker_run *r = *state;
    worker_run_write_spec(r);
    char path[128];
    snprintf(path, sizeof(path), "%s/spec.json", r->folder);
    FILE *file = fopen(path, "w");
    fputs("{\"meeting\":", file);
    fclose(file);
    worker_run_start(r);
    assert_int_equal(worker_run_wait(r), WORKER_BAD_SPEC);
    remove(path);
    worker_run_start(r);
    assert_int_equal(worker_run_wait(r), WORKER_BAD_SPEC);
}

#define with_worker(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

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
        with_worker(a_closed_gate_lets_nothing_out),
        with_worker(a_closed_gate_lets_nothing_pass_through),
        with_worker(begins_closed_where_nothing_says_that_it_is_open),
        with_worker(silent_frozen_and_black_raise_alarms),
        with_worker(sound_alone_stands_on_the_slate),
        with_worker(stop_ends_it),
        with_worker(hangup_does_not_end_it_and_terminate_does),
        with_worker(failing_encoder_ends_it),
        with_worker(stuck_encoder_ends_it),
        with_worker(nobody_claims_it),
        with_worker(goes_on_while_no_server_is_there),
        with_worker(second_worker_ends_at_once),
        with_worker(a_new_title_reaches_the_slate),
        with_worker(a_new_title_reaches_the_slate_of_passthrough),
        with_worker(bad_spec_is_refused),
    };
    cmocka_set_test_filter(getenv("MECLIS_TEST_ONLY"));
    return cmocka_run_group_tests_name("worker", tests, NULL, NULL);
}
