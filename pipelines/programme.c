#include "programme.h"

#include "ground.h"
#include "level.h"
#include "slate.h"

#include <gst/app/gstappsrc.h>
#include <gst/video/video.h>
#include <stdatomic.h>
#include <string.h>

/* The mixers wait so long for what is on air. */
#define MIX_LATENCY_NS (60 * GST_MSECOND)
/* What waits before the mixers at the most; the oldest is dropped. */
#define INPUT_QUEUE_NS (600 * GST_MSECOND)
/* Between creating the pipeline and its first frame. */
#define START_IN_NS (100 * GST_MSECOND)

#define KEYFRAMES_ASKED 8
/* The second picture in the corner of the first. */
#define INSET_PERCENT 30
#define INSET_MARGIN 40 /* of the width */

struct place {
    int x, y, width, height;
    bool seen;
};

enum input { INPUT_SLATE, INPUT_SILENCE, INPUT_VIDEO, INPUT_BESIDE, INPUT_AUDIO, INPUT_COUNT };

struct programme {
    const struct format *format;
    const struct programme_ops *ops;
    void *ctx;
    GstElement *pipeline;
    GstAppSrc *inputs[INPUT_COUNT]; /* each holds a reference */
    GstBuffer *slate;
    struct ground *ground;
    struct ground_ops ground_ops;
    struct encoder_ops encoder_ops;
    /* Media time of the first frame: the pipeline's running time 0, since mixers begin there. What
     * goes in and comes out is shifted by it. */
    GstClockTime start_ns;
    /* Keyframes that are still to come, media time; 0: none. The newest replace the oldest. */
    _Atomic int64_t asked[KEYFRAMES_ASKED];
    atomic_uint asked_count;
    GstPad *pads[2]; /* the compositor's, of what is on air and of what is beside it */
    atomic_bool muted, covered;
    atomic_bool two;    /* something is beside; else the slate takes its place, unseen */
    enum layout layout; /* the main thread's */
    struct level level; /* the sound mixer's thread */
    /* The compositor's thread. */
    bool by_grid;
    uint64_t grid_ns;
    uint64_t cell;         /* of the frame before */
    GstClockTime shown_ns; /* running time of the frame before */
    unsigned keyframes;
};

static GstBusSyncReply on_message(GstBus *bus, GstMessage *message, void *data)
{
    struct programme *p = data;
    if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
        GError *error = NULL;
        gst_message_parse_error(message, &error, NULL);
        char reason[256];
        g_snprintf(reason, sizeof(reason), "%s: %s", GST_MESSAGE_SRC_NAME(message),
                   error ? error->message : "failed");
        g_clear_error(&error);
        p->ops->failed(p->ctx, reason);
    }
    gst_message_unref(message);
    return GST_BUS_DROP;
}

void programme_keyframe(struct programme *p, int64_t pts_ns)
{
    p->asked[p->asked_count++ % KEYFRAMES_ASKED] = pts_ns;
}

/* Whether a keyframe was asked for at this frame, or before it. */
static bool asked_for(struct programme *p, int64_t frame_ns, int64_t duration_ns)
{
    bool asked = false;
    for (int i = 0; i < KEYFRAMES_ASKED; i++) {
        int64_t at = p->asked[i];
        if (at && at < frame_ns + duration_ns / 2)
            asked |= atomic_compare_exchange_strong(&p->asked[i], &at, 0);
    }
    return asked;
}

/* Asks all encoders for a keyframe with the first frame of each cell of the grid (or where it was
 * asked for): the event goes ahead of that very frame. */
