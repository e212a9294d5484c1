/* What streams can hold that we can use: from caps to the chain of elements that decodes them. */
#ifndef MECLIS_PIPELINES_CODEC_H
#define MECLIS_PIPELINES_CODEC_H

#include "source.h"

/* A kind of track. */
struct codec {
    const char *caps; /* what fits, in GStreamer's notation */
    enum source_track track;
    const char *name; /* for people: "H.264" */
    /* From these caps to framed ones: the last element, which knows the picture's size or the
     * sound's rate, is named `parse`. */
    const char *parse;
    const char *decode; /* from there to raw; NULL: it is */
    const char *passes; /* as which caps it can go as it came; NULL: not at all */
};

/* A kind of container. */
struct container {
    const char *caps;
    const char *element; /* the demultiplexer or parser */
};

/* Each returns what fits, or NULL. Any thread. */
const struct codec *codec_find(const GstCaps *caps);
const struct container *container_find(const GstCaps *caps);

/* What caps that nothing fits are: SOURCE_VIDEO, SOURCE_AUDIO, or 0 for neither (subtitles, data).
 */
enum source_track codec_track_of(const GstCaps *caps);

/* What such caps are called, for people: "VP9". */
void codec_describe(const GstCaps *caps, char *ret_text, size_t size);

/* "H.264 1280×720 25/1", "AAC 48000 Hz 2", as far as the caps say it. Pure. */
void codec_print(const struct codec *codec, const GstCaps *caps, char *ret_text, size_t size);

#endif
