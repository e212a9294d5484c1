/* What a crash, a full disk or a clumsy hand can do to a recording, and what is made of it. */
#include "../cmocka_all.h"

#include "archive/fsck.h"
#include "archive/leftover.h"
#include "archive/recording.h"
#include "base/io.h"
#include "written.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PICTURES 175

static const struct track video = {1, TRACK_VIDEO, "720p", 1500000};

static struct fsck_found check(const struct folder *f, bool mend)
{
    struct fsck_found found;
    assert_int_equal(fsck_track(f->path, &video, mend, &found), 0);
    return found;
}

/* The index as it was written, to be compared with what is made of it. */
static struct bytes *index_of(const struct folder *f)
{
    char path[128];
    struct bytes *index = NULL;
    path_of(f, "720p.idx", path);
    assert_int_equal(io_read_file(path, 1 << 20, &index), 0);
    return index;
}

static void assert_index(const struct folder *f, const struct bytes *wanted)
{
    struct bytes *now = index_of(f);
    assert_int_equal(now->size, wanted->size);
    assert_memory_equal(now->data, wanted->data, wanted->size);
    bytes_unref(now);
}

static void overwrite(const struct folder *f, const char *name, off_t at, const char *with)
{
    char path[128];
    path_of(f, name, path);
    cleanup_close int fd = open(path, O_WRONLY | O_CLOEXEC);
    assert_int_equal(pwrite(fd, with, strlen(with), at), (ssize_t)strlen(with));
}

static void cut_to(const struct folder *f, const char *name, off_t size)
{
    char path[128];
    path_of(f, name, path);
    assert_int_equal(truncate(path, size), 0);
}

static bool is_there(const struct folder *f, const char *name)
{
    char path[128];
    path_of(f, name, path);
    return access(path, F_OK) == 0;
}

static void a_sound_one_is_left_alone(void **state)
{
    const struct folder *f = *state;
    write_all(f);
    struct bytes *before = index_of(f);
    struct fsck_found found = check(f, true);
    assert_false(fsck_is_wrong(&found));
    assert_int_equal(found.kept, PICTURES);
    assert_index(f, before);
    assert_false(is_there(f, "720p.idx.before-fsck"));
    assert_false(is_there(f, "720p.idx.fsck"));
    bytes_unref(before);
}

/* Each record in turn: its fragment is whole, so it gets the same record again (but for when it was
 * captured where nothing before says so). */
static void a_damaged_record_is_made_anew(void **state)
{
    const struct folder *f = *state;
    write_all(f);
    struct bytes *before = index_of(f);
    for (int i = 1; i < PICTURES; i += 29) {
        overwrite(f, "720p.idx", i * INDEX_RECORD_BYTES + 20, "bozuk");
        struct fsck_found found = check(f, false);
        assert_int_equal(found.bad, 1);
        assert_int_equal(found.rebuilt, 1);
        assert_int_equal(found.kept, PICTURES - 1);
        assert_int_equal(check(f, false).bad, 1); /* only looked at */
        check(f, true);
        assert_index(f, before);
        found = check(f, true);
        assert_false(fsck_is_wrong(&found));
    }
    assert_true(is_there(f, "720p.idx.before-fsck"));
    bytes_unref(before);
}

static void a_lost_index_is_made_from_the_data(void **state)
{
    const struct folder *f = *state;
    char path[128];
    write_all(f);
    path_of(f, "720p.idx", path);
    unlink(path);
    assert_int_equal(check(f, false).rebuilt, PICTURES);
    assert_false(is_there(f, "720p.idx"));
    struct fsck_found found = check(f, true);
    assert_int_equal(found.rebuilt, PICTURES);
    found = check(f, false);
    assert_false(fsck_is_wrong(&found));
    assert_int_equal(found.kept, PICTURES);
    struct recording *r = NULL;
    assert_int_equal(recording_open(f->path, &r), 0);
    int64_t from_us, to_us;
    assert_int_equal(recording_span(r, &from_us, &to_us), 0);
    assert_int_equal(to_us, INT64_C(40000) * PICTURES);
    recording_close(r);
}

