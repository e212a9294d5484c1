#include "test_card.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define CELLS 32
#define SOUND_RATE 48000
#define BEEP_FRAMES (SOUND_RATE / 10)
#define BEEP_EDGE_FRAMES (SOUND_RATE / 500)
/* What two cells of a column differ by at the least, of the 219 steps between black and white. */
#define READABLE_DIFFERENCE 32

struct colour {
    uint8_t y, u, v;
};

static const struct colour black = {16, 128, 128};
static const struct colour white = {235, 128, 128};
static const struct colour ground = {44, 142, 120};
/* 75 % colour bars, BT.709. */
static const struct colour bars[] = {{180, 128, 128}, {168, 44, 136}, {145, 147, 44}, {133, 63, 52},
                                     {63, 193, 204},  {51, 109, 212}, {28, 212, 120}};

/* Five columns a character, lowest bit on top. */
struct glyph {
    char c;
    uint8_t columns[5];
};

static const struct glyph glyphs[] = {
    {'0', {0x3e, 0x51, 0x49, 0x45, 0x3e}}, {'1', {0x00, 0x42, 0x7f, 0x40, 0x00}},
    {'2', {0x42, 0x61, 0x51, 0x49, 0x46}}, {'3', {0x21, 0x41, 0x45, 0x4b, 0x31}},
    {'4', {0x18, 0x14, 0x12, 0x7f, 0x10}}, {'5', {0x27, 0x45, 0x45, 0x45, 0x39}},
    {'6', {0x3c, 0x4a, 0x49, 0x49, 0x30}}, {'7', {0x01, 0x71, 0x09, 0x05, 0x03}},
    {'8', {0x36, 0x49, 0x49, 0x49, 0x36}}, {'9', {0x06, 0x49, 0x49, 0x29, 0x1e}},
    {':', {0x00, 0x36, 0x36, 0x00, 0x00}}, {'.', {0x00, 0x60, 0x60, 0x00, 0x00}},
    {'-', {0x08, 0x08, 0x08, 0x08, 0x08}}, {'U', {0x3f, 0x40, 0x40, 0x40, 0x3f}},
    {'T', {0x01, 0x01, 0x7f, 0x01, 0x01}}, {'C', {0x3e, 0x41, 0x41, 0x41, 0x22}},
};

void test_card_layout(int width, int height, struct test_card_layout *ret)
{
    int cell = width / 40 & ~1;
    ret->cell_px = cell;
    ret->strip_x = (width - CELLS * cell) / 2 & ~1;
    ret->strip_y = cell;
    ret->flash_px = 4 * cell;
    ret->flash_x = (width - ret->flash_px) / 2 & ~1;
    ret->flash_y = (height - ret->flash_px - cell) & ~1;
}

static unsigned parity_of(uint32_t value)
{
    unsigned parity = 0;
    for (int shift = 0; shift < 24; shift += 4)
        parity ^= value >> shift;
    return ~parity & 0xf;
}

uint32_t test_card_cells(int64_t utc_ms)
{
    uint32_t value = (uint32_t)utc_ms & TEST_CARD_VALUE_MASK;
    return 0xau << 28 | value << 4 | parity_of(value);
}

/* The middle of a cell, averaged, so that coding noise does not matter. */
static int cell_luma(const uint8_t *luma, int stride, int x, int y, int cell)
{
    int sum = 0, count = 0;
    for (int j = y + cell / 4; j < y + cell - cell / 4; j++) {
        for (int i = x + cell / 4; i < x + cell - cell / 4; i++, count++)
            sum += luma[(size_t)j * (size_t)stride + (size_t)i];
    }
    return count ? sum / count : 0;
}

bool test_card_read(const uint8_t *luma, int stride, int width, int height, uint32_t *ret_ms)
{
    struct test_card_layout l;
    test_card_layout(width, height, &l);
    uint32_t cells = 0;
    for (int i = 0; i < CELLS; i++) {
        int x = l.strip_x + i * l.cell_px;
        int upper = cell_luma(luma, stride, x, l.strip_y, l.cell_px);
        int lower = cell_luma(luma, stride, x, l.strip_y + l.cell_px, l.cell_px);
        if (upper - lower < READABLE_DIFFERENCE && lower - upper < READABLE_DIFFERENCE)
            return false;
        cells = cells << 1 | (upper > lower);
    }
    uint32_t value = cells >> 4 & TEST_CARD_VALUE_MASK;
    if (cells != test_card_cells(value))
        return false;
    *ret_ms = value;
    return true;
}

bool test_card_flash(const uint8_t *luma, int stride, int width, int height)
{
    struct test_card_layout l;
    test_card_layout(width, height, &l);
    return cell_luma(luma, stride, l.flash_x, l.flash_y, l.flash_px) > 125;
}

