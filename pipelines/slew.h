/* Stretches stereo sound by a little, by an amount that may change at any moment, without clicks:
 * a windowed sinc read at a moving position. Pure. */
#ifndef MECLIS_PIPELINES_SLEW_H
#define MECLIS_PIPELINES_SLEW_H

#include <stddef.h>

/* Samples by which the output lies behind the input. */
#define SLEW_DELAY_FRAMES 16
/* Frames that one call takes at the most, and what room their output needs at 1 % of stretch. */
#define SLEW_MAX_FRAMES 4800
#define SLEW_ROOM_FRAMES (SLEW_MAX_FRAMES + SLEW_MAX_FRAMES / 50 + 4)

struct slew;

/* Returns owned, or NULL without memory. */
struct slew *slew_create(void);
void slew_destroy(struct slew *s);

/* Forgets what came before: the next output begins with silence from before the input. */
void slew_reset(struct slew *s);

/* Takes interleaved input and writes what output it gives, SLEW_ROOM_FRAMES at most. `step` is how
 * much input an output sample goes on by: 1.0002 shortens by 200 ppm; within 0.99 to 1.01. Returns
 * the frames written. */
size_t slew_push(struct slew *s, const float *in, size_t frames, double step, float *out);

#endif
