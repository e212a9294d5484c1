/* What every part of a programme has in common: its clock, its picture, its sound.
 *
 * Time. All pipelines of a worker (the programme's and each source's) use one clock whose time *is*
 * media time in nanoseconds. A source's pipeline runs with base time 0 and start time NONE: so its
 * running time, a buffer's PTS and the clock's time are all media time, and nobody computes an
 * offset (the programme's own pipeline begins at 0 and shifts what goes in and out). The clock is
 * a GstSystemClock (monotonic), calibrated once at the start against CLOCK_BOOTTIME minus the
 * meeting's epoch. Both advance at one rate and differ only when the machine sleeps: then
 * media_clock_slept() says so and the worker is to end and be started anew. */
#ifndef MECLIS_PIPELINES_FORMAT_H
#define MECLIS_PIPELINES_FORMAT_H

#include "link/spec.h"

#include <gst/gst.h>
#include <stdbool.h>
#include <stdint.h>

#define FORMAT_AUDIO_RATE 48000
#define FORMAT_AUDIO_CHANNELS 2
#define FORMAT_AUDIO_FRAME_BYTES (FORMAT_AUDIO_CHANNELS * (int)sizeof(float))

struct format {
    enum programme_mode mode;
    /* Pixels of the decoded picture: in `composed` the largest rendition, in `passthrough` the
     * largest one that the worker encodes itself. */
    int width, height;
    /* The programme's frames a second. */
    int rate_num, rate_den;
    /* Of the words for people: the spec's. */
    char language[8];
    /* One reference owned by whoever made the format; outlives every source. */
    GstClock *clock;
};

/* Returns an owned clock whose time is media time in nanoseconds, or NULL. */
GstClock *media_clock_new(int64_t epoch_boot_us);

/* Whether the machine slept since the clock was made, so that it no longer tells media time. */
bool media_clock_slept(GstClock *clock, int64_t epoch_boot_us);

/* Makes the pipeline run by media time: the clock, base time 0, no start time. */
void format_use_clock(const struct format *f, GstPipeline *pipeline);

/* Media time now in nanoseconds. Any thread. */
GstClockTime format_now(const struct format *f);

/* Owned caps of the decoded picture, with the frame rate `num/den` (0/1: any): I420, square
 * pixels, progressive, BT.709. */
GstCaps *format_video_caps(const struct format *f, int num, int den);

/* Owned caps of the decoded sound: F32LE, 48 kHz, stereo, interleaved. */
GstCaps *format_audio_caps(void);

#endif
