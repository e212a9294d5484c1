/* A worker's life, with a fake one at the other end of a real socket: core and media thread as in
 * the server, the test's own thread looking on. */
#include "../cmocka_all.h"

#include "base/clock.h"
#include "base/io.h"
#include "workers/process.h"
#include "workers/worker.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

static struct bench {
    char folder[64];
    struct workers_env env;
    struct mailbox *core_box, *media_box;
    pthread_t core_thread, media_thread;
    struct worker *worker;
    struct spec spec;
    atomic_int ups, found, lost, statuses, notices, replies, ended, tracks, inits, fragments;
    char reason[128]; /* of the last loss; the core thread's */
    sem_t done;
} bench;

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

/* Runs it on the core thread and waits. */
static void on_core(void (*f)(void))
{
    struct call c = {.letter = {.open = open_call, .discard = discard_call}, .call = f};
    assert_int_equal(mailbox_post(bench.core_box, &c.letter), 0);
    sem_wait(&bench.done);
}

static void wait_for(const char *what, atomic_int *value, int at_least, int ms)
{
    for (int64_t end = clock_boot_us() + ms * INT64_C(1000); clock_boot_us() < end; usleep(5000)) {
        if (atomic_load(value) >= at_least)
            return;
    }
    fail_msg("%s: %d of %d after %d ms", what, atomic_load(value), at_least, ms);
}

#define WAIT(member, at_least, ms) wait_for(#member, &bench.member, at_least, ms)

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

static void write_file(const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", bench.folder, name);
    assert_int_equal(io_replace_file(path, text, strlen(text), 0600), 0);
}

static void read_commands(char ret[256])
{
    char path[128];
    struct bytes *b = NULL;
    ret[0] = 0;
    snprintf(path, sizeof path, "%s/commands", bench.folder);
    if (io_read_file(path, 255, &b) < 0)
        return;
    memcpy(ret, b->data, b->size);
    ret[b->size] = 0;
    bytes_unref(b);
}

static void wait_for_commands(const char *expected)
{
    char commands[256] = "";
    for (int i = 0; i < 1000 && strcmp(commands, expected) != 0; i++) {
        usleep(5000);
        read_commands(commands);
    }
    assert_string_equal(commands, expected);
}

static void start(void)
{
    assert_int_equal(worker_start(bench.worker, &bench.spec), 0);
}

static void stop(void)
{
    worker_stop(bench.worker);
}

static void release(void)
{
    worker_release(bench.worker);
}

static void renew(void)
{
    worker_destroy(bench.worker);
    assert_int_equal(worker_create(&bench.env, "demo", bench.folder, &ops, NULL, &bench.worker), 0);
}

static struct worker_figures figures;

static void take_figures(void)
{
    worker_figures(bench.worker, &figures);
}

static pid_t pid_now(void)
{
    on_core(take_figures);
    assert_true(figures.pid > 1);
    return (pid_t)figures.pid;
}

static bool exists(pid_t pid)
{
    return process_is(pid, "spec.json"); /* a zombie has no arguments */
}

static void end(void)
{
    int before = atomic_load(&bench.ended);
    on_core(stop);
    WAIT(ended, before + 1, 20000);
    assert_false(worker_runs_in(bench.folder));
}

