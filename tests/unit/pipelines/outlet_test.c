/* An outlet over simulated hours: its clock is the test's. */
#include "outlet.h"
#include "timeline.h"

#include "base/clock.h"

#include <errno.h>
#include <gst/check/gsttestclock.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"

#define MS 1000000ll
#define SECOND 1000000000ll
#define EPOCH (1000 * SECOND)

struct collected {
    int frames, sounds, video_disconts, audio_disconts, states;
    int64_t video_pts, audio_end;
    int64_t wrong;     /* breaks of the contract */
    double apart_ns;   /* the greatest distance of a flash from its beep */
    int64_t flash_at;  /* media time of the newest flash */
    float before[2];   /* the newest two samples */
    double worst_bend; /* the greatest second difference of the sound's wave */
    bool joined;
    enum source_state state;
};

struct rig {
    struct format format;
    struct source *source;
    struct outlet *outlet;
    struct collected got;
};

static void on_video(void *ctx, GstBuffer *frame)
{
    struct rig *r = ctx;
    int64_t pts = (int64_t)GST_BUFFER_PTS(frame);
    r->got.wrong += pts <= r->got.video_pts;
    r->got.video_pts = pts;
    r->got.frames++;
    r->got.video_disconts += GST_BUFFER_FLAG_IS_SET(frame, GST_BUFFER_FLAG_DISCONT);
    /* The sender marks the frame that its beep belongs to. */
    if (GST_BUFFER_FLAG_IS_SET(frame, GST_BUFFER_FLAG_MARKER))
        r->got.flash_at = pts;
    gst_buffer_unref(frame);
}

/* The right channel is silent but for one sample, the beep. */
static void look_at_sound(struct rig *r, const float *v, size_t frames, int64_t pts, bool joined)
{
    for (size_t i = 0; i < frames; i++) {
        float now = v[2 * i];
        double bend = fabs((double)now - 2 * r->got.before[1] + r->got.before[0]);
        if (joined && bend > r->got.worst_bend)
            r->got.worst_bend = bend;
        r->got.before[0] = r->got.before[1];
        r->got.before[1] = now;
        if (v[2 * i + 1] > 0.6f && r->got.flash_at) {
            double at = (double)pts + (double)i * SECOND / FORMAT_AUDIO_RATE;
            r->got.apart_ns = fmax(r->got.apart_ns, fabs(at - (double)r->got.flash_at));
        }
    }
}

static void on_audio(void *ctx, GstBuffer *sound)
{
    struct rig *r = ctx;
    GstMapInfo map;
    int64_t pts = (int64_t)GST_BUFFER_PTS(sound);
    bool discont = GST_BUFFER_FLAG_IS_SET(sound, GST_BUFFER_FLAG_DISCONT);
    r->got.wrong += discont ? pts < r->got.audio_end : llabs(pts - r->got.audio_end) > 2;
    r->got.audio_end = pts + (int64_t)GST_BUFFER_DURATION(sound);
    r->got.sounds++;
    r->got.audio_disconts += discont;
    gst_buffer_map(sound, &map, GST_MAP_READ);
    look_at_sound(r, (const float *)(const void *)map.data, map.size / FORMAT_AUDIO_FRAME_BYTES,
                  pts, !discont && r->got.sounds > 20);
    gst_buffer_unmap(sound, &map);
    gst_buffer_unref(sound);
}

static void on_encoded(void *ctx, enum source_track track, GstBuffer *unit, const GstCaps *caps)
{
    gst_buffer_unref(unit);
}

static void on_state(void *ctx, enum source_state state, const char *reason)
{
    struct rig *r = ctx;
    r->got.state = state;
    r->got.states++;
}

static const struct source_events events = {on_video, on_audio, on_encoded, on_state};

static void rig_init(struct rig *r)
{
    static const struct spec_source spec = {.id = "kaynak", .kind = SOURCE_TEST};
    char reason[256];
    memset(r, 0, sizeof *r);
    r->format = (struct format){.mode = MODE_COMPOSED,
                                .width = 64,
                                .height = 64,
                                .rate_num = 25,
                                .rate_den = 1,
                                .clock = gst_test_clock_new_with_start_time(EPOCH)};
    assert_int_equal(source_create(&spec, &r->format, &events, r, &r->source, reason), 0);
    r->outlet = outlet_create(r->source, false);
    assert_non_null(r->outlet);
}

static void rig_finish(struct rig *r)
{
    outlet_close(r->outlet);
    outlet_unref(r->outlet);
    source_destroy(r->source);
    assert_true(source_drain(1000));
    gst_object_unref(r->format.clock);
}

static void set_now(struct rig *r, int64_t since_epoch)
{
    gst_test_clock_set_time(GST_TEST_CLOCK(r->format.clock), (GstClockTime)(EPOCH + since_epoch));
}

/* A sender whose clock runs at a speed of its own: 20 ms of sound and, each second time, a frame,
 * all stamped by that clock, 70 ms after they happened. */
struct sender {
    double speed; /* 1.0002: 200 ppm fast */
    int64_t count;
    unsigned random;
};

