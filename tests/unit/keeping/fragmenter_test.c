#include "../cmocka_all.h"

#include "base/buf.h"
#include "fragmenter.h"
#include "media/cmaf_read.h"

#include <errno.h>
#include <string.h>

#define MS 1000000LL

static const uint8_t avcc_a[] = {1,    0x64, 0,    0x1f, 0xff, 0xe1, 0,    4,   0x67,
                                 0x64, 0,    0x1f, 1,    0,    2,    0x68, 0xee};
static const uint8_t avcc_b[] = {1,    0x42, 0xc0, 0x1e, 0xff, 0xe1, 0,    4,   0x67,
                                 0x42, 0xc0, 0x1e, 1,    0,    2,    0x68, 0xce};
static const uint8_t asc_48k[] = {0x11, 0x90}; /* LC, 48 kHz, stereo */
static const uint8_t asc_44k[] = {0x12, 0x10};

struct seen {
    int inits, fragments;
    struct track_init init[8]; /* without bytes */
    struct fragment all[512];  /* with bytes */
};

static void on_init(void *ctx, const struct track_init *init)
{
    struct seen *s = ctx;
    assert_true(s->inits < 8);
    s->init[s->inits] = *init;
    s->init[s->inits++].bytes = bytes_ref(init->bytes);
}

static void on_fragment(void *ctx, const struct fragment *f)
{
    struct seen *s = ctx;
    assert_true(s->fragments < 512);
    s->all[s->fragments] = *f;
    s->all[s->fragments++].bytes = bytes_ref(f->bytes);
}

static const struct fragmenter_ops ops = {.init = on_init, .fragment = on_fragment};

static void forget(struct seen *s)
{
    for (int i = 0; i < s->inits; i++)
        bytes_unref(s->init[i].bytes);
    for (int i = 0; i < s->fragments; i++)
        bytes_unref(s->all[i].bytes);
    *s = (struct seen){0};
}

#define cleanup_seen cleanup(forget)

static struct fragmenter *make(enum track_kind kind, const struct track_init *last, struct seen *s)
{
    struct fragmenter_config config = {.track = 3, .kind = kind, .last_init = last};
    struct fragmenter *f;
    assert_int_equal(fragmenter_create(&config, &ops, s, &f), 0);
    return f;
}

static struct fragmenter *make_video(struct seen *s)
{
    struct fragmenter *f = make(TRACK_VIDEO, NULL, s);
    assert_int_equal(fragmenter_set_video(f, avcc_a, sizeof avcc_a, 1280, 720), 0);
    return f;
}

static struct fragmenter *make_audio(struct seen *s)
{
    struct fragmenter *f = make(TRACK_AUDIO, NULL, s);
    assert_int_equal(fragmenter_set_audio(f, asc_48k, sizeof asc_48k), 0);
    return f;
}

static int push(struct fragmenter *f, int64_t dts_ns, int64_t pts_ns, bool sync)
{
    struct fragmenter_unit u = {.data = "\0\0\0\1x", .size = 5, .dts_ns = dts_ns, .pts_ns = pts_ns};
    u.duration_ns = 40 * MS;
    u.sync = sync;
    u.capture_utc_us = 1700000000000000 + pts_ns / 1000;
    return fragmenter_push(f, &u);
}

static void push_sound(struct fragmenter *f, int64_t pts_ns)
{
    assert_int_equal(push(f, 0, pts_ns, false), 0);
}

static int64_t sound_ns(int64_t frame)
{
    return frame * 1024 * 1000000000 / 48000;
}

