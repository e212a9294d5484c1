#include "fragmenter.h"

#include "base/buf.h"
#include "media/cmaf.h"

#include <errno.h>
#include <string.h>

#define SECOND_NS 1000000000
/* A decode time that steps back by less than this is jitter. */
#define JITTER_TICKS (FRAGMENTER_VIDEO_TIMESCALE / 100)
/* Of a frame whose duration nobody says: 25 a second until two have come. */
#define DEFAULT_DURATION_TICKS (FRAGMENTER_VIDEO_TIMESCALE / 25)
#define MAX_DURATION_TICKS (10 * FRAGMENTER_VIDEO_TIMESCALE)

struct fragmenter {
    uint8_t track;
    enum track_kind kind;
    const struct fragmenter_ops *ops;
    void *ctx;
    struct track_init init; /* the one in force; bytes NULL: none yet */
    uint32_t last_number;   /* given to any init, an earlier worker's too */
    struct bytes *last_bytes;
    struct fragmenter_stats stats;

    uint64_t seq;     /* of the next fragment; 0: none made yet */
    bool timed;       /* the times below hold */
    int64_t next_dts; /* ticks: where the time line stands */
    bool mark_discontinuity;

    /* video */
    bool wait_sync;
    int64_t last_dts;
    int64_t last_delta; /* between two decode times, 0: not known */

    /* audio: next_dts is where the gathered frames begin */
    int frame_samples;
    int gather_target;
    bool ahead; /* more samples came than time went by: dropping until they agree */
    int gathered;
    size_t gathered_sizes[CMAF_MAX_SAMPLES];
    struct buf gathered_data;
    int64_t gathered_utc_us;
};

static int64_t scale(int64_t value, int64_t to, int64_t from)
{
    __int128 product = (__int128)value * to;
    return (int64_t)((product + (product >= 0 ? from / 2 : -from / 2)) / from);
}

static int64_t ticks_of(const struct fragmenter *f, int64_t ns)
{
    return scale(ns, f->init.timescale, SECOND_NS);
}

int fragmenter_create(const struct fragmenter_config *config, const struct fragmenter_ops *ops,
                      void *ctx, struct fragmenter **ret)
{
    if (config->track < 1 || config->track > TRACK_MAX ||
        (config->kind != TRACK_VIDEO && config->kind != TRACK_AUDIO))
        return -EINVAL;
    struct fragmenter *f = calloc(1, sizeof *f);
    if (!f)
        return -ENOMEM;
    f->track = config->track;
    f->kind = config->kind;
    f->ops = ops;
    f->ctx = ctx;
    f->wait_sync = true;
    buf_init(&f->gathered_data, FRAGMENT_MAX_BYTES);
    if (config->last_init && config->last_init->number) {
        f->last_number = config->last_init->number;
        f->mark_discontinuity = true; /* an earlier worker's fragments came before */
        if (config->last_init->bytes)
            f->last_bytes = bytes_ref(config->last_init->bytes);
    }
    *ret = f;
    return 0;
}

void fragmenter_destroy(struct fragmenter *f)
{
    if (!f)
        return;
    bytes_unref(f->init.bytes);
    bytes_unref(f->last_bytes);
    buf_finish(&f->gathered_data);
    free(f);
}

static bool same_bytes(const struct bytes *a, const struct bytes *b)
{
    return a && b && a->size == b->size && memcmp(a->data, b->data, a->size) == 0;
}

/* Puts an init in force. Takes its bytes. */
static void set_init(struct fragmenter *f, struct track_init *init)
{
    if (same_bytes(f->init.bytes, init->bytes)) {
        bytes_unref(init->bytes);
        return;
    }
    if (!same_bytes(f->last_bytes, init->bytes))
        f->last_number++;
    init->number = f->last_number;
    bytes_unref(f->last_bytes);
    f->last_bytes = bytes_ref(init->bytes);
    if (f->timed && f->init.timescale != init->timescale)
        f->next_dts = scale(f->next_dts, init->timescale, f->init.timescale) + 1;
    bytes_unref(f->init.bytes);
    f->init = *init;
    f->wait_sync = true;
    f->stats.inits++;
    f->ops->init(f->ctx, &f->init);
}

