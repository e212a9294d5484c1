#include "../cmocka_all.h"

#include "base/clock.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int offset_file; /* open for the whole program: the offset is mapped once */

static void step(int64_t offset_us)
{
    assert_int_equal(pwrite(offset_file, &offset_us, sizeof offset_us, 0), sizeof offset_us);
}

static int64_t real_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void assert_near(int64_t a, int64_t b)
{
    assert_true(llabs(a - b) < 5000000);
}

static void boot_clock_rises(void **state)
{
    int64_t us = clock_boot_us(), ns = clock_boot_ns();
    assert_true(us > 0);
    assert_true(ns >= us * 1000);
    assert_true(clock_boot_us() >= us);
}

static void utc_follows_the_test_clock(void **state)
{
    step(0);
    assert_near(clock_utc_us(), real_us());
    step(3600 * INT64_C(1000000));
    assert_near(clock_utc_us(), real_us() + 3600 * INT64_C(1000000));
    step(-86400 * INT64_C(1000000));
    assert_near(clock_utc_us(), real_us() - 86400 * INT64_C(1000000));
    step(0);
    assert_near(clock_utc_us(), real_us());
}

static void boot_clock_does_not(void **state)
{
    int64_t before = clock_boot_us();
    step(3600 * INT64_C(1000000));
    assert_near(clock_boot_us(), before);
    step(0);
}

static void boot_id(void **state)
{
    char id[37], again[37];
    assert_int_equal(clock_boot_id(id), 0);
    assert_int_equal(clock_boot_id(again), 0);
    assert_int_equal(strlen(id), 36);
    assert_string_equal(id, again);
}

static void synchronised_answers(void **state)
{
    clock_utc_synchronised(); /* either is right; it must not fail */
}

int main(void)
{
    char path[] = "/tmp/meclis-clock-XXXXXX";
    offset_file = mkstemp(path);
    if (offset_file < 0)
        return 1;
    static const int64_t zero;
    if (write(offset_file, &zero, sizeof zero) != sizeof zero ||
        setenv("MECLIS_TEST_CLOCK", path, 1) < 0)
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(boot_clock_rises),     cmocka_unit_test(utc_follows_the_test_clock),
        cmocka_unit_test(boot_clock_does_not),  cmocka_unit_test(boot_id),
        cmocka_unit_test(synchronised_answers),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(path);
    return failed;
}
