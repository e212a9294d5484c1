/* A session's elements: what a stream is gets found out, and the chain for it plugged. */
#include "codec.h"
#include "session_inner.h"

#include "base/clock.h"

#include <errno.h>
#include <gst/app/app.h>
#include <stdio.h>
#include <string.h>

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
    session_judge_passing(p, caps);
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
    if (atomic_fetch_add(&n->bytes, (long long)size) + (long long)size > SESSION_HEAD_BYTES &&
        atomic_load(&n->content_us) == 0)
        atomic_store(&n->content_us, clock_boot_us());
    return GST_PAD_PROBE_OK;
}

/* On the demultiplexer's pad of a track that is used. */
static GstPadProbeReturn on_arrival(GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
    struct plug *p = data;
    GstBuffer *b = info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST
                       ? gst_buffer_list_get(gst_pad_probe_info_get_buffer_list(info), 0)
                       : gst_pad_probe_info_get_buffer(info);
    GstEvent *event = gst_pad_get_sticky_event(pad, GST_EVENT_SEGMENT, 0);
    if (b && event && GST_BUFFER_PTS_IS_VALID(b)) {
        const GstSegment *segment;
        gst_event_parse_segment(event, &segment);
        outlet_came(p->n->outlet, p->codec->track,
                    gst_segment_to_running_time(segment, GST_FORMAT_TIME, GST_BUFFER_PTS(b)));
    }
    if (event)
        gst_event_unref(event);
    return GST_PAD_PROBE_OK;
}

static void count_bytes(struct session *n, GstPad *pad)
{
    gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_bytes, n,
                      NULL);
}

/* The chain's words: framed, then decoded; in `passthrough` a copy branches off in between, and is
 * pushed first: a unit goes out before its decoded frame. */
static char *describe_chain(const struct session *n, const struct codec *codec, bool stamp)
{
    char *copy = NULL;
    if (session_passes(n, codec))
        copy =
            g_strdup_printf("%s %s ! tee name=copy "
                            "copy. ! appsink name=units sync=false async=false max-buffers=8 "
                            "copy. ! queue max-size-buffers=8 max-size-bytes=0 max-size-time=0 !",
                            stamp ? "h264timestamper !" : "", codec->passes);
    char *text = g_strdup_printf("queue max-size-buffers=0 max-size-bytes=%u max-size-time=%llu ! "
                                 "%s ! %s %s %s %s ! "
                                 "appsink name=sink sync=false async=false max-buffers=8",
                                 SESSION_QUEUE_BYTES, (unsigned long long)SESSION_QUEUE_NS,
                                 codec->parse, copy ? copy : "", codec->decode ? codec->decode : "",
                                 codec->decode ? "!" : "",
                                 codec->track == SOURCE_VIDEO ? "videoconvertscale n-threads=1"
                                                              : "audioconvert ! audioresample");
    g_free(copy);
    return text;
}

static void attach_sink(struct session *n, GstElement *bin, struct plug *p)
{
    bool video = p->codec->track == SOURCE_VIDEO;
    GstElement *sink = gst_bin_get_by_name(GST_BIN(bin), "sink");
    GstCaps *caps = video ? format_video_caps(n->s->format, 0, 1) : format_audio_caps();
    if (video)
        gst_structure_remove_field(gst_caps_get_structure(caps, 0), "framerate");
    gst_app_sink_set_caps(GST_APP_SINK(sink), caps);
    gst_caps_unref(caps);
    GstAppSinkCallbacks callbacks = {.new_sample = on_sample};
    gst_app_sink_set_callbacks(GST_APP_SINK(sink), &callbacks, p, NULL);
    gst_object_unref(sink);
}

/* The chain from a track's caps to the outlet, as a bin with one sink pad. */
static GstElement *make_chain(struct session *n, const struct codec *codec, bool stamp)
{
    char *text = describe_chain(n, codec, stamp);
    GstElement *bin = gst_parse_bin_from_description(text, TRUE, NULL);
    g_free(text);
    if (!bin)
        return NULL;
    struct plug *p = g_new0(struct plug, 1);
    *p = (struct plug){.n = n, .codec = codec};
    g_object_set_data_full(G_OBJECT(bin), "plug", p, g_free);
    attach_sink(n, bin, p);
    if (session_passes(n, codec))
        session_attach_units(bin, p);

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

/* RTP and Matroska tell only when a picture is shown. */
static bool lacks_decode_times(GstPad *pad, const GstCaps *caps)
{
    GstElement *parent = gst_pad_get_parent_element(pad);
    GstElementFactory *factory = parent ? gst_element_get_factory(parent) : NULL;
    const char *name = factory ? GST_OBJECT_NAME(factory) : "";
    bool lacks = strcmp(name, "matroskademux") == 0 ||
                 gst_structure_has_name(gst_caps_get_structure(caps, 0), "application/x-rtp");
    gst_clear_object(&parent);
    return lacks && codec_track_of(caps) == SOURCE_VIDEO;
}

static void plug_caps(struct session *n, GstPad *pad, const GstCaps *caps)
{
    const struct codec *codec = codec_find(caps);
    enum source_track track = codec ? codec->track : codec_track_of(caps);
    if (!codec && track) {
        char text[200];
        codec_describe(caps, text, sizeof text);
        session_note_unusable(n, track, text);
    }
    if (!codec || !take_place(n, track)) {
        ignore_pad(n, pad);
        return;
    }
    char text[64];
    codec_print(codec, caps, text, sizeof text);
    source_set_codec(n->s, track, text);
    if (n->s->format->mode == MODE_PASSTHROUGH && !codec->passes) {
        if (track == SOURCE_VIDEO)
            session_break(n, REASON_PASSTHROUGH, text);
        else
            outlet_encode_sound(n->outlet);
    }
    GstElement *chain = make_chain(n, codec, lacks_decode_times(pad, caps));
    if (!chain) {
        session_break(n, REASON_LOW_MEMORY, NULL);
        return;
    }
    g_object_set_data(G_OBJECT(pad), "used", n);
    gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_arrival,
                      g_object_get_data(G_OBJECT(chain), "plug"), NULL);
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
    if (container) {
        n->counted = n->out_ctx == n->outlet;
        return add_container(n, element);
    }
    /* What comes from the network is counted; behind a demultiplexer it was before. */
    g_object_set_data(G_OBJECT(element), "counted", n);
    watch_pads(n, element);
    gst_bin_add(GST_BIN(n->pipeline), element);
    return 0;
}
