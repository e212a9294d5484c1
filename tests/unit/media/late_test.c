/* When what happened is seen: without delays, with one, across changes of the source, at the cap.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "media/late.h"

#define S 1000000ll

static void test_without_delay(void **state)
{
    struct late l = {0};
    late_change(&l, 5 * S, 0);
    assert_int_equal(l.count, 0);
    assert_int_equal(late_seen(&l, 7 * S), 7 * S);
    assert_true(late_seen(&l, INT64_MAX) == INT64_MAX);
}

static void test_one_delay(void **state)
{
    struct late l = {0};
    late_change(&l, 10 * S, 1500000);
    late_change(&l, 11 * S, 1500000); /* the same again */
    assert_int_equal(l.count, 1);
    assert_int_equal(late_seen(&l, 9 * S), 9 * S);
    assert_int_equal(late_seen(&l, 10 * S), 11500000);
    assert_int_equal(late_seen(&l, 20 * S), 21500000);
    assert_true(late_seen(&l, INT64_MAX) == INT64_MAX);
}

/* From the late one to one that is not: what neither shows begins where the other comes in. */
static void test_changes(void **state)
{
    struct late l = {0};
    late_change(&l, 10 * S, 2 * S);
    late_change(&l, 20 * S, 0);
    late_change(&l, 30 * S, 3 * S);
    assert_int_equal(late_seen(&l, 17 * S), 19 * S);
    assert_int_equal(late_seen(&l, 18 * S), 20 * S);
    assert_int_equal(late_seen(&l, 19 * S), 20 * S);
    assert_int_equal(late_seen(&l, 25 * S), 25 * S);
    assert_int_equal(late_seen(&l, 30 * S), 33 * S);
    /* It never goes back, whatever the changes. */
    int64_t last = INT64_MIN;
    for (int64_t at = 0; at < 40 * S; at += 10000) {
        int64_t seen = late_seen(&l, at);
        assert_true(seen >= last && seen >= at);
        last = seen;
    }
}

/* Told late or in the wrong order, and more often than is kept. */
static void test_order_and_cap(void **state)
{
    struct late l = {0};
    late_change(&l, 10 * S, S);
    late_change(&l, 5 * S, 2 * S);
    assert_int_equal(l.list[1].from_us, 10 * S);
    assert_int_equal(late_seen(&l, 10 * S), 12 * S);
    for (int i = 0; i < 2 * LATE_MAX; i++)
        late_change(&l, (100 + i) * S, i % 2 ? S : 0);
    assert_int_equal(l.count, LATE_MAX);
    assert_int_equal(late_seen(&l, 1000 * S), 1001 * S);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_delay),
        cmocka_unit_test(test_one_delay),
        cmocka_unit_test(test_changes),
        cmocka_unit_test(test_order_and_cap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
