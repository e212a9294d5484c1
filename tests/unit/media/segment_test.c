#include "../cmocka_all.h"

#include "media/segment.h"

#include <string.h>

#define GRID_US 2000000

/* Places frames of 40 ms and writes what became of them: B, g, or a dot. */
static void place(const struct fragment *frames, int count, char *ret_text)
{
    struct segment_cursor cursor = {0};
    for (int i = 0; i < count; i++)
        ret_text[i] = " Bg."[segment_place(&cursor, &frames[i], GRID_US)];
    ret_text[count] = 0;
}

static struct fragment frame(int ms, bool sync, uint32_t init)
{
    return (struct fragment){.track = 1,
                             .flags = sync ? FRAGMENT_SYNC : 0,
                             .init = init,
                             .dts = ms * 90,
                             .duration = 3600,
                             .timescale = 90000};
}

static void a_segment_begins_at_the_first_keyframe_of_its_cell(void **state)
{
    const struct fragment frames[] = {
        frame(0, false, 1),    frame(40, true, 1),    frame(1900, true, 1), frame(1990, false, 1),
        frame(2030, false, 1), frame(2080, true, 1),  frame(3000, true, 1), frame(4000, true, 1),
        frame(9000, false, 1), frame(11000, true, 1),
    };
    char text[16];
    place(frames, 10, text);
    assert_string_equal(text, ".BgggBgBgB");
}

static void a_change_of_the_init_ends_it_early(void **state)
{
    const struct fragment frames[] = {
        frame(0, true, 1),    frame(40, false, 1),
        frame(80, true, 2),   frame(120, true, 1), /* not even its own again */
        frame(2000, true, 2), frame(2040, false, 2),
    };
    char text[16];
    place(frames, 6, text);
    assert_string_equal(text, "Bg..Bg");
}

static void leading_pictures_stay_with_their_keyframe(void **state)
{
    struct fragment key = frame(2000, true, 1), leading = frame(2040, false, 1);
    leading.cts = -90 * 100; /* shown at 1.94 s, before the grid's line */
    const struct fragment frames[] = {frame(0, true, 1), key, leading, frame(2080, false, 1)};
    char text[16];
    place(frames, 4, text);
    assert_string_equal(text, "BBgg");
}

static void only_another_init_is_a_discontinuity(void **state)
{
    static const struct {
        int ms;
        uint8_t flags;
        uint32_t init;
        bool discontinuity; /* of the cursor behind it */
    } steps[] = {
        {0, FRAGMENT_SYNC | FRAGMENT_DISCONTINUITY, 1, false}, /* nothing was before it */
        {2000, FRAGMENT_SYNC, 1, false},
        {3900, FRAGMENT_SYNC | FRAGMENT_DISCONTINUITY, 1, false}, /* inside of its cell */
        {3940, 0, 1, false},
        {4000, FRAGMENT_SYNC, 1, false},
        {6000, FRAGMENT_SYNC, 1, false},
        {8000, FRAGMENT_SYNC | FRAGMENT_DISCONTINUITY, 1, false},
        {10000, FRAGMENT_SYNC, 2, true},
        {10040, FRAGMENT_SYNC, 3, true}, /* left out */
        {12000, FRAGMENT_SYNC, 3, true},
        {14000, FRAGMENT_SYNC, 3, false},
    };
    struct segment_cursor cursor = {0};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct fragment f = frame(steps[i].ms, false, steps[i].init);
        f.flags = steps[i].flags;
        segment_place(&cursor, &f, GRID_US);
        assert_int_equal(cursor.discontinuity, steps[i].discontinuity);
    }
}

static void rounding_does_not_move_a_keyframe_off_the_grid(void **state)
{
    for (int64_t number = 1; number < 100000; number += 777) {
        struct segment_cursor cursor = {0};
        struct fragment f = {.flags = FRAGMENT_SYNC, .init = 1, .timescale = 48000};
        f.dts = us_to_ticks(number * GRID_US, 48000);
        assert_int_equal(segment_place(&cursor, &f, GRID_US), SEGMENT_BEGINS);
        assert_int_equal(cursor.number, number);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_segment_begins_at_the_first_keyframe_of_its_cell),
        cmocka_unit_test(a_change_of_the_init_ends_it_early),
        cmocka_unit_test(leading_pictures_stay_with_their_keyframe),
        cmocka_unit_test(only_another_init_is_a_discontinuity),
        cmocka_unit_test(rounding_does_not_move_a_keyframe_off_the_grid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