/* Cut at every kind of place: half a record, half a fragment, records whose data is gone. */
static void a_cut_tail_is_cut_cleanly(void **state)
{
    const struct folder *f = *state;
    write_all(f);
    off_t data = size_of(f, "720p.m4s");
    cut_to(f, "720p.idx", (PICTURES - 3) * INDEX_RECORD_BYTES + 17);
    struct fsck_found found = check(f, true);
    assert_int_equal(found.torn, 17);
    assert_int_equal(found.rebuilt, 3);
    assert_int_equal(size_of(f, "720p.idx"), PICTURES * INDEX_RECORD_BYTES);
    cut_to(f, "720p.m4s", data - 5);
    found = check(f, true);
    assert_int_equal(found.lost, 1);
    assert_true(found.half > 0);
    assert_int_equal(size_of(f, "720p.m4s"), data - 5 - (off_t)found.half);
    assert_int_equal(size_of(f, "720p.idx"), (PICTURES - 1) * INDEX_RECORD_BYTES);
    found = check(f, true);
    assert_false(fsck_is_wrong(&found));
}

/* A fragment whose head is gone can't be told of; those after it can. */
static void damaged_data_costs_its_fragment_alone(void **state)
{
    const struct folder *f = *state;
    write_all(f);
    struct bytes *before = index_of(f);
    struct index_record r;
    assert_int_equal(index_decode(before->data + 60 * INDEX_RECORD_BYTES, &r), 0);
    overwrite(f, "720p.m4s", (off_t)r.offset + 4, "bozuk");
    struct fsck_found found = check(f, true);
    assert_int_equal(found.lost, 1);
    assert_int_equal(found.kept, PICTURES - 1);
    assert_int_equal(found.strange, r.size);
    assert_int_equal(found.half, 0);
    found = check(f, true);
    assert_int_equal(found.kept, PICTURES - 1);
    assert_int_equal(found.strange, r.size); /* still there, and still said */
    bytes_unref(before);
}

static void gaps_stay_where_they_were(void **state)
{
    const struct folder *f = *state;
    write_list(f);
    write_init(f, 1, 1280);
    write_pictures(f, 1, 0, 50);
    write_gap(f, 2000000, 4000000);
    write_pictures(f, 1, 100, 150);
    write_gap(f, 6000000, 6000000);
    struct bytes *before = index_of(f);
    struct fsck_found found = check(f, true);
    assert_false(fsck_is_wrong(&found));
    assert_int_equal(found.kept, 102);
    overwrite(f, "720p.idx", 49 * INDEX_RECORD_BYTES + 20, "bozuk");  /* before the gap */
    overwrite(f, "720p.idx", 100 * INDEX_RECORD_BYTES + 20, "bozuk"); /* before the end's mark */
    found = check(f, true);
    assert_int_equal(found.bad, 2);
    assert_int_equal(found.rebuilt, 2);
    assert_index(f, before);
    bytes_unref(before);
}

static void a_missing_init_is_named(void **state)
{
    const struct folder *f = *state;
    char path[128];
    write_all(f);
    path_of(f, "720p.init-1.mp4", path);
    unlink(path);
    assert_int_equal(check(f, true).init_from, 1);
}

static void ignore(void *ctx, const struct track *track, int error, const struct fsck_found *found)
{
    ++*(int *)ctx;
}

static void ignore_leftover(void *ctx, const char *name, uint64_t bytes, int error)
{
    fail_msg("%s was taken for a leftover", name);
}

static void a_folder_is_held_and_known_for_what_it_is(void **state)
{
    const struct folder *f = *state;
    char path[128];
    int told = 0;
    const struct fsck_teller teller = {.track = ignore, .leftover = ignore_leftover, .ctx = &told};
    assert_int_equal(fsck_recording(f->path, true, &teller), -ENOENT);
    write_all(f);
    assert_int_equal(fsck_recording(f->path, true, &teller), 0);
    assert_int_equal(told, 1); /* nothing was recorded of the sound */
    path_of(f, "recorder.lock", path);
    int lock = io_lock_file(path);
    assert_true(lock >= 0);
    assert_int_equal(fsck_recording(f->path, true, &teller), -EBUSY);
    close(lock);
    overwrite(f, "tracks.json", 0, "bozuk");
    assert_int_equal(fsck_recording(f->path, true, &teller), -EBADMSG);
    assert_int_equal(told, 1);
}

struct left {
    int count, errors, tracks;
    uint64_t bytes;
};

