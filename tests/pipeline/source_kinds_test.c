/* The other kinds of sources: test, file, RTMP from an nginx of the test's own, RTSP, and GStreamer
 * descriptions. */
#include "bench.h"

#include "base/clock.h"

#include <errno.h>
#include <gst/rtsp-server/rtsp-server.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include <cmocka.h>

#define SOON_MS 10000
#define MODULE "/usr/lib/nginx/modules/ngx_rtmp_module.so"

static void test_the_test_source(void **state)
{
    struct bench b = {0};
    bench_start(&b, SOURCE_TEST, "", "", "");
    bench_expect(&b, SOON_MS, heard_both, 60);
    struct heard h;
    listener_get(b.listener, &h);
    assert_int_equal(h.state, SOURCE_LIVE);
    /* One each at the beginning; more only where the machine stalled. */
    assert_true(h.video_discont >= 1 && h.video_discont < 5);
    assert_true(h.audio_discont >= 1 && h.audio_discont < 5);
    assert_true(h.earliest_ns >= 0);
    bench_stop(&b);
}

/* Makes a file and returns its path, in static memory. */
static const char *make_file(const char *words, const char *kind)
{
    static char path[64];
    snprintf(path, sizeof path, "/tmp/meclis-kinds-%d.%s", getpid(), kind);
    pid_t pid = start_program("ffmpeg -y -loglevel error %s %s", words, path);
    assert_int_equal(await_program(pid, 20000), 0);
    return path;
}

static void test_a_file_joins_its_rounds(void **state)
{
    static const char *const kinds[][2] = {
        {PICTURE TONE "-c:v libx264 -pix_fmt yuv420p -bf 3 -g 50 " AAC "-t 1.5", "mp4"},
        {PICTURE TONE "-c:v libx265 -x265-params log-level=none:pools=1 -preset ultrafast "
                      "-c:a libopus -ac 2 -t 1.5",
         "mkv"},
        {PICTURE TONE H264 "-c:a libmp3lame -t 1.5", "ts"},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct bench b = {.loop = true};
        const char *path = make_file(kinds[i][0], kinds[i][1]);
        bench_start(&b, SOURCE_FILE, path, "", "");
        bench_expect(&b, SOON_MS, heard_both, 5);
        listener_clear(b.listener);
        int64_t began = clock_boot_us();
        bench_expect(&b, SOON_MS, heard_frames, 100);
        int64_t took_ms = (clock_boot_us() - began) / 1000;
        struct heard h;
        listener_get(b.listener, &h);
        /* Four seconds of pictures take four seconds, over two joints. */
        assert_in_range(took_ms, 3700, 5500);
        assert_true(fabs((double)h.sound_frames / FORMAT_AUDIO_RATE - 4) < 0.4);
        assert_int_equal(h.video_discont, 0);
        assert_true(h.audio_discont <= 3);
        bench_stop(&b);
        unlink(path);
    }
}

static void test_a_file_once(void **state)
{
    struct bench b = {0};
    const char *path = make_file(TONE "-c:a libmp3lame -t 1", "mp3");
    bench_start(&b, SOURCE_FILE, path, "", "");
    bench_expect_state(&b, SOON_MS, SOURCE_ENDED, "");
    struct heard h;
    listener_get(b.listener, &h);
    assert_true(fabs((double)h.sound_frames / FORMAT_AUDIO_RATE - 1) < 0.15);
    bench_stop(&b);
    unlink(path);
}

static void expect_file_state(const char *path, enum source_state wanted, const char *reason)
{
    struct bench b = {.loop = true};
    bench_start(&b, SOURCE_FILE, path, "", "");
    bench_expect_state(&b, SOON_MS, wanted, reason);
    bench_stop(&b);
}

static void test_files_that_are_none(void **state)
{
    expect_file_state("/nowhere/at all.mp4", SOURCE_FAILED, "Dosya açılamıyor: /nowhere/at all");
    const char *path = make_file("-f s16le -i /dev/urandom -c copy -f s16le -fs 300000", "mp4");
    expect_file_state(path, SOURCE_REFUSED, "Taşıyıcı biçim");
    unlink(path);
    path = make_file(PICTURE "-c:v libvpx-vp9 -cpu-used 8 -deadline realtime -t 0.5", "webm");
    expect_file_state(path, SOURCE_REFUSED, "Görüntü biçimi desteklenmiyor: VP9");
    unlink(path);
    /* Cut off in the midst: an MP4 whose index never came. */
    path = make_file(PICTURE H264 "-t 2", "mp4");
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(truncate(path, st.st_size / 2), 0);
    struct bench b = {0};
    bench_start(&b, SOURCE_FILE, path, "", "");
    bench_sleep_ms(1500);
    struct heard h;
    listener_get(b.listener, &h);
    assert_true(h.state == SOURCE_FAILED || h.state == SOURCE_REFUSED);
    bench_stop(&b);
    unlink(path);
}

