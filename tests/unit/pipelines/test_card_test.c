#include "test_card.h"

#include "cmocka_all.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct canvas {
    struct test_card_picture picture;
    uint8_t *memory;
};

static void canvas_init(struct canvas *c, int width, int height)
{
    size_t luma = (size_t)width * (size_t)height, chroma = luma / 4;
    c->memory = malloc(luma + 2 * chroma);
    assert_non_null(c->memory);
    c->picture = (struct test_card_picture){
        .width = width,
        .height = height,
        .planes = {c->memory, c->memory + luma, c->memory + luma + chroma},
        .strides = {width, width / 2, width / 2},
    };
    test_card_background(&c->picture);
}

static bool read_back(const struct canvas *c, uint32_t *ret_ms)
{
    return test_card_read(c->picture.planes[0], c->picture.strides[0], c->picture.width,
                          c->picture.height, ret_ms);
}

static void test_strip_reads_back_at_every_size(void **state)
{
    static const int sizes[][2] = {{1920, 1080}, {1280, 720}, {640, 360}, {854, 480}, {320, 240}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct canvas c;
        canvas_init(&c, sizes[i][0], sizes[i][1]);
        uint32_t ms = 0;
        assert_false(read_back(&c, &ms));
        for (int64_t utc_ms = 1795384800123; utc_ms < 1795384800123 + 40000; utc_ms += 1777) {
            test_card_draw(&c.picture, utc_ms * 1000, utc_ms * 1000, false);
            assert_true(read_back(&c, &ms));
            assert_int_equal(ms, utc_ms & TEST_CARD_VALUE_MASK);
        }
        free(c.memory);
    }
}

static void test_strip_survives_halving_and_noise(void **state)
{
    struct canvas c, half;
    canvas_init(&c, 1280, 720);
    canvas_init(&half, 640, 360);
    test_card_draw(&c.picture, 1795384800123000, 0, true);
    srand(7);
    for (int y = 0; y < 360; y++) {
        for (int x = 0; x < 640; x++) {
            const uint8_t *from = c.picture.planes[0] + 2 * y * 1280 + 2 * x;
            int v = (from[0] + from[1] + from[1280] + from[1281]) / 4 + rand() % 81 - 40;
            half.picture.planes[0][y * 640 + x] = (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
        }
    }
    uint32_t ms;
    assert_true(read_back(&half, &ms));
    assert_int_equal(ms, 1795384800123 & TEST_CARD_VALUE_MASK);
    assert_true(test_card_flash(half.picture.planes[0], 640, 640, 360));
    free(c.memory);
    free(half.memory);
}

static void test_a_wrong_cell_is_noticed(void **state)
{
    struct canvas c;
    canvas_init(&c, 640, 360);
    struct test_card_layout l;
    test_card_layout(640, 360, &l);
    for (int cell = 0; cell < 32; cell++) {
        test_card_draw(&c.picture, 1795384800123000, 0, false);
        for (int y = 0; y < 2 * l.cell_px; y++) {
            uint8_t *row = c.picture.planes[0] + (l.strip_y + y) * 640 + l.strip_x;
            for (int x = 0; x < l.cell_px; x++)
                row[cell * l.cell_px + x] = (uint8_t)(255 - row[cell * l.cell_px + x]);
        }
        uint32_t ms;
        assert_false(read_back(&c, &ms));
    }
    free(c.memory);
}

/* Frames that flash between 0 and 100 s, and that each flash begins at or after the grid. */
static int count_flashes(int num, int den, int *ret_beginnings)
{
    int count = 0;
    *ret_beginnings = 0;
    for (int64_t n = 0; n * den < (int64_t)100 * num; n++) {
        int64_t first;
        if (!test_card_flashing(n, num, den, &first))
            continue;
        count++;
        *ret_beginnings += first == n;
        int64_t grid = first * den / (2 * (int64_t)num) * 2;
        assert_true(first * den >= grid * num);
        assert_true((first - 1) * den < grid * num);
    }
    return count;
}

static void test_flashes_begin_at_the_grid(void **state)
{
    int beginnings;
    assert_int_equal(count_flashes(25, 1, &beginnings), 50 * 3);
    assert_int_equal(beginnings, 50);
    assert_int_equal(count_flashes(50, 1, &beginnings), 50 * 5);
    assert_int_equal(beginnings, 50);
    assert_int_equal(count_flashes(30000, 1001, &beginnings), 50 * 3);
    assert_int_equal(beginnings, 50);
}

static void test_beep_lasts_and_ends(void **state)
{
    static float out[2 * 9600];
    test_card_sound(out, 9600, 0, -2400);
    float before = 0, during = 0, after = 0;
    for (int i = 0; i < 9600; i++) {
        float *peak = i < 2400 ? &before : i < 2400 + 4800 ? &during : &after;
        *peak = fmaxf(*peak, fabsf(out[2 * i]));
        assert_true(out[2 * i] == out[2 * i + 1]);
    }
    assert_true(before < 0.02f && after < 0.02f);
    assert_true(during > 0.35f && during < 0.5f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_strip_reads_back_at_every_size),
        cmocka_unit_test(test_strip_survives_halving_and_noise),
        cmocka_unit_test(test_a_wrong_cell_is_noticed),
        cmocka_unit_test(test_flashes_begin_at_the_grid),
        cmocka_unit_test(test_beep_lasts_and_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
