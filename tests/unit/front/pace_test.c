#include "../cmocka_all.h"
#include "front/pace.h"

#define SECOND 1000000LL

/* Judges once a second with a constant lag. Returns the second in which it said other than stay, or
 * -1. */
static int first_action(struct pace *p, int from, int to, int64_t behind_us, bool down, bool up,
                        enum pace_action *ret)
{
    for (int s = from; s < to; s++) {
        *ret = pace_judge(p, s * SECOND, behind_us, down, up, false);
        if (*ret != PACE_STAY)
            return s;
    }
    return -1;
}

static void who_keeps_up_is_left_alone(void **state)
{
    struct pace p;
    enum pace_action a;
    pace_init(&p, 0);
    assert_int_equal(first_action(&p, 0, 3600, 200000, true, false, &a), -1);
}

static void the_first_seconds_do_not_count(void **state)
{
    struct pace p;
    enum pace_action a;
    pace_init(&p, 0);
    assert_int_equal(first_action(&p, 0, 100, 1800000, true, true, &a), 3);
    assert_int_equal(a, PACE_DOWN);
}

static void at_the_lowest_it_jumps(void **state)
{
    struct pace p;
    enum pace_action a;
    pace_init(&p, 0);
    assert_int_equal(first_action(&p, 0, 100, 1800000, false, true, &a), 3);
    assert_int_equal(a, PACE_JUMP);
}

static void a_report_tells_what_the_socket_hides(void **state)
{
    struct pace p;
    pace_init(&p, 0);
    pace_report(&p, 5 * SECOND, 2 * SECOND);
    assert_int_equal(pace_behind_us(&p, 5 * SECOND, 0), 2 * SECOND);
    assert_int_equal(pace_judge(&p, 5 * SECOND, 0, true, false, false), PACE_DOWN);
    /* an old one says nothing any more, nor does one of before the change */
    assert_int_equal(pace_behind_us(&p, 6 * SECOND, 0), 0);
    pace_report(&p, 20 * SECOND, 2 * SECOND);
    assert_int_equal(pace_judge(&p, 23 * SECOND, 0, true, false, false), PACE_STAY);
}

static void it_comes_up_after_a_while(void **state)
{
    struct pace p;
    enum pace_action a;
    pace_init(&p, 0);
    assert_int_equal(first_action(&p, 0, 100, 0, true, true, &a), 15);
    assert_int_equal(a, PACE_UP);
}

static void a_moment_behind_starts_the_while_anew(void **state)
{
    struct pace p;
    enum pace_action a;
    pace_init(&p, 0);
    assert_int_equal(first_action(&p, 0, 10, 0, true, true, &a), -1);
    assert_int_equal(pace_judge(&p, 10 * SECOND, 500000, true, true, false), PACE_STAY);
    assert_int_equal(first_action(&p, 11, 100, 0, true, true, &a), 25);
}

/* A line that carries the lower rendition and not the higher one: the tries become rare. */
static void it_does_not_flap(void **state)
{
    struct pace p;
    bool high = true;
    int changes = 0;
    pace_init(&p, 0);
    for (int s = 0; s < 3600; s++) {
        enum pace_action a = pace_judge(&p, s * SECOND, high ? 1500000 : 0, high, !high, false);
        if (a == PACE_DOWN || a == PACE_UP) {
            high = a == PACE_UP;
            changes++;
        }
    }
    assert_true(changes < 40);
    assert_true(changes > 10);
}

static void lost_while_changing_it_jumps(void **state)
{
    struct pace p;
    pace_init(&p, 0);
    assert_int_equal(pace_judge(&p, 10 * SECOND, 2 * SECOND, true, false, true), PACE_STAY);
    assert_int_equal(pace_judge(&p, 10 * SECOND, 4 * SECOND, true, false, true), PACE_JUMP);
}

static void jumps_are_counted_by_the_minute(void **state)
{
    struct pace p;
    pace_init(&p, 0);
    for (int i = 0; i < 100; i++)
        assert_true(pace_jumped(&p, i * 10 * SECOND, true, 0));
    pace_init(&p, 0);
    for (int i = 0; i < PACE_MAX_JUMPS; i++)
        assert_true(pace_jumped(&p, i * SECOND, true, 0));
    assert_false(pace_jumped(&p, PACE_MAX_JUMPS * SECOND, true, 0));
}

/* Nothing to jump to, for a proxy in front took everything: judged each second as a viewer is.
 * Returns the second in which it is let go, or -1. */
static int let_go_in(int64_t reported_us)
{
    struct pace p;
    pace_init(&p, 0);
    for (int s = 0; s < 600; s++) {
        pace_report(&p, s * SECOND, reported_us);
        if (pace_judge(&p, s * SECOND, 0, false, false, false) == PACE_JUMP &&
            !pace_jumped(&p, s * SECOND, false, pace_behind_us(&p, s * SECOND, 0)))
            return s;
    }
    return -1;
}

static void who_cannot_be_helped_is_let_go(void **state)
{
    assert_int_equal(let_go_in(500000), -1);
    assert_int_equal(let_go_in(2 * SECOND), -1); /* a slow line, but it goes on */
    assert_int_equal(let_go_in(5 * SECOND), 3 * (PACE_MAX_JUMPS + 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_keeps_up_is_left_alone),
        cmocka_unit_test(the_first_seconds_do_not_count),
        cmocka_unit_test(at_the_lowest_it_jumps),
        cmocka_unit_test(a_report_tells_what_the_socket_hides),
        cmocka_unit_test(it_comes_up_after_a_while),
        cmocka_unit_test(a_moment_behind_starts_the_while_anew),
        cmocka_unit_test(it_does_not_flap),
        cmocka_unit_test(lost_while_changing_it_jumps),
        cmocka_unit_test(jumps_are_counted_by_the_minute),
        cmocka_unit_test(who_cannot_be_helped_is_let_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
