/* SRT from real encoders: what they send, who is turned away, who dies and comes back. */
#include "bench.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define LISTEN "srt://127.0.0.1:%d"
#define SEND "-f mpegts srt://127.0.0.1:%d"
/* An encoder's start, SRT's delay, and a busy machine. */
#define SOON_MS 8000

static void test_h264_and_aac(void **state)
{
    struct bench b = {0};
    bench_start(&b, SOURCE_SRT_LISTEN, LISTEN, "", "");
    pid_t pid = start_program(FFMPEG PICTURE TONE H264 AAC SEND, b.port);
    bench_expect(&b, SOON_MS, heard_both, 60);
    struct heard h;
    struct link_source_status status;
    listener_get(b.listener, &h);
    source_status(b.source, &status);
    assert_int_equal(h.state, SOURCE_LIVE);
    assert_string_equal(status.video, "H.264 320×180 25/1");
    assert_string_equal(status.audio, "AAC 48000 Hz 2");
    assert_true(status.bytes > 10000);
    /* ffmpeg's tone has an amplitude of 1/8. */
    assert_true(fabs(h.power - 0.0884 / sqrt(2)) < 0.01 || fabs(h.power - 0.0884) < 0.01);
    end_program(pid, SIGTERM);
    bench_expect_state(&b, 2000, SOURCE_WAITING, "kapandı");
    bench_stop(&b);
}

/* Starts an encoder with these words and waits until so many frames and sounds came. */
static void expect_usable(const char *words, int frames, int sounds, const char *video,
                          const char *audio)
{
    struct bench b = {0};
    bench_start(&b, SOURCE_SRT_LISTEN, LISTEN, "", "");
    pid_t pid = start_program("%s -f mpegts srt://127.0.0.1:%d", words, b.port);
    bench_expect(&b, SOON_MS, heard_frames, frames);
    bench_expect(&b, SOON_MS, heard_sounds, sounds);
    struct link_source_status status;
    source_status(b.source, &status);
    struct heard h;
    listener_get(b.listener, &h);
    assert_string_equal(status.video, video);
    assert_string_equal(status.audio, audio);
    assert_true(fabs(h.left - h.right) < 1e-6);
    if (!frames)
        assert_int_equal(h.frames, 0);
    if (!sounds)
        assert_int_equal(h.sounds, 0);
    end_program(pid, SIGKILL);
    bench_stop(&b);
}

static void test_b_frames(void **state)
{
    expect_usable(FFMPEG PICTURE TONE "-c:v libx264 -preset veryfast -bf 3 -g 50 " AAC, 40, 40,
                  "H.264 320×180 25/1", "AAC 48000 Hz 2");
}

static void test_hevc_and_opus(void **state)
{
    expect_usable(FFMPEG PICTURE TONE "-c:v libx265 -preset ultrafast -g 25 -x265-params "
                                      "log-level=none:pools=1 -c:a libopus -ac 2",
                  40, 40, "HEVC 320×180 25/1", "Opus 48000 Hz 2");
}

static void test_mp3_mono_at_another_rate(void **state)
{
    expect_usable(FFMPEG "-f lavfi -i testsrc=size=320x240:rate=30000/1001 "
                         "-f lavfi -i sine=440:sample_rate=44100 " H264 "-c:a libmp3lame -ac 1",
                  40, 40, "H.264 320×240 30000/1001", "MP3 44100 Hz 1");
}

static void test_surround(void **state)
{
    expect_usable(FFMPEG PICTURE TONE H264 "-c:a aac -ac 6 -b:a 256k", 40, 40, "H.264 320×180 25/1",
                  "AAC 48000 Hz 6");
}

static void test_no_sound(void **state)
{
    expect_usable(FFMPEG PICTURE H264, 40, 0, "H.264 320×180 25/1", "");
}

static void test_sound_only(void **state)
{
    expect_usable(FFMPEG TONE AAC, 0, 40, "", "AAC 48000 Hz 2");
}

static void test_parameters_change(void **state)
{
    static const char *const sizes[] = {"320x180", "640x480"};
    for (int i = 0; i < 2; i++) {
        pid_t pid = start_program("ffmpeg -y -loglevel error -f lavfi -i "
                                  "testsrc=size=%s:rate=25 " TONE H264 AAC
                                  "-t %d /tmp/meclis-srt-test-%d-%d.ts",
                                  sizes[i], 2 + 8 * i, getpid(), i);
        assert_int_equal(await_program(pid, 10000), 0);
    }
    struct bench b = {0};
    bench_start(&b, SOURCE_SRT_LISTEN, LISTEN, "", "");
    pid_t pid = start_program(FFMPEG "-i concat:/tmp/meclis-srt-test-%d-0.ts|"
                                     "/tmp/meclis-srt-test-%d-1.ts -c copy " SEND,
                              getpid(), getpid(), b.port);
    struct link_source_status status = {0};
    for (int i = 0; i < SOON_MS / 20 && !strstr(status.video, "640×480"); i++) {
        bench_sleep_ms(20);
        source_status(b.source, &status);
    }
    assert_non_null(strstr(status.video, "640×480"));
    listener_clear(b.listener);
    bench_expect(&b, SOON_MS, heard_both, 20);
    end_program(pid, SIGKILL);
    bench_stop(&b);
    for (int i = 0; i < 2; i++) {
        char path[64];
        snprintf(path, sizeof path, "/tmp/meclis-srt-test-%d-%d.ts", getpid(), i);
        unlink(path);
    }
}

