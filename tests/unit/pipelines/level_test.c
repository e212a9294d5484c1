#include "level.h"

#include "../cmocka_all.h"

#include <math.h>

#define FRAMES 2400

/* A loud, slow wave, so that what differs from one sample to the next is the level's doing. */
static void fill(float *sound)
{
    for (int i = 0; i < FRAMES; i++)
        sound[2 * i] = sound[2 * i + 1] = 0.5f;
}

static float greatest_step(const float *sound)
{
    float greatest = 0;
    for (int i = 1; i < FRAMES; i++)
        for (int channel = 0; channel < 2; channel++)
            greatest = fmaxf(greatest, fabsf(sound[2 * i + channel] - sound[2 * i - 2 + channel]));
    return greatest;
}

static void ramps_down_and_up(void **state)
{
    static float sound[2 * FRAMES];
    struct level l;
    level_init(&l);
    assert_true(level_is_full(&l));
    fill(sound);
    level_apply(&l, false, sound, FRAMES);
    assert_false(level_is_full(&l));
    assert_true(sound[0] > 0.49f);
    assert_true(greatest_step(sound) < 0.0011f); /* 0.5 over 480 frames */
    for (int i = 2 * LEVEL_RAMP_FRAMES; i < 2 * FRAMES; i++)
        assert_true(sound[i] == 0);
    fill(sound);
    level_apply(&l, true, sound, FRAMES);
    assert_true(level_is_full(&l));
    assert_true(sound[0] < 0.01f);
    assert_true(greatest_step(sound) < 0.0011f);
    for (int i = 2 * LEVEL_RAMP_FRAMES; i < 2 * FRAMES; i++)
        assert_true(sound[i] == 0.5f);
}

/* Switched back in the middle of a ramp, and over the edges of pieces, it does not jump. */
static void turns_round_without_a_jump(void **state)
{
    static float sound[2 * FRAMES];
    struct level l;
    level_init(&l);
    fill(sound);
    for (int at = 0; at < FRAMES; at += 100)
        level_apply(&l, at / 300 % 2, sound + (size_t)(2 * at), 100);
    assert_true(greatest_step(sound) < 0.0011f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ramps_down_and_up),
        cmocka_unit_test(turns_round_without_a_jump),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
