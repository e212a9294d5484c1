#include "../cmocka_all.h"

#include "base/clock.h"
#include "base/loop.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct world {
    struct loop *loop;
    struct loop_timer *timer, *other;
    struct loop_watch *watch;
    int fd, peer;
    int due, ready, readable, writable;
    atomic_int woken;
};

static void on_woken(void *ctx)
{
    struct world *w = ctx;
    atomic_fetch_add(&w->woken, 1);
}

static int set_up(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    int pair[2];
    if (loop_create(on_woken, w, &w->loop) < 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
        return -1;
    w->fd = pair[0];
    w->peer = pair[1];
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    loop_timer_destroy(w->timer);
    loop_timer_destroy(w->other);
    loop_watch_destroy(w->watch);
    loop_destroy(w->loop);
    close(w->fd);
    if (w->peer >= 0)
        close(w->peer);
    free(w);
    return 0;
}

static void stop_at_third(void *ctx)
{
    struct world *w = ctx;
    if (++w->due == 3)
        loop_stop(w->loop);
}

static void timer_repeats(void **state)
{
    struct world *w = *state;
    assert_int_equal(loop_timer_create(w->loop, stop_at_third, w, &w->timer), 0);
    int64_t began = clock_boot_us();
    loop_timer_start(w->timer, 20, 10);
    loop_run(w->loop);
    assert_int_equal(w->due, 3);
    assert_true(clock_boot_us() - began >= 38000);
}

static void destroy_itself_and_the_other(void *ctx)
{
    struct world *w = ctx;
    w->due++;
    loop_timer_destroy(w->timer);
    loop_timer_destroy(w->other);
    loop_watch_destroy(w->watch);
    w->timer = w->other = NULL;
    w->watch = NULL;
    loop_stop(w->loop);
}

static void never(void *ctx)
{
    fail_msg("a destroyed timer was due");
}

static void never_ready(void *ctx, int events)
{
    fail_msg("a destroyed watch was ready");
}

static void callback_may_destroy_all(void **state)
{
    struct world *w = *state;
    loop_timer_create(w->loop, destroy_itself_and_the_other, w, &w->timer);
    loop_timer_create(w->loop, never, w, &w->other);
    loop_watch_create(w->loop, w->fd, LOOP_READABLE, never_ready, w, &w->watch);
    loop_timer_start(w->timer, 1, 1);
    loop_timer_start(w->other, 50, 0);
    loop_run(w->loop);
    assert_int_equal(w->due, 1);
}

static void stopped_timer_is_quiet(void **state)
{
    struct world *w = *state;
    loop_timer_create(w->loop, never, w, &w->other);
    loop_timer_create(w->loop, stop_at_third, w, &w->timer);
    loop_timer_start(w->other, 5, 5);
    loop_timer_stop(w->other);
    loop_timer_start(w->timer, 5, 5);
    loop_run(w->loop);
    assert_int_equal(w->due, 3);
}

static void *wake_often(void *arg)
{
    struct world *w = arg;
    for (int i = 0; i < 1000; i++)
        loop_wake(w->loop);
    while (atomic_load(&w->woken) == 0)
        sched_yield();
    loop_stop(w->loop);
    return NULL;
}

static void wake_and_stop_from_another_thread(void **state)
{
    struct world *w = *state;
    pthread_t thread;
    pthread_create(&thread, NULL, wake_often, w);
    loop_run(w->loop);
    pthread_join(thread, NULL);
    assert_in_range(atomic_load(&w->woken), 1, 1001);
}

static void stop_before_run_runs_nothing(void **state)
{
    struct world *w = *state;
    loop_stop(w->loop);
    loop_run(w->loop);
}

static void on_events(void *ctx, int events)
{
    struct world *w = ctx;
    char c;
    w->ready++;
    if (events & LOOP_WRITABLE) {
        w->writable++;
        loop_watch_set(w->watch, LOOP_READABLE);
        assert_int_equal(write(w->peer, "x", 1), 1);
    }
    if (events & LOOP_READABLE) {
        ssize_t n = read(w->fd, &c, 1);
        if (n == 0) { /* the peer has closed */
            loop_stop(w->loop);
            return;
        }
        w->readable++;
        close(w->peer);
        w->peer = -1;
    }
}

static void watch_says_readable_writable_and_closed(void **state)
{
    struct world *w = *state;
    assert_int_equal(
        loop_watch_create(w->loop, w->fd, LOOP_READABLE | LOOP_WRITABLE, on_events, w, &w->watch),
        0);
    loop_run(w->loop);
    assert_int_equal(w->writable, 1);
    assert_int_equal(w->readable, 1);
    assert_in_range(w->ready, 3, 5); /* the loop may look once more before it stops */
}

static void watch_of_nothing_is_quiet(void **state)
{
    struct world *w = *state;
    loop_watch_create(w->loop, w->fd, 0, never_ready, w, &w->watch);
    assert_int_equal(write(w->peer, "x", 1), 1);
    loop_timer_create(w->loop, stop_at_third, w, &w->timer);
    loop_timer_start(w->timer, 5, 5);
    loop_run(w->loop);
}

static void watch_refuses_what_is_no_descriptor(void **state)
{
    struct world *w = *state;
    assert_true(loop_watch_create(w->loop, 9999, LOOP_READABLE, on_events, w, &w->watch) < 0);
    assert_null(w->watch);
}

static void destroying_nothing_is_fine(void **state)
{
    loop_timer_destroy(NULL);
    loop_watch_destroy(NULL);
    loop_destroy(NULL);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(timer_repeats),
        CASE(callback_may_destroy_all),
        CASE(stopped_timer_is_quiet),
        CASE(wake_and_stop_from_another_thread),
        CASE(stop_before_run_runs_nothing),
        CASE(watch_says_readable_writable_and_closed),
        CASE(watch_of_nothing_is_quiet),
        CASE(watch_refuses_what_is_no_descriptor),
        cmocka_unit_test(destroying_nothing_is_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