static pid_t start_nginx(int port)
{
    char path[64];
    snprintf(path, sizeof path, "/tmp/meclis-kinds-%d.conf", getpid());
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fprintf(f,
            "load_module " MODULE ";\ndaemon off; master_process off;\n"
            "pid /tmp/meclis-kinds-%d.pid; error_log /dev/null;\n"
            "events { worker_connections 64; }\n"
            "rtmp { server { listen 127.0.0.1:%d; application live { live on;\n"
            "  drop_idle_publisher 5s; wait_key on; } } }\n",
            getpid(), port);
    fclose(f);
    return start_program("/usr/sbin/nginx -c %s", path);
}

static void remove_nginx(pid_t pid)
{
    char path[64];
    end_program(pid, SIGKILL);
    snprintf(path, sizeof path, "/tmp/meclis-kinds-%d.conf", getpid());
    unlink(path);
    snprintf(path, sizeof path, "/tmp/meclis-kinds-%d.pid", getpid());
    unlink(path);
}

static pid_t publish(int port, const char *words)
{
    return start_program(FFMPEG "%s -f flv rtmp://127.0.0.1:%d/live/anahtar", words, port);
}

static void test_rtmp(void **state)
{
    assert_int_equal(access(MODULE, R_OK), 0); /* of the packages that ./test installs */
    struct bench b = {0};
    bench_start(&b, SOURCE_RTMP, "rtmp://127.0.0.1:%d/live/anahtar", "", "");
    bench_expect_state(&b, 5000, SOURCE_FAILED, "ulaşılamıyor");
    pid_t nginx = start_nginx(b.port);
    bench_expect_state(&b, 10000, SOURCE_WAITING, "");

    pid_t pid = publish(b.port, PICTURE TONE "-c:v libx264 -pix_fmt yuv420p -preset ultrafast "
                                             "-bf 2 -g 25 " AAC);
    bench_expect(&b, SOON_MS, heard_both, 50);
    int64_t killed = clock_boot_us();
    end_program(pid, SIGKILL);
    struct heard h;
    bench_expect_state(&b, 2000, SOURCE_FAILED, "");
    listener_get(b.listener, &h);
    assert_true(h.lost_us - killed < 1000000);

    pid = publish(b.port, PICTURE TONE H264 AAC);
    listener_clear(b.listener);
    bench_expect(&b, SOON_MS, heard_both, 25);
    int64_t stopped = clock_boot_us();
    kill(pid, SIGSTOP);
    bench_expect_state(&b, 2000, SOURCE_FAILED, "veri gelmiyor");
    listener_get(b.listener, &h);
    assert_true(h.lost_us - stopped < 1000000);
    kill(pid, SIGCONT);
    bench_expect_state(&b, 5000, SOURCE_LIVE, "");
    listener_clear(b.listener);
    bench_expect(&b, SOON_MS, heard_both, 25);

    /* The server dies, and comes again. */
    remove_nginx(nginx);
    bench_expect_state(&b, 2000, SOURCE_FAILED, "");
    end_program(pid, SIGKILL);
    nginx = start_nginx(b.port);
    bench_sleep_ms(300);
    pid = publish(b.port, PICTURE TONE H264 "-c:a libmp3lame -ar 44100");
    listener_clear(b.listener);
    bench_expect(&b, 2 * SOON_MS, heard_both, 25);
    end_program(pid, SIGKILL);
    bench_stop(&b);
    remove_nginx(nginx);
}

/* A server that ends cuts the connection: lost, and never the fault of a stream, whether somebody
 * published or nobody did. A refusal would stand until the slow next try. */
