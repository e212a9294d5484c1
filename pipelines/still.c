#include "still.h"

#include "encoder.h"

#include <errno.h>
#include <gst/app/gstappsrc.h>
#include <string.h>

/* One frame's encoding at the most. */
#define FRAME_TIMEOUT_US (5 * G_USEC_PER_SEC)

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

/* One frame in, one unit out, so that nothing piles up before the encoder. */
static bool encode_one(struct making *m, GstAppSrc *in, const struct format *f, GstBuffer *picture,
                       int i)
{
    GstBuffer *frame = gst_buffer_copy(picture);
    GST_BUFFER_DURATION(frame) =
        gst_util_uint64_scale(GST_SECOND, (guint64)f->rate_den, (guint64)f->rate_num);
    GST_BUFFER_PTS(frame) = (GstClockTime)i * GST_BUFFER_DURATION(frame);
    gst_app_src_push_buffer(in, frame);
    gint64 end = g_get_monotonic_time() + FRAME_TIMEOUT_US;
    g_mutex_lock(&m->lock);
    while (m->still->count <= i && g_cond_wait_until(&m->more, &m->lock, end))
        ;
    bool done = m->still->count > i;
    g_mutex_unlock(&m->lock);
    return done;
}

int still_encode(const struct format *f, const struct spec_rendition *rendition, GstBuffer *picture,
                 int count, struct still *ret)
{
    struct making m = {.still = ret};
    const struct encoder_ops ops = {.config = on_config, .unit = on_unit};
    GstElement *encoder = encoder_video_new(rendition, 1, &ops, &m);
    GstElement *in = gst_element_factory_make("appsrc", NULL);
    if (!encoder || !in) {
        gst_clear_object(&encoder);
        gst_clear_object(&in);
        return -EIO;
    }
    g_mutex_init(&m.lock);
    g_cond_init(&m.more);
    GstElement *pipeline = gst_pipeline_new(NULL);
    gst_bin_add_many(GST_BIN(pipeline), in, encoder, NULL);
    gst_element_link(in, encoder);
    GstCaps *caps = format_video_caps(f, f->rate_num, f->rate_den);
    g_object_set(in, "format", GST_FORMAT_TIME, "caps", caps, NULL);
    gst_caps_unref(caps);
    gst_element_set_state(pipeline, GST_STATE_PLAYING);
    bool done = true;
    for (int i = 0; i < count && done; i++)
        done = encode_one(&m, GST_APP_SRC(in), f, picture, i);
    gst_element_set_state(pipeline, GST_STATE_NULL);
    gst_object_unref(pipeline);
    g_mutex_clear(&m.lock);
    g_cond_clear(&m.more);
    for (int i = 0; i < ret->count; i++)
        done = done && ret->units[i];
    return done && ret->config ? 0 : -EIO;
}

void still_finish(struct still *s)
{
    bytes_unref(s->config);
    for (int i = 0; i < s->count; i++)
        bytes_unref(s->units[i]);
    memset(s, 0, sizeof(*s));
}
