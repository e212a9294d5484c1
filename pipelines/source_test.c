/* The test source: the test card and its sound, made on the control thread as media time passes. */
#include "own_encoder.h"
#include "source_core.h"
#include "test_card.h"

#include "base/clock.h"

#include <gst/video/video.h>
#include <stdio.h>
#include <string.h>

/* Behind by more than this (a stalled machine), it goes on from now. */
#define BEHIND_NS (200 * GST_MSECOND)
#define SOUND_FRAMES (FORMAT_AUDIO_RATE / 50)

struct test_source {
    struct source *s;
    GstVideoInfo info;
    GstBufferPool *pool;
    uint8_t *background; /* laid out as `info` says */
    int64_t frame;       /* number of the next picture since media time 0 */
    int64_t sample;      /* number of the next sample since media time 0 */
    int64_t beep;        /* the sample at which the newest beep began */
    /* In `passthrough`; NULL otherwise. */
    struct own_encoder *picture, *sound;
    bool jumped; /* the next buffers do not follow the last ones */
    bool sound_jumped;
};

static GstClockTime frame_time(const struct test_source *t, int64_t frame)
{
    const struct format *f = t->s->format;
    return gst_util_uint64_scale((guint64)frame, (guint64)f->rate_den * GST_SECOND,
                                 (guint64)f->rate_num);
}

static GstClockTime sample_time(int64_t sample)
{
    return gst_util_uint64_scale((guint64)sample, GST_SECOND, FORMAT_AUDIO_RATE);
}

static void picture_planes(const GstVideoInfo *info, uint8_t *data, struct test_card_picture *ret)
{
    ret->width = GST_VIDEO_INFO_WIDTH(info);
    ret->height = GST_VIDEO_INFO_HEIGHT(info);
    for (guint i = 0; i < 3; i++) {
        ret->planes[i] = data + GST_VIDEO_INFO_PLANE_OFFSET(info, i);
        ret->strides[i] = GST_VIDEO_INFO_PLANE_STRIDE(info, i);
    }
}

static void finish(struct test_source *t)
{
    if (t->pool) {
        gst_buffer_pool_set_active(t->pool, FALSE);
        gst_object_unref(t->pool);
    }
    g_free(t->background);
    own_encoder_destroy(t->picture);
    own_encoder_destroy(t->sound);
}

static bool init(struct test_source *t, struct source *s)
{
    const struct format *f = s->format;
    *t = (struct test_source){.s = s, .beep = INT64_MIN / 2, .jumped = true, .sound_jumped = true};
    GstCaps *caps = format_video_caps(f, f->rate_num, f->rate_den);
    t->pool = gst_video_buffer_pool_new();
    GstStructure *config = gst_buffer_pool_get_config(t->pool);
    bool fine = gst_video_info_from_caps(&t->info, caps);
    gst_buffer_pool_config_set_params(config, caps, (guint)t->info.size, 2, 0);
    fine = fine && gst_buffer_pool_set_config(t->pool, config) &&
           gst_buffer_pool_set_active(t->pool, TRUE);
    gst_caps_unref(caps);
    t->background = g_try_malloc(t->info.size);
    if (!fine || !t->background) {
        finish(t);
        return false;
    }
    struct test_card_picture p;
    picture_planes(&t->info, t->background, &p);
    test_card_background(&p);
    if (f->mode == MODE_PASSTHROUGH) {
        t->picture = own_encoder_create(s, SOURCE_VIDEO);
        t->sound = own_encoder_create(s, SOURCE_AUDIO);
    }
    return true;
}

static void begin_now(struct test_source *t)
{
    const struct format *f = t->s->format;
    GstClockTime now = format_now(f);
    t->frame = (int64_t)gst_util_uint64_scale_ceil(now, (guint64)f->rate_num,
                                                   (guint64)f->rate_den * GST_SECOND);
    t->sample = (int64_t)gst_util_uint64_scale_ceil(now, FORMAT_AUDIO_RATE, GST_SECOND);
    t->jumped = t->sound_jumped = true;
}

