/* What is recorded, and what a full or failing disk does to it. */
#include "../cmocka_all.h"

#include "base/clock.h"
#include "recorder_bench.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void what_comes_is_recorded(void **state)
{
    struct bench *b = *state;
    bench_record(b, 0, 200);
    struct folder_track t;
    folder_check(b->folder->path, "720p", &t);
    assert_int_equal(t.fragments, 200);
    assert_int_equal(t.gaps, 0);
    assert_int_equal(t.last.seq, 199);
    assert_int_equal(t.last.init, 1);
    assert_int_equal(t.last.capture_utc_us, 1700000007960000);
    folder_check(b->folder->path, "audio", &t);
    assert_int_equal(t.fragments, 200);
    struct track_init init;
    assert_int_equal(recorder_last_init(b->folder->path, &b->config.tracks.tracks[0], &init), 0);
    assert_int_equal(init.number, 1);
    assert_int_equal(init.width, 1280);
    assert_string_equal(init.codec, "avc1.64001f");
    bytes_unref(init.bytes);
    assert_true(bench_size_of(b, "tracks.json") > 0);
    assert_int_equal(bench_count_notices(b, "recording.started", ""), 1);
    assert_int_equal(bench_count_notices(b, "recording.stopped", ""), 1);
    assert_int_equal(b->notices, 2);
}

static void status_says_where_it_stands(void **state)
{
    struct bench *b = *state;
    bench_start(b);
    bench_add(b, 0, 100);
    int64_t until = clock_boot_us() + BENCH_PATIENCE_US;
    struct link_status s = {0};
    while (s.recorded_until_us != 4000000 && clock_boot_us() < until) {
        usleep(5000);
        recorder_get_status(b->recorder, &s);
    }
    assert_int_equal(s.recorded_until_us, 4000000);
    assert_int_equal(s.recorded_bytes,
                     bench_size_of(b, "720p.m4s") + bench_size_of(b, "audio.m4s"));
    assert_int_equal(s.recorder, RECORDER_ON);
    assert_true(s.disk_free_bytes > 0);
    assert_int_equal(s.dropped, 0);
}

static void recording_begins_at_a_keyframe(void **state)
{
    struct bench *b = *state;
    bench_record(b, 20, 120);
    struct folder_track t;
    folder_check(b->folder->path, "720p", &t);
    assert_int_equal(t.first.seq, 50);
    assert_int_equal(t.gaps, 0);
    folder_check(b->folder->path, "audio", &t);
    assert_int_equal(t.first.seq, 20);
}

static void switched_off_and_on_marks_the_gap(void **state)
{
    struct bench *b = *state;
    b->config.record = false;
    bench_start(b);
    bench_add(b, 0, 50);
    assert_int_equal(recorder_start(b->recorder), 0);
    bench_add(b, 50, 100);
    recorder_stop(b->recorder);
    recorder_stop(b->recorder);
    bench_add(b, 100, 160);
    assert_int_equal(recorder_start(b->recorder), 0);
    bench_add(b, 160, 210);
    bench_end(b);
    struct folder_track t;
    folder_check(b->folder->path, "720p", &t);
    assert_int_equal(t.first.seq, 50);
    assert_int_equal(t.fragments, 60);
    assert_int_equal(t.gaps, 1);
    assert_int_equal(t.gap[0].cause, GAP_STOPPED);
    assert_int_equal(t.gap[0].from_us, 4000000);
    assert_int_equal(t.gap[0].to_us, 8000000);
    folder_check(b->folder->path, "audio", &t);
    assert_int_equal(t.gap[0].to_us, 6400000);
    assert_int_equal(bench_count_notices(b, "recording.started", ""), 2);
    assert_int_equal(bench_count_notices(b, "recording.stopped", ""), 2);
    assert_int_equal(bench_count_notices(b, "recording.gap", "stopped"), 1); /* of both tracks */
}

static void full_queue_drops_and_never_blocks(void **state)
{
    struct bench *b = *state;
    b->config.queue_max_count = 100;
    bench_start(b);
    bench_add(b, 0, 20);
    bench_wait_for_seconds(0.3);
    atomic_store(&b->disk.stuck, true);
    bench_add(b, 20, 120); /* comes back, though the disk does not before the end of this test */
    struct link_status s = {0};
    recorder_get_status(b->recorder, &s);
    assert_in_range(s.dropped, 90, 110);
    atomic_store(&b->disk.stuck, false);
    bench_wait_for_seconds(0.3);
    bench_add(b, 120, 155);
    bench_end(b);
    struct folder_track t;
    folder_check(b->folder->path, "720p", &t);
    assert_int_equal(t.gaps, 1);
    assert_int_equal(t.gap[0].cause, GAP_QUEUE_FULL);
    assert_int_equal(t.gap[0].to_us, 6000000); /* the next keyframe, 150 */
    assert_int_equal(t.last.seq, 154);
    folder_check(b->folder->path, "audio", &t);
    assert_int_equal(t.gap[0].to_us, 4800000);
    assert_true(bench_count_notices(b, "recording.gap", "queue-full") >= 1);
}

