#include "session_inner.h"

#include "base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* A track that can't be used makes the stream unusable when none that can be comes by then. */
#define USABLE_US 1000000

/* Called when the pipeline is gone: its elements call back as long as there is one of them. */
static void destroy(gpointer data)
{
    struct session *n = data;
    gst_object_unref(n->bus);
    n->out->release(n->out_ctx);
    outlet_unref(n->outlet);
    source_unref(n->s);
    pthread_mutex_destroy(&n->lock);
    free(n);
}

struct session *session_create(struct source *s, struct outlet *outlet,
                               const struct session_out *out, void *ctx)
{
    struct session *n = calloc(1, sizeof *n);
    if (!n) {
        out->release(ctx);
        return NULL;
    }
    n->s = source_ref(s);
    n->outlet = outlet_ref(outlet);
    n->out = out;
    n->out_ctx = ctx;
    n->pipeline = GST_PIPELINE(gst_object_ref_sink(gst_pipeline_new(NULL)));
    n->bus = gst_pipeline_get_bus(n->pipeline);
    format_use_clock(s->format, n->pipeline);
    pthread_mutex_init(&n->lock, NULL);
    g_object_set_data_full(G_OBJECT(n->pipeline), "session", n, destroy);
    return n;
}

static void live_video(void *ctx, GstBuffer *frame, GstClockTime pts)
{
    outlet_video(ctx, frame, pts);
}

static void live_audio(void *ctx, GstBuffer *sound, GstClockTime pts)
{
    outlet_audio(ctx, sound, pts);
}

static void live_unit(void *ctx, enum source_track track, GstBuffer *unit, GstCaps *caps,
                      int64_t pts, int64_t dts)
{
    outlet_unit(ctx, track, unit, caps, pts, dts);
}

static void live_release(void *ctx)
{
    outlet_unref(ctx);
}

struct session *session_create_live(struct source *s)
{
    static const struct session_out out = {live_video, live_audio, live_unit, live_release};
    struct outlet *outlet = outlet_create(s, false);
    return outlet ? session_create(s, outlet, &out, outlet) : NULL;
}

GstPipeline *session_pipeline(struct session *n)
{
    return n->pipeline;
}

struct outlet *session_outlet(struct session *n)
{
    return n->outlet;
}

void session_break(struct session *n, enum reason reason, const char *detail)
{
    pthread_mutex_lock(&n->lock);
    if (!n->broken) {
        n->broken = reason;
        snprintf(n->broken_detail, sizeof n->broken_detail, "%s", detail ? detail : "");
    }
    pthread_mutex_unlock(&n->lock);
    /* Wakes session_poll(). */
    gst_bus_post(n->bus, gst_message_new_application(NULL, gst_structure_new_empty("broken")));
}

void session_note_unusable(struct session *n, enum source_track track, const char *detail)
{
    enum reason reason = track == SOURCE_VIDEO ? REASON_VIDEO_FORMAT : REASON_AUDIO_FORMAT;
    pthread_mutex_lock(&n->lock);
    if (!n->unusable) {
        n->unusable = reason;
        n->unusable_us = clock_boot_us();
        snprintf(n->unusable_detail, sizeof n->unusable_detail, "%s", detail);
    }
    pthread_mutex_unlock(&n->lock);
    outlet_set_note(n->outlet, reason, detail);
}

