/* `passthrough`: a session's tracks as they came. */
#include "session_inner.h"

#include <gst/app/app.h>
#include <stdio.h>
#include <string.h>

/* Keyframes further apart are refused: a segment can't be longer. */
#define MAX_KEY_DISTANCE_NS (4050 * (int64_t)GST_MSECOND)

bool session_passes(const struct session *n, const struct codec *codec)
{
    return n->s->format->mode == MODE_PASSTHROUGH && codec->passes;
}

/* What browsers decode. */
static bool profile_passes(const char *profile)
{
    static const char *const fine[] = {"constrained-baseline", "baseline",        "main", "high",
                                       "constrained-high",     "progressive-high"};
    for (size_t i = 0; profile && i < sizeof fine / sizeof fine[0]; i++) {
        if (strcmp(profile, fine[i]) == 0)
            return true;
    }
    return !profile;
}

void session_judge_passing(struct plug *p, const GstCaps *caps)
{
    if (!session_passes(p->n, p->codec))
        return;
    const GstStructure *s = gst_caps_get_structure(caps, 0);
    const char *profile = gst_structure_get_string(s, "profile");
    int channels = 0;
    if (p->codec->track == SOURCE_VIDEO && !profile_passes(profile)) {
        char text[100];
        snprintf(text, sizeof text, "%s %s", p->codec->name, profile);
        session_break(p->n, REASON_PASSTHROUGH, text);
    }
    if (p->codec->track == SOURCE_AUDIO && gst_structure_get_int(s, "channels", &channels) &&
        channels > 2 && !p->passes_not) {
        p->passes_not = true;
        outlet_encode_sound(p->n->outlet);
    }
}

static void learn_length_size(struct plug *p, GstCaps *caps)
{
    const GValue *value = gst_structure_get_value(gst_caps_get_structure(caps, 0), "codec_data");
    GstBuffer *config = value ? gst_value_get_buffer(value) : NULL;
    uint8_t head[5];
    p->length_bytes = config && gst_buffer_extract(config, 0, head, 5) == 5 ? (head[4] & 3) + 1 : 4;
}

/* Whether the access unit holds an IDR picture. */
static bool is_idr(const struct plug *p, GstBuffer *unit)
{
    GstMapInfo map;
    bool found = false;
    if (!gst_buffer_map(unit, &map, GST_MAP_READ))
        return false;
    size_t at = 0, head = (size_t)p->length_bytes;
    while (!found && at + head < map.size) {
        size_t length = 0;
        for (size_t i = 0; i < head; i++)
            length = length << 8 | map.data[at + i];
        found = (map.data[at + head] & 0x1f) == 5;
        at += length < map.size - at - head ? head + length : map.size;
    }
    gst_buffer_unmap(unit, &map);
    return found;
}

static void check_distance(struct plug *p, bool key, int64_t pts)
{
    if (p->began && pts - p->keyed > MAX_KEY_DISTANCE_NS) {
        char text[32];
        snprintf(text, sizeof text, "> %.1f s", (double)(pts - p->keyed) / GST_SECOND);
        session_break(p->n, REASON_KEYFRAMES, text);
    }
    if (key) {
        p->began = true;
        p->keyed = pts;
    }
}

static int64_t running(const GstSegment *segment, GstClockTime time)
{
    GstClockTime value = 0;
    int sign = gst_segment_to_running_time_full(segment, GST_FORMAT_TIME, time, &value);
    return sign < 0 ? -(int64_t)value : (int64_t)value;
}

static void take_unit(struct plug *p, GstSample *sample)
{
    struct session *n = p->n;
    GstBuffer *b = gst_sample_get_buffer(sample);
    GstCaps *caps = gst_sample_get_caps(sample);
    if (!GST_BUFFER_PTS_IS_VALID(b) || !caps || p->passes_not || atomic_load(&n->shut))
        return;
    const GstSegment *segment = gst_sample_get_segment(sample);
    int64_t pts = running(segment, GST_BUFFER_PTS(b)), dts = pts;
    if (GST_BUFFER_DTS_IS_VALID(b))
        dts = running(segment, GST_BUFFER_DTS(b));
    b = gst_buffer_make_writable(gst_buffer_ref(b));
    if (p->codec->track == SOURCE_VIDEO) {
        learn_length_size(p, caps);
        bool key = is_idr(p, b);
        check_distance(p, key, pts);
        if (key)
            GST_BUFFER_FLAG_UNSET(b, GST_BUFFER_FLAG_DELTA_UNIT);
        else
            GST_BUFFER_FLAG_SET(b, GST_BUFFER_FLAG_DELTA_UNIT);
    }
    n->out->unit(n->out_ctx, p->codec->track, b, caps, pts, dts);
}

static GstFlowReturn on_unit(GstAppSink *sink, gpointer data)
{
    GstSample *sample = gst_app_sink_pull_sample(sink);
    if (!sample)
        return GST_FLOW_EOS;
    take_unit(data, sample);
    gst_sample_unref(sample);
    return GST_FLOW_OK;
}

void session_attach_units(GstElement *chain, struct plug *p)
{
    GstElement *sink = gst_bin_get_by_name(GST_BIN(chain), "units");
    GstAppSinkCallbacks callbacks = {.new_sample = on_unit};
    gst_app_sink_set_callbacks(GST_APP_SINK(sink), &callbacks, p, NULL);
    gst_object_unref(sink);
}
