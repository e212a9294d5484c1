/* Sound that joins on: what comes with stamps that wander goes out as one line of samples.
 *
 * Small deviations are taken back by stretching, unheard; what is further off is cut where it
 * overlaps, or begins anew, faded in and marked as a discontinuity. One thread at a time. */
#ifndef MECLIS_PIPELINES_JOINED_SOUND_H
#define MECLIS_PIPELINES_JOINED_SOUND_H

#include <gst/gst.h>
#include <stddef.h>
#include <stdint.h>

struct joined_sound;

/* Nothing goes out from before `next_ns`, media time. `piece` takes each buffer of some 20 ms, with
 * its time and duration, in the call that made it. Returns owned, or NULL without memory. */
struct joined_sound *joined_sound_create(double next_ns, void (*piece)(void *ctx, GstBuffer *piece),
                                         void *ctx);
void joined_sound_destroy(struct joined_sound *j);

/* Frames as format.h wants them, borrowed, whose first lies at `media` (nanoseconds). */
void joined_sound_push(struct joined_sound *j, const float *in, size_t frames, int64_t media);

#endif
