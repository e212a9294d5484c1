/* What the benchmark measures with: its histogram, and the messages that its limit writes and its
 * viewers read. */
#include "bench.h"
#include "histogram.h"

#include "../unit/cmocka_all.h"

#include <string.h>

static void shares_are_right_to_two_percent(void **state)
{
    static struct histogram h;
    histogram_clear(&h);
    assert_int_equal(histogram_share(&h, 0.5), -1);
    for (int64_t us = 1; us <= 100000; us++)
        histogram_add(&h, us);
    static const struct {
        double share;
        int64_t us;
    } known[] = {{0.0001, 11}, {0.01, 1000}, {0.5, 50000}, {0.9, 90000}, {0.99, 99000}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        int64_t found = histogram_share(&h, known[i].share);
        assert_in_range(found, known[i].us * 98 / 100, known[i].us * 102 / 100);
    }
    assert_int_equal(h.most_us, 100000);
    assert_int_equal(h.least_us, 1);
}

static void the_ends_are_kept(void **state)
{
    static struct histogram h;
    histogram_clear(&h);
    histogram_add(&h, -5); /* a clock that stepped */
    histogram_add(&h, INT64_MAX);
    assert_int_equal(histogram_share(&h, 0), 0);
    assert_true(histogram_share(&h, 0.99) > 1000000);
}

static void a_message_reads_back(void **state)
{
    uint8_t message[10240];
    struct bench_fragment m;
    bench_message(message, sizeof message, 7, 1234567890123, true);
    size_t payload = (size_t)message[2] << 8 | message[3];
    assert_int_equal(payload, sizeof message - BENCH_WS_BYTES);
    assert_true(bench_read(message + BENCH_WS_BYTES, payload, &m));
    assert_int_equal(m.sequence, 7);
    assert_int_equal(m.captured_us, 1234567890123);
    assert_int_equal(m.track, BENCH_PICTURE);
    assert_true(m.key);
}

static void a_damaged_message_is_told(void **state)
{
    uint8_t message[1024];
    struct bench_fragment m;
    bench_message(message, sizeof message, 7, 1, false);
    uint8_t *head = message + BENCH_WS_BYTES;
    size_t payload = sizeof message - BENCH_WS_BYTES;
    assert_false(bench_read(head, payload - 1, &m)); /* cut off */
    assert_false(bench_read(head, payload + 1, &m)); /* something behind it */
    head[0] = 9;
    assert_false(bench_read(head, payload, &m));
    head[0] = 2;
    head[4] = 9; /* no such track */
    assert_false(bench_read(head, payload, &m));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_are_right_to_two_percent),
        cmocka_unit_test(the_ends_are_kept),
        cmocka_unit_test(a_message_reads_back),
        cmocka_unit_test(a_damaged_message_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
