/* The encoders' ends of a pipeline: raw frames or sound in, a track's units out.
 *
 * Each is a GstBin with the ghost pad "sink" and a thread of its own behind a queue of at most
 * ENCODER_QUEUE_FRAMES; when the machine can't keep up, the oldest waiting frames are dropped. */
#ifndef MECLIS_PIPELINES_ENCODER_H
#define MECLIS_PIPELINES_ENCODER_H

#include "format.h"
#include "fragmenter.h"

#define ENCODER_QUEUE_FRAMES 8

/* Samples of silence that the AAC encoder puts before the first: taken off the units' times, so
 * that a decoder that plays all it gets is on time. Measured by tests/pipeline. */
#define ENCODER_AAC_PRIMING 1024

struct encoder_ops {
    /* The decoder's configuration, before the first unit and when it changed: an AVCC, or an
     * AudioSpecificConfig with width and height 0. On the encoder's thread. Borrowed. */
    void (*config)(void *ctx, uint8_t track, const void *data, size_t size, int width, int height);
    /* On the encoder's thread; all but capture_utc_us is filled. Borrowed. */
    void (*unit)(void *ctx, uint8_t track, struct fragmenter_unit *unit);
};

/* Both return a floating bin, or NULL when an element is missing. `ops` is borrowed for the bin's
 * life. The picture: H.264 High without B-frames or lookahead, keyframes only where an event asks
 * for one; frames of another size are scaled. */
GstElement *encoder_video_new(const struct spec_rendition *r, uint8_t track,
                              const struct encoder_ops *ops, void *ctx);
GstElement *encoder_audio_new(int bitrate_bps, uint8_t track, const struct encoder_ops *ops,
                              void *ctx);

#endif