static void test_rtmp_cut(void **state)
{
    struct bench b = {0};
    bench_start(&b, SOURCE_RTMP, "rtmp://127.0.0.1:%d/live/anahtar", "", "");
    for (int round = 0; round < 4; round++) {
        pid_t nginx = start_nginx(b.port), encoder = 0;
        bench_expect_state(&b, 10000, SOURCE_WAITING, "");
        if (round % 2) {
            encoder = publish(b.port, PICTURE TONE H264 AAC);
            bench_expect_state(&b, SOON_MS, SOURCE_LIVE, "");
            listener_clear(b.listener);
            bench_expect(&b, SOON_MS, heard_both, 25);
        }
        kill(nginx, round / 2 ? SIGTERM : SIGKILL);
        bench_expect_state(&b, 2000, SOURCE_FAILED, "");
        remove_nginx(nginx);
        bench_expect_state(&b, SOON_MS, SOURCE_FAILED, "ulaşılamıyor");
        if (encoder)
            end_program(encoder, SIGKILL);
    }
    bench_stop(&b);
}

/* A camera, in a process of its own. */
static pid_t start_camera(int port)
{
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    char service[8];
    snprintf(service, sizeof service, "%d", port);
    char *arguments[] = {"/proc/self/exe", "--camera", service, NULL};
    execv(arguments[0], arguments);
    _exit(127);
}

static int run_camera(const char *service)
{
    GMainLoop *loop = g_main_loop_new(NULL, FALSE);
    GstRTSPServer *server = gst_rtsp_server_new();
    GstRTSPMediaFactory *factory = gst_rtsp_media_factory_new();
    gst_rtsp_server_set_address(server, "127.0.0.1");
    gst_rtsp_server_set_service(server, service);
    gst_rtsp_media_factory_set_launch(
        factory, "( videotestsrc is-live=true ! video/x-raw,format=I420,width=320,height=180,"
                 "framerate=25/1 ! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=25 "
                 "! rtph264pay name=pay0 pt=96 audiotestsrc is-live=true ! audio/x-raw,rate=8000,"
                 "channels=1 ! alawenc ! rtppcmapay name=pay1 pt=8 )");
    gst_rtsp_media_factory_set_shared(factory, TRUE);
    GstRTSPMountPoints *points = gst_rtsp_server_get_mount_points(server);
    gst_rtsp_mount_points_add_factory(points, "/kamera", factory);
    gst_rtsp_server_attach(server, NULL);
    g_main_loop_run(loop);
    return 0;
}

static void test_rtsp(void **state)
{
    struct bench b = {0};
    bench_start(&b, SOURCE_RTSP, "rtsp://127.0.0.1:%d/kamera", "", "");
    bench_expect_state(&b, 5000, SOURCE_FAILED, "ulaşılamıyor");
    pid_t pid = start_camera(b.port);
    bench_expect(&b, 2 * SOON_MS, heard_both, 40);
    struct link_source_status status;
    source_status(b.source, &status);
    assert_string_equal(status.video, "H.264 320×180 25/1");
    assert_string_equal(status.audio, "G.711 8000 Hz 1");
    end_program(pid, SIGKILL);
    bench_expect_state(&b, 2000, SOURCE_FAILED, "");
    pid = start_camera(b.port);
    listener_clear(b.listener);
    bench_expect(&b, 2 * SOON_MS, heard_both, 10);
    end_program(pid, SIGKILL);
    bench_stop(&b);
}

static void test_a_description(void **state)
{
    struct bench b = {0};
    bench_start(&b, SOURCE_GSTREAMER,
                "videotestsrc is-live=true ! video/x-raw,width=400,height=300,framerate=30/1 ! "
                "identity name=video audiotestsrc is-live=true ! audio/x-raw,channels=1 ! "
                "identity name=audio",
                "", "");
    bench_expect(&b, SOON_MS, heard_both, 40);
    bench_expect_state(&b, 100, SOURCE_LIVE, "");
    bench_stop(&b);
}

