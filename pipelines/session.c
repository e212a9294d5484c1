#include "session.h"

#include "base/clock.h"
#include "codec.h"

#include <errno.h>
#include <gst/app/app.h>
#include <stdio.h>
#include <string.h>

/* A track that can't be used makes the stream unusable when none that can be comes by then. */
#define USABLE_US 1000000

struct session {
    struct source *s;
    struct outlet *outlet;
    const struct session_out *out;
    void *out_ctx;
    atomic_bool shut; /* nothing goes to `out` any more */
    GstPipeline *pipeline;
    GstBus *bus;
    atomic_llong first_data_us; /* 0: nothing came yet */

    pthread_mutex_t lock; /* all that follows */
    bool closing;
    bool recognised;      /* a container or a track was */
    bool used[3];         /* by enum source_track */
    enum reason unusable; /* the first track that can't be used */
    int64_t unusable_us;
    char unusable_detail[200];
    enum reason broken;
    char broken_detail[200];
};

/* What the callbacks of a plugged track hold; goes with its chain. */
struct plug {
    struct session *n; /* outlives the pipeline, which it owns */
    const struct codec *codec;
};

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

static void live_release(void *ctx)
{
    outlet_unref(ctx);
}

struct session *session_create_live(struct source *s)
{
    static const struct session_out out = {live_video, live_audio, live_release};
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

static void note_unusable(struct session *n, enum source_track track, const char *detail)
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

static GstFlowReturn on_sample(GstAppSink *sink, gpointer data)
{
    struct plug *p = data;
    GstSample *sample = gst_app_sink_pull_sample(sink);
    if (!sample)
        return GST_FLOW_EOS;
    GstBuffer *buffer = gst_buffer_ref(gst_sample_get_buffer(sample));
    GstClockTime pts = GST_BUFFER_PTS(buffer);
    if (GST_CLOCK_TIME_IS_VALID(pts))
        pts = gst_segment_to_running_time(gst_sample_get_segment(sample), GST_FORMAT_TIME, pts);
    gst_sample_unref(sample);
    struct session *n = p->n;
    if (!GST_CLOCK_TIME_IS_VALID(pts) || atomic_load(&n->shut))
        gst_buffer_unref(buffer);
    else if (p->codec->track == SOURCE_VIDEO)
        n->out->video(n->out_ctx, buffer, pts);
    else
        n->out->audio(n->out_ctx, buffer, pts);
    return GST_FLOW_OK;
}

/* The parser's (or decoder's) caps tell what the stream is, and whether it is too large. */
static GstPadProbeReturn on_caps(GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
    struct plug *p = data;
    GstEvent *event = gst_pad_probe_info_get_event(info);
    if (GST_EVENT_TYPE(event) != GST_EVENT_CAPS)
        return GST_PAD_PROBE_OK;
    GstCaps *caps;
    char text[64];
    int width = 0, height = 0;
    gst_event_parse_caps(event, &caps);
    codec_print(p->codec, caps, text, sizeof text);
    source_set_codec(p->n->s, p->codec->track, text);
    const GstStructure *s = gst_caps_get_structure(caps, 0);
    gst_structure_get_int(s, "width", &width);
    gst_structure_get_int(s, "height", &height);
    if ((int64_t)width * height > SESSION_MAX_PIXELS) {
        session_break(p->n, REASON_VIDEO_FORMAT, text);
        return GST_PAD_PROBE_DROP;
    }
    return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn on_bytes(GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
    struct session *n = data;
    size_t size = info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST
                      ? gst_buffer_list_calculate_size(gst_pad_probe_info_get_buffer_list(info))
                      : gst_buffer_get_size(gst_pad_probe_info_get_buffer(info));
    source_add_bytes(n->s, size);
    if (atomic_load(&n->first_data_us) == 0)
        atomic_store(&n->first_data_us, clock_boot_us());
    return GST_PAD_PROBE_OK;
}

static void count_bytes(struct session *n, GstPad *pad)
{
    gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_bytes, n,
                      NULL);
}

/* The chain from a track's caps to the outlet, as a bin with one sink pad. */
static GstElement *make_chain(struct session *n, const struct codec *codec)
{
    char text[512];
    snprintf(text, sizeof text,
             "queue max-size-buffers=0 max-size-bytes=%u max-size-time=%llu ! %s ! %s ! "
             "appsink name=sink sync=false async=false max-buffers=8",
             SESSION_QUEUE_BYTES, (unsigned long long)SESSION_QUEUE_NS, codec->chain,
             codec->track == SOURCE_VIDEO ? "videoconvertscale n-threads=1"
                                          : "audioconvert ! audioresample");
    GstElement *bin = gst_parse_bin_from_description(text, TRUE, NULL);
    if (!bin)
        return NULL;
    struct plug *p = g_new(struct plug, 1);
    *p = (struct plug){n, codec};
    g_object_set_data_full(G_OBJECT(bin), "plug", p, g_free);

    GstElement *sink = gst_bin_get_by_name(GST_BIN(bin), "sink");
    GstCaps *caps =
        codec->track == SOURCE_VIDEO ? format_video_caps(n->s->format, 0, 1) : format_audio_caps();
    if (codec->track == SOURCE_VIDEO)
        gst_structure_remove_field(gst_caps_get_structure(caps, 0), "framerate");
    gst_app_sink_set_caps(GST_APP_SINK(sink), caps);
    gst_caps_unref(caps);
    GstAppSinkCallbacks callbacks = {.new_sample = on_sample};
    gst_app_sink_set_callbacks(GST_APP_SINK(sink), &callbacks, p, NULL);
    gst_object_unref(sink);

    GstElement *parse = gst_bin_get_by_name(GST_BIN(bin), "parse");
    GstPad *pad = parse ? gst_element_get_static_pad(parse, "src") : NULL;
    if (pad)
        gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_caps, p, NULL);
    gst_clear_object(&pad);
    gst_clear_object(&parse);
    return bin;
}