static void video_fragment_says_its_times(void **state)
{
    cleanup_seen struct seen s = {0};
    cleanup(fragmenter_destroy_p) struct fragmenter *f = make_video(&s);
    push(f, 5000 * MS, 5080 * MS, true);
    push(f, 5040 * MS, 5200 * MS, false);
    push(f, 5080 * MS, 5120 * MS, false);
    assert_int_equal(s.inits, 1);
    assert_string_equal(s.init[0].codec, "avc1.64001f");
    assert_int_equal(s.init[0].number, 1);
    assert_int_equal(s.init[0].width, 1280);
    assert_int_equal(s.fragments, 3);
    const struct fragment *a = &s.all[0], *b = &s.all[1];
    assert_int_equal(a->track, 3);
    assert_int_equal(a->seq, 5000);
    assert_int_equal(b->seq, 5001);
    assert_int_equal(a->flags, FRAGMENT_SYNC);
    assert_int_equal(b->flags, 0);
    assert_int_equal(a->dts, 450000);
    assert_int_equal(a->cts, 7200);
    assert_int_equal(a->duration, 3600);
    assert_int_equal(a->timescale, 90000);
    assert_int_equal(a->capture_utc_us, 1700000005080000);
    struct cmaf_head head;
    assert_int_equal(cmaf_read_fragment(b->bytes->data, b->bytes->size, &head), 0);
    assert_int_equal(head.dts, b->dts);
    assert_int_equal(head.cts, b->cts);
    assert_int_equal(head.seq, 5001);
    assert_int_equal(head.size, b->bytes->size);
    assert_int_equal(head.flags, 0);
}

static void video_begins_at_a_keyframe(void **state)
{
    cleanup_seen struct seen s = {0};
    cleanup(fragmenter_destroy_p) struct fragmenter *f = make_video(&s);
    push(f, 0, 0, false);
    push(f, 40 * MS, 40 * MS, false);
    assert_int_equal(s.fragments, 0);
    push(f, 80 * MS, 80 * MS, true);
    assert_int_equal(s.fragments, 1);
    assert_int_equal(s.all[0].flags, FRAGMENT_SYNC);
    struct fragmenter_stats stats;
    fragmenter_get_stats(f, &stats);
    assert_int_equal(stats.dropped, 2);
}

static void jitter_is_moved_and_steps_back_are_dropped(void **state)
{
    cleanup_seen struct seen s = {0};
    cleanup(fragmenter_destroy_p) struct fragmenter *f = make_video(&s);
    push(f, 1000 * MS, 1000 * MS, true);
    push(f, 1000 * MS, 1040 * MS, false); /* the same decode time */
    push(f, 995 * MS, 1080 * MS, false);  /* back, by less than 10 ms */
    assert_int_equal(s.fragments, 3);
    assert_int_equal(s.all[1].dts, 90001);
    assert_int_equal(s.all[2].dts, 90002);
    assert_int_equal(s.all[1].dts + s.all[1].cts, 93600); /* shown when it should be */
    push(f, 500 * MS, 500 * MS, false);
    push(f, 1120 * MS, 1120 * MS, false); /* would refer to what was dropped */
    assert_int_equal(s.fragments, 3);
    push(f, 1160 * MS, 1160 * MS, true);
    assert_int_equal(s.fragments, 4);
    assert_int_equal(s.all[3].flags, FRAGMENT_SYNC | FRAGMENT_DISCONTINUITY);
    assert_int_equal(s.all[3].seq, s.all[2].seq + 1);
    struct fragmenter_stats stats;
    fragmenter_get_stats(f, &stats);
    assert_int_equal(stats.repaired, 2);
    assert_int_equal(stats.dropped, 2);
    assert_int_equal(stats.gaps, 1);
}

static void a_gap_is_marked_and_an_uneven_rate_is_not(void **state)
{
    cleanup_seen struct seen s = {0};
    cleanup(fragmenter_destroy_p) struct fragmenter *f = make_video(&s);
    static const int at_ms[] = {0, 40, 55, 100, 233, 300, 1000};
    for (int i = 0; i < 7; i++)
        push(f, at_ms[i] * MS, at_ms[i] * MS, i == 0);
    assert_int_equal(s.fragments, 7);
    for (int i = 1; i < 6; i++)
        assert_int_equal(s.all[i].flags, 0);
    assert_int_equal(s.all[6].flags, FRAGMENT_DISCONTINUITY);
}

static void units_without_a_time_are_dropped(void **state)
{
    cleanup_seen struct seen s = {0};
    cleanup(fragmenter_destroy_p) struct fragmenter *f = make_video(&s);
    assert_int_equal(push(f, -1, -1, true), 0);
    assert_int_equal(push(f, 10 * MS, 100000 * MS, true), 0); /* 100 s of composition offset */
    assert_int_equal(s.fragments, 0);
    assert_int_equal(push(f, 20 * MS, 20 * MS, true), 0);
    assert_int_equal(s.fragments, 1);
}