static void test_descriptions_that_are_none(void **state)
{
    static const struct {
        const char *text;
        enum source_state state;
        const char *reason;
    } wrong[] = {
        {"videotestsrc ! yok-boyle name=video", SOURCE_REFUSED, "tanımı hatalı: "},
        {"videotestsrc is-live=true ! ! name=video", SOURCE_REFUSED, "tanımı hatalı: "},
        {"videotestsrc is-live=true ! fakesink", SOURCE_REFUSED, "adı video ya da audio olan"},
        {"videotestsrc is-live=true ! fakesink name=video", SOURCE_REFUSED, "adı video"},
        {"videotestsrc ! identity name=video", SOURCE_REFUSED, "canlı değil"},
        {"videotestsrc is-live=true ! vp8enc deadline=1 name=video", SOURCE_REFUSED, "VP8"},
        {"v4l2src device=/dev/yok name=video", SOURCE_FAILED, "ulaşılamıyor"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct bench b = {0};
        bench_start(&b, SOURCE_GSTREAMER, wrong[i].text, "", "");
        bench_expect_state(&b, SOON_MS, wrong[i].state, wrong[i].reason);
        bench_stop(&b);
    }
}

static void test_specs_that_are_none(void **state)
{
    static const struct {
        enum source_kind kind;
        const char *url, *passphrase, *reason;
    } wrong[] = {
        {SOURCE_SRT_LISTEN, "srt://x", "", "Adres anlaşılamadı: srt://x"},
        {SOURCE_SRT_CALL, "http://a:1", "", "Adres anlaşılamadı"},
        {SOURCE_SRT_LISTEN, "srt://:7001", "kisa", "10 ile 79"},
        {SOURCE_RTMP, "http://127.0.0.1/", "", "Adres anlaşılamadı"},
        {SOURCE_RTSP, "rtsp://", "", "Adres anlaşılamadı"},
        {SOURCE_FILE, "", "", "Adres anlaşılamadı"},
        {SOURCE_GSTREAMER, "", "", "tanımı hatalı"},
        {0, "", "", "Adres anlaşılamadı"},
        {99, "", "", "Adres anlaşılamadı"},
    };
    struct listener l;
    listener_init(&l, WIDTH, HEIGHT);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct spec_source spec = {.kind = wrong[i].kind};
        struct source *s = NULL;
        char reason[256] = "";
        snprintf(spec.url, sizeof spec.url, "%s", wrong[i].url);
        snprintf(spec.passphrase, sizeof spec.passphrase, "%s", wrong[i].passphrase);
        assert_int_equal(source_create(&spec, &l.format, &listener_events, &l, &s, reason),
                         -EINVAL);
        assert_null(s);
        assert_non_null(strstr(reason, wrong[i].reason));
    }
    listener_finish(&l);
}

/* What can't be made and what fails while it runs are both told in the meeting's language. */
static void test_reasons_in_the_meetings_language(void **state)
{
    static const struct {
        const char *language, *file, *address;
    } all[] = {
        {"tr", "Dosya açılamıyor: /nowhere", "Adres anlaşılamadı"},
        {"en", "The file can't be opened: /nowhere", "The address can't be understood"},
        {"de", "The file can't be opened: /nowhere", "The address can't be understood"},
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        struct bench b = {.language = all[i].language};
        bench_start(&b, SOURCE_FILE, "/nowhere", "", "");
        bench_expect_state(&b, SOON_MS, SOURCE_FAILED, all[i].file);
        struct link_source_status status;
        source_status(b.source, &status);
        assert_non_null(strstr(status.reason, all[i].file));
        struct spec_source none = {.kind = SOURCE_FILE};
        struct source *s = NULL;
        char reason[256] = "";
        assert_int_equal(
            source_create(&none, &b.listener->format, &listener_events, b.listener, &s, reason),
            -EINVAL);
        assert_non_null(strstr(reason, all[i].address));
        bench_stop(&b);
    }
}

static void test_a_life_without_a_start(void **state)
{
    struct listener l;
    listener_init(&l, WIDTH, HEIGHT);
    struct spec_source spec = {.kind = SOURCE_TEST};
    struct source *s = NULL;
    char reason[256];
    source_destroy(NULL);
    assert_int_equal(source_create(&spec, &l.format, &listener_events, &l, &s, reason), 0);
    source_stop(s);
    assert_int_equal(source_start(s), -EALREADY);
    source_destroy(s);
    assert_true(source_drain(1000));
    listener_finish(&l);
}

int main(int argc, char **argv)
{
    gst_init(NULL, NULL);
    if (argc == 3 && strcmp(argv[1], "--camera") == 0)
        return run_camera(argv[2]);
    const struct CMUnitTest tests[] = {
        bench_test(test_the_test_source),
        bench_test(test_a_file_joins_its_rounds),
        bench_test(test_a_file_once),
        bench_test(test_files_that_are_none),
        bench_test(test_rtmp),
        bench_test(test_rtmp_cut),
        bench_test(test_rtsp),
        bench_test(test_a_description),
        bench_test(test_descriptions_that_are_none),
        bench_test(test_specs_that_are_none),
        bench_test(test_reasons_in_the_meetings_language),
        bench_test(test_a_life_without_a_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