static void count_track(void *ctx, const struct track *track, int error,
                        const struct fsck_found *found)
{
    ((struct left *)ctx)->tracks++;
}

static void count_leftover(void *ctx, const char *name, uint64_t bytes, int error)
{
    struct left *left = ctx;
    left->count++;
    left->errors += error < 0;
    left->bytes += bytes;
}

static struct left sweep(const struct folder *f, bool mend)
{
    struct left left = {0};
    const struct fsck_teller teller = {count_track, count_leftover, &left};
    assert_int_equal(fsck_recording(f->path, mend, &teller), 0);
    return left;
}

/* The number of a process that is no more. */
static int gone(void)
{
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    assert_true(child > 0 && waitpid(child, NULL, 0) == child);
    return (int)child;
}

static void leave(const struct folder *f, const char *name, const char *content)
{
    char path[128];
    path_of(f, name, path);
    assert_int_equal(io_replace_file(path, content, strlen(content), 0644), 0);
}

static void what_killed_programs_left_half_written_goes(void **state)
{
    const struct folder *f = *state;
    char tracks[64], init[64], running[64], link_name[64], path[128];
    int dead = gone();
    write_all(f);
    snprintf(tracks, sizeof tracks, "tracks.json.tmp%d", dead);
    snprintf(init, sizeof init, "720p.init-2.mp4.tmp%d", dead);
    snprintf(running, sizeof running, "tracks.json.tmp%d", (int)getpid());
    snprintf(link_name, sizeof link_name, "epoch.json.tmp%d", dead);
    leave(f, tracks, "{");
    leave(f, init, "yarim");
    leave(f, "720p.idx.fsck", "on");
    leave(f, "720p.idx.before-fsck", "saklanan");
    path_of(f, running, path);
    int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
    assert_true(fd >= 0);
    close(fd);
    path_of(f, link_name, path);
    assert_int_equal(symlink("720p.m4s", path), 0);

    struct left seen = sweep(f, false);
    assert_int_equal(seen.count, 3);
    assert_int_equal(seen.bytes, 1 + 5 + 2);
    assert_true(is_there(f, tracks) && is_there(f, init) && is_there(f, "720p.idx.fsck"));
    seen = sweep(f, true);
    assert_int_equal(seen.count, 3);
    assert_int_equal(seen.errors, 0);
    assert_int_equal(seen.tracks, 1);
    assert_false(is_there(f, tracks) || is_there(f, init) || is_there(f, "720p.idx.fsck"));
    assert_true(is_there(f, running)); /* it may be about to be renamed */
    assert_true(is_there(f, link_name));
    assert_true(is_there(f, "720p.idx.before-fsck") && is_there(f, "tracks.json"));
    assert_int_equal(sweep(f, true).count, 0);
    unlink(path);
    path_of(f, running, path);
    unlink(path);
}

static void only_names_of_ours_are_leftovers(void **state)
{
    static const char *const others[] = {"",
                                         ".json.tmp5",
                                         "tracks.json",
                                         "tracks.json.tmp",
                                         "tracks.json.tmp0",
                                         "tracks.json.tmp07",
                                         "tracks.json.tmp-7",
                                         "tracks.json.tmp7a",
                                         "tracks.json.tmp1234567890",
                                         "720p.m4s.tmp7",
                                         "720p.idx",
                                         ".idx.fsck",
                                         "720p.idx.before-fsck",
                                         "12345"};
    int32_t process = -1;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(leftover_name(others[i], &process));
    assert_int_equal(process, -1);
    assert_true(leftover_name("tracks.json.tmp4711", &process));
    assert_int_equal(process, 4711);
    assert_true(leftover_name("audio.init-1.mp4.tmp9", &process));
    assert_int_equal(process, 9);
    assert_true(leftover_name("audio.idx.fsck", &process));
    assert_int_equal(process, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_sound_one_is_left_alone),
        TEST(a_damaged_record_is_made_anew),
        TEST(a_lost_index_is_made_from_the_data),
        TEST(a_cut_tail_is_cut_cleanly),
        TEST(damaged_data_costs_its_fragment_alone),
        TEST(gaps_stay_where_they_were),
        TEST(a_missing_init_is_named),
        TEST(a_folder_is_held_and_known_for_what_it_is),
        TEST(what_killed_programs_left_half_written_goes),
        cmocka_unit_test(only_names_of_ours_are_leftovers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
