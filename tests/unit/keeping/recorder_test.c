#include "../cmocka_all.h"

#include "base/clock.h"
#include "base/io.h"
#include "folder.h"
#include "recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATIENCE_US 20000000

/* A disk that does as it is told. */
struct disk {
    atomic_llong free;      /* what it says is free */
    atomic_llong left;      /* bytes until its writes fail; writes may be short */
    atomic_int write_error; /* then, positive */
    atomic_bool sync_fails;
    atomic_bool stuck;
};

static ssize_t disk_write(void *ctx, int fd, const void *data, size_t size)
{
    struct disk *d = ctx;
    while (atomic_load(&d->stuck))
        usleep(1000);
    long long left = atomic_load(&d->left);
    if (left <= 0) {
        errno = atomic_load(&d->write_error);
        return -1;
    }
    ssize_t n = write(fd, data, (long long)size < left ? size : (size_t)left);
    atomic_fetch_sub(&d->left, n);
    return n;
}

static int disk_sync(void *ctx, int fd)
{
    struct disk *d = ctx;
    errno = EIO;
    return atomic_load(&d->sync_fails) ? -1 : 0;
}

static int64_t disk_free(void *ctx, const char *folder)
{
    struct disk *d = ctx;
    return atomic_load(&d->free);
}

struct bench {
    struct folder *folder;
    struct disk disk;
    struct recorder_io io;
    struct recorder_config config;
    struct recorder *recorder;
    pthread_mutex_t lock; /* of the notices */
    int notices;
    struct link_notice notice[64];
};

static void on_notice(void *ctx, const struct link_notice *n)
{
    struct bench *b = ctx;
    pthread_mutex_lock(&b->lock);
    assert_true(b->notices < 64);
    b->notice[b->notices++] = *n;
    pthread_mutex_unlock(&b->lock);
}

static const struct recorder_ops ops = {on_notice};

static int count_notices(struct bench *b, const char *type, const char *detail)
{
    int n = 0;
    pthread_mutex_lock(&b->lock);
    for (int i = 0; i < b->notices; i++)
        n += strcmp(b->notice[i].type, type) == 0 && strcmp(b->notice[i].detail, detail) == 0;
    pthread_mutex_unlock(&b->lock);
    return n;
}

static int setup(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    void *folder;
    if (folder_setup(&folder) < 0)
        return -1;
    b->folder = folder;
    pthread_mutex_init(&b->lock, NULL);
    b->disk.free = b->disk.left = 1LL << 40;
    b->disk.write_error = ENOSPC;
    b->io = (struct recorder_io){disk_write, disk_sync, disk_free, &b->disk};
    b->config = (struct recorder_config){
        .folder = b->folder->path, .reserve_bytes = 1 << 20, .record = true, .io = &b->io};
    b->config.tracks.count = 2;
    b->config.tracks.grid_us = 2000000;
    b->config.tracks.tracks[0] = (struct track){1, TRACK_VIDEO, "720p", 1500000};
    b->config.tracks.tracks[1] = (struct track){2, TRACK_AUDIO, "audio", 48000};
    *state = b;
    return 0;
}

static int teardown(void **state)
{
    struct bench *b = *state;
    recorder_destroy(b->recorder);
    void *folder = b->folder;
    int r = folder_teardown(&folder);
    pthread_mutex_destroy(&b->lock);
    free(b);
    return r;
}

static void add_init_of(struct bench *b, uint8_t track, uint32_t number, int width)
{
    struct track_init init =
        folder_init(track, track == 1 ? TRACK_VIDEO : TRACK_AUDIO, number, width);
    recorder_add_init(b->recorder, &init);
    bytes_unref(init.bytes);
}

static void start(struct bench *b)
{
    assert_int_equal(recorder_create(&b->config, &ops, b, &b->recorder), 0);
    add_init_of(b, 1, 1, 1280);
    add_init_of(b, 2, 1, 0);
}

static void end(struct bench *b)
{
    recorder_destroy(b->recorder);
    b->recorder = NULL;
}

static void add_of(struct bench *b, uint8_t track, uint32_t init, uint64_t seq, int64_t time_ms)
{
    struct fragment f = folder_fragment(track, track == 1 ? TRACK_VIDEO : TRACK_AUDIO, init, seq,
                                        time_ms, 500 + seq % 7);
    recorder_add_fragment(b->recorder, &f);
    bytes_unref(f.bytes);
}