static void expect_refused(const char *words, const char *reason)
{
    struct bench b = {0};
    bench_start(&b, SOURCE_SRT_LISTEN, LISTEN, "", "");
    pid_t pid = start_program("%s srt://127.0.0.1:%d", words, b.port);
    bench_expect_state(&b, 2 * SOON_MS, SOURCE_REFUSED, reason);
    end_program(pid, SIGKILL);
    /* And a good one is welcome afterwards. */
    pid = start_program(FFMPEG PICTURE TONE H264 AAC SEND, b.port);
    bench_expect(&b, SOON_MS, heard_both, 10);
    bench_expect_state(&b, 1000, SOURCE_LIVE, "");
    end_program(pid, SIGKILL);
    bench_stop(&b);
}

static void test_a_codec_that_is_none_of_ours(void **state)
{
    expect_refused(FFMPEG PICTURE "-c:v mpeg2video -f mpegts", "Görüntü biçimi desteklenmiyor: ");
}

static void test_garbage_in_srt(void **state)
{
    expect_refused("ffmpeg -loglevel error -re -f s16le -ar 48000 -ac 2 -i /dev/urandom "
                   "-c copy -f s16le",
                   "Taşıyıcı biçim");
}

static void test_sound_that_is_none_of_ours(void **state)
{
    struct bench b = {0};
    bench_start(&b, SOURCE_SRT_LISTEN, LISTEN, "", "");
    pid_t pid = start_program(FFMPEG PICTURE TONE H264 "-c:a ac3 " SEND, b.port);
    bench_expect(&b, SOON_MS, heard_frames, 30);
    bench_expect_state(&b, 1000, SOURCE_LIVE, "Ses biçimi desteklenmiyor: AC-3");
    end_program(pid, SIGKILL);
    bench_stop(&b);
}

static void test_garbage_on_the_port(void **state)
{
    struct bench b = {0};
    bench_start(&b, SOURCE_SRT_LISTEN, LISTEN, "", "");
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)b.port),
                             .sin_addr = {htonl(INADDR_LOOPBACK)}};
    unsigned char packet[1400];
    srand(11);
    for (int i = 0; i < 2000; i++) {
        size_t size = (size_t)rand() % sizeof packet;
        for (size_t j = 0; j < size; j++)
            packet[j] = (unsigned char)rand();
        /* Half of them look like SRT's control packets: handshakes and others. */
        if (i % 2 && size > 16)
            packet[0] = 0x80, packet[1] = (unsigned char)(i / 2 % 10);
        sendto(fd, packet, size, 0, (struct sockaddr *)&to, sizeof to);
    }
    close(fd);
    pid_t pid = start_program(FFMPEG PICTURE TONE H264 AAC SEND, b.port);
    bench_expect(&b, SOON_MS, heard_both, 10);
    end_program(pid, SIGKILL);
    bench_stop(&b);
}

static void test_who_is_turned_away(void **state)
{
    struct bench b = {0};
    bench_start(&b, SOURCE_SRT_LISTEN, LISTEN, "dogru-parola", "salon-1");
    static const struct {
        const char *query, *reason;
    } callers[] = {
        {"passphrase=yanlis-parola&streamid=salon-1", "parolası yanlış"},
        {"streamid=salon-1", "parolası yanlış"},
        {"passphrase=dogru-parola&streamid=salon-2", "akış kimliği yanlış"},
        {"passphrase=dogru-parola", "akış kimliği yanlış"},
    };
    for (size_t i = 0; i < sizeof callers / sizeof callers[0]; i++) {
        pid_t pid = start_program(FFMPEG PICTURE H264 SEND "?%s", b.port, callers[i].query);
        bench_expect_state(&b, SOON_MS, SOURCE_REFUSED, callers[i].reason);
        assert_true(await_program(pid, SOON_MS) > 0);
    }
    pid_t pid = start_program(
        FFMPEG PICTURE TONE H264 AAC SEND "?passphrase=dogru-parola&streamid=salon-1", b.port);
    bench_expect(&b, SOON_MS, heard_both, 20);

    /* A second one with the same key: the first stays. */
    pid_t second =
        start_program(FFMPEG PICTURE H264 SEND "?passphrase=dogru-parola&streamid=salon-1", b.port);
    assert_true(await_program(second, SOON_MS) > 0);
    bench_expect_state(&b, 1000, SOURCE_LIVE, "ikincisi geri çevrildi");
    listener_clear(b.listener);
    bench_expect(&b, 2000, heard_both, 20);
    end_program(pid, SIGKILL);
    bench_stop(&b);
}