static void wrong_use_is_refused(void **state)
{
    cleanup_seen struct seen s = {0};
    cleanup(fragmenter_destroy_p) struct fragmenter *f = make(TRACK_VIDEO, NULL, &s);
    assert_int_equal(push(f, 0, 0, true), -EINVAL); /* no configuration yet */
    assert_int_equal(fragmenter_set_audio(f, asc_48k, 2), -EINVAL);
    assert_int_equal(fragmenter_set_video(f, avcc_a, 8, 1280, 720), -EINVAL);
    assert_int_equal(fragmenter_set_video(f, avcc_a, sizeof avcc_a, 0, 720), -EINVAL);
    assert_int_equal(fragmenter_set_video(f, "garbage!", 8, 1280, 720), -EINVAL);
    assert_int_equal(fragmenter_set_video(f, avcc_a, sizeof avcc_a, 1280, 720), 0);
    struct fragmenter_unit u = {.data = "", .size = 0, .sync = true};
    assert_int_equal(fragmenter_push(f, &u), -EINVAL);
    u.size = FRAGMENT_MAX_BYTES;
    assert_int_equal(fragmenter_push(f, &u), -EMSGSIZE);
    assert_int_equal(s.fragments, 0);
}

static void inits_are_numbered_on_over_a_restart(void **state)
{
    cleanup_seen struct seen first = {0};
    struct fragmenter *f = make_video(&first);
    assert_int_equal(fragmenter_set_video(f, avcc_a, sizeof avcc_a, 1280, 720), 0); /* the same */
    assert_int_equal(first.inits, 1);
    push(f, 0, 0, true);
    assert_int_equal(fragmenter_set_video(f, avcc_b, sizeof avcc_b, 640, 360), 0);
    push(f, 40 * MS, 40 * MS, false); /* dropped: a new init waits for its keyframe */
    push(f, 80 * MS, 80 * MS, true);
    assert_int_equal(first.inits, 2);
    assert_int_equal(first.fragments, 2);
    assert_int_equal(first.init[1].number, 2);
    assert_int_equal(first.all[0].init, 1);
    assert_int_equal(first.all[1].init, 2);
    fragmenter_destroy(f);

    cleanup_seen struct seen second = {0};
    f = make(TRACK_VIDEO, &first.init[1], &second);
    assert_int_equal(fragmenter_set_video(f, avcc_b, sizeof avcc_b, 640, 360), 0);
    assert_int_equal(fragmenter_set_video(f, avcc_a, sizeof avcc_a, 1280, 720), 0);
    assert_int_equal(second.init[0].number, 2); /* the same bytes keep their number */
    assert_int_equal(second.init[1].number, 3);
    push(f, 400 * MS, 400 * MS, true);
    push(f, 440 * MS, 440 * MS, false);
    assert_int_equal(second.all[0].flags, FRAGMENT_SYNC | FRAGMENT_DISCONTINUITY);
    assert_int_equal(second.all[1].flags, 0);
    fragmenter_destroy(f);
}

static void sound_is_gathered_and_counts_samples(void **state)
{
    cleanup_seen struct seen s = {0};
    cleanup(fragmenter_destroy_p) struct fragmenter *f = make_audio(&s);
    for (int64_t i = 0; i < 200; i++) /* a clock with 3 ms of jitter */
        push_sound(f, 2000 * MS + sound_ns(i) + i % 3 * MS);
    assert_int_equal(s.fragments, 100);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(s.all[i].dts, 96000 + i * 2048);
        assert_int_equal(s.all[i].duration, 2048);
        assert_int_equal(s.all[i].flags, FRAGMENT_SYNC);
        assert_int_equal(s.all[i].seq, 2000 + i);
    }
    assert_int_equal(s.init[0].timescale, 48000);
    assert_string_equal(s.init[0].codec, "mp4a.40.2");
}