/* Picture and sound number from..to-1, 40 ms each. */
static void add(struct bench *b, uint64_t from, uint64_t to)
{
    for (uint64_t i = from; i < to; i++) {
        add_of(b, 1, 1, i, (int64_t)i * 40);
        add_of(b, 2, 1, i, (int64_t)i * 40);
    }
}

static enum recorder_state state_of(struct bench *b)
{
    struct link_status s = {0};
    recorder_get_status(b->recorder, &s);
    return s.recorder;
}

static void wait_for_state(struct bench *b, enum recorder_state wanted)
{
    int64_t until = clock_boot_us() + PATIENCE_US;
    while (state_of(b) != wanted && clock_boot_us() < until)
        usleep(5000);
    assert_int_equal(state_of(b), wanted);
}

static void wait_for_seconds(double seconds)
{
    usleep((useconds_t)(seconds * 1e6));
}

static void append_to(struct bench *b, const char *name, const void *data, size_t size)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", b->folder->path, name);
    cleanup_close int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(io_write_all(fd, data, size), 0);
}

static off_t size_of(struct bench *b, const char *name)
{
    char path[128];
    struct stat st;
    snprintf(path, sizeof path, "%s/%s", b->folder->path, name);
    return stat(path, &st) < 0 ? -1 : st.st_size;
}

/* ---- tests ---- */

static void what_comes_is_recorded(void **state)
{
    struct bench *b = *state;
    start(b);
    add(b, 0, 200);
    end(b);
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
    assert_true(size_of(b, "tracks.json") > 0);
    assert_int_equal(count_notices(b, "recording.started", ""), 1);
    assert_int_equal(count_notices(b, "recording.stopped", ""), 1);
    assert_int_equal(b->notices, 2);
}

static void status_says_where_it_stands(void **state)
{
    struct bench *b = *state;
    start(b);
    add(b, 0, 100);
    int64_t until = clock_boot_us() + PATIENCE_US;
    struct link_status s = {0};
    while (s.recorded_until_us != 4000000 && clock_boot_us() < until) {
        usleep(5000);
        recorder_get_status(b->recorder, &s);
    }
    assert_int_equal(s.recorded_until_us, 4000000);
    assert_int_equal(s.recorded_bytes, size_of(b, "720p.m4s") + size_of(b, "audio.m4s"));
    assert_int_equal(s.recorder, RECORDER_ON);
    assert_true(s.disk_free_bytes > 0);
    assert_int_equal(s.dropped, 0);
}

static void recording_begins_at_a_keyframe(void **state)
{
    struct bench *b = *state;
    start(b);
    add(b, 20, 120);
    end(b);
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
    start(b);
    add(b, 0, 50);
    assert_int_equal(recorder_start(b->recorder), 0);
    add(b, 50, 100);
    recorder_stop(b->recorder);
    recorder_stop(b->recorder);
    add(b, 100, 160);
    assert_int_equal(recorder_start(b->recorder), 0);
    add(b, 160, 210);
    end(b);
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
    assert_int_equal(count_notices(b, "recording.started", ""), 2);
    assert_int_equal(count_notices(b, "recording.stopped", ""), 2);
    assert_int_equal(count_notices(b, "recording.gap", "stopped"), 1); /* of both tracks */
}

static void full_queue_drops_and_never_blocks(void **state)
{
    struct bench *b = *state;
    b->config.queue_max_count = 100;
    start(b);
    add(b, 0, 20);
    wait_for_seconds(0.3);
    atomic_store(&b->disk.stuck, true);
    int64_t before = clock_boot_us();
    add(b, 20, 120);
    assert_true(clock_boot_us() - before < 2000000);
    struct link_status s = {0};
    recorder_get_status(b->recorder, &s);
    assert_in_range(s.dropped, 90, 110);
    atomic_store(&b->disk.stuck, false);
    wait_for_seconds(0.3);
    add(b, 120, 155);
    end(b);
    struct folder_track t;
    folder_check(b->folder->path, "720p", &t);
    assert_int_equal(t.gaps, 1);
    assert_int_equal(t.gap[0].cause, GAP_QUEUE_FULL);
    assert_int_equal(t.gap[0].to_us, 6000000); /* the next keyframe, 150 */
    assert_int_equal(t.last.seq, 154);
    folder_check(b->folder->path, "audio", &t);
    assert_int_equal(t.gap[0].to_us, 4800000);
    assert_true(count_notices(b, "recording.gap", "queue-full") >= 1);
}

