/* The worker's gate: closed, nothing of a source gets out. */
#include "worker_run.h"

#include "../unit/cmocka_all.h"

#include "base/clock.h"
#include "link/gate.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Frames after that time that are larger than a picture that stands still has, save the few after
 * its first keyframe that make it finer; sound that is more than silence. What each shows is looked
 * at by tests/system. */
#define FINER 15
static int shown(const struct worker_run *r, int64_t from_us)
{
    int count = 0;
    for (int i = 0; i < r->fragment_count; i++) {
        const struct fragment *f = &r->fragments[i];
        bool picture = f->track <= r->spec.rendition_count;
        /* the slate's own frames, again and again */
        if (r->spec.mode == MODE_PASSTHROUGH && f->track == 1)
            continue;
        bool large = r->sizes[i] > (picture ? 1000 : 180);
        if (fragment_time_us(f) >= from_us && large && !(picture && f->flags & FRAGMENT_SYNC))
            count++;
    }
    return count;
}

static int64_t now_us(const struct worker_run *r)
{
    return clock_boot_us() - r->spec.epoch_boot_us;
}

static void close_and_open(struct worker_run *r)
{
    assert_true(worker_run_read(r, 20000, worker_run_a_on_air));
    int64_t begin_us = now_us(r);
    worker_run_read(r, 2000, NULL);
    assert_true(shown(r, begin_us) > 3 * FINER);
    assert_int_equal(link_gate_write(r->folder, false), 0);
    assert_int_equal(worker_run_command(r, LINK_GATE_CLOSE, ""), 0);
    int64_t closed_us = now_us(r);
    int known = r->fragment_count;
    assert_true(worker_run_read(r, 2000, worker_run_slate_on_air));
    worker_run_read(r, 5000, NULL);
    assert_true(shown(r, closed_us) < FINER);
    bool goes_on[TRACK_MAX + 1] = {false};
    for (int i = known; i < r->fragment_count; i++)
        goes_on[r->fragments[i].track] |= fragment_time_us(&r->fragments[i]) > closed_us + 3000000;
    for (int id = 1; id <= r->spec.rendition_count + 1; id++)
        assert_true(goes_on[id]);
    /* The order alone is not enough: the file must say so too. */
    assert_int_equal(worker_run_command(r, LINK_GATE_OPEN, ""), -EACCES);
    worker_run_read(r, 1000, NULL);
    assert_true(shown(r, closed_us) < FINER);
    r->notice_count = 0;
    assert_int_equal(link_gate_write(r->folder, true), 0);
    int64_t opened_us = now_us(r);
    assert_int_equal(worker_run_command(r, LINK_GATE_OPEN, ""), 0);
    assert_true(worker_run_read(r, 5000, worker_run_a_on_air));
    worker_run_read(r, 4000, NULL);
    assert_true(shown(r, closed_us) - shown(r, opened_us) < FINER);
    assert_true(shown(r, opened_us) > 3 * FINER);
}

static void a_closed_gate_lets_nothing_out(void **state)
{
    struct worker_run *r = *state;
    worker_run_add_source(r, SOURCE_TEST, "a", "");
    worker_run_begin(r);
    close_and_open(r);
}

static void a_closed_gate_lets_nothing_pass_through(void **state)
{
    struct worker_run *r = *state;
    r->spec.mode = MODE_PASSTHROUGH;
    worker_run_add_source(r, SOURCE_TEST, "a", "");
    worker_run_begin(r);
    close_and_open(r);
}

static void begins_closed_where_nothing_says_that_it_is_open(void **state)
{
    struct worker_run *r = *state;
    char path[128];
    snprintf(path, sizeof path, "%s/gate", r->folder);
    unlink(path);
    worker_run_add_source(r, SOURCE_TEST, "a", "");
    worker_run_begin(r);
    worker_run_read(r, 5000, NULL);
    assert_true(r->fragment_count > 100);
    assert_true(shown(r, 0) < FINER);
    assert_string_equal(r->status.on_air, "");
}

#define with_worker(test)                                                                          \
    cmocka_unit_test_setup_teardown(test, worker_run_set_up, worker_run_tear_down)

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        with_worker(a_closed_gate_lets_nothing_out),
        with_worker(a_closed_gate_lets_nothing_pass_through),
        with_worker(begins_closed_where_nothing_says_that_it_is_open),
    };
    cmocka_set_test_filter(getenv("MECLIS_TEST_ONLY"));
    return cmocka_run_group_tests_name("worker_gate", tests, NULL, NULL);
}
