/* The worker's life: how it begins, ends, and goes on alone. */
#include "worker_run.h"

#include "../unit/cmocka_all.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void stop_ends_it(void **state)
{
    struct worker_run *r = *state;
    worker_run_begin(r);
    worker_run_read(r, 1000, NULL);
    assert_int_equal(worker_run_command(r, LINK_STOP, ""), 0);
    assert_int_equal(worker_run_wait(r), WORKER_ENDED);
}

static void hangup_does_not_end_it_and_terminate_does(void **state)
{
    struct worker_run *r = *state;
    worker_run_begin(r);
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
    worker_run_begin(r);
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
    worker_run_begin(r);
    worker_run_read(r, 3000, NULL);
    worker_run_disconnect(r);
    struct timespec two = {.tv_sec = 2};
    nanosleep(&two, NULL);
    r->fragment_count = 0;
    worker_run_connect(r);
    worker_run_read(r, 2000, NULL);
    /* The memory came again: everything since the worker_run_begin, without a gap. */
    worker_run_check_continuous(r);
    worker_run_check_keyframes(r);
    worker_run_check_times(r);
    assert_true(r->fragment_count > 3 * 5 * 20);
}

static void second_worker_ends_at_once(void **state)
{
    struct worker_run *r = *state;
    worker_run_begin(r);
    worker_run_read(r, 500, NULL);
    pid_t first = r->pid;
    worker_run_start(r);
    assert_int_equal(worker_run_wait(r), WORKER_TWICE);
    r->pid = first;
    worker_run_read(r, 500, NULL);
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

#define with_worker(test)                                                                          \
    cmocka_unit_test_setup_teardown(test, worker_run_set_up, worker_run_tear_down)

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        with_worker(stop_ends_it),
        with_worker(hangup_does_not_end_it_and_terminate_does),
        with_worker(failing_encoder_ends_it),
        with_worker(stuck_encoder_ends_it),
        with_worker(nobody_claims_it),
        with_worker(goes_on_while_no_server_is_there),
        with_worker(second_worker_ends_at_once),
        with_worker(bad_spec_is_refused),
    };
    cmocka_set_test_filter(getenv("MECLIS_TEST_ONLY"));
    return cmocka_run_group_tests_name("worker_life", tests, NULL, NULL);
}
