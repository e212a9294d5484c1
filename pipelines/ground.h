/* The ground that a programme stands on: slate and silence, made on time, for ever.
 *
 * A thread gives one frame and its span of silence for each frame of the programme, a little before
 * it is due. Frames lie on the grid of whole frames since media time 0. */
#ifndef MECLIS_PIPELINES_GROUND_H
#define MECLIS_PIPELINES_GROUND_H

#include "format.h"

struct ground;

struct ground_ops {
    /* On the ground's thread; both take the buffer. */
    void (*video)(void *ctx, GstBuffer *frame);
    void (*audio)(void *ctx, GstBuffer *sound);
};

/* Media time of the first whole frame at or after that time. */
GstClockTime ground_frame_at(const struct format *f, GstClockTime time_ns);

/* Starts the thread; the first frame is the one at start_ns. `slate` is shared, format and ops are
 * borrowed for its life. Returns owned, or NULL. */
struct ground *ground_start(const struct format *f, GstBuffer *slate, GstClockTime start_ns,
                            const struct ground_ops *ops, void *ctx);

/* Shows that one from the next frame on; shared. Any thread. */
void ground_set_slate(struct ground *g, GstBuffer *slate);

/* Ends the thread and waits for it. */
void ground_destroy(struct ground *g);

#endif
