/* The slate as H.264, encoded once: a keyframe and frames that change nothing, to be given out
 * again and again with new times, at no cost. */
#ifndef MECLIS_PIPELINES_STILL_H
#define MECLIS_PIPELINES_STILL_H

#include "base/bytes.h"
#include "format.h"

#define STILL_MAX_UNITS 128

struct still {
    int width, height;
    int count;
    struct bytes *config; /* AVCC */
    struct bytes *units[STILL_MAX_UNITS];
};

/* Encodes `count` frames (2 to STILL_MAX_UNITS) of the picture, as the rendition asks; the format's
 * size must be the rendition's. Returns 0, or -EIO when the encoder does not deliver. Blocks, for
 * some milliseconds a frame. */
int still_encode(const struct format *f, const struct spec_rendition *rendition, GstBuffer *picture,
                 int count, struct still *ret);

/* Of a zeroed or encoded one. */
void still_finish(struct still *s);

#endif