int fragmenter_set_video(struct fragmenter *f, const void *avcc, size_t size, int width, int height)
{
    struct track_init init;
    if (f->kind != TRACK_VIDEO)
        return -EINVAL;
    int r = cmaf_video_init(f->track, FRAGMENTER_VIDEO_TIMESCALE, avcc, size, width, height, &init);
    if (r == 0)
        set_init(f, &init);
    return r;
}

static int gather_target(const struct cmaf_audio *a)
{
    int64_t wanted = scale(FRAGMENTER_AUDIO_GATHER_NS, a->rate, SECOND_NS);
    int64_t frames = (wanted + a->frame_samples / 2) / a->frame_samples;
    return frames < 1 ? 1 : frames > CMAF_MAX_SAMPLES ? CMAF_MAX_SAMPLES : (int)frames;
}

int fragmenter_set_audio(struct fragmenter *f, const void *asc, size_t size)
{
    struct track_init init;
    struct cmaf_audio a;
    if (f->kind != TRACK_AUDIO || cmaf_read_asc(asc, size, &a) < 0)
        return -EINVAL;
    int r = cmaf_audio_init(f->track, asc, size, &init);
    if (r < 0)
        return r;
    if (!same_bytes(f->init.bytes, init.bytes))
        fragmenter_flush(f);
    set_init(f, &init);
    f->frame_samples = a.frame_samples;
    f->gather_target = gather_target(&a);
    return 0;
}

/* Builds a fragment of the samples and hands it on. The time line goes on even without memory. */
static int emit(struct fragmenter *f, const struct cmaf_fragment *samples, int64_t capture_utc_us)
{
    if (f->seq == 0) {
        int64_t ms = scale(samples->dts, 1000, f->init.timescale);
        f->seq = ms < 1 ? 1 : (uint64_t)ms;
    }
    struct cmaf_fragment c = *samples;
    c.track = f->track;
    c.seq = f->seq++;
    cleanup(bytes_unref_p) struct bytes *bytes = NULL;
    int r = cmaf_build_fragment(&c, &bytes);
    if (r < 0) {
        f->mark_discontinuity = true;
        f->stats.dropped += c.count;
        return r;
    }
    struct fragment made = {
        .track = f->track,
        .flags = c.sync ? FRAGMENT_SYNC : 0,
        .init = f->init.number,
        .seq = c.seq,
        .dts = c.dts,
        .cts = c.cts,
        .duration = c.sample_duration * (uint32_t)c.count,
        .timescale = f->init.timescale,
        .capture_utc_us = capture_utc_us,
        .bytes = bytes,
    };
    if (f->mark_discontinuity) {
        made.flags |= FRAGMENT_DISCONTINUITY;
        f->mark_discontinuity = false;
        f->stats.gaps++;
    }
    f->stats.fragments++;
    f->stats.bytes += (int64_t)bytes->size;
    f->ops->fragment(f->ctx, &made);
    return 0;
}

/* ---- video ---- */

static int drop(struct fragmenter *f)
{
    f->stats.dropped++;
    return 0;
}

/* What others refer to is lost: only a keyframe can be shown next. */
static int drop_until_keyframe(struct fragmenter *f)
{
    f->wait_sync = true;
    f->mark_discontinuity |= f->timed;
    return drop(f);
}

static int64_t video_duration(const struct fragmenter *f, const struct fragmenter_unit *u)
{
    int64_t ticks = f->last_delta ? f->last_delta : DEFAULT_DURATION_TICKS;
    if (u->duration_ns > 0 && u->duration_ns <= 10LL * SECOND_NS)
        ticks = ticks_of(f, u->dts_ns + u->duration_ns) - ticks_of(f, u->dts_ns);
    return ticks < 1 ? 1 : ticks > MAX_DURATION_TICKS ? MAX_DURATION_TICKS : ticks;
}

/* Places the unit on the time line. Returns its decode time, or -1 where it steps back too far. */
static int64_t place_video(struct fragmenter *f, const struct fragmenter_unit *u)
{
    int64_t dts = ticks_of(f, u->dts_ns);
    if (!f->timed)
        return dts;
    if (dts <= f->last_dts) {
        if (f->last_dts - dts >= JITTER_TICKS)
            return -1;
        f->stats.repaired++;
        dts = f->last_dts + 1;
    }
    if (dts - f->next_dts > ticks_of(f, FRAGMENTER_VIDEO_GAP_NS))
        f->mark_discontinuity = true;
    else
        f->last_delta = dts - f->last_dts;
    return dts;
}

