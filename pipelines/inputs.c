#include "inputs.h"

#include "alarm.h"
#include "selection.h"

#include <errno.h>
#include <gst/video/video.h>
#include <stdatomic.h>
#include <string.h>

/* Senders hold back more than anybody has calibrated: so much more is taken for captured before the
 * gate was opened. */
#define GATE_MARGIN_NS (GST_SECOND * 1)

/* One source of the spec. */
struct input {
    struct inputs *in;
    uint64_t serial; /* never used again */
    struct spec_source spec;
    struct source *source; /* NULL: could not be made, `refusal` says why */
    char refusal[256];
    struct alarm_watch watch;
    GstVideoInfo info;
    struct gop gop; /* under the inputs' encoded_lock */
    /* Under the inputs' lock. */
    bool lived;     /* since the last notice that it is lost */
    char told[256]; /* the refusal that was told last */
};

struct inputs {
    const struct format *format;
    const struct inputs_ops *ops;
    void *ctx;
    uint64_t serial;
    _Atomic uint64_t on_air; /* an input's serial, 0: none */
    _Atomic int64_t delay_us;
    _Atomic uint64_t beside; /* another's, 0: none, or not wanted */
    _Atomic int64_t beside_delay_us;
    _Atomic int64_t passed_ns; /* the end of what went on air */
    atomic_bool closed;        /* the gate; changed under all four locks below */
    _Atomic int64_t opened_ns; /* what was captured before does not pass */
    /* One call at a time each. */
    GMutex video_lock, audio_lock, encoded_lock, encoded_sound_lock;
    atomic_bool covered;
    uint64_t beside_from; /* under video_lock */
    uint64_t video_from, audio_from, encoded_from, encoded_sound_from;
    GMutex lock; /* what follows; sources are never stopped under it */
    struct selection selection;
    char told[ID_MAX]; /* what was said to be on air last */
    bool beside_wanted;
    char told_beside[ID_MAX];
    unsigned alarms;
    int count;
    struct input *inputs[SPEC_MAX_SOURCES];
};

static int64_t now_ns(struct inputs *in)
{
    return (int64_t)format_now(in->format);
}

/* Whether the gate lets through what lies at that time and came with that delay. */
static bool is_let_through(const struct inputs *in, int64_t pts_ns, int64_t delay_us)
{
    return !in->closed &&
           (!in->opened_ns || pts_ns - delay_us * 1000 - GATE_MARGIN_NS >= in->opened_ns);
}

/* Under the lock of its kind: whether what lies at that time goes on air. */
static bool passes(const struct input *input, int64_t pts_ns)
{
    const struct inputs *in = input->in;
    return in->on_air == input->serial && is_let_through(in, pts_ns, in->delay_us);
}

/* Under the video's lock. */
static bool passes_beside(const struct input *input, int64_t pts_ns)
{
    const struct inputs *in = input->in;
    return in->beside == input->serial && is_let_through(in, pts_ns, in->beside_delay_us);
}

static void note_passed(struct inputs *in, GstBuffer *buffer)
{
    int64_t end_ns = (int64_t)GST_BUFFER_PTS(buffer);
    if (GST_BUFFER_DURATION_IS_VALID(buffer))
        end_ns += (int64_t)GST_BUFFER_DURATION(buffer);
    int64_t before_ns = in->passed_ns;
    while (end_ns > before_ns && !atomic_compare_exchange_weak(&in->passed_ns, &before_ns, end_ns))
        ;
}

static void delivered(struct input *input, bool picture, int64_t now)
{
    struct inputs *in = input->in;
    g_mutex_lock(&in->lock);
    input->lived = true;
    selection_delivered(&in->selection, input->spec.id, now);
    if (picture)
        selection_pictured(&in->selection, input->spec.id, now);
    g_mutex_unlock(&in->lock);
}

static void look(struct input *input, GstBuffer *buffer, int64_t now)
{
    GstVideoFrame frame;
    if (!gst_video_frame_map(&frame, &input->info, buffer, GST_MAP_READ))
        return;
    alarm_picture(&input->watch, GST_VIDEO_FRAME_PLANE_DATA(&frame, 0),
                  GST_VIDEO_FRAME_PLANE_STRIDE(&frame, 0), GST_VIDEO_FRAME_WIDTH(&frame),
                  GST_VIDEO_FRAME_HEIGHT(&frame), now);
    gst_video_frame_unmap(&frame);
}