static GstPadProbeReturn mark_keyframes(GstPad *pad, GstPadProbeInfo *info, void *data)
{
    struct programme *p = data;
    GstBuffer *frame = GST_PAD_PROBE_INFO_BUFFER(info);
    GstClockTime pts = GST_BUFFER_PTS(frame), media = pts + p->start_ns;
    /* A mixer that starts on a machine with more to do than it can may give its first frame twice.
     */
    if (GST_CLOCK_TIME_IS_VALID(p->shown_ns) && pts <= p->shown_ns)
        return GST_PAD_PROBE_DROP;
    p->shown_ns = pts;
    uint64_t cell = media / p->grid_ns;
    bool asked = asked_for(p, (int64_t)media, (int64_t)GST_BUFFER_DURATION(frame));
    bool key = asked || (p->by_grid && cell != p->cell);
    p->cell = cell;
    /* The first frame is a keyframe by itself, and asking for it must not be: GstVideoEncoder 1.22
     * notes that request with x264enc's shift of 1000 hours and throttles all that follow. */
    if (key && pts > 0)
        gst_pad_push_event(pad, gst_video_event_new_downstream_force_key_unit(pts, pts, pts, FALSE,
                                                                              p->keyframes++));
    return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn set_level(GstPad *pad, GstPadProbeInfo *info, void *data)
{
    struct programme *p = data;
    bool on = !p->muted && !p->covered;
    if (on && level_is_full(&p->level))
        return GST_PAD_PROBE_OK;
    GstBuffer *sound = gst_buffer_make_writable(GST_PAD_PROBE_INFO_BUFFER(info));
    GST_PAD_PROBE_INFO_DATA(info) = sound;
    GstMapInfo map;
    if (!gst_buffer_map(sound, &map, GST_MAP_READWRITE))
        return GST_PAD_PROBE_DROP; /* rather a hole than what nobody is to hear */
    level_apply(&p->level, on, (float *)(void *)map.data, map.size / FORMAT_AUDIO_FRAME_BYTES);
    gst_buffer_unmap(sound, &map);
    return GST_PAD_PROBE_OK;
}

static void set_up_sound(struct programme *p)
{
    GstElement *sound = gst_bin_get_by_name(GST_BIN(p->pipeline), "sound");
    GstPad *pad = gst_element_get_static_pad(sound, "src");
    level_init(&p->level);
    gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, set_level, p, NULL);
    gst_object_unref(pad);
    gst_object_unref(sound);
}

static void set_up_input(struct programme *p, enum input input, const char *name, GstCaps *caps)
{
    GstElement *element = gst_bin_get_by_name(GST_BIN(p->pipeline), name);
    g_object_set(element, "format", GST_FORMAT_TIME, "is-live", TRUE, "min-latency", (gint64)0,
                 "max-buffers", (guint64)0, "max-bytes", (guint64)0, "max-time",
                 (guint64)INPUT_QUEUE_NS, "leaky-type", GST_APP_LEAKY_TYPE_DOWNSTREAM,
                 "emit-signals", FALSE, NULL);
    p->inputs[input] = GST_APP_SRC(element);
    gst_app_src_set_caps(p->inputs[input], caps);
}

static void set_up_inputs(struct programme *p)
{
    const struct format *f = p->format;
    GstCaps *fixed = format_video_caps(f, f->rate_num, f->rate_den);
    GstCaps *any = format_video_caps(f, 0, 1);
    GstCaps *sound = format_audio_caps();
    set_up_input(p, INPUT_SLATE, "slate", fixed);
    set_up_input(p, INPUT_VIDEO, "video", any);
    set_up_input(p, INPUT_BESIDE, "beside", any);
    set_up_input(p, INPUT_SILENCE, "silence", sound);
    set_up_input(p, INPUT_AUDIO, "audio", sound);
    GstElement *filter = gst_bin_get_by_name(GST_BIN(p->pipeline), "picture");
    g_object_set(filter, "caps", fixed, NULL);
    GstPad *pad = gst_element_get_static_pad(filter, "src");
    gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, mark_keyframes, p, NULL);
    gst_object_unref(pad);
    gst_object_unref(filter);
    GstElement *mix = gst_bin_get_by_name(GST_BIN(p->pipeline), "mix");
    p->pads[0] = gst_element_get_static_pad(mix, "sink_1");
    p->pads[1] = gst_element_get_static_pad(mix, "sink_2");
    gst_object_unref(mix);
    programme_arrange(p, LAYOUT_FULL);
    gst_caps_unref(fixed);
    gst_caps_unref(any);
    gst_caps_unref(sound);
}

