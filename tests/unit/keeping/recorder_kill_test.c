/* A recording whose writer is killed at any instant, again and again, is whole each time. */
#include "../cmocka_all.h"

#include "folder.h"
#include "recorder.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define KILLS 25
#define KEY_EVERY 50

static void ignore(void *ctx, const struct link_notice *n)
{
}

static const struct recorder_ops ops = {ignore};

static ssize_t counted_write(void *ctx, int fd, const void *data, size_t size)
{
    /* In two halves, so that being killed between them is likely. */
    size_t half = size > 1 ? size / 2 : size;
    ssize_t n = write(fd, data, half);
    if (n > 0)
        atomic_fetch_add((atomic_llong *)ctx, n);
    return n;
}

static int no_sync(void *ctx, int fd)
{
    return 0;
}

static int64_t much_room(void *ctx, const char *folder)
{
    return 1LL << 40;
}

static void record_forever(const char *folder, uint64_t from, atomic_llong *written)
{
    struct recorder_io io = {counted_write, no_sync, much_room, written};
    struct recorder_config config = {.folder = folder, .record = true, .io = &io};
    config.tracks.count = 1;
    config.tracks.grid_us = 2000000;
    config.tracks.tracks[0] = (struct track){1, TRACK_VIDEO, "720p", 1500000};
    struct recorder *r;
    if (recorder_create(&config, &ops, NULL, &r) < 0)
        _exit(1);
    struct track_init init = folder_init(1, TRACK_VIDEO, 1, 1280);
    recorder_add_init(r, &init);
    for (uint64_t i = from;; i++) {
        struct fragment f = folder_fragment(1, TRACK_VIDEO, 1, i, (int64_t)i * 40, 20000);
        recorder_add_fragment(r, &f);
        bytes_unref(f.bytes);
        if (i % 16 == 0)
            usleep(1000);
    }
}

static void killed_at_any_instant(void **state)
{
    const struct folder *folder = *state;
    atomic_llong *written =
        mmap(NULL, sizeof *written, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(written != MAP_FAILED);
    unsigned seed = (unsigned)time(NULL);
    print_message("seed %u\n", seed);
    uint64_t next = 0;
    int fragments = 0;
    for (int i = 0; i < KILLS; i++) {
        atomic_store(written, 0);
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0)
            record_forever(folder->path, next, written);
        for (int tries = 0; atomic_load(written) < 100000 && tries < 5000; tries++)
            usleep(1000);
        usleep((useconds_t)(rand_r(&seed) % 20000));
        assert_int_equal(kill(pid, SIGKILL), 0);
        int status;
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFSIGNALED(status)); /* it had not ended by itself */

        /* Opening mends; nothing is recorded by this one. */
        struct recorder_config config = {.folder = folder->path};
        config.tracks.count = 1;
        config.tracks.grid_us = 2000000;
        config.tracks.tracks[0] = (struct track){1, TRACK_VIDEO, "720p", 1500000};
        struct recorder *r;
        assert_int_equal(recorder_create(&config, &ops, NULL, &r), 0);
        recorder_destroy(r);
        struct folder_track t;
        folder_check(folder->path, "720p", &t);
        assert_true(t.fragments > fragments);
        assert_int_equal(t.gaps, i);
        for (int g = 0; g < t.gaps && g < 32; g++)
            assert_int_equal(t.gap[g].cause, GAP_WORKER);
        fragments = t.fragments;
        next = (t.last.seq / KEY_EVERY + 2) * KEY_EVERY;
    }
    munmap(written, sizeof *written);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(killed_at_any_instant, folder_setup, folder_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