static int push_video(struct fragmenter *f, const struct fragmenter_unit *u)
{
    if (u->dts_ns < 0 || u->pts_ns < 0)
        return drop_until_keyframe(f);
    if (f->wait_sync && !u->sync)
        return drop(f);
    int64_t dts = place_video(f, u);
    if (dts < 0)
        return drop_until_keyframe(f);
    int64_t cts = ticks_of(f, u->pts_ns) - dts;
    if (cts < -MAX_DURATION_TICKS || cts > MAX_DURATION_TICKS)
        return drop_until_keyframe(f);
    f->wait_sync = false;
    int64_t duration = video_duration(f, u);
    f->last_dts = dts;
    f->next_dts = dts + duration;
    f->timed = true;
    struct cmaf_sample sample = {u->data, u->size};
    struct cmaf_fragment c = {
        .dts = dts,
        .cts = (int32_t)cts,
        .sync = u->sync,
        .sample_duration = (uint32_t)duration,
        .count = 1,
        .samples = &sample,
    };
    int r = emit(f, &c, u->capture_utc_us);
    if (r < 0)
        f->wait_sync = true;
    return r;
}

/* ---- audio ---- */

int fragmenter_flush(struct fragmenter *f)
{
    if (f->gathered == 0)
        return 0;
    struct cmaf_sample samples[CMAF_MAX_SAMPLES];
    const uint8_t *at = f->gathered_data.data;
    for (int i = 0; i < f->gathered; i++) {
        samples[i] = (struct cmaf_sample){at, f->gathered_sizes[i]};
        at += f->gathered_sizes[i];
    }
    struct cmaf_fragment c = {
        .dts = f->next_dts,
        .sync = true,
        .sample_duration = (uint32_t)f->frame_samples,
        .count = f->gathered,
        .samples = samples,
    };
    f->next_dts += (int64_t)f->gathered * f->frame_samples;
    f->gathered = 0;
    int r = emit(f, &c, f->gathered_utc_us);
    buf_clear(&f->gathered_data);
    return r;
}

/* Brings the count of samples and the clock together where they are too far apart. Returns false
 * where the frame is to be dropped. */
static bool place_audio(struct fragmenter *f, int64_t clock, bool discontinuity)
{
    if (!f->timed) {
        f->next_dts = clock;
        f->timed = true;
    }
    int64_t count = f->next_dts + (int64_t)f->gathered * f->frame_samples;
    int64_t limit = (int64_t)FRAGMENTER_AUDIO_DRIFT_FRAMES * f->frame_samples;
    bool hole = clock - count > limit, too_many = clock - count < (f->ahead ? 0 : -limit);
    if (hole || too_many || f->ahead || discontinuity) {
        fragmenter_flush(f);
        f->mark_discontinuity = true;
    }
    if (hole)
        f->next_dts = clock;
    f->ahead = too_many;
    return !too_many;
}

static int push_audio(struct fragmenter *f, const struct fragmenter_unit *u)
{
    bool first = !f->timed;
    if (u->pts_ns < 0 || !place_audio(f, ticks_of(f, u->pts_ns), u->discontinuity && !first))
        return drop(f);
    if (f->gathered == 0)
        f->gathered_utc_us = u->capture_utc_us;
    int r = buf_add(&f->gathered_data, u->data, u->size);
    if (r < 0) {
        buf_clear(&f->gathered_data);
        f->stats.dropped += f->gathered + 1;
        f->next_dts += (int64_t)(f->gathered + 1) * f->frame_samples;
        f->gathered = 0;
        f->mark_discontinuity = true;
        return r;
    }
    f->gathered_sizes[f->gathered++] = u->size;
    return f->gathered >= f->gather_target ? fragmenter_flush(f) : 0;
}

int fragmenter_push(struct fragmenter *f, const struct fragmenter_unit *unit)
{
    if (!f->init.bytes || unit->size == 0)
        return -EINVAL;
    f->stats.units++;
    if (unit->size > FRAGMENT_MAX_BYTES - 512) { /* with room for the moof */
        drop_until_keyframe(f);
        return -EMSGSIZE;
    }
    if (f->kind == TRACK_AUDIO)
        return push_audio(f, unit);
    if (unit->discontinuity && f->timed)
        f->mark_discontinuity = true;
    return push_video(f, unit);
}

void fragmenter_get_stats(const struct fragmenter *f, struct fragmenter_stats *ret)
{
    *ret = f->stats;
}