static void queue_is_bounded_in_bytes(void **state)
{
    struct bench *b = *state;
    b->config.queue_max_bytes = 10000;
    bench_start(b);
    bench_wait_for_seconds(0.2);
    atomic_store(&b->disk.stuck, true);
    bench_add(b, 0, 50);
    struct link_status s = {0};
    recorder_get_status(b->recorder, &s);
    atomic_store(&b->disk.stuck, false);
    assert_in_range(s.dropped, 80, 95);
}

static void reserve_is_kept_and_recording_resumes(void **state)
{
    struct bench *b = *state;
    bench_start(b);
    bench_add(b, 0, 100);
    bench_wait_for_seconds(0.2);
    atomic_store(&b->disk.free, (1 << 20) - 1);
    bench_wait_for_state(b, RECORDER_FULL);
    assert_int_equal(recorder_start(b->recorder), -ENOSPC);
    bench_add(b, 100, 150);
    atomic_store(&b->disk.free, (1 << 20) + 1000); /* over the reserve, not by enough */
    bench_wait_for_seconds(2.2);
    assert_int_equal(bench_state_of(b), RECORDER_FULL);
    atomic_store(&b->disk.free, 2 << 20);
    bench_wait_for_state(b, RECORDER_ON);
    bench_add(b, 150, 200);
    bench_end(b);
    struct folder_track t;
    folder_check(b->folder->path, "720p", &t);
    assert_int_equal(t.fragments, 150);
    assert_int_equal(t.gaps, 1);
    assert_int_equal(t.gap[0].cause, GAP_DISK_FULL);
    assert_int_equal(t.gap[0].from_us, 4000000);
    assert_int_equal(t.gap[0].to_us, 6000000);
    assert_true(bench_count_notices(b, "recording.gap", "disk-full") >= 1);
    assert_int_equal(bench_count_notices(b, "recording.started", ""), 2);
}

static void starting_on_a_full_disk_is_refused(void **state)
{
    struct bench *b = *state;
    b->config.record = false;
    atomic_store(&b->disk.free, 1000);
    bench_start(b);
    assert_int_equal(recorder_start(b->recorder), -ENOSPC);
    assert_int_equal(bench_state_of(b), RECORDER_OFF);
    bench_end(b);
    b->config.record = true; /* the worker's own start waits for room instead */
    bench_start(b);
    bench_wait_for_state(b, RECORDER_FULL);
    atomic_store(&b->disk.free, 1LL << 40);
    bench_wait_for_state(b, RECORDER_ON);
}

/* The disk ends in the middle of whatever comes first after `left` bytes. */
static void disk_ends_at(void **state, long long left, int error, enum recorder_state expected,
                         enum gap_cause cause)
{
    struct bench *b = *state;
    bench_start(b);
    bench_add(b, 0, 50);
    bench_wait_for_seconds(0.2);
    atomic_store(&b->disk.write_error, error);
    atomic_store(&b->disk.left, left);
    bench_add(b, 50, 100);
    bench_wait_for_state(b, expected);
    struct folder_track t;
    folder_check(b->folder->path, "720p", &t); /* nothing half-written is left */
    folder_check(b->folder->path, "audio", &t);
    atomic_store(&b->disk.left, 1LL << 40);
    bench_wait_for_state(b, RECORDER_ON);
    bench_add(b, 200, 260);
    bench_end(b);
    folder_check(b->folder->path, "720p", &t);
    assert_int_equal(t.gaps, 1);
    assert_int_equal(t.gap[0].cause, cause);
    assert_int_equal(t.gap[0].to_us, 8000000);
    assert_int_equal(t.last.seq, 259);
}

static void disk_full_in_a_fragment(void **state)
{
    disk_ends_at(state, 5300, ENOSPC, RECORDER_FULL, GAP_DISK_FULL);
}

static void disk_full_in_a_record(void **state)
{
    disk_ends_at(state, 640, ENOSPC, RECORDER_FULL, GAP_DISK_FULL);
}

static void disk_error(void **state)
{
    disk_ends_at(state, 0, EIO, RECORDER_FAILED, GAP_DISK_ERROR);
}

static void failing_sync_is_seen(void **state)
{
    struct bench *b = *state;
    bench_start(b);
    atomic_store(&b->disk.sync_fails, true);
    bench_add(b, 0, 50);
    bench_wait_for_state(b, RECORDER_FAILED);
    assert_true(bench_count_notices(b, "recording.gap", "disk-error") >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BENCH_TEST(what_comes_is_recorded),
        BENCH_TEST(status_says_where_it_stands),
        BENCH_TEST(recording_begins_at_a_keyframe),
        BENCH_TEST(switched_off_and_on_marks_the_gap),
        BENCH_TEST(full_queue_drops_and_never_blocks),
        BENCH_TEST(queue_is_bounded_in_bytes),
        BENCH_TEST(reserve_is_kept_and_recording_resumes),
        BENCH_TEST(starting_on_a_full_disk_is_refused),
        BENCH_TEST(disk_full_in_a_fragment),
        BENCH_TEST(disk_full_in_a_record),
        BENCH_TEST(disk_error),
        BENCH_TEST(failing_sync_is_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
