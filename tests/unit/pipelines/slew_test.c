#include "slew.h"

#include "cmocka_all.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RATE 48000
#define PIECE 1024

/* Stretches so many seconds of a tone, `step` by a rule, and returns the output. */
static size_t stretch_tone(double hertz, int seconds, double (*step)(int piece), float **ret)
{
    struct slew *s = slew_create();
    assert_non_null(s);
    size_t pieces = (size_t)seconds * RATE / PIECE, made = 0;
    float *out = malloc((pieces * PIECE * 2 + 4 * SLEW_ROOM_FRAMES) * sizeof(float) * 2);
    float in[2 * PIECE];
    for (size_t p = 0; p < pieces; p++) {
        for (size_t i = 0; i < PIECE; i++) {
            double at = (double)(p * PIECE + i) / RATE;
            in[2 * i] = (float)(0.5 * sin(2 * M_PI * hertz * at));
            in[2 * i + 1] = (float)(0.25 * sin(2 * M_PI * hertz * at));
        }
        made += slew_push(s, in, PIECE, step((int)p), out + 2 * made);
    }
    slew_destroy(s);
    *ret = out;
    return made;
}

static double no_stretch(int piece)
{
    return 1;
}

static double fast(int piece)
{
    return 1.0002;
}

static double wandering(int piece)
{
    return 1 + 0.001 * sin(piece * 0.3);
}

static void test_without_stretch_it_only_delays(void **state)
{
    float *out;
    size_t made = stretch_tone(997, 2, no_stretch, &out);
    assert_int_equal(made, 2 * RATE / PIECE * PIECE);
    for (size_t i = 0; i + SLEW_DELAY_FRAMES < made; i++) {
        double want = 0.5 * sin(2 * M_PI * 997 * (double)i / RATE);
        assert_true(fabs(out[2 * (i + SLEW_DELAY_FRAMES)] - want) < 1e-5);
    }
    free(out);
}

static void test_so_much_shorter(void **state)
{
    float *out;
    size_t made = stretch_tone(440, 60, fast, &out);
    double want = 60.0 * RATE / PIECE * PIECE / 1.0002;
    assert_true(fabs((double)made - want) < PIECE);
    free(out);
}

/* A click is a jump of the wave's second difference, far beyond what the tone itself has. */
static void expect_no_click(const float *out, size_t made, double hertz)
{
    double omega = 2 * M_PI * hertz * 1.01 / RATE, limit = 0.5 * omega * omega * 1.1 + 1e-4;
    for (size_t i = 4 * SLEW_DELAY_FRAMES; i + 2 < made; i++) {
        double second = out[2 * i] - 2 * out[2 * i + 2] + out[2 * i + 4];
        assert_true(fabs(second) < limit);
        assert_true(fabs(out[2 * i] - 2 * out[2 * i + 1]) < 1e-5);
    }
}

static void test_no_clicks(void **state)
{
    float *out;
    size_t made = stretch_tone(440, 20, fast, &out);
    expect_no_click(out, made, 440);
    free(out);
    made = stretch_tone(440, 20, wandering, &out);
    expect_no_click(out, made, 440);
    free(out);
}

/* What is not the tone: the residual of a least-squares fit of the stretched tone. */
static void test_it_stays_a_tone(void **state)
{
    float *out;
    size_t made = stretch_tone(3000, 4, fast, &out), from = RATE, count = 2 * RATE;
    assert_true(made > from + count);
    double omega = 2 * M_PI * 3000 * 1.0002 / RATE, s = 0, c = 0, power = 0, rest = 0;
    for (size_t i = 0; i < count; i++) {
        s += out[2 * (from + i)] * sin(omega * (double)i) * 2 / (double)count;
        c += out[2 * (from + i)] * cos(omega * (double)i) * 2 / (double)count;
    }
    for (size_t i = 0; i < count; i++) {
        double tone = s * sin(omega * (double)i) + c * cos(omega * (double)i);
        power += tone * tone;
        rest += pow(out[2 * (from + i)] - tone, 2);
    }
    /* 80 dB below. */
    assert_true(rest < power * 1e-8);
    free(out);
}

static void test_small_pieces_and_reset(void **state)
{
    struct slew *s = slew_create();
    float in[2] = {1, 1}, out[2 * SLEW_ROOM_FRAMES];
    size_t made = 0;
    for (int i = 0; i < 1000; i++)
        made += slew_push(s, in, 1, 1.001, out);
    assert_in_range(made, 998, 1000);
    assert_true(fabs(out[0] - 1) < 0.01);
    slew_reset(s);
    made = slew_push(s, in, 1, 1, out);
    assert_int_equal(made, 1);
    assert_true(fabs(out[0]) < 0.01);
    assert_int_equal(slew_push(s, in, 0, 1, out), 0);
    slew_destroy(s);
    slew_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_stretch_it_only_delays),
        cmocka_unit_test(test_so_much_shorter),
        cmocka_unit_test(test_no_clicks),
        cmocka_unit_test(test_it_stays_a_tone),
        cmocka_unit_test(test_small_pieces_and_reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