static void link_to(struct session *n, GstPad *pad, GstElement *element)
{
    gst_bin_add(GST_BIN(n->pipeline), element);
    GstPad *sink = gst_element_get_static_pad(element, "sink");
    gst_element_sync_state_with_parent(element);
    if (gst_pad_link(pad, sink) != GST_PAD_LINK_OK)
        session_break(n, REASON_BROKEN, "link");
    gst_object_unref(sink);
}

static void ignore_pad(struct session *n, GstPad *pad)
{
    GstElement *sink = gst_element_factory_make("fakesink", NULL);
    g_object_set(sink, "sync", FALSE, "async", FALSE, NULL);
    link_to(n, pad, sink);
}

/* Takes the track's place when it is free. */
static bool take_place(struct session *n, enum source_track track)
{
    pthread_mutex_lock(&n->lock);
    bool mine = !n->closing && !n->used[track];
    n->used[track] = n->used[track] || mine;
    n->recognised = true;
    pthread_mutex_unlock(&n->lock);
    return mine;
}

static void plug_caps(struct session *n, GstPad *pad, const GstCaps *caps)
{
    const struct codec *codec = codec_find(caps);
    enum source_track track = codec ? codec->track : codec_track_of(caps);
    if (!codec && track) {
        char text[200];
        codec_describe(caps, text, sizeof text);
        note_unusable(n, track, text);
    }
    if (!codec || !take_place(n, track)) {
        ignore_pad(n, pad);
        return;
    }
    char text[64];
    codec_print(codec, caps, text, sizeof text);
    source_set_codec(n->s, track, text);
    GstElement *chain = make_chain(n, codec);
    if (!chain) {
        session_break(n, REASON_LOW_MEMORY, NULL);
        return;
    }
    g_object_set_data(G_OBJECT(pad), "used", n);
    link_to(n, pad, chain);
}

static GstPadProbeReturn on_first_caps(GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
    GstEvent *event = gst_pad_probe_info_get_event(info);
    if (GST_EVENT_TYPE(event) != GST_EVENT_CAPS)
        return GST_PAD_PROBE_OK;
    GstCaps *caps;
    gst_event_parse_caps(event, &caps);
    plug_caps(data, pad, caps);
    return GST_PAD_PROBE_REMOVE;
}

void session_plug(struct session *n, GstPad *pad)
{
    GstCaps *caps = gst_pad_get_current_caps(pad);
    if (caps)
        plug_caps(n, pad, caps);
    else
        gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_first_caps, n, NULL);
    gst_clear_caps(&caps);
}

static void on_pad_added(GstElement *element, GstPad *pad, gpointer data)
{
    struct session *n = data;
    if (GST_PAD_DIRECTION(pad) != GST_PAD_SRC)
        return;
    if (g_object_get_data(G_OBJECT(element), "counted"))
        count_bytes(n, pad);
    session_plug(n, pad);
}

