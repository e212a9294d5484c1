/* The programme's sound, on or off, with a short ramp between the two: a step would be a click.
 *
 * Pure; one thread at a time. */
#ifndef MECLIS_PIPELINES_LEVEL_H
#define MECLIS_PIPELINES_LEVEL_H

#include <stdbool.h>
#include <stddef.h>

/* From full to silent and back: 10 ms. */
#define LEVEL_RAMP_FRAMES 480

struct level {
    int at; /* 0: silent; LEVEL_RAMP_FRAMES: full */
};

/* Full. */
void level_init(struct level *l);

bool level_is_full(const struct level *l);

/* Takes the level on its way to full (`on`) or to silence, frame by frame. Frames as format.h wants
 * them. */
void level_apply(struct level *l, bool on, float *sound, size_t frames);

#endif