static void queue_is_bounded_in_bytes(void **state)
{
    struct bench *b = *state;
    b->config.queue_max_bytes = 10000;
    start(b);
    wait_for_seconds(0.2);
    atomic_store(&b->disk.stuck, true);
    add(b, 0, 50);
    struct link_status s = {0};
    recorder_get_status(b->recorder, &s);
    atomic_store(&b->disk.stuck, false);
    assert_in_range(s.dropped, 80, 95);
}

static void reserve_is_kept_and_recording_resumes(void **state)
{
    struct bench *b = *state;
    start(b);
    add(b, 0, 100);
    wait_for_seconds(0.2);
    atomic_store(&b->disk.free, (1 << 20) - 1);
    wait_for_state(b, RECORDER_FULL);
    assert_int_equal(recorder_start(b->recorder), -ENOSPC);
    add(b, 100, 150);
    atomic_store(&b->disk.free, (1 << 20) + 1000); /* over the reserve, not by enough */
    wait_for_seconds(2.2);
    assert_int_equal(state_of(b), RECORDER_FULL);
    atomic_store(&b->disk.free, 2 << 20);
    wait_for_state(b, RECORDER_ON);
    add(b, 150, 200);
    end(b);
    struct folder_track t;
    folder_check(b->folder->path, "720p", &t);
    assert_int_equal(t.fragments, 150);
    assert_int_equal(t.gaps, 1);
    assert_int_equal(t.gap[0].cause, GAP_DISK_FULL);
    assert_int_equal(t.gap[0].from_us, 4000000);
    assert_int_equal(t.gap[0].to_us, 6000000);
    assert_true(count_notices(b, "recording.gap", "disk-full") >= 1);
    assert_int_equal(count_notices(b, "recording.started", ""), 2);
}

static void starting_on_a_full_disk_is_refused(void **state)
{
    struct bench *b = *state;
    b->config.record = false;
    atomic_store(&b->disk.free, 1000);
    start(b);
    assert_int_equal(recorder_start(b->recorder), -ENOSPC);
    assert_int_equal(state_of(b), RECORDER_OFF);
    end(b);
    b->config.record = true; /* the worker's own start waits for room instead */
    start(b);
    wait_for_state(b, RECORDER_FULL);
    atomic_store(&b->disk.free, 1LL << 40);
    wait_for_state(b, RECORDER_ON);
}

/* The disk ends in the middle of whatever comes first after `left` bytes. */
static void disk_ends_at(void **state, long long left, int error, enum recorder_state expected,
                         enum gap_cause cause)
{
    struct bench *b = *state;
    start(b);
    add(b, 0, 50);
    wait_for_seconds(0.2);
    atomic_store(&b->disk.write_error, error);
    atomic_store(&b->disk.left, left);
    add(b, 50, 100);
    wait_for_state(b, expected);
    struct folder_track t;
    folder_check(b->folder->path, "720p", &t); /* nothing half-written is left */
    folder_check(b->folder->path, "audio", &t);
    atomic_store(&b->disk.left, 1LL << 40);
    wait_for_state(b, RECORDER_ON);
    add(b, 200, 260);
    end(b);
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
    start(b);
    atomic_store(&b->disk.sync_fails, true);
    add(b, 0, 50);
    wait_for_state(b, RECORDER_FAILED);
    assert_true(count_notices(b, "recording.gap", "disk-error") >= 1);
}

static void torn_tail_is_cut_off_and_the_gap_is_the_workers(void **state)
{
    struct bench *b = *state;
    start(b);
    add(b, 0, 100);
    end(b);
    /* As after kill -9: the mark of the end is not there, the next fragment is half-written. */
    char path[128];
    snprintf(path, sizeof path, "%s/720p.idx", b->folder->path);
    assert_int_equal(truncate(path, size_of(b, "720p.idx") - INDEX_RECORD_BYTES), 0);
    struct fragment f = folder_fragment(1, TRACK_VIDEO, 1, 100, 4000, 500);
    append_to(b, "720p.m4s", f.bytes->data, 300);
    append_to(b, "720p.idx", "MCI\1half a record", 17);
    bytes_unref(f.bytes);
    start(b);
    add(b, 150, 200);
    end(b);
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
    start(b);
    add(b, 0, 100);
    end(b);
    struct fragment f = folder_fragment(1, TRACK_VIDEO, 1, 100, 4000, 500);
    append_to(b, "720p.m4s", f.bytes->data, f.bytes->size);
    bytes_unref(f.bytes);
    start(b);
    end(b);
    struct folder_track t;
    folder_check(b->folder->path, "720p", &t);
    assert_int_equal(t.fragments, 101);
    assert_int_equal(t.last.seq, 100);
    assert_int_equal(t.last.capture_utc_us, 1700000004000000);
}