static void on_video(void *ctx, GstBuffer *buffer)
{
    struct input *input = ctx;
    struct inputs *in = input->in;
    int64_t now = now_ns(in);
    look(input, buffer, now);
    delivered(input, true, now);
    g_mutex_lock(&in->video_lock);
    if (passes(input, (int64_t)GST_BUFFER_PTS(buffer))) {
        note_passed(in, buffer);
        in->ops->video(in->ctx, buffer, in->video_from != input->serial);
        in->video_from = input->serial;
        buffer = NULL;
    } else if (passes_beside(input, (int64_t)GST_BUFFER_PTS(buffer))) {
        note_passed(in, buffer);
        in->ops->beside(in->ctx, buffer, in->beside_from != input->serial);
        in->beside_from = input->serial;
        buffer = NULL;
    }
    g_mutex_unlock(&in->video_lock);
    gst_clear_buffer(&buffer);
}

static void on_audio(void *ctx, GstBuffer *buffer)
{
    struct input *input = ctx;
    struct inputs *in = input->in;
    int64_t now = now_ns(in);
    GstMapInfo map;
    if (gst_buffer_map(buffer, &map, GST_MAP_READ)) {
        alarm_sound(&input->watch, (const float *)(const void *)map.data, map.size / sizeof(float),
                    now);
        gst_buffer_unmap(buffer, &map);
    }
    delivered(input, false, now);
    g_mutex_lock(&in->audio_lock);
    if (passes(input, (int64_t)GST_BUFFER_PTS(buffer))) {
        note_passed(in, buffer);
        in->ops->audio(in->ctx, buffer, in->audio_from != input->serial);
        in->audio_from = input->serial;
        buffer = NULL;
    }
    g_mutex_unlock(&in->audio_lock);
    gst_clear_buffer(&buffer);
}

/* Takes the frame. */
static void on_encoded_sound(struct input *input, GstBuffer *frame, const GstCaps *caps)
{
    struct inputs *in = input->in;
    g_mutex_lock(&in->encoded_sound_lock);
    if (passes(input, (int64_t)GST_BUFFER_PTS(frame))) {
        in->ops->encoded_sound(in->ctx, frame, caps, in->encoded_sound_from != input->serial);
        in->encoded_sound_from = input->serial;
    }
    g_mutex_unlock(&in->encoded_sound_lock);
    gst_buffer_unref(frame);
}

static void on_encoded(void *ctx, enum source_track track, GstBuffer *unit, const GstCaps *caps)
{
    struct input *input = ctx;
    struct inputs *in = input->in;
    if (track == SOURCE_AUDIO) {
        on_encoded_sound(input, unit, caps);
        return;
    }
    g_mutex_lock(&in->encoded_lock);
    bool whole = gop_add(&input->gop, unit, caps);
    if (whole && passes(input, (int64_t)GST_BUFFER_PTS(input->gop.units[0]))) {
        in->ops->encoded(in->ctx, &input->gop, in->encoded_from != input->serial);
        in->encoded_from = input->serial;
    }
    g_mutex_unlock(&in->encoded_lock);
}

/* A refusal is told once, however often the other side tries again with the same. */
static void on_state(void *ctx, enum source_state state, const char *reason)
{
    struct input *input = ctx;
    struct inputs *in = input->in;
    if (state == SOURCE_LIVE)
        return;
    alarm_reset(&input->watch);
    g_mutex_lock(&in->encoded_lock);
    gop_clear(&input->gop);
    g_mutex_unlock(&in->encoded_lock);
    g_mutex_lock(&in->lock);
    selection_broke_off(&in->selection, input->spec.id, now_ns(in));
    bool lost = input->lived;
    bool refused = state == SOURCE_REFUSED && (lost || strcmp(input->told, reason));
    input->lived = false;
    if (refused)
        g_strlcpy(input->told, reason, sizeof(input->told));
    g_mutex_unlock(&in->lock);
    if (refused)
        in->ops->notice(in->ctx, "source.refused", input->spec.id, reason);
    else if (lost)
        in->ops->notice(in->ctx, "source.lost", input->spec.id, reason);
}

static const struct source_events events = {
    .video = on_video, .audio = on_audio, .encoded = on_encoded, .state = on_state};

