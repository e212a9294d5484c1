#include "ground.h"

#include <string.h>

/* So much before its time each frame is given. */
#define AHEAD_NS (20 * GST_MSECOND)
/* After a stall (a stopped process) so much is made up for; the mixers bridge the rest. */
#define MAKE_UP_NS (5 * GST_SECOND)

struct ground {
    const struct format *format;
    GstBuffer *silence;
    const struct ground_ops *ops;
    void *ctx;
    uint64_t frame; /* the next one's number since media time 0 */
    GThread *thread;
    GMutex lock;
    GstBuffer *slate; /* under lock; one reference */
    GstClockID wait;  /* under lock: what the thread sleeps on */
    bool ending;      /* under lock */
};

static GstClockTime frame_time(const struct format *f, uint64_t frame)
{
    return gst_util_uint64_scale(frame, GST_SECOND * (uint64_t)f->rate_den, (uint64_t)f->rate_num);
}

static uint64_t frame_number(const struct format *f, GstClockTime time_ns)
{
    return gst_util_uint64_scale_ceil(time_ns, (uint64_t)f->rate_num,
                                      GST_SECOND * (uint64_t)f->rate_den);
}

GstClockTime ground_frame_at(const struct format *f, GstClockTime time_ns)
{
    return frame_time(f, frame_number(f, time_ns));
}

static uint64_t sample_number(GstClockTime time_ns)
{
    return gst_util_uint64_scale_round(time_ns, FORMAT_AUDIO_RATE, GST_SECOND);
}

static GstClockTime sample_time(uint64_t sample)
{
    return gst_util_uint64_scale_round(sample, GST_SECOND, FORMAT_AUDIO_RATE);
}

static void give(struct ground *g)
{
    GstClockTime start = frame_time(g->format, g->frame);
    GstClockTime end = frame_time(g->format, g->frame + 1);
    g_mutex_lock(&g->lock);
    GstBuffer *frame = gst_buffer_copy(g->slate);
    g_mutex_unlock(&g->lock);
    GST_BUFFER_PTS(frame) = start;
    GST_BUFFER_DURATION(frame) = end - start;
    g->ops->video(g->ctx, frame);

    uint64_t first = sample_number(start), last = sample_number(end);
    size_t size = (size_t)(last - first) * FORMAT_AUDIO_FRAME_BYTES;
    GstBuffer *sound = gst_buffer_copy_region(g->silence, GST_BUFFER_COPY_MEMORY, 0, size);
    GST_BUFFER_PTS(sound) = sample_time(first);
    GST_BUFFER_DURATION(sound) = sample_time(last) - sample_time(first);
    GST_BUFFER_FLAG_SET(sound, GST_BUFFER_FLAG_GAP);
    g->ops->audio(g->ctx, sound);
}

/* Sleeps until the next frame is due. Returns false when it is to end. */
static bool sleep_until_due(struct ground *g)
{
    GstClockTime due = frame_time(g->format, g->frame);
    due = due > AHEAD_NS ? due - AHEAD_NS : 0;
    g_mutex_lock(&g->lock);
    bool ending = g->ending;
    GstClockID id = ending ? NULL : gst_clock_new_single_shot_id(g->format->clock, due);
    g->wait = id;
    g_mutex_unlock(&g->lock);
    if (!id)
        return false;
    gst_clock_id_wait(id, NULL);
    g_mutex_lock(&g->lock);
    g->wait = NULL;
    ending = g->ending;
    g_mutex_unlock(&g->lock);
    gst_clock_id_unref(id);
    return !ending;
}

static void *run(void *data)
{
    struct ground *g = data;
    while (sleep_until_due(g)) {
        GstClockTime now = format_now(g->format);
        if (now > frame_time(g->format, g->frame) + MAKE_UP_NS)
            g->frame = frame_number(g->format, now);
        give(g);
        g->frame++;
    }
    return NULL;
}

struct ground *ground_start(const struct format *f, GstBuffer *slate, GstClockTime start_ns,
                            const struct ground_ops *ops, void *ctx)
{
    struct ground *g = g_new0(struct ground, 1);
    g->format = f;
    g->slate = gst_buffer_ref(slate);
    /* One frame's samples at the most, rounded up. */
    size_t samples = (size_t)sample_number(frame_time(f, 1)) + 2;
    g->silence = gst_buffer_new_allocate(NULL, samples * FORMAT_AUDIO_FRAME_BYTES, NULL);
    gst_buffer_memset(g->silence, 0, 0, samples * FORMAT_AUDIO_FRAME_BYTES);
    g->ops = ops;
    g->ctx = ctx;
    g->frame = frame_number(f, start_ns);
    g_mutex_init(&g->lock);
    g->thread = g_thread_new("ground", run, g);
    return g;
}

void ground_set_slate(struct ground *g, GstBuffer *slate)
{
    g_mutex_lock(&g->lock);
    gst_buffer_replace(&g->slate, slate);
    g_mutex_unlock(&g->lock);
}

void ground_destroy(struct ground *g)
{
    if (!g)
        return;
    g_mutex_lock(&g->lock);
    g->ending = true;
    if (g->wait)
        gst_clock_id_unschedule(g->wait);
    g_mutex_unlock(&g->lock);
    g_thread_join(g->thread);
    gst_buffer_unref(g->slate);
    gst_buffer_unref(g->silence);
    g_mutex_clear(&g->lock);
    g_free(g);
}
