#include "still.h"

#include "encoder.h"

#include <errno.h>
#include <gst/app/gstappsrc.h>
#include <string.h>

/* One frame's encoding at the most. */
#define FRAME_TIMEOUT_US (5 * G_USEC_PER_SEC)
/* After the first ones, which still settle, silence is the same again and again. */
#define SILENCE_UNITS 4
#define SILENCE_SAMPLES 1024
#define SILENCE_BPS 24000

/* Between the encoder's thread and the one that waits for it. */
struct making {
    struct still *still;
    GMutex lock;
    GCond more;
};

static void on_config(void *ctx, uint8_t track, const void *data, size_t size, int width,
                      int height)
{
    struct making *m = ctx;
    g_mutex_lock(&m->lock);
    if (!m->still->config)
        m->still->config = bytes_copy(data, size);
    m->still->width = width;
    m->still->height = height;
    g_mutex_unlock(&m->lock);
}

static void on_unit(void *ctx, uint8_t track, struct fragmenter_unit *unit)
{
    struct making *m = ctx;
    g_mutex_lock(&m->lock);
    if (m->still->count < STILL_MAX_UNITS)
        m->still->units[m->still->count++] = bytes_copy(unit->data, unit->size);
    g_cond_signal(&m->more);
    g_mutex_unlock(&m->lock);
}

static bool wait_for_units(struct making *m, int count)
{
    gint64 end = g_get_monotonic_time() + FRAME_TIMEOUT_US;
    g_mutex_lock(&m->lock);
    while (m->still->count < count && g_cond_wait_until(&m->more, &m->lock, end))
        ;
    bool done = m->still->count >= count;
    g_mutex_unlock(&m->lock);
    return done;
}

/* A pipeline of what is pushed and the encoder. Takes both; NULL where one is missing. */
static GstElement *pipeline_of(GstElement *in, GstElement *encoder, GstCaps *caps)
{
    if (!encoder || !in) {
        gst_clear_object(&encoder);
        gst_clear_object(&in);
        gst_caps_unref(caps);
        return NULL;
    }
    GstElement *pipeline = gst_pipeline_new(NULL);
    gst_bin_add_many(GST_BIN(pipeline), in, encoder, NULL);
    gst_element_link(in, encoder);
    g_object_set(in, "format", GST_FORMAT_TIME, "caps", caps, NULL);
    gst_caps_unref(caps);
    gst_element_set_state(pipeline, GST_STATE_PLAYING);
    return pipeline;
}

/* Ends the pipeline. Returns 0 when all was made. */
static int finish(struct making *m, GstElement *pipeline, bool done)
{
    if (pipeline)
        gst_element_set_state(pipeline, GST_STATE_NULL);
    gst_clear_object(&pipeline);
    g_mutex_clear(&m->lock);
    g_cond_clear(&m->more);
    for (int i = 0; i < m->still->count; i++)
        done = done && m->still->units[i];
    return done && m->still->config ? 0 : -EIO;
}

static void push(GstElement *in, GstBuffer *buffer, GstClockTime pts, GstClockTime duration)
{
    GST_BUFFER_PTS(buffer) = pts;
    GST_BUFFER_DURATION(buffer) = duration;
    gst_app_src_push_buffer(GST_APP_SRC(in), buffer);
}

static const struct encoder_ops ops = {.config = on_config, .unit = on_unit};

int still_encode(const struct format *f, const struct spec_rendition *rendition, GstBuffer *picture,
                 int count, struct still *ret)
{
    struct making m = {.still = ret};
    g_mutex_init(&m.lock);
    g_cond_init(&m.more);
    GstElement *in = gst_element_factory_make("appsrc", NULL);
    GstElement *pipeline = pipeline_of(in, encoder_video_new(rendition, 1, &ops, &m),
                                       format_video_caps(f, f->rate_num, f->rate_den));
    if (!pipeline)
        return finish(&m, NULL, false);
    GstClockTime step =
        gst_util_uint64_scale(GST_SECOND, (guint64)f->rate_den, (guint64)f->rate_num);
    bool done = true;
    for (int i = 0; i < count && done; i++) { /* one in, one out: nothing piles up in between */
        push(in, gst_buffer_copy(picture), (GstClockTime)i * step, step);
        done = wait_for_units(&m, i + 1);
    }
    return finish(&m, pipeline, done);
}

int still_encode_silence(int channels, struct still *ret)
{
    struct making m = {.still = ret};
    g_mutex_init(&m.lock);
    g_cond_init(&m.more);
    GstElement *in = gst_element_factory_make("appsrc", NULL);
    GstCaps *caps = gst_caps_new_simple("audio/x-raw", "format", G_TYPE_STRING, "F32LE", "layout",
                                        G_TYPE_STRING, "interleaved", "rate", G_TYPE_INT,
                                        FORMAT_AUDIO_RATE, "channels", G_TYPE_INT, channels, NULL);
    GstElement *pipeline =
        pipeline_of(in, encoder_audio_new(SILENCE_BPS * channels, 1, &ops, &m), caps);
    if (!pipeline)
        return finish(&m, NULL, false);
    size_t size = SILENCE_SAMPLES * (size_t)channels * sizeof(float);
    GstClockTime step = gst_util_uint64_scale(SILENCE_SAMPLES, GST_SECOND, FORMAT_AUDIO_RATE);
    for (int i = 0; i < SILENCE_UNITS + 4; i++) { /* it keeps some back */
        GstBuffer *buffer = gst_buffer_new_allocate(NULL, size, NULL);
        gst_buffer_memset(buffer, 0, 0, size);
        push(in, buffer, (GstClockTime)i * step, step);
    }
    return finish(&m, pipeline, wait_for_units(&m, SILENCE_UNITS));
}

void still_finish(struct still *s)
{
    bytes_unref(s->config);
    for (int i = 0; i < s->count; i++)
        bytes_unref(s->units[i]);
    memset(s, 0, sizeof(*s));
}
