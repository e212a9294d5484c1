#include "worker_bench.h"

#include "base/clock.h"
#include "base/io.h"

#include <stdio.h>
#include <string.h>

struct worker_bench bench;

/* ---- threads ---- */

static void on_core_woken(void *ctx)
{
    mailbox_open_all(bench.core_box, NULL);
}

static void on_media_woken(void *ctx)
{
    mailbox_open_all(bench.media_box, NULL);
}

static void *run_loop(void *loop)
{
    loop_run(loop);
    return NULL;
}

struct call {
    struct letter letter;
    void (*call)(void);
};

static void open_call(struct letter *letter, void *owner)
{
    ((struct call *)letter)->call();
    sem_post(&bench.done);
}

static void discard_call(struct letter *letter)
{
}

void bench_on_core(void (*f)(void))
{
    struct call c = {.letter = {.open = open_call, .discard = discard_call}, .call = f};
    assert_int_equal(mailbox_post(bench.core_box, &c.letter), 0);
    sem_wait(&bench.done);
}

void bench_wait_for(const char *what, atomic_int *value, int at_least, int ms)
{
    for (int64_t end = clock_boot_us() + ms * INT64_C(1000); clock_boot_us() < end; usleep(5000)) {
        if (atomic_load(value) >= at_least)
            return;
    }
    fail_msg("%s: %d of %d after %d ms", what, atomic_load(value), at_least, ms);
}

/* ---- what is heard ---- */

static void on_up(void *ctx, bool found)
{
    atomic_fetch_add(found ? &bench.found : &bench.ups, 1);
}

static void on_lost(void *ctx, const char *reason)
{
    snprintf(bench.reason, sizeof bench.reason, "%s", reason);
    atomic_fetch_add(&bench.lost, 1);
}

static void on_status(void *ctx, const struct link_status *status)
{
    atomic_fetch_add(&bench.statuses, 1);
}

static void on_notice(void *ctx, const struct link_notice *notice)
{
    atomic_fetch_add(&bench.notices, 1);
}

static void on_reply(void *ctx, const struct link_reply *reply)
{
    atomic_fetch_add(&bench.replies, 1);
}

static void on_ended(void *ctx)
{
    atomic_fetch_add(&bench.ended, 1);
}

static const struct worker_ops ops = {.up = on_up,
                                      .lost = on_lost,
                                      .status = on_status,
                                      .notice = on_notice,
                                      .reply = on_reply,
                                      .ended = on_ended};

static void on_tracks(void *ctx, const char *meeting, const struct link_tracks *tracks)
{
    atomic_fetch_add(&bench.tracks, 1);
}

static void on_init(void *ctx, const char *meeting, const struct track_init *init)
{
    atomic_fetch_add(&bench.inits, 1);
}

static void on_fragment(void *ctx, const char *meeting, const struct fragment *fragment)
{
    atomic_fetch_add(&bench.fragments, 1);
}

static const struct worker_media_ops media_ops = {
    .tracks = on_tracks, .init = on_init, .fragment = on_fragment};

/* ---- the steps of a test ---- */

void bench_write_file(const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", bench.folder, name);
    assert_int_equal(io_replace_file(path, text, strlen(text), 0600), 0);
}

void bench_start(void)
{
    assert_int_equal(worker_start(bench.worker, &bench.spec), 0);
}

void bench_stop(void)
{
    worker_stop(bench.worker);
}

void bench_release(void)
{
    worker_release(bench.worker);
}

void bench_renew(void)
{
    worker_destroy(bench.worker);
    assert_int_equal(worker_create(&bench.env, "demo", bench.folder, &ops, NULL, &bench.worker), 0);
}

void bench_take_figures(void)
{
    worker_figures(bench.worker, &bench.figures);
}

pid_t bench_pid(void)
{
    bench_on_core(bench_take_figures);
    assert_true(bench.figures.pid > 1);
    return (pid_t)bench.figures.pid;
}

void bench_end(void)
{
    int before = atomic_load(&bench.ended);
    bench_on_core(bench_stop);
    WAIT(ended, before + 1, 20000);
    assert_false(worker_runs_in(bench.folder));
}

int bench_set_up(void **state)
{
    bench = (struct worker_bench){.env = {.program = FAKE_WORKER, .media = &media_ops}};
    snprintf(bench.folder, sizeof bench.folder, "/tmp/meclis-workers-XXXXXX");
    assert_non_null(mkdtemp(bench.folder));
    sem_init(&bench.done, 0, 0);
    loop_create(on_core_woken, NULL, &bench.env.core_loop);
    loop_create(on_media_woken, NULL, &bench.env.media_loop);
    mailbox_create(4096, loop_wake, bench.env.core_loop, &bench.core_box);
    mailbox_create(4096, loop_wake, bench.env.media_loop, &bench.media_box);
    bench.env.core_box = bench.core_box;
    bench.env.media_box = bench.media_box;
    bench.spec = (struct spec){.meeting = "demo",
                               .title = "Örnek",
                               .language = "tr",
                               .run_folder = bench.folder,
                               .recording_folder = bench.folder,
                               .mode = MODE_COMPOSED,
                               .frame_rate_num = 25,
                               .frame_rate_den = 1,
                               .grid_us = 2000000,
                               .rendition_count = 1,
                               .renditions = {{"720p", 1280, 720, 1500000}},
                               .audio_bitrate_bps = 48000,
                               .orphan_seconds = 60,
                               .source_count = 1,
                               .sources = {{.id = "test", .kind = SOURCE_TEST}}};
    assert_int_equal(worker_create(&bench.env, "demo", bench.folder, &ops, NULL, &bench.worker), 0);
    pthread_create(&bench.core_thread, NULL, run_loop, bench.env.core_loop);
    pthread_create(&bench.media_thread, NULL, run_loop, bench.env.media_loop);
    return 0;
}

int bench_tear_down(void **state)
{
    int64_t end_us = clock_boot_us() + 15000000;
    int before = atomic_load(&bench.ended);
    bench_on_core(bench_stop); /* whatever a failed test has left */
    while (atomic_load(&bench.ended) == before && clock_boot_us() < end_us)
        usleep(5000);
    loop_stop(bench.env.core_loop);
    pthread_join(bench.core_thread, NULL);
    loop_stop(bench.env.media_loop);
    pthread_join(bench.media_thread, NULL);
    worker_destroy(bench.worker);
    mailbox_destroy(bench.core_box);
    mailbox_destroy(bench.media_box);
    loop_destroy(bench.env.core_loop);
    loop_destroy(bench.env.media_loop);
    static const char *const names[] = {"mode",       "commands",       "programme.lock",
                                        "spec.json",  "programme.sock", "worker.log",
                                        "worker.pid", "worker.log.1",   "started.json"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", bench.folder, names[i]);
        unlink(path);
    }
    sem_destroy(&bench.done);
    return rmdir(bench.folder);
}
