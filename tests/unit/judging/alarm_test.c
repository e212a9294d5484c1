#include "alarm.h"

#include "../cmocka_all.h"

#include <stdlib.h>
#include <string.h>

#define S INT64_C(1000000000)
#define WIDTH 640
#define HEIGHT 360
#define STRIDE 704

struct scene {
    struct alarm_watch watch;
    uint8_t *luma;
    float sound[960 * 2];
    int64_t now;
};

static int set_up(void **state)
{
    struct scene *s = calloc(1, sizeof(*s));
    s->luma = calloc(HEIGHT, STRIDE);
    s->now = 5 * S;
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *s = *state;
    free(s->luma);
    free(s);
    return 0;
}

static void paint(struct scene *s, uint8_t luma)
{
    memset(s->luma, luma, (size_t)HEIGHT * STRIDE);
}

static void hear(struct scene *s, float level)
{
    for (size_t i = 0; i < sizeof(s->sound) / sizeof(s->sound[0]); i++)
        s->sound[i] = i & 2 ? level : -level;
    alarm_sound(&s->watch, s->sound, sizeof(s->sound) / sizeof(s->sound[0]), s->now);
}

static void look(struct scene *s)
{
    alarm_picture(&s->watch, s->luma, STRIDE, WIDTH, HEIGHT, s->now);
}

static void nothing_delivered_is_no_alarm(void **state)
{
    struct scene *s = *state;
    assert_int_equal(alarm_now(&s->watch, 1000 * S), 0);
}

static void well_is_no_alarm(void **state)
{
    struct scene *s = *state;
    for (int i = 0; i < 60; i++, s->now += S) {
        paint(s, (uint8_t)(100 + i % 50));
        look(s);
        hear(s, 0.1f);
        assert_int_equal(alarm_now(&s->watch, s->now), 0);
    }
}

static void silence_is_raised_and_cleared(void **state)
{
    struct scene *s = *state;
    for (int i = 0; i < 15; i++, s->now += S) {
        paint(s, (uint8_t)(100 + i * 5));
        look(s);
        hear(s, 0.0005f); /* -66 dBFS */
        assert_int_equal(alarm_now(&s->watch, s->now), i >= 10 ? ALARM_SILENT : 0);
    }
    hear(s, 0.002f); /* -54 dBFS */
    assert_int_equal(alarm_now(&s->watch, s->now), 0);
}

static void missing_sound_is_silence(void **state)
{
    struct scene *s = *state;
    for (int i = 0; i < 11; i++, s->now += S) {
        paint(s, (uint8_t)(100 + i * 5));
        look(s);
    }
    assert_int_equal(alarm_now(&s->watch, s->now), ALARM_SILENT);
}

static void missing_picture_is_none(void **state)
{
    struct scene *s = *state;
    for (int i = 0; i < 30; i++, s->now += S)
        hear(s, 0.1f);
    assert_int_equal(alarm_now(&s->watch, s->now), 0);
}

static void frozen_picture(void **state)
{
    struct scene *s = *state;
    for (int i = 0; i < 11; i++, s->now += S) {
        paint(s, (uint8_t)(100 + (i & 1) * 2)); /* a decoder's dithering */
        look(s);
        hear(s, 0.1f);
    }
    assert_int_equal(alarm_now(&s->watch, s->now), ALARM_FROZEN);
    s->luma[STRIDE * 20 + 20] = 200; /* one point of the grid: 20 = 3 * 360 / 54 = 3 * 640 / 96 */
    look(s);
    assert_int_equal(alarm_now(&s->watch, s->now), 0);
}

static void black_picture(void **state)
{
    struct scene *s = *state;
    for (int i = 0; i < 23; i++, s->now += S / 2) {
        paint(s, (uint8_t)(16 + i % 4 * 4)); /* noisy, but black */
        look(s);
        hear(s, 0.1f);
    }
    assert_int_equal(alarm_now(&s->watch, s->now), ALARM_BLACK);
    memset(s->luma, 120, STRIDE * HEIGHT / 10);
    look(s);
    assert_int_equal(alarm_now(&s->watch, s->now), 0);
}

static void picture_is_looked_at_twice_a_second(void **state)
{
    struct scene *s = *state;
    paint(s, 100);
    look(s);
    int64_t changed = s->watch.changed_ns;
    paint(s, 150);
    s->now += S / 25;
    look(s);
    assert_int_equal(s->watch.changed_ns, changed);
    s->now += S / 2;
    look(s);
    assert_int_equal(s->watch.changed_ns, s->now);
}

static void reset_begins_anew(void **state)
{
    struct scene *s = *state;
    hear(s, 0);
    assert_int_equal(alarm_now(&s->watch, s->now + 10 * S), ALARM_SILENT);
    alarm_reset(&s->watch);
    assert_int_equal(alarm_now(&s->watch, s->now + 10 * S), 0);
    s->now += 20 * S;
    hear(s, 0);
    assert_int_equal(alarm_now(&s->watch, s->now + 9 * S), 0);
    assert_int_equal(alarm_now(&s->watch, s->now + 10 * S), ALARM_SILENT);
}

static void odd_sizes_stay_inside(void **state)
{
    struct scene *s = *state;
    uint8_t *small = malloc(2 * 2);
    memset(small, 90, 4);
    alarm_picture(&s->watch, small, 2, 2, 2, s->now);
    free(small);
    alarm_sound(&s->watch, NULL, 0, s->now);
    assert_int_equal(alarm_now(&s->watch, s->now), 0);
}

#define with_scene(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_scene(nothing_delivered_is_no_alarm),
        with_scene(well_is_no_alarm),
        with_scene(silence_is_raised_and_cleared),
        with_scene(missing_sound_is_silence),
        with_scene(missing_picture_is_none),
        with_scene(frozen_picture),
        with_scene(black_picture),
        with_scene(picture_is_looked_at_twice_a_second),
        with_scene(reset_begins_anew),
        with_scene(odd_sizes_stay_inside),
    };
    return cmocka_run_group_tests_name("alarm", tests, NULL, NULL);
}
