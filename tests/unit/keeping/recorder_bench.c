#include "recorder_bench.h"

#include "../cmocka_all.h"

#include "base/clock.h"
#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

static void on_notice(void *ctx, const struct link_notice *n)
{
    struct bench *b = ctx;
    pthread_mutex_lock(&b->lock);
    assert_true(b->notices < 64);
    b->notice[b->notices++] = *n;
    pthread_mutex_unlock(&b->lock);
}

const struct recorder_ops bench_ops = {on_notice};

int bench_count_notices(struct bench *b, const char *type, const char *detail)
{
    int n = 0;
    pthread_mutex_lock(&b->lock);
    for (int i = 0; i < b->notices; i++)
        n += strcmp(b->notice[i].type, type) == 0 && strcmp(b->notice[i].detail, detail) == 0;
    pthread_mutex_unlock(&b->lock);
    return n;
}

int bench_set_up(void **state)
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

int bench_tear_down(void **state)
{
    struct bench *b = *state;
    recorder_destroy(b->recorder);
    void *folder = b->folder;
    int r = folder_teardown(&folder);
    pthread_mutex_destroy(&b->lock);
    free(b);
    return r;
}

void bench_add_init_of(struct bench *b, uint8_t track, uint32_t number, int width)
{
    struct track_init init =
        folder_init(track, track == 1 ? TRACK_VIDEO : TRACK_AUDIO, number, width);
    recorder_add_init(b->recorder, &init);
    bytes_unref(init.bytes);
}

void bench_start(struct bench *b)
{
    assert_int_equal(recorder_create(&b->config, &bench_ops, b, &b->recorder), 0);
    bench_add_init_of(b, 1, 1, 1280);
    bench_add_init_of(b, 2, 1, 0);
}

void bench_end(struct bench *b)
{
    recorder_destroy(b->recorder);
    b->recorder = NULL;
}

void bench_add_of(struct bench *b, uint8_t track, uint32_t init, uint64_t seq, int64_t time_ms)
{
    struct fragment f = folder_fragment(track, track == 1 ? TRACK_VIDEO : TRACK_AUDIO, init, seq,
                                        time_ms, 500 + seq % 7);
    recorder_add_fragment(b->recorder, &f);
    bytes_unref(f.bytes);
}

/* Picture and sound number from..to-1, 40 ms each. */
void bench_add(struct bench *b, uint64_t from, uint64_t to)
{
    for (uint64_t i = from; i < to; i++) {
        bench_add_of(b, 1, 1, i, (int64_t)i * 40);
        bench_add_of(b, 2, 1, i, (int64_t)i * 40);
    }
}

void bench_record(struct bench *b, uint64_t from, uint64_t to)
{
    bench_start(b);
    bench_add(b, from, to);
    bench_end(b);
}

enum recorder_state bench_state_of(struct bench *b)
{
    struct link_status s = {0};
    recorder_get_status(b->recorder, &s);
    return s.recorder;
}

void bench_wait_for_state(struct bench *b, enum recorder_state wanted)
{
    int64_t until = clock_boot_us() + BENCH_PATIENCE_US;
    while (bench_state_of(b) != wanted && clock_boot_us() < until)
        usleep(5000);
    assert_int_equal(bench_state_of(b), wanted);
}

void bench_wait_for_seconds(double seconds)
{
    usleep((useconds_t)(seconds * 1e6));
}

void bench_append_to(struct bench *b, const char *name, const void *data, size_t size)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", b->folder->path, name);
    cleanup_close int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(io_write_all(fd, data, size), 0);
}

off_t bench_size_of(struct bench *b, const char *name)
{
    char path[128];
    struct stat st;
    snprintf(path, sizeof path, "%s/%s", b->folder->path, name);
    return stat(path, &st) < 0 ? -1 : st.st_size;
}

void bench_cut_off(struct bench *b, const char *name, off_t bytes)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", b->folder->path, name);
    assert_int_equal(truncate(path, bench_size_of(b, name) - bytes), 0);
}