/* The stream became another one: it is taken up anew. */
static void on_pad_removed(GstElement *element, GstPad *pad, gpointer data)
{
    struct session *n = data;
    pthread_mutex_lock(&n->lock);
    bool matters = !n->closing && g_object_get_data(G_OBJECT(pad), "used") == n;
    pthread_mutex_unlock(&n->lock);
    if (matters)
        session_break(n, REASON_CHANGED, NULL);
}

static void watch_pads(struct session *n, GstElement *element)
{
    g_signal_connect(element, "pad-added", G_CALLBACK(on_pad_added), n);
    g_signal_connect(element, "pad-removed", G_CALLBACK(on_pad_removed), n);
}

static void on_type(GstElement *typefind, guint probability, GstCaps *caps, gpointer data)
{
    struct session *n = data;
    const struct container *container = container_find(caps);
    GstElement *demux = container ? gst_element_factory_make(container->element, NULL) : NULL;
    if (!demux) {
        char text[200];
        codec_describe(caps, text, sizeof text);
        session_break(n, REASON_CONTAINER, text);
        return;
    }
    pthread_mutex_lock(&n->lock);
    n->recognised = true;
    pthread_mutex_unlock(&n->lock);
    gst_bin_add(GST_BIN(n->pipeline), demux);
    GstPad *source = gst_element_get_static_pad(demux, "src");
    if (source)
        session_plug(n, source);
    else
        watch_pads(n, demux);
    gst_clear_object(&source);
    gst_element_sync_state_with_parent(demux);
    if (!gst_element_link(typefind, demux))
        session_break(n, REASON_BROKEN, "link");
}

static int add_container(struct session *n, GstElement *element)
{
    GstElement *typefind = gst_element_factory_make("typefind", NULL);
    g_signal_connect(typefind, "have-type", G_CALLBACK(on_type), n);
    gst_bin_add_many(GST_BIN(n->pipeline), element, typefind, NULL);
    GstPad *pad = gst_element_get_static_pad(typefind, "sink");
    count_bytes(n, pad);
    gst_object_unref(pad);
    return gst_element_link(element, typefind) ? 0 : -EINVAL;
}

int session_add(struct session *n, GstElement *element, bool container)
{
    if (container)
        return add_container(n, element);
    /* What comes from the network is counted; behind a demultiplexer it was before. */
    g_object_set_data(G_OBJECT(element), "counted", n);
    watch_pads(n, element);
    gst_bin_add(GST_BIN(n->pipeline), element);
    return 0;
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

/* Returns whether the stream ended. */
static bool take_message(struct session *n, GstMessage *m)
{
    if (GST_MESSAGE_TYPE(m) == GST_MESSAGE_EOS)
        return true;
    if (GST_MESSAGE_TYPE(m) == GST_MESSAGE_ERROR) {
        GError *error = NULL;
        gst_message_parse_error(m, &error, NULL);
        session_break(n, reason_of_error(error), error->message);
        g_error_free(error);
    }
    return false;
}

/* What becomes clear only with time, or at the end: nothing in it that can be used. */
static void judge(struct session *n, bool ended)
{
    int64_t now = clock_boot_us(), first = atomic_load(&n->first_data_us);
    enum reason reason = 0;
    char detail[200] = "";
    pthread_mutex_lock(&n->lock);
    bool used = n->used[SOURCE_VIDEO] || n->used[SOURCE_AUDIO];
    if (!used && n->unusable && (ended || now - n->unusable_us > USABLE_US)) {
        reason = n->unusable;
        memcpy(detail, n->unusable_detail, sizeof detail);
    } else if (!used && (ended || (first && now - first > SESSION_RECOGNISE_US))) {
        reason = n->recognised ? REASON_NO_TRACKS : REASON_CONTAINER;
    }
    pthread_mutex_unlock(&n->lock);
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
    struct session *n = data;
    gst_element_set_state(pipeline, GST_STATE_NULL);
    gst_object_unref(n->bus);
    gst_object_unref(n->pipeline);
    n->out->release(n->out_ctx);
    outlet_unref(n->outlet);
    source_unref(n->s);
    pthread_mutex_destroy(&n->lock);
    free(n);
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
    gst_element_call_async(GST_ELEMENT(n->pipeline), take_down, n, NULL);
}
