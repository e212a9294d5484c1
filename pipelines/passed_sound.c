#include "passed_sound.h"

#include "media/cmaf.h"
#include "passthrough.h"
#include "still.h"

#include <errno.h>
#include <string.h>

#define SECOND_NS INT64_C(1000000000)
/* The difference between count and times is smoothed over so many frames, for stamps jitter. */
#define SMOOTH_FRAMES 32
/* Beyond so many frames it is no drift: the source left a hole, or repeats itself. */
#define HOLE_FRAMES 4
/* Silence at once, at the most: the rest is left as a hole (a machine that was asleep). */
#define MAX_SILENCE_NS (4 * SECOND_NS)
/* Silence is encoded for one and for two channels. */
#define MAX_CHANNELS 2
/* Up to here silence encoded at 48 kHz is silence at the source's rate: its bands are as many. */
#define MAX_RATE 48000
#define AAC_LC 2

struct passed_sound {
    const struct passed_sound_ops *ops;
    void *ctx;
    struct still silence[MAX_CHANNELS];
    GMutex lock; /* what follows */
    struct bytes *config;
    struct cmaf_audio format;   /* of the config */
    int64_t anchor_ns, samples; /* the next frame begins at the anchor and so many samples on */
    int64_t off_ns;             /* times minus count, smoothed */
    int64_t came_ns;            /* the last frame; 0: none yet */
    bool begun;                 /* anything went out */
    bool joined;                /* what comes follows what went out last */
    bool quiet;
    struct passed_sound_stats stats;
};

void passed_sound_destroy(struct passed_sound *p)
{
    if (!p)
        return;
    for (int i = 0; i < MAX_CHANNELS; i++)
        still_finish(&p->silence[i]);
    bytes_unref(p->config);
    g_mutex_clear(&p->lock);
    g_free(p);
}

int passed_sound_create(const struct passed_sound_ops *ops, void *ctx, struct passed_sound **ret,
                        char ret_reason[256])
{
    struct passed_sound *p = g_new0(struct passed_sound, 1);
    g_mutex_init(&p->lock);
    p->ops = ops;
    p->ctx = ctx;
    for (int i = 0; i < MAX_CHANNELS; i++) {
        if (still_encode_silence(i + 1, &p->silence[i]) < 0) {
            g_snprintf(ret_reason, 256, "silence can't be encoded");
            passed_sound_destroy(p);
            return -EINVAL;
        }
    }
    *ret = p;
    return 0;
}

static int64_t frame_ns(const struct passed_sound *p)
{
    return p->format.frame_samples * SECOND_NS / p->format.rate;
}

static int64_t next_ns(const struct passed_sound *p)
{
    return p->anchor_ns + (int64_t)gst_util_uint64_scale((guint64)p->samples, (guint64)SECOND_NS,
                                                         (guint64)p->format.rate);
}

static void put(struct passed_sound *p, const void *data, size_t size)
{
    struct fragmenter_unit unit = {.data = data, .size = size, .pts_ns = next_ns(p), .sync = true};
    unit.dts_ns = unit.pts_ns;
    p->samples += p->format.frame_samples;
    unit.duration_ns = next_ns(p) - unit.pts_ns;
    p->ops->unit(p->ctx, &unit);
}

/* Says it where it is another than before. Returns whether it can be read. */
static bool set_config(struct passed_sound *p, const void *data, size_t size)
{
    struct cmaf_audio format;
    if (p->config && p->config->size == size && memcmp(p->config->data, data, size) == 0)
        return true;
    struct bytes *config = cmaf_read_asc(data, size, &format) == 0 ? bytes_copy(data, size) : NULL;
    if (!config)
        return false;
    if (p->begun)
        p->anchor_ns = next_ns(p);
    p->samples = 0;
    p->format = format;
    bytes_unref(p->config);
    p->config = config;
    p->ops->config(p->ctx, data, size);
    return true;
}

/* Silence in the configuration that is in force; NULL where there is none. */
static const struct bytes *silence_now(const struct passed_sound *p)
{
    const struct cmaf_audio *f = &p->format;
    bool fits = p->config && f->object_type == AAC_LC && f->frame_samples == 1024 &&
                f->channels >= 1 && f->channels <= MAX_CHANNELS && f->rate <= MAX_RATE;
    const struct still *s = &p->silence[fits ? f->channels - 1 : 0];
    return fits ? s->units[s->count - 1] : NULL;
}

static void begin(struct passed_sound *p, int64_t at_ns)
{
    p->anchor_ns = at_ns;
    p->samples = 0;
    p->begun = true;
}

static const struct bytes *take_own_config(struct passed_sound *p)
{
    const struct still *s = &p->silence[MAX_CHANNELS - 1];
    set_config(p, s->config->data, s->config->size);
    return s->units[s->count - 1];
}

static void begin_silent(struct passed_sound *p, int64_t at_ns)
{
    take_own_config(p);
    begin(p, at_ns);
}

