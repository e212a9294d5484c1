#include "worker_private.h"

#include "base/clock.h"
#include "base/log.h"

#include <stdio.h>
#include <unistd.h>

/* A track that gave nothing for so many seconds is stuck. Counted by our own seconds, so that a
 * process that was stopped and goes on is none. */
#define STUCK_S 5
/* The first rendition's. */
#define PASSED_TRACK 1

static void on_config(void *ctx, uint8_t track, const void *data, size_t size, int width,
                      int height)
{
    struct worker *w = ctx;
    if (output_config(w->output, track, data, size, width, height) < 0)
        worker_end(w, WORKER_ENCODER);
}

static void on_unit(void *ctx, uint8_t track, struct fragmenter_unit *unit)
{
    struct worker *w = ctx;
    int64_t ago_us = ((int64_t)format_now(&w->format) - unit->pts_ns) / 1000;
    unit->capture_utc_us = clock_utc_us() - ago_us - inputs_delay_us(w->inputs);
    w->units[track - 1]++;
    output_unit(w->output, track, unit);
}

/* Whether an encoder's unit may still show what was before the gate. What comes after it begins
 * with a keyframe. */
static bool is_held(struct worker *w, uint8_t track, const struct fragmenter_unit *unit)
{
    bool *held = &w->held[track - 1];
    if (unit->pts_ns < w->held_until_ns)
        *held = true;
    else if (unit->sync)
        *held = false;
    return *held;
}

static void on_made_unit(void *ctx, uint8_t track, struct fragmenter_unit *unit)
{
    struct worker *w = ctx;
    if (is_held(w, track, unit))
        w->units[track - 1]++; /* it is not stuck */
    else
        on_unit(w, track, unit);
}

static void on_failed(void *ctx, const char *reason)
{
    log_error("programme", "%s", reason);
    worker_end(ctx, WORKER_ENCODER);
}

static void on_video(void *ctx, GstBuffer *frame, bool other)
{
    programme_video(((struct worker *)ctx)->programme, frame, other);
}

static void on_beside(void *ctx, GstBuffer *frame, bool other)
{
    programme_beside(((struct worker *)ctx)->programme, frame, other);
}

static void on_audio(void *ctx, GstBuffer *sound, bool other)
{
    programme_audio(((struct worker *)ctx)->programme, sound, other);
}

static void on_encoded(void *ctx, const struct gop *gop, bool other)
{
    struct worker *w = ctx;
    if (w->passthrough)
        passthrough_show(w->passthrough, gop, other);
}

static void on_encoded_sound(void *ctx, GstBuffer *frame, const GstCaps *caps, bool other)
{
    struct worker *w = ctx;
    if (w->passed_sound)
        passed_sound_show(w->passed_sound, frame, caps, other, (int64_t)format_now(&w->format));
}

static void on_beat(void *ctx, GstClockTime frame_ns)
{
    struct worker *w = ctx;
    passthrough_beat(w->passthrough, frame_ns);
    passed_sound_beat(w->passed_sound, (int64_t)format_now(&w->format));
}

static void on_passed_config(void *ctx, const void *data, size_t size, int width, int height)
{
    on_config(ctx, PASSED_TRACK, data, size, width, height);
}

static void on_passed_unit(void *ctx, struct fragmenter_unit *unit)
{
    on_unit(ctx, PASSED_TRACK, unit);
}

static void on_passed_keyframe(void *ctx, int64_t pts_ns)
{
    programme_keyframe(((struct worker *)ctx)->programme, pts_ns);
}

const struct passthrough_ops worker_passthrough_ops = {
    .config = on_passed_config, .unit = on_passed_unit, .keyframe = on_passed_keyframe};

static uint8_t passed_sound_track(const struct worker *w)
{
    return (uint8_t)(w->spec->rendition_count + 1);
}

static void on_passed_sound_config(void *ctx, const void *data, size_t size)
{
    on_config(ctx, passed_sound_track(ctx), data, size, 0, 0);
}

static void on_passed_sound(void *ctx, struct fragmenter_unit *unit)
{
    on_unit(ctx, passed_sound_track(ctx), unit);
}

const struct passed_sound_ops worker_passed_sound_ops = {.config = on_passed_sound_config,
                                                         .unit = on_passed_sound};

static void on_notice(void *ctx, const char *type, const char *source, const char *detail)
{
    struct worker *w = ctx;
    g_mutex_lock(&w->lock);
    bool ending = w->ending;
    g_mutex_unlock(&w->lock);
    if (ending) /* what is said of a source now is the end's doing */
        return;
    log_info("worker", "%s %s %s", type, source, detail);
    output_notice(w->output, type, source, detail);
}

const struct inputs_ops worker_inputs_ops = {.video = on_video,
                                             .audio = on_audio,
                                             .beside = on_beside,
                                             .encoded = on_encoded,
                                             .encoded_sound = on_encoded_sound,
                                             .notice = on_notice};

void worker_status(void *ctx, struct link_status *ret)
{
    struct worker *w = ctx;
    ret->media_time_us = (int64_t)format_now(&w->format) / 1000;
    inputs_status(w->inputs, ret);
    FILE *file = fopen("/proc/self/statm", "re");
    long pages = 0, resident = 0;
    if (file && fscanf(file, "%ld %ld", &pages, &resident) == 2)
        ret->rss_bytes = (int64_t)resident * sysconf(_SC_PAGESIZE);
    if (file)
        fclose(file);
}

void worker_set_programme_ops(struct worker *w)
{
    w->programme_ops =
        (struct programme_ops){.encoder = {.config = on_config, .unit = on_made_unit},
                               .failed = on_failed,
                               .beat = w->spec->mode == MODE_PASSTHROUGH ? on_beat : NULL};
}

void worker_look_for_stuck_tracks(struct worker *w)
{
    struct link_tracks tracks;
    output_tracks(w->spec, &tracks);
    for (int i = 0; i < tracks.count; i++) {
        unsigned units = w->units[i];
        w->idle_s[i] = units == w->seen[i] ? w->idle_s[i] + 1 : 0;
        w->seen[i] = units;
        if (w->idle_s[i] < STUCK_S)
            continue;
        log_error("programme", "track %d is stuck: starting anew", i + 1);
        worker_end(w, WORKER_ENCODER);
    }
}