/* How long after a moment it was said that the source is not live any more. */
static int64_t lost_after_ms(struct bench *b, int64_t moment_us)
{
    struct heard h;
    listener_get(b->listener, &h);
    return (h.lost_us - moment_us) / 1000;
}

static void test_killed_and_back(void **state)
{
    struct bench b = {0};
    bench_start(&b, SOURCE_SRT_LISTEN, LISTEN, "", "");
    pid_t pid = start_program(FFMPEG PICTURE TONE H264 AAC SEND, b.port);
    bench_expect(&b, SOON_MS, heard_both, 40);
    int64_t killed = clock_boot_us();
    end_program(pid, SIGKILL);
    bench_expect_state(&b, 2000, SOURCE_FAILED, "veri gelmiyor");
    /* SRT's own delay and the watchdog's 600 ms; the rest is for a busy machine. */
    assert_true(lost_after_ms(&b, killed) < 1000);
    listener_clear(b.listener);
    /* At once: SRT itself would hold the dead one's place for seconds. */
    pid = start_program(FFMPEG PICTURE TONE H264 AAC SEND, b.port);
    bench_expect(&b, 3500, heard_both, 1);
    bench_expect_state(&b, 500, SOURCE_LIVE, "");
    struct heard h;
    listener_get(b.listener, &h);
    assert_int_equal(h.video_discont, 1);
    assert_true(h.audio_discont >= 1);
    end_program(pid, SIGKILL);
    bench_stop(&b);
}

static void test_stopped_and_back(void **state)
{
    struct bench b = {0};
    bench_start(&b, SOURCE_SRT_LISTEN, LISTEN, "", "");
    pid_t pid = start_program(FFMPEG PICTURE TONE H264 AAC SEND, b.port);
    bench_expect(&b, SOON_MS, heard_both, 40);
    int64_t stopped = clock_boot_us();
    kill(pid, SIGSTOP);
    bench_expect_state(&b, 2000, SOURCE_FAILED, "veri gelmiyor");
    assert_true(lost_after_ms(&b, stopped) < 1000);
    listener_clear(b.listener);
    bench_sleep_ms(1000);
    int64_t resumed = clock_boot_us();
    kill(pid, SIGCONT);
    bench_expect_state(&b, 3000, SOURCE_LIVE, "");
    assert_true(clock_boot_us() - resumed < 2000000);
    bench_expect(&b, 2000, heard_both, 25);
    end_program(pid, SIGKILL);
    bench_stop(&b);
}

static void test_calling(void **state)
{
    struct bench b = {0};
    bench_start(&b, SOURCE_SRT_CALL, LISTEN, "bizim-parola", "kamera");
    bench_expect_state(&b, 5000, SOURCE_FAILED, "ulaşılamıyor");
    pid_t pid = start_program(
        FFMPEG PICTURE TONE H264 AAC SEND "?mode=listener&passphrase=bizim-parola", b.port);
    bench_expect(&b, 2 * SOON_MS, heard_both, 20);
    bench_expect_state(&b, 1000, SOURCE_LIVE, "");
    end_program(pid, SIGTERM);
    bench_expect_state(&b, 3000, SOURCE_WAITING, "kapandı");
    bench_stop(&b);
}

static void test_a_port_that_is_taken(void **state)
{
    struct bench b = {0}, second = {0};
    bench_start(&b, SOURCE_SRT_LISTEN, LISTEN, "", "");
    bench_sleep_ms(300);
    second.port = b.port;
    bench_start(&second, SOURCE_SRT_LISTEN, LISTEN, "", "");
    bench_expect_state(&second, 2000, SOURCE_FAILED, "dinlenemiyor");
    /* When the first gives it up, the second gets it. */
    bench_end(&b);
    bench_expect_state(&second, 6000, SOURCE_WAITING, "");
    pid_t pid = start_program(FFMPEG PICTURE TONE H264 AAC SEND, b.port);
    bench_expect(&second, 2 * SOON_MS, heard_both, 10);
    end_program(pid, SIGKILL);
    bench_stop(&second);
}

int main(void)
{
    gst_init(NULL, NULL);
    const struct CMUnitTest tests[] = {
        bench_test(test_h264_and_aac),
        bench_test(test_b_frames),
        bench_test(test_hevc_and_opus),
        bench_test(test_mp3_mono_at_another_rate),
        bench_test(test_surround),
        bench_test(test_no_sound),
        bench_test(test_sound_only),
        bench_test(test_parameters_change),
        bench_test(test_a_codec_that_is_none_of_ours),
        bench_test(test_garbage_in_srt),
        bench_test(test_sound_that_is_none_of_ours),
        bench_test(test_garbage_on_the_port),
        bench_test(test_who_is_turned_away),
        bench_test(test_killed_and_back),
        bench_test(test_stopped_and_back),
        bench_test(test_calling),
        bench_test(test_a_port_that_is_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