static void make_frame(struct test_source *t)
{
    GstBuffer *buffer = NULL;
    GstMapInfo map;
    if (gst_buffer_pool_acquire_buffer(t->pool, &buffer, NULL) != GST_FLOW_OK)
        return;
    if (!gst_buffer_map(buffer, &map, GST_MAP_WRITE)) {
        gst_buffer_unref(buffer);
        return;
    }
    const struct format *f = t->s->format;
    GstClockTime pts = frame_time(t, t->frame);
    int64_t first, behind_us = ((int64_t)format_now(f) - (int64_t)pts) / 1000;
    bool flash = test_card_flashing(t->frame, f->rate_num, f->rate_den, &first);
    memcpy(map.data, t->background, t->info.size);
    struct test_card_picture p;
    picture_planes(&t->info, map.data, &p);
    test_card_draw(&p, clock_utc_us() - behind_us, (int64_t)(pts / 1000), flash);
    gst_buffer_unmap(buffer, &map);

    GST_BUFFER_PTS(buffer) = pts;
    GST_BUFFER_DURATION(buffer) = frame_time(t, t->frame + 1) - pts;
    if (t->jumped)
        GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DISCONT);
    t->jumped = false;
    t->frame++;
    if (t->picture)
        own_encoder_push(t->picture, buffer);
    source_emit_video(t->s, buffer);
}

/* Looks whether a flash begins before the end of the sound that is about to be made. */
static void find_beep(struct test_source *t)
{
    const struct format *f = t->s->format;
    int64_t first, frame = (int64_t)gst_util_uint64_scale((guint64)(t->sample + SOUND_FRAMES),
                                                          (guint64)f->rate_num,
                                                          (guint64)f->rate_den * FORMAT_AUDIO_RATE);
    if (test_card_flashing(frame, f->rate_num, f->rate_den, &first))
        t->beep =
            (int64_t)gst_util_uint64_scale(frame_time(t, first), FORMAT_AUDIO_RATE, GST_SECOND);
}

static void make_sound(struct test_source *t)
{
    GstBuffer *buffer =
        gst_buffer_new_allocate(NULL, SOUND_FRAMES * FORMAT_AUDIO_FRAME_BYTES, NULL);
    GstMapInfo map;
    if (!buffer)
        return;
    if (!gst_buffer_map(buffer, &map, GST_MAP_WRITE)) {
        gst_buffer_unref(buffer);
        return;
    }
    find_beep(t);
    test_card_sound((float *)map.data, SOUND_FRAMES, t->sample, t->sample - t->beep);
    gst_buffer_unmap(buffer, &map);
    GST_BUFFER_PTS(buffer) = sample_time(t->sample);
    t->sample += SOUND_FRAMES;
    GST_BUFFER_DURATION(buffer) = sample_time(t->sample) - GST_BUFFER_PTS(buffer);
    if (t->sound_jumped)
        GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DISCONT);
    t->sound_jumped = false;
    if (t->sound)
        own_encoder_push(t->sound, buffer);
    source_emit_audio(t->s, buffer);
}

static void describe(struct source *s)
{
    char text[64];
    const struct format *f = s->format;
    snprintf(text, sizeof text, "I420 %d×%d %d/%d", f->width, f->height, f->rate_num, f->rate_den);
    source_set_codec(s, SOURCE_VIDEO, text);
    source_set_codec(s, SOURCE_AUDIO, "F32 48000 Hz 2");
}

static void run(struct source *s)
{
    struct test_source t;
    if (!init(&t, s)) {
        source_set_state(s, SOURCE_FAILED, REASON_LOW_MEMORY, NULL);
        return;
    }
    begin_now(&t);
    describe(s);
    while (!source_stopping(s)) {
        GstClockTime now = format_now(s->format);
        GstClockTime video = frame_time(&t, t.frame), audio = sample_time(t.sample);
        GstClockTime due = video < audio ? video : audio;
        if (due > now) {
            source_sleep_us(s, (int64_t)(due - now) / 1000 + 1);
            continue;
        }
        if (now - due > BEHIND_NS) {
            begin_now(&t);
            continue;
        }
        if (video <= audio)
            make_frame(&t);
        else
            make_sound(&t);
        source_set_state(s, SOURCE_LIVE, 0, NULL);
    }
    finish(&t);
}

static enum reason check(const struct spec_source *spec, char ret_detail[200])
{
    return 0;
}

const struct source_ops source_test_ops = {check, run};
