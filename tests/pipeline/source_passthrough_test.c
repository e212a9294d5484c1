/* Sources in `passthrough`: what came goes out as it came, beside the decoded picture and sound. */
#include "bench.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define LISTEN "srt://127.0.0.1:%d"
#define SOON_MS 8000

static bool heard_units(const struct heard *h, int64_t n)
{
    return h->pictures >= n && h->sound_units >= n;
}

static void expect_units(struct bench *b, const char *video, const char *audio)
{
    struct heard h;
    listener_clear(b->listener);
    bench_expect(b, SOON_MS, heard_units, 60);
    bench_expect(b, SOON_MS, heard_both, 40);
    listener_get(b->listener, &h);
    assert_true(g_str_has_prefix(h.video_caps, "video/x-h264"));
    assert_non_null(strstr(h.video_caps, "stream-format=(string)avc"));
    assert_non_null(strstr(h.video_caps, "alignment=(string)au"));
    assert_non_null(strstr(h.video_caps, "codec_data=(buffer)"));
    assert_non_null(strstr(h.video_caps, video));
    assert_true(g_str_has_prefix(h.audio_caps, "audio/mpeg"));
    assert_non_null(strstr(h.audio_caps, "stream-format=(string)raw"));
    assert_non_null(strstr(h.audio_caps, "codec_data=(buffer)"));
    assert_non_null(strstr(h.audio_caps, audio));
    assert_true(h.keys >= 1 && h.keys < h.pictures / 5);
    /* A source that encodes hands the frame over before its unit. */
    if (b->spec.kind != SOURCE_TEST)
        assert_int_equal(h.unmatched, 0);
    assert_int_equal(h.state, SOURCE_LIVE);
}

static void over_srt(const char *words, const char *video, const char *audio)
{
    struct bench b = {.mode = MODE_PASSTHROUGH};
    bench_start(&b, SOURCE_SRT_LISTEN, LISTEN, "", "");
    pid_t pid = start_program("%s -f mpegts srt://127.0.0.1:%d", words, b.port);
    bench_expect(&b, SOON_MS, heard_units, 10);
    expect_units(&b, video, audio);
    end_program(pid, SIGKILL);
    bench_stop(&b);
}

static void test_as_it_came(void **state)
{
    over_srt(FFMPEG PICTURE TONE H264 AAC, "width=(int)320", "channels=(int)2");
}

static void test_b_frames(void **state)
{
    over_srt(FFMPEG PICTURE TONE "-c:v libx264 -pix_fmt yuv420p -preset veryfast -bf 3 -g 50 " AAC,
             "width=(int)320", "channels=(int)2");
}

static void test_other_sound_is_encoded(void **state)
{
    over_srt(FFMPEG PICTURE TONE H264 "-c:a libmp3lame -ac 1", "width=(int)320",
             "channels=(int)2, rate=(int)48000");
    over_srt(FFMPEG PICTURE TONE H264 "-c:a aac -ac 6 -b:a 256k", "width=(int)320",
             "channels=(int)2");
}

static void expect_refused(const char *words, const char *reason)
{
    struct bench b = {.mode = MODE_PASSTHROUGH};
    bench_start(&b, SOURCE_SRT_LISTEN, LISTEN, "", "");
    pid_t pid = start_program("%s -f mpegts srt://127.0.0.1:%d", words, b.port);
    bench_expect_state(&b, 2 * SOON_MS, SOURCE_REFUSED, reason);
    end_program(pid, SIGKILL);
    bench_stop(&b);
}

static void test_another_picture_is_refused(void **state)
{
    expect_refused(FFMPEG PICTURE TONE "-c:v libx265 -preset ultrafast -g 25 -x265-params "
                                       "log-level=none:pools=1 " AAC,
                   "yalnız tarayıcıların açtığı H.264 kullanılabilir: HEVC");
    expect_refused(FFMPEG PICTURE TONE "-c:v libx264 -preset ultrafast -pix_fmt yuv444p " AAC,
                   "H.264 high-4:4:4");
}

static void test_rare_keyframes_are_refused(void **state)
{
    expect_refused(FFMPEG PICTURE TONE
                   "-c:v libx264 -pix_fmt yuv420p -preset ultrafast -tune zerolatency -g 250 "
                   "-sc_threshold 0 " AAC,
                   "anahtar kareler en çok 4 saniye");
}

static void test_the_test_source(void **state)
{
    struct bench b = {.mode = MODE_PASSTHROUGH};
    bench_start(&b, SOURCE_TEST, "", "", "");
    bench_expect(&b, SOON_MS, heard_units, 10);
    expect_units(&b, "width=(int)320", "rate=(int)48000");
    struct heard h;
    listener_get(b.listener, &h);
    /* A keyframe each second, without delay. */
    assert_in_range(h.keys, h.pictures / 25 - 1, h.pictures / 25 + 1);
    assert_true(h.unit_late_ns < 200000000);
    bench_stop(&b);
}

static void test_a_file(void **state)
{
    static const char *const kinds[] = {"mp4", "mkv", "flv", "ts"};
    for (int i = 0; i < 4; i++) {
        char path[64];
        snprintf(path, sizeof path, "/tmp/meclis-file-test-%d.%s", getpid(), kinds[i]);
        pid_t pid = start_program("ffmpeg -y -loglevel error " PICTURE TONE
                                  "-c:v libx264 -pix_fmt yuv420p -bf 2 -g 25 -preset veryfast " AAC
                                  "-t 2 %s",
                                  path);
        assert_int_equal(await_program(pid, 10000), 0);
        struct bench b = {.mode = MODE_PASSTHROUGH, .loop = true};
        bench_start(&b, SOURCE_FILE, path, "", "");
        bench_expect(&b, SOON_MS, heard_units, 10);
        expect_units(&b, "width=(int)320", "channels=(int)2");
        bench_stop(&b);
        unlink(path);
    }
}

int main(void)
{
    gst_init(NULL, NULL);
    const struct CMUnitTest tests[] = {
        bench_test(test_as_it_came),
        bench_test(test_b_frames),
        bench_test(test_other_sound_is_encoded),
        bench_test(test_another_picture_is_refused),
        bench_test(test_rare_keyframes_are_refused),
        bench_test(test_the_test_source),
        bench_test(test_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