/* Fills up to that time with whole frames of silence. */
static void be_silent(struct passed_sound *p, int64_t until_ns)
{
    const struct bytes *silence = silence_now(p);
    if (!silence)
        silence = take_own_config(p);
    if (until_ns - next_ns(p) > MAX_SILENCE_NS)
        begin(p, until_ns - MAX_SILENCE_NS);
    while (next_ns(p) + frame_ns(p) <= until_ns) {
        put(p, silence->data, silence->size);
        p->stats.silent++;
    }
}

/* Joins another stream, or one that left a hole, to what went out. Returns whether the frame can go
 * out: what is of the time before is left out. */
static bool join(struct passed_sound *p, int64_t pts_ns)
{
    p->off_ns = 0;
    int64_t half = frame_ns(p) / 2;
    if (pts_ns + half < next_ns(p)) {
        p->stats.left_out++;
        return false;
    }
    be_silent(p, pts_ns + half);
    return true;
}

/* Keeps the count by the source's times. Returns how often the frame is to go out: 0, 1 or 2. */
static int follow(struct passed_sound *p, int64_t off_ns)
{
    p->off_ns += (off_ns - p->off_ns) / SMOOTH_FRAMES;
    if (p->off_ns > frame_ns(p)) {
        p->off_ns -= frame_ns(p);
        p->stats.said_twice++;
        return 2;
    }
    if (p->off_ns < -frame_ns(p)) {
        p->off_ns += frame_ns(p);
        p->stats.left_out++;
        return 0;
    }
    return 1;
}

/* Returns false for what can't be read. */
static bool show(struct passed_sound *p, const GstMapInfo *frame, const GstMapInfo *config,
                 int64_t pts_ns, bool begins)
{
    p->joined = !begins || !p->begun || join(p, pts_ns);
    if (!p->joined)
        return true;
    if (!set_config(p, config->data, config->size))
        return false;
    if (!p->begun)
        begin(p, pts_ns);
    int times = begins ? 1 : follow(p, pts_ns - next_ns(p));
    for (int i = 0; i < times; i++)
        put(p, frame->data, frame->size);
    p->stats.passed++;
    return true;
}

/* Under the lock. */
static bool begins(const struct passed_sound *p, GstBuffer *frame, bool other)
{
    if (other || !p->joined || GST_BUFFER_FLAG_IS_SET(frame, GST_BUFFER_FLAG_DISCONT))
        return true;
    int64_t off = (int64_t)GST_BUFFER_PTS(frame) - next_ns(p);
    return ABS(off) > HOLE_FRAMES * frame_ns(p);
}

/* Silence in the place of the frame of that time. */
static void hush(struct passed_sound *p, int64_t pts_ns)
{
    if (!p->begun)
        begin_silent(p, pts_ns);
    be_silent(p, pts_ns + frame_ns(p) + frame_ns(p) / 2);
    p->joined = false;
}

void passed_sound_quiet(struct passed_sound *p, bool on)
{
    g_mutex_lock(&p->lock);
    p->quiet = on;
    g_mutex_unlock(&p->lock);
}

void passed_sound_show(struct passed_sound *p, GstBuffer *frame, const GstCaps *caps, bool other,
                       int64_t now_ns)
{
    const GValue *value =
        gst_structure_get_value(gst_caps_get_structure((GstCaps *)caps, 0), "codec_data");
    GstBuffer *config = value ? gst_value_get_buffer(value) : NULL;
    GstMapInfo data, asc;
    if (!config || !GST_BUFFER_PTS_IS_VALID(frame) || !gst_buffer_map(config, &asc, GST_MAP_READ))
        return;
    if (gst_buffer_map(frame, &data, GST_MAP_READ)) {
        g_mutex_lock(&p->lock);
        int64_t pts_ns = (int64_t)GST_BUFFER_PTS(frame);
        if (p->quiet)
            hush(p, pts_ns);
        if (p->quiet || show(p, &data, &asc, pts_ns, begins(p, frame, other)))
            p->came_ns = now_ns;
        g_mutex_unlock(&p->lock);
        gst_buffer_unmap(frame, &data);
    }
    gst_buffer_unmap(config, &asc);
}

void passed_sound_beat(struct passed_sound *p, int64_t now_ns)
{
    g_mutex_lock(&p->lock);
    if (!p->came_ns || now_ns > p->came_ns + (int64_t)PASSTHROUGH_SILENT_NS) {
        if (p->begun)
            be_silent(p, now_ns);
        else
            begin_silent(p, now_ns);
        p->joined = false;
    }
    g_mutex_unlock(&p->lock);
}

void passed_sound_get_stats(struct passed_sound *p, struct passed_sound_stats *ret)
{
    g_mutex_lock(&p->lock);
    *ret = p->stats;
    g_mutex_unlock(&p->lock);
}
