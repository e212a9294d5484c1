/* The picture and sound of the test source: drawn here, without GStreamer, so that tests and
 * benchmarks can read back what they see. Pure.
 *
 * The picture shows UTC to the millisecond as text, a moving bar, a spot that flashes white while
 * the beep sounds, and the strip:
 *
 *   A row of 32 cells and under it the same row inverted. A cell is a square with sides of width/40
 *   rounded down to an even number (32 px at 1280, 16 px at 640); the strip is centred, its top one
 *   cell below the picture's. White is 1. Left to right, most significant first:
 *     cells 0–3    1 0 1 0
 *     cells 4–27   UTC in milliseconds modulo 2^24 (4.66 hours)
 *     cells 28–31  parity: the exclusive or of the value's six groups of four bits, inverted
 *   To read it, compare in each column the luma at the middle of the upper cell with that of the
 *   lower one: no threshold is needed. Difference below 32 in any column: not readable.
 *
 * The flash: a white block, four cells wide and high, its bottom one cell above the picture's,
 * centred; black otherwise. It is white for the frames from the first one at or after each 2 s of
 * media time until TEST_CARD_FLASH_US later; the beep (1 kHz) begins at that first frame's time. */
#ifndef MECLIS_PIPELINES_TEST_CARD_H
#define MECLIS_PIPELINES_TEST_CARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TEST_CARD_FLASH_GRID_US 2000000
#define TEST_CARD_FLASH_US 100000
#define TEST_CARD_VALUE_MASK 0xffffff

struct test_card_layout {
    int cell_px;
    int strip_x, strip_y;
    int flash_x, flash_y, flash_px;
};

/* Planes of I420, borrowed. */
struct test_card_picture {
    int width, height; /* even, at least 64 */
    uint8_t *planes[3];
    int strides[3];
};

void test_card_layout(int width, int height, struct test_card_layout *ret);

/* The 32 cells of a time, the leftmost the highest bit. */
uint32_t test_card_cells(int64_t utc_ms);

/* Reads the strip of a picture's luma. Returns whether it is there; ret_ms is modulo 2^24. */
bool test_card_read(const uint8_t *luma, int stride, int width, int height, uint32_t *ret_ms);

/* Whether the flash block is white. */
bool test_card_flash(const uint8_t *luma, int stride, int width, int height);

/* Draws the part that never changes, over everything. */
void test_card_background(const struct test_card_picture *p);

/* Draws what belongs to this moment over a picture that holds the background. */
void test_card_draw(const struct test_card_picture *p, int64_t utc_us, int64_t media_us,
                    bool flash);

/* Whether frame `number` (its time is number * rate_den / rate_num seconds of media time) flashes,
 * and which frame the flash began with. */
bool test_card_flashing(int64_t number, int rate_num, int rate_den, int64_t *ret_first);

/* Fills stereo float samples for so many frames at 48 kHz: the beep from its beginning (position 0)
 * with soft edges; a position before 0 or after its end is the quiet tone alone, whose phase runs
 * with `frame`, the number of the sample since media time 0. */
void test_card_sound(float *out, size_t frames, int64_t frame, int64_t beep_frame);

#endif