static void sound_goes_to_the_clock_again_after_a_hole(void **state)
{
    cleanup_seen struct seen s = {0};
    cleanup(fragmenter_destroy_p) struct fragmenter *f = make_audio(&s);
    for (int64_t i = 0; i < 5; i++)
        push_sound(f, sound_ns(i));
    for (int64_t i = 0; i < 4; i++)
        push_sound(f, 1000 * MS + sound_ns(i));
    assert_int_equal(s.fragments, 5);
    assert_int_equal(s.all[2].duration, 1024); /* the one that waited was sent out alone */
    assert_int_equal(s.all[2].dts, 4096);
    assert_int_equal(s.all[3].dts, 48000);
    assert_int_equal(s.all[3].flags, FRAGMENT_SYNC | FRAGMENT_DISCONTINUITY);
    assert_int_equal(s.all[4].flags, FRAGMENT_SYNC);
}

static void too_much_sound_is_dropped_until_the_clock_agrees(void **state)
{
    cleanup_seen struct seen s = {0};
    cleanup(fragmenter_destroy_p) struct fragmenter *f = make_audio(&s);
    /* 10 % too many frames for the time that goes by */
    for (int64_t i = 0; i < 400; i++)
        push_sound(f, sound_ns(i) * 10 / 11);
    struct fragmenter_stats stats;
    fragmenter_get_stats(f, &stats);
    assert_in_range(stats.dropped, 30, 40);
    int64_t before = -1;
    for (int i = 0; i < s.fragments; i++) {
        assert_true(s.all[i].dts > before);
        before = s.all[i].dts;
    }
    int64_t clock = sound_ns(400) * 10 / 11 * 48 / 1000000;
    assert_in_range(before, clock - 4096, clock + 4096);
    assert_in_range(stats.gaps, 5, 20); /* each time it agrees again */
}

static void late_sound_is_flushed_by_its_owner(void **state)
{
    cleanup_seen struct seen s = {0};
    cleanup(fragmenter_destroy_p) struct fragmenter *f = make_audio(&s);
    assert_int_equal(fragmenter_flush(f), 0);
    push_sound(f, 0);
    assert_int_equal(s.fragments, 0);
    assert_int_equal(fragmenter_flush(f), 0);
    assert_int_equal(fragmenter_flush(f), 0);
    assert_int_equal(s.fragments, 1);
}

static void another_sample_rate_keeps_the_order(void **state)
{
    cleanup_seen struct seen s = {0};
    cleanup(fragmenter_destroy_p) struct fragmenter *f = make_audio(&s);
    for (int64_t i = 0; i < 3; i++)
        push_sound(f, sound_ns(i));
    assert_int_equal(fragmenter_set_audio(f, asc_44k, 2), 0);
    assert_int_equal(s.fragments, 2); /* what waited went out under its own init */
    assert_int_equal(s.all[1].init, 1);
    for (int64_t i = 0; i < 2; i++)
        push_sound(f, 64 * MS + i * 1024 * 1000000000 / 44100);
    assert_int_equal(s.fragments, 3);
    assert_int_equal(s.all[2].init, 2);
    assert_int_equal(s.all[2].timescale, 44100);
    assert_in_range(ticks_to_us(s.all[2].dts, 44100), 64000, 64100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(video_fragment_says_its_times),
        cmocka_unit_test(video_begins_at_a_keyframe),
        cmocka_unit_test(jitter_is_moved_and_steps_back_are_dropped),
        cmocka_unit_test(a_gap_is_marked_and_an_uneven_rate_is_not),
        cmocka_unit_test(units_without_a_time_are_dropped),
        cmocka_unit_test(wrong_use_is_refused),
        cmocka_unit_test(inits_are_numbered_on_over_a_restart),
        cmocka_unit_test(sound_is_gathered_and_counts_samples),
        cmocka_unit_test(sound_goes_to_the_clock_again_after_a_hole),
        cmocka_unit_test(too_much_sound_is_dropped_until_the_clock_agrees),
        cmocka_unit_test(late_sound_is_flushed_by_its_owner),
        cmocka_unit_test(another_sample_rate_keeps_the_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