static int set_up(void **state)
{
    bench = (struct bench){.env = {.program = FAKE_WORKER, .media = &media_ops}};
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

static int tear_down(void **state)
{
    int64_t end_us = clock_boot_us() + 15000000;
    int before = atomic_load(&bench.ended);
    on_core(stop); /* whatever a failed test has left */
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

/* ---- tests ---- */

static void started_watched_and_stopped(void **state)
{
    on_core(start);
    WAIT(ups, 1, 20000);
    WAIT(tracks, 1, 20000);
    WAIT(inits, 1, 20000);
    WAIT(fragments, 10, 20000);
    WAIT(statuses, 2, 20000);
    WAIT(notices, 1, 20000);
    pid_t pid = pid_now();
    assert_true(figures.linked && figures.running && figures.restarts == 0);
    end();
    assert_false(exists(pid));
    assert_int_equal(bench.lost, 0);
}

static void killed_it_runs_again(void **state)
{
    on_core(start);
    for (int i = 0; i < 2; i++) {
        WAIT(ups, i + 1, 20000);
        /* A second loss soon after waits a moment longer. */
        kill(pid_now(), SIGKILL);
        WAIT(lost, i + 1, 20000);
        WAIT(ups, i + 2, 20000);
    }
    assert_string_equal(bench.reason, "killed by signal 9");
    on_core(take_figures);
    assert_int_equal(figures.restarts, 2);
    end();
}

static void left_running_it_is_found_again(void **state)
{
    on_core(start);
    WAIT(ups, 1, 20000);
    pid_t pid = pid_now();
    on_core(release);
    WAIT(ended, 1, 20000);
    assert_true(exists(pid));
    on_core(renew);
    on_core(start);
    WAIT(found, 1, 20000);
    assert_int_equal(pid_now(), pid);
    int before = atomic_load(&bench.fragments);
    WAIT(fragments, before + 5, 20000);
    end();
    assert_false(exists(pid));
    assert_int_equal(bench.lost, 0);
    assert_int_equal(bench.ups, 1);
}

static void found_and_killed_it_runs_again(void **state)
{
    on_core(start);
    WAIT(ups, 1, 20000);
    pid_t pid = pid_now();
    on_core(release);
    WAIT(ended, 1, 20000);
    char path[128];
    snprintf(path, sizeof path, "%s/worker.pid", bench.folder);
    unlink(path); /* then the socket tells whose it is */
    on_core(renew);
    on_core(start);
    WAIT(found, 1, 20000);
    assert_int_equal(pid_now(), pid);
    kill(pid, SIGKILL);
    WAIT(ups, 2, 20000);
    assert_int_equal(bench.lost, 1);
    end();
}

static void another_version_is_replaced(void **state)
{
    write_file("mode", "version");
    struct bytes *json = spec_print(&bench.spec);
    char spec[128], log[128];
    snprintf(spec, sizeof spec, "%s/spec.json", bench.folder);
    snprintf(log, sizeof log, "%s/worker.log", bench.folder);
    assert_int_equal(io_replace_file(spec, json->data, json->size, 0600), 0);
    bytes_unref(json);
    const char *argv[] = {FAKE_WORKER, "programme", "--spec", spec, NULL};
    pid_t pid;
    assert_int_equal(process_spawn(argv, log, &pid), 0);
    for (int i = 0; i < 3000 && !worker_runs_in(bench.folder); i++)
        usleep(5000);
    assert_true(worker_runs_in(bench.folder));
    write_file("mode", "normal");
    on_core(start);
    WAIT(ups, 1, 30000);
    assert_int_equal(bench.found, 0);
    if (bench.lost != 1)
        fail_msg("%d lost, the last: %s", bench.lost, bench.reason);
    assert_int_not_equal(pid_now(), pid);
    end();
}

static void one_that_dies_at_once_is_tried_ever_more_rarely(void **state)
{
    write_file("mode", "die");
    on_core(start);
    usleep(1500000);
    assert_in_range(atomic_load(&bench.lost), 0, 5);
    WAIT(lost, 2, 20000);
    assert_string_equal(bench.reason, "ended with code 9");
    write_file("mode", "normal");
    WAIT(ups, 1, 20000);
    end();
}

static void a_program_that_is_missing_is_said(void **state)
{
    bench.env.program = "/nonexistent/meclis-pipeline";
    on_core(start);
    WAIT(lost, 2, 20000);
    assert_non_null(strstr(bench.reason, "can't be started"));
    on_core(stop);
    WAIT(ended, 1, 20000);
}

static void select_and_record(void)
{
    assert_true(worker_command(bench.worker, LINK_SELECT, "test") > 0);
    assert_true(worker_command(bench.worker, LINK_RECORD_START, "") > 0);
}

static void select_too_early(void)
{
    assert_int_equal(worker_command(bench.worker, LINK_SELECT, "test"), -ENOTCONN);
}

static void commands_arrive_in_order(void **state)
{
    on_core(select_too_early);
    on_core(start);
    WAIT(ups, 1, 20000);
    on_core(select_and_record);
    WAIT(replies, 2, 20000);
    char expected[64];
    snprintf(expected, sizeof expected, "%d:test\n%d:\n", LINK_SELECT, LINK_RECORD_START);
    wait_for_commands(expected);
    end();
}

static void change_priority(void)
{
    bench.spec.sources[0].priority = 3;
}

static void change_title(void)
{
    snprintf(bench.spec.title, sizeof bench.spec.title, "Örnek Birleşim, ikinci oturum");
}

/* Starts it, leaves it, and finds it again with another spec: it hears of that. */
static void hears_of(void (*change)(void))
{
    on_core(start);
    WAIT(ups, 1, 20000);
    on_core(release);
    WAIT(ended, 1, 20000);
    on_core(renew);
    change();
    on_core(start);
    WAIT(found, 1, 20000);
    char expected[64];
    snprintf(expected, sizeof expected, "%d:\n", LINK_SOURCES);
    wait_for_commands(expected);
    end();
}

static void a_found_one_hears_of_other_sources(void **state)
{
    hears_of(change_priority);
}

static void a_found_one_hears_of_another_title(void **state)
{
    hears_of(change_title);
}

static char waiting[SPEC_SETTINGS_TEXT];

static void take_waiting(void)
{
    worker_waiting(bench.worker, waiting);
}

/* Leaves it and finds it again with the bench's spec as it is by now. */
static void find_again(void)
{
    int ended = atomic_load(&bench.ended), found = atomic_load(&bench.found);
    on_core(release);
    WAIT(ended, ended + 1, 20000);
    on_core(renew);
    on_core(start);
    WAIT(found, found + 1, 20000);
    on_core(take_waiting);
}

/* Until it was started anew, however often the server was. */
static void a_found_one_keeps_its_settings(void **state)
{
    on_core(start);
    WAIT(ups, 1, 20000);
    find_again();
    assert_string_equal(waiting, "");
    bench.spec.renditions[0].bitrate_bps = 900000;
    bench.spec.orphan_seconds = 70;
    for (int i = 0; i < 2; i++) {
        find_again();
        assert_string_equal(waiting, "renditions, orphan_seconds");
    }
    int ups = atomic_load(&bench.ups);
    kill(pid_now(), SIGKILL);
    WAIT(ups, ups + 1, 20000);
    on_core(take_waiting);
    assert_string_equal(waiting, "");
    end();
}

static void stop_a_stray(void)
{
    assert_int_equal(worker_start_to_stop(bench.worker), 0);
}

static void a_stray_one_is_ended(void **state)
{
    on_core(start);
    WAIT(ups, 1, 20000);
    pid_t pid = pid_now();
    on_core(release);
    WAIT(ended, 1, 20000);
    on_core(renew);
    on_core(stop_a_stray);
    WAIT(ended, 2, 20000);
    assert_false(exists(pid));
    assert_int_equal(bench.ups + bench.found, 1);
}

static void a_stubborn_one_is_killed(void **state)
{
    write_file("mode", "stubborn");
    on_core(start);
    WAIT(ups, 1, 20000);
    pid_t pid = pid_now();
    end();
    assert_false(exists(pid));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(started_watched_and_stopped),
        TEST(killed_it_runs_again),
        TEST(left_running_it_is_found_again),
        TEST(found_and_killed_it_runs_again),
        TEST(another_version_is_replaced),
        TEST(one_that_dies_at_once_is_tried_ever_more_rarely),
        TEST(a_program_that_is_missing_is_said),
        TEST(commands_arrive_in_order),
        TEST(a_found_one_hears_of_other_sources),
        TEST(a_found_one_hears_of_another_title),
        TEST(a_found_one_keeps_its_settings),
        TEST(a_stray_one_is_ended),
        TEST(a_stubborn_one_is_killed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
