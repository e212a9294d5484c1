#include "own_encoder.h"

#include <gst/app/app.h>
#include <stdio.h>

/* Samples of silence that avenc_aac puts before the first. */
#define AAC_PRIMING 1024

struct own_encoder {
    struct source *s;
    enum source_track track;
    GstElement *pipeline;
    GstAppSrc *in;
    int64_t last_ns; /* streaming thread: decode times rise */
};

static void emit(struct own_encoder *e, GstSample *sample)
{
    GstBuffer *b = gst_buffer_copy(gst_sample_get_buffer(sample));
    const GstSegment *segment = gst_sample_get_segment(sample);
    GstClockTime pts = gst_segment_to_running_time(segment, GST_FORMAT_TIME, GST_BUFFER_PTS(b));
    /* x264enc moves its segment so that decode times need not be negative. */
    GstClockTime dts =
        GST_BUFFER_DTS_IS_VALID(b)
            ? gst_segment_to_running_time(segment, GST_FORMAT_TIME, GST_BUFFER_DTS(b))
            : pts;
    int64_t back = e->track == SOURCE_AUDIO
                       ? (int64_t)AAC_PRIMING * (int64_t)GST_SECOND / FORMAT_AUDIO_RATE
                       : 0;
    if (!GST_CLOCK_TIME_IS_VALID(pts) || !GST_CLOCK_TIME_IS_VALID(dts) ||
        (int64_t)dts - back <= e->last_ns) {
        gst_buffer_unref(b);
        return;
    }
    GST_BUFFER_PTS(b) = pts - (GstClockTime)back;
    GST_BUFFER_DTS(b) = dts - (GstClockTime)back;
    e->last_ns = (int64_t)GST_BUFFER_DTS(b);
    source_emit_encoded(e->s, e->track, b, gst_sample_get_caps(sample));
}

static GstFlowReturn on_sample(GstAppSink *sink, gpointer data)
{
    GstSample *sample = gst_app_sink_pull_sample(sink);
    if (!sample)
        return GST_FLOW_EOS;
    emit(data, sample);
    gst_sample_unref(sample);
    return GST_FLOW_OK;
}

static GstElement *parse(const struct format *f, enum source_track track)
{
    char text[600];
    if (track == SOURCE_VIDEO)
        snprintf(text, sizeof text,
                 "appsrc name=in ! x264enc tune=zerolatency speed-preset=ultrafast threads=1 "
                 "bitrate=%d key-int-max=%d byte-stream=false option-string=scenecut=0 ! "
                 "video/x-h264,stream-format=avc,alignment=au ! appsink name=out",
                 OWN_ENCODER_VIDEO_KBPS, (f->rate_num + f->rate_den - 1) / f->rate_den);
    else
        snprintf(text, sizeof text,
                 "appsrc name=in ! audioconvert ! avenc_aac bitrate=%d ! "
                 "audio/mpeg,mpegversion=4,stream-format=raw ! appsink name=out",
                 OWN_ENCODER_AUDIO_BPS);
    return gst_parse_launch(text, NULL);
}

struct own_encoder *own_encoder_create(struct source *s, enum source_track track)
{
    GstElement *pipeline = parse(s->format, track);
    struct own_encoder *e = pipeline ? calloc(1, sizeof *e) : NULL;
    if (!e) {
        gst_clear_object(&pipeline);
        return NULL;
    }
    e->s = source_ref(s);
    e->track = track;
    e->pipeline = gst_object_ref_sink(pipeline);
    format_use_clock(s->format, GST_PIPELINE(pipeline));
    GstElement *in = gst_bin_get_by_name(GST_BIN(pipeline), "in");
    GstElement *out = gst_bin_get_by_name(GST_BIN(pipeline), "out");
    GstCaps *caps = track == SOURCE_VIDEO
                        ? format_video_caps(s->format, s->format->rate_num, s->format->rate_den)
                        : format_audio_caps();
    g_object_set(in, "caps", caps, "format", GST_FORMAT_TIME, "is-live", TRUE, "max-buffers",
                 (guint64)OWN_ENCODER_QUEUE, "max-bytes", (guint64)0, "max-time", (guint64)0,
                 "leaky-type", GST_APP_LEAKY_TYPE_DOWNSTREAM, NULL);
    gst_caps_unref(caps);
    g_object_set(out, "sync", FALSE, "async", FALSE, NULL);
    GstAppSinkCallbacks callbacks = {.new_sample = on_sample};
    gst_app_sink_set_callbacks(GST_APP_SINK(out), &callbacks, e, NULL);
    e->in = GST_APP_SRC(in); /* the pipeline's and ours */
    gst_object_unref(out);
    gst_element_set_state(pipeline, GST_STATE_PLAYING);
    return e;
}

void own_encoder_push(struct own_encoder *e, GstBuffer *buffer)
{
    gst_app_src_push_buffer(e->in, gst_buffer_ref(buffer));
}

static void take_down(GstElement *pipeline, gpointer data)
{
    struct own_encoder *e = data;
    gst_element_set_state(pipeline, GST_STATE_NULL);
    gst_object_unref(e->in);
    gst_object_unref(e->pipeline);
    source_unref(e->s);
    free(e);
}

void own_encoder_destroy(struct own_encoder *e)
{
    if (e)
        gst_element_call_async(e->pipeline, take_down, e, NULL);
}
