#include "drift.h"

#include "cmocka_all.h"

#include <math.h>
#include <stdlib.h>

#define SECOND 1000000000ll

/* A sender whose clock is off by ppm, with jitter that only ever delays. */
struct sender {
    double ppm;
    int64_t jitter_ns;
    int64_t delay_ns;
    unsigned random;
};

static int64_t jitter(struct sender *s)
{
    s->random = s->random * 1103515245u + 12345u;
    return s->jitter_ns ? (int64_t)(s->random >> 8) % s->jitter_ns : 0;
}

/* Lets it send from one time (of ours) to another, 50 stamps a second. */
static void run(struct sender *s, struct drift *d, int64_t from_s, int64_t until_s)
{
    for (int64_t i = from_s * 50; i < until_s * 50; i++) {
        int64_t sent = i * (SECOND / 50);
        int64_t pts = (int64_t)((double)sent * (1 + s->ppm * 1e-6));
        drift_add(d, sent + s->delay_ns + jitter(s), pts);
    }
}

static void test_knows_nothing_at_first(void **state)
{
    struct drift d;
    struct sender s = {.ppm = 200};
    drift_init(&d);
    run(&s, &d, 0, DRIFT_MIN_SECONDS - 1);
    assert_false(drift_known(&d));
    assert_true(drift_ppm(&d) == 0);
    run(&s, &d, DRIFT_MIN_SECONDS - 1, DRIFT_MIN_SECONDS + 2);
    assert_true(drift_known(&d));
}

static void test_finds_the_speed_through_jitter(void **state)
{
    static const double speeds[] = {-200, -50, 0, 50, 200};
    for (size_t i = 0; i < sizeof speeds / sizeof speeds[0]; i++) {
        struct drift d;
        struct sender s = {.ppm = speeds[i], .jitter_ns = 80000000, .random = (unsigned)i};
        drift_init(&d);
        run(&s, &d, 0, 120);
        assert_true(fabs(drift_ppm(&d) - speeds[i]) < 25);
        double worst = 0;
        for (int64_t t = 120; t < 1200; t++) {
            run(&s, &d, t, t + 1);
            worst = fmax(worst, fabs(drift_ppm(&d) - speeds[i]));
        }
        assert_true(worst < 35);
    }
}

static void test_a_third_of_wrong_seconds_does_no_harm(void **state)
{
    struct drift d;
    struct sender s = {.ppm = -150, .jitter_ns = 2000000};
    drift_init(&d);
    for (int64_t t = 0; t < 200; t++) {
        s.delay_ns = t % 4 == 1 ? 150000000 : 0;
        run(&s, &d, t, t + 1);
    }
    assert_true(fabs(drift_ppm(&d) + 150) < 30);
}

static void test_a_step_of_the_delay_leaves_the_speed(void **state)
{
    static const int64_t steps[] = {60000000, -60000000, 15000000};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct drift d;
        struct sender s = {.ppm = 100, .jitter_ns = 4000000, .delay_ns = 80000000};
        drift_init(&d);
        run(&s, &d, 0, 100);
        s.delay_ns += steps[i];
        double worst = 0;
        for (int64_t t = 100; t < 220; t++) {
            run(&s, &d, t, t + 1);
            worst = fmax(worst, fabs(drift_ppm(&d) - 100));
        }
        assert_int_equal(d.steps, 1);
        assert_true(worst < 100);
        assert_true(fabs(drift_ppm(&d) - 100) < 15);
    }
}

static void test_nothing_is_faster_than_the_limit(void **state)
{
    struct drift d;
    struct sender s = {.ppm = 5000};
    drift_init(&d);
    run(&s, &d, 0, 100);
    assert_true(drift_ppm(&d) <= DRIFT_MAX_PPM);
}

static void test_few_and_rare_stamps(void **state)
{
    struct drift d;
    drift_init(&d);
    for (int64_t i = 0; i < 100; i++)
        drift_add(&d, i * 5 * SECOND, i * 5 * SECOND + i * 500000);
    assert_true(drift_known(&d));
    assert_true(fabs(drift_ppm(&d) - 100) < 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_knows_nothing_at_first),
        cmocka_unit_test(test_finds_the_speed_through_jitter),
        cmocka_unit_test(test_a_third_of_wrong_seconds_does_no_harm),
        cmocka_unit_test(test_a_step_of_the_delay_leaves_the_speed),
        cmocka_unit_test(test_nothing_is_faster_than_the_limit),
        cmocka_unit_test(test_few_and_rare_stamps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
