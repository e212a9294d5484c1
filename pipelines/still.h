/* The slate as H.264 and silence as AAC, encoded once, to be given out again and again with new
 * times, at no cost. */
#ifndef MECLIS_PIPELINES_STILL_H
#define MECLIS_PIPELINES_STILL_H

#include "base/bytes.h"
#include "format.h"

#define STILL_MAX_UNITS 128

struct still {
    int width, height; /* of a picture: a keyframe and frames that change nothing */
    int count;
    struct bytes *config; /* AVCC, AudioSpecificConfig */
    struct bytes *units[STILL_MAX_UNITS];
};

/* Encodes `count` frames (2 to STILL_MAX_UNITS) of the picture, as the rendition asks; the format's
 * size must be the rendition's. Returns 0, or -EIO when the encoder does not deliver. Blocks, for
 * some milliseconds a frame. */
int still_encode(const struct format *f, const struct spec_rendition *rendition, GstBuffer *picture,
                 int count, struct still *ret);

/* Encodes silence as AAC of 48 kHz, one or two channels: the config, and frames of which the last
 * can be said again and again. Returns 0, or -EIO. Blocks for some milliseconds. */
int still_encode_silence(int channels, struct still *ret);

/* Of a zeroed or encoded one. */
void still_finish(struct still *s);

#endif