static bool parse(struct programme *p, char ret_reason[256])
{
    cleanup_free char *description = g_strdup_printf(
        "compositor name=mix background=black latency=%" G_GUINT64_FORMAT
        " sink_0::zorder=0 sink_1::zorder=1 sink_2::zorder=2 "
        "sink_1::max-last-buffer-repeat=%" G_GUINT64_FORMAT
        " sink_2::max-last-buffer-repeat=%" G_GUINT64_FORMAT " ! capsfilter name=picture ! "
        "tee name=renditions allow-not-linked=true "
        "appsrc name=slate ! mix.sink_0 appsrc name=video ! mix.sink_1 "
        "appsrc name=beside ! mix.sink_2 "
        "audiomixer name=soundmix latency=%" G_GUINT64_FORMAT
        " output-buffer-duration-fraction=1024/%d ! "
        "audio/x-raw,format=F32LE,rate=%d,channels=%d,layout=interleaved ! identity name=sound "
        "appsrc name=silence ! soundmix.sink_0 appsrc name=audio ! soundmix.sink_1",
        (guint64)MIX_LATENCY_NS, (guint64)PROGRAMME_REPEAT_NS, (guint64)PROGRAMME_REPEAT_NS,
        (guint64)MIX_LATENCY_NS, FORMAT_AUDIO_RATE, FORMAT_AUDIO_RATE, FORMAT_AUDIO_CHANNELS);
    GError *error = NULL;
    p->pipeline = gst_parse_launch_full(description, NULL, GST_PARSE_FLAG_FATAL_ERRORS, &error);
    if (error)
        g_snprintf(ret_reason, 256, "the programme can't be built: %s", error->message);
    g_clear_error(&error);
    return p->pipeline != NULL;
}

/* Adds the encoder, NULL when it could not be made, behind the named element. */
static bool add_encoder(struct programme *p, const char *behind, GstElement *encoder)
{
    if (!encoder)
        return false;
    gst_bin_add(GST_BIN(p->pipeline), encoder);
    GstElement *from = gst_bin_get_by_name(GST_BIN(p->pipeline), behind);
    bool linked = gst_element_link(from, encoder);
    gst_object_unref(from);
    return linked;
}

static bool add_encoders(struct programme *p, const struct spec *spec, char ret_reason[256])
{
    uint8_t track = 1;
    int i = 0;
    if (spec->mode == MODE_PASSTHROUGH)
        i++, track++;
    for (; i < spec->rendition_count; i++, track++)
        if (!add_encoder(p, "renditions",
                         encoder_video_new(&spec->renditions[i], track, &p->encoder_ops, p)))
            goto fail;
    if (spec->mode == MODE_PASSTHROUGH)
        track++; /* the sound as it comes */
    if (add_encoder(p, "sound",
                    encoder_audio_new(spec->audio_bitrate_bps, track, &p->encoder_ops, p)))
        return true;
fail:
    g_snprintf(ret_reason, 256, "the encoder of track %d can't be built", track);
    return false;
}

/* Takes the buffer; what is from before the start is dropped. */
static void push(struct programme *p, enum input input, GstBuffer *buffer)
{
    if (GST_BUFFER_PTS(buffer) < p->start_ns) {
        gst_buffer_unref(buffer);
        return;
    }
    buffer = gst_buffer_make_writable(buffer);
    GST_BUFFER_PTS(buffer) -= p->start_ns;
    GST_BUFFER_DTS(buffer) = GST_CLOCK_TIME_NONE;
    gst_app_src_push_buffer(p->inputs[input], buffer);
}

static void on_slate(void *ctx, GstBuffer *frame)
{
    struct programme *p = ctx;
    if (p->ops->beat)
        p->ops->beat(p->ctx, GST_BUFFER_PTS(frame));
    if (!p->two)
        push(p, INPUT_BESIDE, gst_buffer_copy(frame));
    push(p, INPUT_SLATE, frame);
}

static void on_silence(void *ctx, GstBuffer *sound)
{
    push(ctx, INPUT_SILENCE, sound);
}

static void on_config(void *ctx, uint8_t track, const void *data, size_t size, int width,
                      int height)
{
    struct programme *p = ctx;
    p->ops->encoder.config(p->ctx, track, data, size, width, height);
}

static void on_unit(void *ctx, uint8_t track, struct fragmenter_unit *unit)
{
    struct programme *p = ctx;
    unit->pts_ns += (int64_t)p->start_ns;
    unit->dts_ns += (int64_t)p->start_ns;
    p->ops->encoder.unit(p->ctx, track, unit);
}

