#include "format.h"

#include "base/clock.h"

#include <stdlib.h>

/* The boot clock and the monotonic one part only while the machine sleeps; what is less than this
 * is the time between reading the two. */
#define SLEPT_US 50000

static int64_t media_now_ns(int64_t epoch_boot_us)
{
    return clock_boot_ns() - epoch_boot_us * 1000;
}

GstClock *media_clock_new(int64_t epoch_boot_us)
{
    GstClock *clock = g_object_new(GST_TYPE_SYSTEM_CLOCK, "name", "media-clock", "clock-type",
                                   GST_CLOCK_TYPE_MONOTONIC, NULL);
    if (!clock)
        return NULL;
    gst_object_ref_sink(clock);
    GstClockTime internal = gst_clock_get_internal_time(clock);
    int64_t media = media_now_ns(epoch_boot_us);
    gst_clock_set_calibration(clock, internal, (GstClockTime)(media > 0 ? media : 0), 1, 1);
    return clock;
}

bool media_clock_slept(GstClock *clock, int64_t epoch_boot_us)
{
    int64_t apart = media_now_ns(epoch_boot_us) - (int64_t)gst_clock_get_time(clock);
    return llabs(apart) > SLEPT_US * 1000ll;
}

void format_use_clock(const struct format *f, GstPipeline *pipeline)
{
    gst_pipeline_use_clock(pipeline, f->clock);
    gst_element_set_start_time(GST_ELEMENT(pipeline), GST_CLOCK_TIME_NONE);
    gst_element_set_base_time(GST_ELEMENT(pipeline), 0);
}

GstClockTime format_now(const struct format *f)
{
    return gst_clock_get_time(f->clock);
}

GstCaps *format_video_caps(const struct format *f, int num, int den)
{
    return gst_caps_new_simple("video/x-raw", "format", G_TYPE_STRING, "I420", "width", G_TYPE_INT,
                               f->width, "height", G_TYPE_INT, f->height, "framerate",
                               GST_TYPE_FRACTION, num, den, "pixel-aspect-ratio", GST_TYPE_FRACTION,
                               1, 1, "interlace-mode", G_TYPE_STRING, "progressive", "colorimetry",
                               G_TYPE_STRING, "bt709", NULL);
}

GstCaps *format_audio_caps(void)
{
    return gst_caps_new_simple("audio/x-raw", "format", G_TYPE_STRING, "F32LE", "layout",
                               G_TYPE_STRING, "interleaved", "rate", G_TYPE_INT, FORMAT_AUDIO_RATE,
                               "channels", G_TYPE_INT, FORMAT_AUDIO_CHANNELS, "channel-mask",
                               GST_TYPE_BITMASK, (guint64)3, NULL);
}