static GstBuffer *make_sound(int64_t count)
{
    GstBuffer *b = gst_buffer_new_allocate(NULL, 960 * FORMAT_AUDIO_FRAME_BYTES, NULL);
    GstMapInfo map;
    gst_buffer_map(b, &map, GST_MAP_WRITE);
    float *v = (float *)(void *)map.data;
    static float wave[48000];
    static bool made;
    for (int i = 0; i < 48000 && !made; i++)
        wave[i] = (float)(0.5 * sin(2 * M_PI * 300 * i / 48000));
    made = true;
    for (int64_t i = 0; i < 960; i++) {
        v[2 * i] = wave[(count * 960 + i) % 48000];
        v[2 * i + 1] = count % 100 == 50 && i == 0 ? 1 : 0;
    }
    gst_buffer_unmap(b, &map);
    return b;
}

static void send_step(struct rig *r, struct sender *s, bool picture, bool sound)
{
    int64_t pts = s->count * 20 * MS;
    s->random = s->random * 1103515245u + 12345u;
    set_now(r, (int64_t)((double)pts / s->speed) + 70 * MS + (int64_t)(s->random >> 8) % (8 * MS));
    if (picture && s->count % 2 == 0) {
        GstBuffer *frame = gst_buffer_new();
        if (s->count % 100 == 50)
            GST_BUFFER_FLAG_SET(frame, GST_BUFFER_FLAG_MARKER);
        outlet_video(r->outlet, frame, (GstClockTime)pts);
    }
    if (sound)
        outlet_audio(r->outlet, make_sound(s->count), (GstClockTime)pts);
    s->count++;
}

static void run(struct rig *r, struct sender *s, int64_t seconds)
{
    for (int64_t i = 0; i < seconds * 50; i++)
        send_step(r, s, true, true);
}

static void drift_for(double speed, int64_t seconds)
{
    struct rig r;
    struct sender s = {.speed = speed};
    rig_init(&r);
    run(&r, &s, 10);
    r.got.video_disconts = r.got.audio_disconts = 0;
    run(&r, &s, seconds);
    assert_int_equal(r.got.wrong, 0);
    assert_int_equal(r.got.video_disconts + r.got.audio_disconts, 0);
    assert_int_equal(r.got.state, SOURCE_LIVE);
    /* The wave's own bend at 300 Hz, and no click above it. */
    double omega = 2 * M_PI * 300 / 48000;
    assert_true(r.got.worst_bend < 0.5 * omega * omega * 1.1 + 1e-4);
    /* The resampler spreads the beep's one sample; its crest stays where it was. */
    assert_true(r.got.apart_ns < 5 * MS);
    /* And it is where the machine's clock is. */
    int64_t late = (int64_t)format_now(&r.format) - r.got.video_pts;
    /* The last step brought sound only: the frame is 20 ms older. */
    assert_in_range(late, 0, 20 * MS + TIMELINE_LATE_NS);
    rig_finish(&r);
}

static void test_a_fast_sender(void **state)
{
    drift_for(1.0002, 900);
}

static void test_a_slow_sender(void **state)
{
    drift_for(1 / 1.0002, 900);
}

static void test_a_true_sender(void **state)
{
    drift_for(1, 600);
}

static void test_a_gap_in_the_sound(void **state)
{
    struct rig r;
    struct sender s = {.speed = 1};
    rig_init(&r);
    run(&r, &s, 5);
    int before = r.got.audio_disconts;
    for (int i = 0; i < 10; i++)
        send_step(&r, &s, true, false);
    run(&r, &s, 5);
    assert_int_equal(r.got.audio_disconts, before + 1);
    assert_int_equal(r.got.wrong, 0);
    /* A lost packet of 20 ms is stretched over. */
    before = r.got.audio_disconts;
    send_step(&r, &s, true, false);
    run(&r, &s, 5);
    assert_int_equal(r.got.audio_disconts, before);
    assert_int_equal(r.got.wrong, 0);
    rig_finish(&r);
}

static void test_stamps_that_jump(void **state)
{
    struct rig r;
    struct sender s = {.speed = 1};
    rig_init(&r);
    run(&r, &s, 5);
    /* An hour forward and back, the clock goes on. */
    for (int i = 0; i < 4; i++) {
        int frames = r.got.frames;
        int64_t jump = (i % 2 ? -3600 : 3600) * SECOND;
        for (int j = 0; j < 250; j++) {
            int64_t pts = s.count * 20 * MS + (i % 2 ? 0 : jump);
            set_now(&r, s.count * 20 * MS + 70 * MS);
            if (s.count % 2 == 0)
                outlet_video(r.outlet, gst_buffer_new(), (GstClockTime)pts);
            outlet_audio(r.outlet, make_sound(s.count), (GstClockTime)pts);
            s.count++;
        }
        assert_true(r.got.frames > frames + 100);
    }
    assert_int_equal(r.got.wrong, 0);
    rig_finish(&r);
}

static void test_nothing_after_close(void **state)
{
    struct rig r;
    struct sender s = {.speed = 1};
    rig_init(&r);
    run(&r, &s, 2);
    outlet_close(r.outlet);
    int frames = r.got.frames, sounds = r.got.sounds, states = r.got.states;
    run(&r, &s, 2);
    outlet_set_note(r.outlet, REASON_BUSY, "x");
    outlet_say_waiting(r.outlet);
    assert_int_equal(r.got.frames + r.got.sounds + r.got.states, frames + sounds + states);
    rig_finish(&r);
}

int main(void)
{
    gst_init(NULL, NULL);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_fast_sender),    cmocka_unit_test(test_a_slow_sender),
        cmocka_unit_test(test_a_true_sender),    cmocka_unit_test(test_a_gap_in_the_sound),
        cmocka_unit_test(test_stamps_that_jump), cmocka_unit_test(test_nothing_after_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