struct inputs *inputs_create(const struct format *format, const struct inputs_ops *ops, void *ctx)
{
    struct inputs *in = g_new0(struct inputs, 1);
    in->format = format;
    in->ops = ops;
    in->ctx = ctx;
    g_mutex_init(&in->lock);
    g_mutex_init(&in->video_lock);
    g_mutex_init(&in->audio_lock);
    g_mutex_init(&in->encoded_lock);
    g_mutex_init(&in->encoded_sound_lock);
    return in;
}

static struct input *input_new(struct inputs *in, const struct spec_source *spec)
{
    struct input *input = g_new0(struct input, 1);
    input->in = in;
    input->serial = ++in->serial;
    input->spec = *spec;
    gop_init(&input->gop);
    gst_video_info_set_format(&input->info, GST_VIDEO_FORMAT_I420, in->format->width,
                              in->format->height);
    if (source_create(spec, in->format, &events, input, &input->source, input->refusal) < 0)
        in->ops->notice(in->ctx, "source.refused", spec->id, input->refusal);
    return input;
}

/* Not under the lock: waits for the source's running callbacks. */
static void input_destroy(struct input *input)
{
    if (input->source)
        source_stop(input->source);
    source_destroy(input->source);
    gop_finish(&input->gop);
    g_free(input);
}

static bool same(const struct spec_source *a, const struct spec_source *b)
{
    return !strcmp(a->id, b->id) && a->kind == b->kind && a->loop == b->loop &&
           !strcmp(a->url, b->url) && !strcmp(a->passphrase, b->passphrase) &&
           !strcmp(a->stream_id, b->stream_id);
}

static int find(struct input *const *inputs, int count, const struct spec_source *spec)
{
    for (int i = 0; i < count; i++)
        if (inputs[i] && same(&inputs[i]->spec, spec))
            return i;
    return -1;
}

void inputs_set(struct inputs *in, const struct spec *spec)
{
    struct input *old[SPEC_MAX_SOURCES], *made[SPEC_MAX_SOURCES];
    int old_count = in->count, made_count = 0;
    memcpy(old, in->inputs, sizeof(old));
    g_mutex_lock(&in->lock);
    in->count = 0;
    selection_set_sources(&in->selection, spec);
    for (int i = 0; i < spec->source_count; i++) {
        int at = find(old, old_count, &spec->sources[i]);
        in->inputs[in->count] = at < 0 ? NULL : old[at];
        if (at >= 0) {
            old[at]->spec.priority = spec->sources[i].priority;
            old[at]->spec.delay_us = spec->sources[i].delay_us;
            old[at] = NULL;
            in->count++;
        }
    }
    g_mutex_unlock(&in->lock);
    for (int i = 0; i < old_count; i++)
        if (old[i])
            input_destroy(old[i]);
    /* Only now: a source that changed may need the port of the one before it. */
    for (int i = 0; i < spec->source_count; i++)
        if (find(in->inputs, in->count, &spec->sources[i]) < 0)
            made[made_count++] = input_new(in, &spec->sources[i]);
    g_mutex_lock(&in->lock);
    for (int i = 0; i < made_count; i++)
        in->inputs[in->count++] = made[i];
    g_mutex_unlock(&in->lock);
    for (int i = 0; i < made_count; i++)
        if (made[i]->source)
            source_start(made[i]->source);
    inputs_tick(in);
}

void inputs_close(struct inputs *in)
{
    static const struct spec none = {0};
    inputs_set(in, &none);
}

void inputs_destroy(struct inputs *in)
{
    if (!in)
        return;
    inputs_close(in);
    g_mutex_clear(&in->lock);
    g_mutex_clear(&in->video_lock);
    g_mutex_clear(&in->audio_lock);
    g_mutex_clear(&in->encoded_lock);
    g_mutex_clear(&in->encoded_sound_lock);
    g_free(in);
}

int inputs_select(struct inputs *in, const char *id)
{
    g_mutex_lock(&in->lock);
    bool known = !id[0];
    for (int i = 0; i < in->count; i++)
        known |= !strcmp(in->inputs[i]->spec.id, id);
    if (known)
        g_strlcpy(in->selection.selected, id, sizeof(in->selection.selected));
    g_mutex_unlock(&in->lock);
    return known ? 0 : -ENOENT;
}

/* Under the lock; none for "". */
static struct input *find_id(struct inputs *in, const char *id)
{
    for (int i = 0; i < in->count; i++)
        if (id[0] && !strcmp(in->inputs[i]->spec.id, id))
            return in->inputs[i];
    return NULL;
}

