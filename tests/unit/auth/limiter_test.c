#include "../cmocka_all.h"

#include "auth/limiter.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define SECOND 1000000ll

static void a_burst_and_then_one_at_a_time(void **state)
{
    cleanup(limiter_destroy_p) struct limiter *l = NULL;
    uint8_t a[LIMITER_KEY_BYTES], b[LIMITER_KEY_BYTES];
    assert_int_equal(limiter_create(64, 3, 10 * SECOND, &l), 0);
    limiter_key("a", a);
    limiter_key("b", b);
    const int64_t t = 1000 * SECOND;
    for (int i = 0; i < 3; i++)
        assert_int_equal(limiter_take(l, a, t), 0);
    assert_int_equal(limiter_take(l, a, t), 10 * SECOND);
    assert_int_equal(limiter_take(l, a, t + 4 * SECOND), 6 * SECOND);
    assert_int_equal(limiter_take(l, b, t), 0); /* another's tries are its own */
    assert_int_equal(limiter_take(l, a, t + 10 * SECOND), 0);
    assert_true(limiter_take(l, a, t + 10 * SECOND) > 0); /* waiting did not cost a try */
    assert_int_equal(limiter_take(l, a, t + 60 * SECOND), 0);
    assert_int_equal(limiter_take(l, a, t + 60 * SECOND), 0);
    assert_int_equal(limiter_take(l, a, t + 60 * SECOND), 0);
    assert_true(limiter_take(l, a, t + 60 * SECOND) > 0); /* never more than a burst */
}

static void what_was_right_is_forgiven(void **state)
{
    cleanup(limiter_destroy_p) struct limiter *l = NULL;
    uint8_t a[LIMITER_KEY_BYTES];
    assert_int_equal(limiter_create(64, 1, SECOND, &l), 0);
    limiter_key("a", a);
    assert_int_equal(limiter_take(l, a, SECOND), 0);
    assert_true(limiter_take(l, a, SECOND) > 0);
    limiter_forgive(l, a);
    assert_int_equal(limiter_take(l, a, SECOND), 0);
    limiter_key("never seen", a);
    limiter_forgive(l, a);
}

/* A flood of new keys must not make the table forget who tries again and again. */
static void a_flood_does_not_free_the_worst(void **state)
{
    cleanup(limiter_destroy_p) struct limiter *l = NULL;
    uint8_t worst[LIMITER_KEY_BYTES], other[LIMITER_KEY_BYTES];
    assert_int_equal(limiter_create(256, 5, 60 * SECOND, &l), 0);
    limiter_key("worst", worst);
    for (int i = 0; i < 5; i++)
        assert_int_equal(limiter_take(l, worst, SECOND), 0);
    for (int i = 0; i < 100000; i++) {
        char text[32];
        snprintf(text, sizeof text, "flood %d", i);
        limiter_key(text, other);
        assert_int_equal(limiter_take(l, other, SECOND), 0);
    }
    assert_true(limiter_take(l, worst, SECOND) > 0);
}

static void nonsense_is_refused(void **state)
{
    struct limiter *l = NULL;
    assert_int_equal(limiter_create(0, 1, 1, &l), -EINVAL);
    assert_int_equal(limiter_create(1, 0, 1, &l), -EINVAL);
    assert_int_equal(limiter_create(1, 1, 0, &l), -EINVAL);
    assert_int_equal(limiter_create(1, 1 << 30, INT64_MAX / 2, &l), -EINVAL);
    assert_int_equal(limiter_create(SIZE_MAX, 1, 1, &l), -EINVAL);
    assert_null(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_burst_and_then_one_at_a_time),
        cmocka_unit_test(what_was_right_is_forgiven),
        cmocka_unit_test(a_flood_does_not_free_the_worst),
        cmocka_unit_test(nonsense_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
