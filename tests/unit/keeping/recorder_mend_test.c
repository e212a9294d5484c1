/* What a recorder makes of what an earlier one, or something worse, has left in its folder. */
#include "../cmocka_all.h"

#include "recorder_bench.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void torn_tail_is_cut_off_and_the_gap_is_the_workers(void **state)
{
    struct bench *b = *state;
    bench_record(b, 0, 100);
    /* As after kill -9: the mark of the end is not there, the next fragment is half-written. */
    bench_cut_off(b, "720p.idx", INDEX_RECORD_BYTES);
    struct fragment f = folder_fragment(1, TRACK_VIDEO, 1, 100, 4000, 500);
    bench_append_to(b, "720p.m4s", f.bytes->data, 300);
    bench_append_to(b, "720p.idx", "MCI\1half a record", 17);
    bytes_unref(f.bytes);
    bench_record(b, 150, 200);
    struct folder_track t;
    folder_check(b->folder->path, "720p", &t);
    assert_int_equal(t.fragments, 150);
    assert_int_equal(t.gaps, 1);
    assert_int_equal(t.gap[0].cause, GAP_WORKER);
    assert_int_equal(t.gap[0].from_us, 4000000);
    assert_int_equal(t.gap[0].to_us, 6000000);
    folder_check(b->folder->path, "audio", &t);
    assert_int_equal(t.gap[0].cause, GAP_STOPPED); /* its mark of the end is there */
}

static void fragment_without_its_record_gets_one(void **state)
{
    struct bench *b = *state;
    bench_record(b, 0, 100);
    struct fragment f = folder_fragment(1, TRACK_VIDEO, 1, 100, 4000, 500);
    bench_append_to(b, "720p.m4s", f.bytes->data, f.bytes->size);
    bytes_unref(f.bytes);
    bench_start(b);
    bench_end(b);
    struct folder_track t;
    folder_check(b->folder->path, "720p", &t);
    assert_int_equal(t.fragments, 101);
    assert_int_equal(t.last.seq, 100);
    assert_int_equal(t.last.capture_utc_us, 1700000004000000);
}

static void lost_index_is_rebuilt(void **state)
{
    struct bench *b = *state;
    bench_record(b, 0, 100);
    char path[128];
    snprintf(path, sizeof path, "%s/720p.idx", b->folder->path);
    assert_int_equal(unlink(path), 0);
    bench_record(b, 150, 160);
    struct folder_track t;
    folder_check(b->folder->path, "720p", &t);
    assert_int_equal(t.fragments, 110);
    assert_int_equal(t.first.seq, 0);
    assert_int_equal(t.first.timescale, 90000);
}

static void index_ahead_of_its_data_is_cut(void **state)
{
    struct bench *b = *state;
    bench_record(b, 0, 100);
    bench_cut_off(b, "720p.m4s", 3000); /* power was lost */
    bench_start(b);
    bench_end(b);
    struct folder_track t;
    folder_check(b->folder->path, "720p", &t);
    assert_in_range(t.fragments, 90, 98);
}

static void an_init_is_never_replaced(void **state)
{
    struct bench *b = *state;
    bench_record(b, 0, 50);
    assert_int_equal(recorder_create(&b->config, &bench_ops, b, &b->recorder), 0);
    bench_add_init_of(b, 1, 1, 640); /* another one under the same number */
    bench_add_init_of(b, 2, 1, 0);
    bench_add(b, 100, 150);
    bench_wait_for_state(b, RECORDER_FAILED);
    bench_add_init_of(b, 1, 2, 640);
    for (uint64_t i = 200; i < 250; i++)
        bench_add_of(b, 1, 2, i, (int64_t)i * 40);
    bench_wait_for_state(b, RECORDER_ON);
    bench_end(b);
    struct folder_track t;
    folder_check(b->folder->path, "720p", &t);
    assert_int_equal(t.fragments, 100);
    assert_int_equal(t.last.init, 2);
    struct track_init init;
    assert_int_equal(recorder_last_init(b->folder->path, &b->config.tracks.tracks[0], &init), 0);
    assert_int_equal(init.number, 2);
    assert_int_equal(init.width, 640);
    bytes_unref(init.bytes);
}

static void time_that_steps_back_is_left_out_and_said(void **state)
{
    struct bench *b = *state;
    bench_record(b, 500, 550);
    bench_start(b);
    bench_add(b, 0, 50);
    bench_wait_for_state(b, RECORDER_FAILED);
    assert_int_equal(bench_count_notices(b, "recording.gap", "clock"), 1);
    bench_end(b);
    struct folder_track t;
    folder_check(b->folder->path, "720p", &t);
    assert_int_equal(t.fragments, 50);
}

static void two_recorders_in_one_folder_are_refused(void **state)
{
    struct bench *b = *state;
    bench_start(b);
    struct recorder *second;
    assert_int_equal(recorder_create(&b->config, &bench_ops, b, &second), -EWOULDBLOCK);
}

static void a_hole_in_what_is_made_is_the_sources(void **state)
{
    struct bench *b = *state;
    bench_start(b);
    bench_add(b, 0, 50);
    for (uint64_t i = 50; i < 100; i++) { /* the sequence goes on, the time jumps */
        bench_add_of(b, 1, 1, i, (int64_t)i * 40 + 5000);
        bench_add_of(b, 2, 1, i, (int64_t)i * 40 + 5000);
    }
    bench_end(b);
    struct folder_track t;
    folder_check(b->folder->path, "audio", &t);
    assert_int_equal(t.gaps, 1);
    assert_int_equal(t.gap[0].cause, GAP_SOURCE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BENCH_TEST(torn_tail_is_cut_off_and_the_gap_is_the_workers),
        BENCH_TEST(fragment_without_its_record_gets_one),
        BENCH_TEST(lost_index_is_rebuilt),
        BENCH_TEST(index_ahead_of_its_data_is_cut),
        BENCH_TEST(an_init_is_never_replaced),
        BENCH_TEST(time_that_steps_back_is_left_out_and_said),
        BENCH_TEST(two_recorders_in_one_folder_are_refused),
        BENCH_TEST(a_hole_in_what_is_made_is_the_sources),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
