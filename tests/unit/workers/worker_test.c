/* A worker's life: started, killed, left and found again, ended. */
#include "worker_bench.h"

#include "base/io.h"
#include "workers/process.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static bool exists(pid_t pid)
{
    return process_is(pid, "spec.json"); /* a zombie has no arguments */
}

static void started_watched_and_stopped(void **state)
{
    bench_on_core(bench_start);
    WAIT(ups, 1, 20000);
    WAIT(tracks, 1, 20000);
    WAIT(inits, 1, 20000);
    WAIT(fragments, 10, 20000);
    WAIT(statuses, 2, 20000);
    WAIT(notices, 1, 20000);
    pid_t pid = bench_pid();
    assert_true(bench.figures.linked && bench.figures.running && bench.figures.restarts == 0);
    bench_end();
    assert_false(exists(pid));
    assert_int_equal(bench.lost, 0);
}

static void killed_it_runs_again(void **state)
{
    bench_on_core(bench_start);
    for (int i = 0; i < 2; i++) {
        WAIT(ups, i + 1, 20000);
        /* A second loss soon after waits a moment longer. */
        kill(bench_pid(), SIGKILL);
        WAIT(lost, i + 1, 20000);
        WAIT(ups, i + 2, 20000);
    }
    assert_string_equal(bench.reason, "killed by signal 9");
    bench_on_core(bench_take_figures);
    assert_int_equal(bench.figures.restarts, 2);
    bench_end();
}

static void left_running_it_is_found_again(void **state)
{
    bench_on_core(bench_start);
    WAIT(ups, 1, 20000);
    pid_t pid = bench_pid();
    bench_on_core(bench_release);
    WAIT(ended, 1, 20000);
    assert_true(exists(pid));
    bench_on_core(bench_renew);
    bench_on_core(bench_start);
    WAIT(found, 1, 20000);
    assert_int_equal(bench_pid(), pid);
    int before = atomic_load(&bench.fragments);
    WAIT(fragments, before + 5, 20000);
    bench_end();
    assert_false(exists(pid));
    assert_int_equal(bench.lost, 0);
    assert_int_equal(bench.ups, 1);
}

static void found_and_killed_it_runs_again(void **state)
{
    bench_on_core(bench_start);
    WAIT(ups, 1, 20000);
    pid_t pid = bench_pid();
    bench_on_core(bench_release);
    WAIT(ended, 1, 20000);
    char path[128];
    snprintf(path, sizeof path, "%s/worker.pid", bench.folder);
    unlink(path); /* then the socket tells whose it is */
    bench_on_core(bench_renew);
    bench_on_core(bench_start);
    WAIT(found, 1, 20000);
    assert_int_equal(bench_pid(), pid);
    kill(pid, SIGKILL);
    WAIT(ups, 2, 20000);
    assert_int_equal(bench.lost, 1);
    bench_end();
}

static void another_version_is_replaced(void **state)
{
    bench_write_file("mode", "version");
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
    bench_write_file("mode", "normal");
    bench_on_core(bench_start);
    WAIT(ups, 1, 30000);
    assert_int_equal(bench.found, 0);
    if (bench.lost != 1)
        fail_msg("%d lost, the last: %s", bench.lost, bench.reason);
    assert_int_not_equal(bench_pid(), pid);
    bench_end();
}

static void one_that_dies_at_once_is_tried_ever_more_rarely(void **state)
{
    bench_write_file("mode", "die");
    bench_on_core(bench_start);
    usleep(1500000);
    assert_in_range(atomic_load(&bench.lost), 0, 5);
    WAIT(lost, 2, 20000);
    assert_string_equal(bench.reason, "ended with code 9");
    bench_write_file("mode", "normal");
    WAIT(ups, 1, 20000);
    bench_end();
}

static void a_program_that_is_missing_is_said(void **state)
{
    bench.env.program = "/nonexistent/meclis-pipeline";
    bench_on_core(bench_start);
    WAIT(lost, 2, 20000);
    assert_non_null(strstr(bench.reason, "can't be started"));
    bench_on_core(bench_stop);
    WAIT(ended, 1, 20000);
}

static void stop_a_stray(void)
{
    assert_int_equal(worker_start_to_stop(bench.worker), 0);
}

static void a_stray_one_is_ended(void **state)
{
    bench_on_core(bench_start);
    WAIT(ups, 1, 20000);
    pid_t pid = bench_pid();
    bench_on_core(bench_release);
    WAIT(ended, 1, 20000);
    bench_on_core(bench_renew);
    bench_on_core(stop_a_stray);
    WAIT(ended, 2, 20000);
    assert_false(exists(pid));
    assert_int_equal(bench.ups + bench.found, 1);
}

static void a_stubborn_one_is_killed(void **state)
{
    bench_write_file("mode", "stubborn");
    bench_on_core(bench_start);
    WAIT(ups, 1, 20000);
    pid_t pid = bench_pid();
    bench_end();
    assert_false(exists(pid));
}

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
        TEST(a_stray_one_is_ended),
        TEST(a_stubborn_one_is_killed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