static void lost_index_is_rebuilt(void **state)
{
    struct bench *b = *state;
    start(b);
    add(b, 0, 100);
    end(b);
    char path[128];
    snprintf(path, sizeof path, "%s/720p.idx", b->folder->path);
    assert_int_equal(unlink(path), 0);
    start(b);
    add(b, 150, 160);
    end(b);
    struct folder_track t;
    folder_check(b->folder->path, "720p", &t);
    assert_int_equal(t.fragments, 110);
    assert_int_equal(t.first.seq, 0);
    assert_int_equal(t.first.timescale, 90000);
}

static void index_ahead_of_its_data_is_cut(void **state)
{
    struct bench *b = *state;
    start(b);
    add(b, 0, 100);
    end(b);
    char path[128];
    snprintf(path, sizeof path, "%s/720p.m4s", b->folder->path);
    assert_int_equal(truncate(path, size_of(b, "720p.m4s") - 3000), 0); /* power was lost */
    start(b);
    end(b);
    struct folder_track t;
    folder_check(b->folder->path, "720p", &t);
    assert_in_range(t.fragments, 90, 98);
}

static void an_init_is_never_replaced(void **state)
{
    struct bench *b = *state;
    start(b);
    add(b, 0, 50);
    end(b);
    assert_int_equal(recorder_create(&b->config, &ops, b, &b->recorder), 0);
    add_init_of(b, 1, 1, 640); /* another one under the same number */
    add_init_of(b, 2, 1, 0);
    add(b, 100, 150);
    wait_for_state(b, RECORDER_FAILED);
    add_init_of(b, 1, 2, 640);
    for (uint64_t i = 200; i < 250; i++)
        add_of(b, 1, 2, i, (int64_t)i * 40);
    wait_for_state(b, RECORDER_ON);
    end(b);
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
    start(b);
    add(b, 500, 550);
    end(b);
    start(b);
    add(b, 0, 50);
    wait_for_state(b, RECORDER_FAILED);
    assert_int_equal(count_notices(b, "recording.gap", "clock"), 1);
    end(b);
    struct folder_track t;
    folder_check(b->folder->path, "720p", &t);
    assert_int_equal(t.fragments, 50);
}

static void two_recorders_in_one_folder_are_refused(void **state)
{
    struct bench *b = *state;
    start(b);
    struct recorder *second;
    assert_int_equal(recorder_create(&b->config, &ops, b, &second), -EWOULDBLOCK);
}

static void a_hole_in_what_is_made_is_the_sources(void **state)
{
    struct bench *b = *state;
    start(b);
    add(b, 0, 50);
    for (uint64_t i = 50; i < 100; i++) { /* the sequence goes on, the time jumps */
        add_of(b, 1, 1, i, (int64_t)i * 40 + 5000);
        add_of(b, 2, 1, i, (int64_t)i * 40 + 5000);
    }
    end(b);
    struct folder_track t;
    folder_check(b->folder->path, "audio", &t);
    assert_int_equal(t.gaps, 1);
    assert_int_equal(t.gap[0].cause, GAP_SOURCE);
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(what_comes_is_recorded),
        test(status_says_where_it_stands),
        test(recording_begins_at_a_keyframe),
        test(switched_off_and_on_marks_the_gap),
        test(full_queue_drops_and_never_blocks),
        test(queue_is_bounded_in_bytes),
        test(reserve_is_kept_and_recording_resumes),
        test(starting_on_a_full_disk_is_refused),
        test(disk_full_in_a_fragment),
        test(disk_full_in_a_record),
        test(disk_error),
        test(failing_sync_is_seen),
        test(torn_tail_is_cut_off_and_the_gap_is_the_workers),
        test(fragment_without_its_record_gets_one),
        test(lost_index_is_rebuilt),
        test(index_ahead_of_its_data_is_cut),
        test(an_init_is_never_replaced),
        test(time_that_steps_back_is_left_out_and_said),
        test(two_recorders_in_one_folder_are_refused),
        test(a_hole_in_what_is_made_is_the_sources),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