/* Under the lock. Decides who stands beside what is on air; returns whether another is seen there,
 * and its id. */
static bool tick_beside(struct inputs *in, char ret_id[ID_MAX])
{
    bool wanted = in->beside_wanted && !in->closed;
    struct input *input = wanted ? find_id(in, in->selection.beside) : NULL;
    in->beside = input ? input->serial : 0;
    in->beside_delay_us = input ? input->spec.delay_us : 0;
    g_strlcpy(ret_id, input && !in->covered ? input->spec.id : "", ID_MAX);
    bool changed = strcmp(in->told_beside, ret_id);
    g_strlcpy(in->told_beside, ret_id, sizeof(in->told_beside));
    return changed;
}

void inputs_tick(struct inputs *in)
{
    char id[ID_MAX] = "", beside[ID_MAX];
    g_mutex_lock(&in->lock);
    int64_t now = now_ns(in);
    selection_decide(&in->selection, now);
    struct input *input = in->closed ? NULL : find_id(in, in->selection.on_air);
    struct input *seen = in->covered ? NULL : input;
    const char *told = seen ? seen->spec.id : "";
    bool changed = strcmp(in->told, told);
    g_strlcpy(in->told, told, sizeof(in->told));
    in->on_air = input ? input->serial : 0;
    in->delay_us = input ? input->spec.delay_us : 0;
    bool beside_changed = tick_beside(in, beside);
    if (seen)
        memcpy(id, seen->spec.id, sizeof(id));
    unsigned before = in->alarms;
    unsigned alarms = in->alarms = seen ? alarm_now(&seen->watch, now) : 0;
    g_mutex_unlock(&in->lock);
    if (changed)
        in->ops->notice(in->ctx, "source.on_air", id, "");
    if (beside_changed)
        in->ops->notice(in->ctx, "source.beside", beside, "");
    for (unsigned alarm = 1; alarm <= ALARM_BLACK; alarm <<= 1)
        if ((alarms ^ before) & alarm)
            in->ops->notice(in->ctx, alarms & alarm ? "alarm.raised" : "alarm.cleared", id,
                            alarm_name((enum programme_alarm)alarm));
}

void inputs_status(struct inputs *in, struct link_status *ret)
{
    g_mutex_lock(&in->lock);
    memcpy(ret->on_air, in->told, sizeof(ret->on_air));
    memcpy(ret->selected, in->selection.selected, sizeof(ret->selected));
    ret->alarms = in->alarms;
    ret->source_count = in->count;
    for (int i = 0; i < in->count; i++) {
        struct link_source_status *status = &ret->sources[i];
        const struct input *input = in->inputs[i];
        if (input->source) {
            source_status(input->source, status);
            continue;
        }
        memcpy(status->id, input->spec.id, sizeof(status->id));
        status->state = SOURCE_REFUSED;
        memcpy(status->reason, input->refusal, sizeof(status->reason));
    }
    g_mutex_unlock(&in->lock);
}

/* What sources sent since their last keyframe was captured before. */
static void forget_encoded(struct inputs *in)
{
    for (int i = 0; i < in->count; i++)
        gop_clear(&in->inputs[i]->gop);
}

int64_t inputs_set_gate(struct inputs *in, bool open)
{
    GMutex *locks[] = {&in->video_lock, &in->audio_lock, &in->encoded_lock,
                       &in->encoded_sound_lock};
    for (size_t i = 0; i < G_N_ELEMENTS(locks); i++)
        g_mutex_lock(locks[i]);
    if (open && in->closed)
        in->opened_ns = now_ns(in);
    in->closed = !open;
    forget_encoded(in);
    for (size_t i = 0; i < G_N_ELEMENTS(locks); i++)
        g_mutex_unlock(locks[i]);
    inputs_tick(in);
    return in->passed_ns;
}

void inputs_cover(struct inputs *in, bool on)
{
    in->covered = on;
    inputs_tick(in);
}

void inputs_want_beside(struct inputs *in, bool on)
{
    g_mutex_lock(&in->lock);
    in->beside_wanted = on;
    g_mutex_unlock(&in->lock);
    inputs_tick(in);
}

bool inputs_has_beside(const struct inputs *in)
{
    return in->beside != 0;
}

int64_t inputs_delay_us(struct inputs *in)
{
    return in->covered ? 0 : in->delay_us;
}