int programme_create(const struct spec *spec, const struct format *format,
                     const struct programme_ops *ops, void *ctx, struct programme **ret,
                     char ret_reason[256])
{
    struct programme *p = g_new0(struct programme, 1);
    p->format = format;
    p->ops = ops;
    p->ctx = ctx;
    p->by_grid = spec->mode == MODE_COMPOSED;
    p->grid_ns = (uint64_t)spec->grid_us * 1000;
    p->ground_ops = (struct ground_ops){.video = on_slate, .audio = on_silence};
    p->encoder_ops = (struct encoder_ops){.config = on_config, .unit = on_unit};
    p->slate = slate_draw(format, spec->title, spec->language, ret_reason);
    if (!p->slate || !parse(p, ret_reason))
        goto fail;
    set_up_inputs(p);
    set_up_sound(p);
    if (!add_encoders(p, spec, ret_reason))
        goto fail;
    GstBus *bus = gst_element_get_bus(p->pipeline);
    gst_bus_set_sync_handler(bus, on_message, p, NULL);
    gst_object_unref(bus);
    format_use_clock(format, GST_PIPELINE(p->pipeline));
    *ret = p;
    return 0;
fail:
    programme_destroy(p);
    return -EINVAL;
}

int programme_start(struct programme *p)
{
    p->start_ns = ground_frame_at(p->format, format_now(p->format) + START_IN_NS);
    p->cell = p->start_ns / p->grid_ns;
    p->shown_ns = GST_CLOCK_TIME_NONE;
    gst_element_set_base_time(p->pipeline, p->start_ns);
    if (gst_element_set_state(p->pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE)
        return -EIO;
    p->ground = ground_start(p->format, p->slate, p->start_ns, &p->ground_ops, p);
    return 0;
}

void programme_set_slate(struct programme *p, GstBuffer *slate)
{
    ground_set_slate(p->ground, slate);
    gst_buffer_unref(slate);
}

static int even(int pixels)
{
    return pixels & ~1;
}

/* Where picture `i` stands. */
static void place(const struct programme *p, int i, struct place *ret)
{
    int width = p->format->width, height = p->format->height;
    *ret = (struct place){.width = width, .height = height, .seen = i == 0 || p->two};
    if (p->layout == LAYOUT_SIDE_BY_SIDE) {
        ret->width = even(width / 2);
        ret->height = even(height / 2);
        ret->x = i * ret->width;
        ret->y = even((height - ret->height) / 2);
    } else if (p->layout == LAYOUT_PICTURE_IN_PICTURE && i == 1) {
        ret->width = even(width * INSET_PERCENT / 100);
        ret->height = even(height * INSET_PERCENT / 100);
        ret->x = even(width - ret->width - width / INSET_MARGIN);
        ret->y = even(height - ret->height - width / INSET_MARGIN);
    }
}

static void place_all(struct programme *p)
{
    for (int i = 0; i < 2; i++) {
        struct place at;
        place(p, i, &at);
        g_object_set(p->pads[i], "xpos", at.x, "ypos", at.y, "width", at.width, "height", at.height,
                     "alpha", at.seen && !p->covered ? 1.0 : 0.0, NULL);
    }
}

void programme_mute(struct programme *p, bool on)
{
    p->muted = on;
}

void programme_cover(struct programme *p, bool on)
{
    p->covered = on;
    place_all(p);
}

void programme_arrange(struct programme *p, enum layout layout)
{
    if (p->layout == layout)
        return;
    p->layout = layout;
    p->two = layout != LAYOUT_FULL;
    place_all(p);
}

static void give(struct programme *p, enum input input, GstBuffer *buffer, bool other)
{
    buffer = gst_buffer_make_writable(buffer);
    if (other)
        GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DISCONT);
    push(p, input, buffer);
}

void programme_video(struct programme *p, GstBuffer *frame, bool other)
{
    give(p, INPUT_VIDEO, frame, other);
}

void programme_beside(struct programme *p, GstBuffer *frame, bool other)
{
    if (p->two)
        give(p, INPUT_BESIDE, frame, other);
    else
        gst_buffer_unref(frame);
}

void programme_audio(struct programme *p, GstBuffer *sound, bool other)
{
    give(p, INPUT_AUDIO, sound, other);
}

void programme_destroy(struct programme *p)
{
    if (!p)
        return;
    ground_destroy(p->ground);
    if (p->pipeline)
        gst_element_set_state(p->pipeline, GST_STATE_NULL);
    for (int i = 0; i < INPUT_COUNT; i++)
        gst_clear_object(&p->inputs[i]);
    for (int i = 0; i < 2; i++)
        gst_clear_object(&p->pads[i]);
    gst_clear_object(&p->pipeline);
    gst_clear_buffer(&p->slate);
    g_free(p);
}