/* All of x, y, w and h are even. What lies outside is cut off. */
static void fill(const struct test_card_picture *p, int x, int y, int w, int h, struct colour c)
{
    int right = x + w < p->width ? x + w : p->width, bottom = y + h < p->height ? y + h : p->height;
    x = x < 0 ? 0 : x;
    y = y < 0 ? 0 : y;
    if (right <= x || bottom <= y)
        return;
    for (int j = y; j < bottom; j++)
        memset(p->planes[0] + (size_t)j * (size_t)p->strides[0] + x, c.y, (size_t)(right - x));
    for (int j = y / 2; j < bottom / 2; j++) {
        memset(p->planes[1] + (size_t)j * (size_t)p->strides[1] + x / 2, c.u,
               (size_t)(right - x) / 2);
        memset(p->planes[2] + (size_t)j * (size_t)p->strides[2] + x / 2, c.v,
               (size_t)(right - x) / 2);
    }
}

void test_card_background(const struct test_card_picture *p)
{
    fill(p, 0, 0, p->width, p->height, ground);
    int count = (int)(sizeof bars / sizeof bars[0]);
    int top = p->height / 2 & ~1, high = p->height / 6 & ~1, wide = p->width / count & ~1;
    for (int i = 0; i < count; i++)
        fill(p, i * wide, top, i == count - 1 ? p->width - i * wide : wide, high, bars[i]);
}

static void draw_glyph(const struct test_card_picture *p, char c, int x, int y, int dot)
{
    for (size_t i = 0; i < sizeof glyphs / sizeof glyphs[0]; i++) {
        for (int column = 0; glyphs[i].c == c && column < 5; column++) {
            for (int row = 0; row < 7; row++) {
                if (glyphs[i].columns[column] >> row & 1)
                    fill(p, x + column * dot, y + row * dot, dot, dot, white);
            }
        }
    }
}

static void draw_text(const struct test_card_picture *p, const char *text, int y, int dot)
{
    int x = (p->width - (int)strlen(text) * 6 * dot) / 2 & ~1;
    fill(p, x - 2 * dot, y - 2 * dot, (int)(strlen(text) * 6 + 3) * dot, 11 * dot, black);
    for (; *text; text++, x += 6 * dot)
        draw_glyph(p, *text, x, y, dot);
}

static void draw_strip(const struct test_card_picture *p, const struct test_card_layout *l,
                       int64_t utc_ms)
{
    uint32_t cells = test_card_cells(utc_ms);
    for (int i = 0; i < CELLS; i++) {
        bool on = cells >> (CELLS - 1 - i) & 1;
        int x = l->strip_x + i * l->cell_px;
        fill(p, x, l->strip_y, l->cell_px, l->cell_px, on ? white : black);
        fill(p, x, l->strip_y + l->cell_px, l->cell_px, l->cell_px, on ? black : white);
    }
}

void test_card_draw(const struct test_card_picture *p, int64_t utc_us, int64_t media_us, bool flash)
{
    struct test_card_layout l;
    test_card_layout(p->width, p->height, &l);
    draw_strip(p, &l, utc_us / 1000);

    char text[48];
    struct tm tm;
    time_t seconds = (time_t)(utc_us / 1000000);
    gmtime_r(&seconds, &tm);
    int dot = p->width / 128 & ~1;
    dot = dot < 2 ? 2 : dot;
    int y = (l.strip_y + 3 * l.cell_px + 2 * dot) & ~1;
    snprintf(text, sizeof text, "UTC %02d:%02d:%02d.%03d", tm.tm_hour, tm.tm_min, tm.tm_sec,
             (int)(utc_us / 1000 % 1000));
    draw_text(p, text, y, dot);

    /* A bar that crosses the colour bars in 4 s. */
    int top = p->height / 2 & ~1, high = p->height / 6 & ~1;
    int64_t phase_us = media_us % 4000000;
    fill(p, (int)(phase_us * p->width / 4000000) & ~1, top, l.cell_px, high, black);
    fill(p, l.flash_x, l.flash_y, l.flash_px, l.flash_px, flash ? white : black);
}

bool test_card_flashing(int64_t number, int rate_num, int rate_den, int64_t *ret_first)
{
    /* Both in microseconds times rate_num, so that nothing is rounded. */
    int64_t frame = (int64_t)rate_den * 1000000;
    int64_t grid = (int64_t)TEST_CARD_FLASH_GRID_US * rate_num;
    int64_t began = number * frame / grid * grid;
    int64_t first = (began + frame - 1) / frame;
    if ((number - first) * frame >= (int64_t)TEST_CARD_FLASH_US * rate_num)
        return false;
    *ret_first = first;
    return true;
}

void test_card_sound(float *out, size_t frames, int64_t frame, int64_t beep_frame)
{
    for (size_t i = 0; i < frames; i++) {
        int64_t at = (frame + (int64_t)i) % SOUND_RATE;
        double value = 0.01 * sin(2 * M_PI * 220 * (double)at / SOUND_RATE);
        int64_t beep = beep_frame + (int64_t)i;
        if (beep >= 0 && beep < BEEP_FRAMES) {
            int64_t edge = beep < BEEP_FRAMES - beep ? beep : BEEP_FRAMES - beep;
            double level = edge < BEEP_EDGE_FRAMES ? (double)edge / BEEP_EDGE_FRAMES : 1;
            value += 0.4 * level * sin(2 * M_PI * 1000 * (double)beep / SOUND_RATE);
        }
        out[2 * i] = out[2 * i + 1] = (float)value;
    }
}
