/* A source's picture since its newest keyframe, so that it can go on air between two keyframes.
 *
 * At most GOP_MAX_UNITS and GOP_MAX_BYTES; beyond that it is empty until the next keyframe. One
 * thread at a time. */
#ifndef MECLIS_PIPELINES_GOP_H
#define MECLIS_PIPELINES_GOP_H

#include <gst/gst.h>
#include <stdbool.h>
#include <stddef.h>

#define GOP_MAX_UNITS 512
#define GOP_MAX_BYTES (8u << 20)
/* What is shown late is shown so many times faster: all in a blink. */
#define GOP_SQUEEZE 1000

struct gop {
    GstBuffer *units[GOP_MAX_UNITS]; /* owned */
    int count;
    size_t bytes;
    GstCaps *caps; /* of all of them, owned */
};

/* Times of a unit, nanoseconds of media time. */
struct gop_times {
    int64_t pts_ns, dts_ns, duration_ns;
};

void gop_init(struct gop *g);
void gop_finish(struct gop *g);
void gop_clear(struct gop *g);

/* Takes the unit. A keyframe begins the group anew; a unit before any, or after a
 * hole, is dropped with the group. Returns whether
 * the group can be shown now: its last unit is this one. */
bool gop_add(struct gop *g, GstBuffer *unit, const GstCaps *caps);

/* Whether its last unit begins it. */
bool gop_is_key(const struct gop *g);

/* The times of unit i when the whole group is shown at the moment of its last one: those before it
 * are squeezed into the time just before. The last one's are its own. */
struct gop_times gop_times_late(const struct gop *g, int i);

#endif