int session_play(struct session *n)
{
    GstElement *pipeline = GST_ELEMENT(n->pipeline);
    GstStateChangeReturn paused = gst_element_set_state(pipeline, GST_STATE_PAUSED);
    if (paused == GST_STATE_CHANGE_FAILURE ||
        gst_element_set_state(pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE)
        return -EIO;
    return paused == GST_STATE_CHANGE_NO_PREROLL;
}

static enum reason reason_of_error(const GError *error)
{
    if (g_error_matches(error, GST_STREAM_ERROR, GST_STREAM_ERROR_TYPE_NOT_FOUND) ||
        g_error_matches(error, GST_STREAM_ERROR, GST_STREAM_ERROR_WRONG_TYPE))
        return REASON_CONTAINER;
    if (g_error_matches(error, GST_STREAM_ERROR, GST_STREAM_ERROR_DECRYPT) ||
        g_error_matches(error, GST_STREAM_ERROR, GST_STREAM_ERROR_DECRYPT_NOKEY))
        return REASON_ENCRYPTED;
    if (error->domain == GST_RESOURCE_ERROR)
        return REASON_UNREACHABLE;
    return REASON_BROKEN;
}

/* Whether "stream failed" says only that the connection was cut. A demultiplexer says so at the end
 * of a stream in which nothing came (flvdemux does when its server ends): what isn't there can't be
 * damaged. A source element says so when it can't go on by itself; what stopped it from behind has
 * said so before it, and the first reason stays. */
static bool was_cut(struct session *n, GstMessage *m, const GError *error)
{
    if (!g_error_matches(error, GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED))
        return false;
    if (n->counted && atomic_load(&n->content_us) == 0)
        return true;
    const GstStructure *details = NULL;
    gst_message_parse_error_details(m, &details);
    int flow = GST_FLOW_OK;
    return GST_OBJECT_FLAG_IS_SET(GST_MESSAGE_SRC(m), GST_ELEMENT_FLAG_SOURCE) && details &&
           gst_structure_get_int(details, "flow-return", &flow) && flow == GST_FLOW_ERROR;
}

/* Returns whether the stream ended. */
static bool take_message(struct session *n, GstMessage *m)
{
    if (GST_MESSAGE_TYPE(m) == GST_MESSAGE_EOS)
        return true;
    if (GST_MESSAGE_TYPE(m) == GST_MESSAGE_ERROR) {
        GError *error = NULL;
        gst_message_parse_error(m, &error, NULL);
        bool cut = was_cut(n, m, error);
        session_break(n, cut ? REASON_DISCONNECTED : reason_of_error(error),
                      cut ? NULL : error->message);
        g_error_free(error);
    }
    return false;
}

/* What becomes clear only with time, or at the end: nothing in it that can be used. */
static void judge(struct session *n, bool ended)
{
    int64_t now = clock_boot_us(), content = atomic_load(&n->content_us);
    enum reason reason = 0;
    char detail[200] = "";
    pthread_mutex_lock(&n->lock);
    bool used = n->used[SOURCE_VIDEO] || n->used[SOURCE_AUDIO];
    if (!used && n->unusable && (ended || now - n->unusable_us > USABLE_US)) {
        reason = n->unusable;
        memcpy(detail, n->unusable_detail, sizeof detail);
    } else if (!used && (ended || (content && now - content > SESSION_RECOGNISE_US))) {
        reason = n->recognised ? REASON_NO_TRACKS : REASON_CONTAINER;
    }
    pthread_mutex_unlock(&n->lock);
    if (reason && ended && n->counted && !content)
        reason = REASON_DISCONNECTED;
    if (reason)
        session_break(n, reason, detail);
}

enum session_end session_poll(struct session *n, int timeout_ms)
{
    bool ended = false;
    GstMessage *m = gst_bus_timed_pop(n->bus, (GstClockTime)timeout_ms * GST_MSECOND);
    for (; m && !ended; m = gst_bus_pop(n->bus)) {
        ended = take_message(n, m);
        gst_message_unref(m);
    }
    gst_clear_message(&m);
    judge(n, ended);
    pthread_mutex_lock(&n->lock);
    bool broken = n->broken;
    pthread_mutex_unlock(&n->lock);
    return broken ? SESSION_BROKEN : ended ? SESSION_ENDED : SESSION_GOES_ON;
}

bool session_fed(struct session *n)
{
    return atomic_load(&n->first_data_us) != 0;
}

enum reason session_reason(struct session *n, char ret_detail[200])
{
    pthread_mutex_lock(&n->lock);
    enum reason reason = n->broken;
    memcpy(ret_detail, n->broken_detail, sizeof n->broken_detail);
    pthread_mutex_unlock(&n->lock);
    return reason;
}

/* On a thread of GStreamer's pool: a network element may take seconds to let go. */
static void take_down(GstElement *pipeline, gpointer data)
{
    gst_element_set_state(pipeline, GST_STATE_NULL);
    gst_object_unref(pipeline);
}

void session_close(struct session *n)
{
    if (!n)
        return;
    atomic_store(&n->shut, true);
    if (n->out_ctx == n->outlet)
        outlet_close(n->outlet);
    pthread_mutex_lock(&n->lock);
    n->closing = true;
    pthread_mutex_unlock(&n->lock);
    gst_element_call_async(GST_ELEMENT(n->pipeline), take_down, NULL, NULL);
}
