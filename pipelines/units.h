/* The encoded way out of a connection, in `passthrough`: keeps access units until their media time
 * is known, begins with a keyframe, and lets decode times only rise. Embedded in an outlet, under
 * its lock. */
#ifndef MECLIS_PIPELINES_UNITS_H
#define MECLIS_PIPELINES_UNITS_H

#include "source_core.h"

/* Kept at the most, of both tracks: the oldest go. */
#define UNITS_KEPT 256
/* Media times of the newest pictures, for their decoded frames. */
#define UNITS_KNOWN 64

struct unit {
    enum source_track track;
    GstBuffer *buffer;
    GstCaps *caps;
    int64_t pts, dts; /* ns, by the stream's clock or media time */
};

struct units {
    int count;
    struct unit kept[UNITS_KEPT];
    bool began[3]; /* by enum source_track */
    int64_t duration[3];
    int known; /* where the next one goes */
    struct {
        int64_t pts, media;
    } times[UNITS_KNOWN];
};

/* Takes the unit's buffer and caps. */
void units_keep(struct units *u, const struct unit *unit);

/* Hands a unit over whose media time is its own plus the offset. Takes its buffer and caps. */
void units_send(struct units *u, struct source *s, const struct unit *unit, int64_t offset);

/* The same with all that were kept. */
void units_send_kept(struct units *u, struct source *s, int64_t offset);

/* Drops what was kept; the next picture begins with a keyframe. */
void units_forget(struct units *u);

/* Whether a picture with these stamps was handed over, and at which media time. */
bool units_media_of(const struct units *u, int64_t pts, int64_t *ret_media);

#endif
