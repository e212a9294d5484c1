#include "../cmocka_all.h"
#include "base/clock.h"
#include "fixture.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static void start(struct fixture *x, int frames)
{
    fixture_init(x);
    fixture_start(x);
    fixture_publish(x, frames);
    struct client_response r;
    char last[64]; /* until all net threads have it: each new connection may meet another */
    snprintf(last, sizeof last, "\"%d.%d.m4s\"", (frames - 1) / 50, (frames - 1) % 50 / 5 - 1);
    for (int turn = 0, seen = 0; seen < 20; turn++) {
        client_get(x->port, "/hls/demo/720p/index.m3u8", NULL, &r);
        seen += strstr(buf_text(&r.body), last) ? 1 : 0;
        client_response_finish(&r);
        assert_true(turn < 2000);
    }
}

/* The body is fragments from..to of the track, byte for byte. */
static void expect_fragments(const struct fixture *x, const struct client_response *r, int track,
                             int from, int to)
{
    const size_t sizes[] = {0, x->feed.high_bytes, x->feed.low_bytes, 300};
    size_t at = 0;
    for (int frame = from; frame < to; frame++) {
        bool key = track != FEED_SOUND && frame % 50 == 0;
        size_t size = sizes[track] * (key ? 4 : 1);
        assert_true(at + size <= r->body.size);
        assert_true(feed_check(r->body.data + at, size, track, 1000 + (uint64_t)frame));
        at += size;
    }
    assert_int_equal(at, r->body.size);
}

static void get(struct fixture *x, const char *path, int status, struct client_response *r)
{
    client_get(x->port, path, NULL, r);
    if (r->status != status)
        print_message("%s -> %d\n", path, r->status);
    assert_int_equal(r->status, status);
}

static void serves_playlists(void **state)
{
    struct fixture x;
    struct client_response r;
    start(&x, 120);
    get(&x, "/hls/demo/master.m3u8", 200, &r);
    assert_string_equal(client_header(&r, "Content-Type"), "application/vnd.apple.mpegurl");
    assert_string_equal(client_header(&r, "Access-Control-Allow-Origin"), "*");
    assert_non_null(strstr(client_header(&r, "Cache-Control"), "max-age="));
    const char *text = buf_text(&r.body);
    assert_non_null(
        strstr(text, "RESOLUTION=1280x720,FRAME-RATE=25.000,AUDIO=\"audio\"\n720p/index.m3u8"));
    assert_non_null(strstr(text, "360p/index.m3u8\n"));
    assert_non_null(strstr(text, "CODECS=\"mp4a.40.2\",AUDIO=\"audio\"\naudio/index.m3u8\n"));
    client_response_finish(&r);
    get(&x, "/hls/demo/audio/index.m3u8", 200, &r);
    assert_non_null(strstr(buf_text(&r.body), "CAN-BLOCK-RELOAD=YES"));
    assert_non_null(strstr(buf_text(&r.body), "URI=\"../720p/index.m3u8\",LAST-MSN=2,LAST-PART=3"));
    client_response_finish(&r);
    fixture_stop(&x);
}

static void serves_media_as_it_was_made(void **state)
{
    struct fixture x;
    struct client_response r;
    start(&x, 120);
    get(&x, "/hls/demo/720p/1.m4s", 200, &r);
    assert_non_null(strstr(client_header(&r, "Cache-Control"), "max-age=31536000, immutable"));
    expect_fragments(&x, &r, FEED_HIGH, 50, 100);
    client_response_finish(&r);
    get(&x, "/hls/demo/360p/1.9.m4s", 200, &r);
    expect_fragments(&x, &r, FEED_LOW, 95, 100);
    client_response_finish(&r);
    get(&x, "/hls/demo/audio/2.0.m4s", 200, &r);
    expect_fragments(&x, &r, FEED_SOUND, 100, 105);
    client_response_finish(&r);
    get(&x, "/hls/demo/720p/init-1.mp4", 200, &r);
    assert_string_equal(buf_text(&r.body), "init of 1");
    client_response_finish(&r);
    client_get(x.port, "/hls/demo/720p/1.m4s", "Range: bytes=24000-29999\r\n", &r);
    assert_int_equal(r.status, 206); /* frame 51 */
    assert_true(feed_check(r.body.data, r.body.size, FEED_HIGH, 1051));
    client_response_finish(&r);
    client_get(x.port, "/hls/demo/720p/1.m4s", "If-None-Match: \"720p-1\"\r\n", &r);
    assert_int_equal(r.status, 304);
    client_response_finish(&r);
    int fd = client_connect(x.port);
    client_send_text(fd, "HEAD /hls/demo/720p/1.m4s HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_int_equal(client_response_read(fd, true, &r), 0);
    assert_string_equal(client_header(&r, "Content-Length"), "318000");
    assert_string_equal(client_header(&r, "Content-Type"), "video/iso.segment");
    client_response_finish(&r);
    client_send_text(fd, "HEAD /hls/demo/audio/1.m4s HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_int_equal(client_response_read(fd, true, &r), 0);
    assert_string_equal(client_header(&r, "Content-Type"), "audio/mp4");
    client_response_finish(&r);
    close(fd);
    fixture_stop(&x);
}

static void knows_what_it_has_not(void **state)
{
    struct fixture x;
    struct client_response r;
    start(&x, 120);
    static const char *const none[] = {"/hls/demo/720p/2.m4s", /* not complete */
                                       "/hls/demo/720p/3.m4s",    "/hls/demo/720p/99.0.m4s",
                                       "/hls/demo/720p/1.10.m4s", "/hls/demo/720p/2.5.m4s",
                                       "/hls/demo/720p/0.77.m4s"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        get(&x, none[i], 404, &r);
        client_response_finish(&r);
    }
    static const char *const bad[] = {
        "/hls/demo/720p/index.m3u8?_HLS_msn=4", "/hls/demo/720p/index.m3u8?_HLS_msn=2&_HLS_part=40",
        "/hls/demo/720p/index.m3u8?_HLS_part=4", "/hls/demo/720p/index.m3u8?_HLS_msn=x"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        get(&x, bad[i], 400, &r);
        client_response_finish(&r);
    }
    /* what only the recording can have */
    static const char *const recorded[] = {
        "/hls/demo/master.m3u8?dvr", "/hls/demo/720p/index.m3u8?dvr=1",
        "/hls/demo/1080p/index.m3u8", "/hls/demo/720p/init-9.mp4"};
    for (size_t i = 0; i < sizeof recorded / sizeof recorded[0]; i++) {
        get(&x, recorded[i], 200, &r);
        assert_memory_equal(buf_text(&r.body), recorded[i], strlen(buf_text(&r.body)));
        client_response_finish(&r);
    }
    fixture_stop(&x);
}

static void what_left_the_window_is_asked_of_the_recording(void **state)
{
    struct fixture x;
    struct client_response r;
    start(&x, 50 * 40);
    get(&x, "/hls/demo/720p/1.m4s", 200, &r);
    assert_string_equal(buf_text(&r.body), "/hls/demo/720p/1.m4s");
    client_response_finish(&r);
    get(&x, "/hls/demo/720p/30.m4s", 200, &r);
    expect_fragments(&x, &r, FEED_HIGH, 1500, 1550);
    client_response_finish(&r);
    fixture_stop(&x);
}

/* A request that waits is answered with the very part it waits for, and not before. */
static void blocking_reload_waits_for_its_part(void **state)
{
    struct fixture x;
    struct client_response r;
    start(&x, 120);
    int fds[40], hinted = client_connect(x.port);
    for (int i = 0; i < 40; i++) {
        fds[i] = client_connect(x.port);
        client_send_text(fds[i], "GET /hls/demo/720p/index.m3u8?_HLS_msn=2&_HLS_part=4 HTTP/1.1\r\n"
                                 "Host: x\r\n\r\n");
    }
    client_send_text(hinted, "GET /hls/demo/720p/2.4.m4s HTTP/1.1\r\nHost: x\r\n\r\n");
    char byte;
    assert_int_equal(client_read(fds[0], &byte, 1, 300), -1);
    assert_int_equal(client_read(hinted, &byte, 1, 1), -1);
    fixture_publish(&x, 4);
    assert_int_equal(client_read(fds[39], &byte, 1, 200), -1);
    fixture_publish(&x, 1);
    for (int i = 0; i < 40; i++) {
        assert_int_equal(client_response_read(fds[i], false, &r), 0);
        assert_int_equal(r.status, 200);
        assert_non_null(strstr(buf_text(&r.body),
                               "\"2.4.m4s\"\n#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"2.5.m4s\""));
        client_response_finish(&r);
        close(fds[i]);
    }
    assert_int_equal(client_response_read(hinted, false, &r), 0);
    expect_fragments(&x, &r, FEED_HIGH, 120, 125);
    client_response_finish(&r);
    close(hinted);
    fixture_stop(&x);
}

/* A town waits for the same part: all get the same bytes, soon, and others are served between. */
static void thousands_that_wait_are_woken_together(void **state)
{
    /* By TLS the relay has a thread for each, and all must be greeted while the first still waits.
     */
    enum { WAITING = 2000, WAITING_BY_TLS = 60 };
    static int fds[WAITING];
    const int waiting = getenv("MECLIS_TEST_TLS") ? WAITING_BY_TLS : WAITING;
    struct fixture x;
    struct client_response first, r;
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    fixture_init(&x);
    x.config.threads = 1;
    x.config.max_connections = x.config.max_connections_per_address = WAITING + 100;
    fixture_start(&x);
    fixture_publish(&x, 120);
    for (int i = 0; i < waiting; i++) {
        fds[i] = client_connect(x.port);
        client_send_text(fds[i], "GET /hls/demo/720p/index.m3u8?_HLS_msn=2&_HLS_part=4 HTTP/1.1\r\n"
                                 "Host: x\r\n\r\n");
    }
    struct front_stats stats;
    wait_until((front_stats(x.front, &stats), stats.requests == waiting));
    int64_t from = clock_boot_us();
    fixture_publish(&x, 5);
    assert_int_equal(client_response_read(fds[0], false, &first), 0);
    assert_int_equal(first.status, 200);
    assert_non_null(strstr(buf_text(&first.body), "\"2.4.m4s\""));
    for (int i = 1; i < waiting; i++) {
        assert_int_equal(client_response_read(fds[i], false, &r), 0);
        assert_int_equal(r.status, 200);
        assert_int_equal(r.body.size, first.body.size);
        assert_memory_equal(r.body.data, first.body.data, r.body.size);
        client_response_finish(&r);
    }
    print_message("%d answered in %lld us\n", waiting, (long long)(clock_boot_us() - from));
    for (int i = 0; i < waiting; i++)
        close(fds[i]);
    client_response_finish(&first);
    fixture_stop(&x);
}

static void only_so_many_may_wait(void **state)
{
    struct fixture x;
    struct client_response r;
    int fds[3];
    fixture_init(&x);
    x.config.threads = 1;
    x.config.max_waits = 2;
    fixture_start(&x);
    fixture_publish(&x, 120);
    static const char request[] =
        "GET /hls/demo/720p/index.m3u8?_HLS_msn=2&_HLS_part=4 HTTP/1.1\r\nHost: x\r\n\r\n";
    for (int turn = 0; turn < 2; turn++) { /* who has left makes room */
        struct front_stats stats;
        int64_t before = (front_stats(x.front, &stats), stats.requests);
        for (int i = 0; i < 3; i++) {
            fds[i] = client_connect(x.port);
            client_send_text(fds[i], request);
            wait_until((front_stats(x.front, &stats), stats.requests == before + i + 1));
        }
        assert_int_equal(client_response_read(fds[2], false, &r), 0);
        assert_int_equal(r.status, 503);
        assert_string_equal(client_header(&r, "Retry-After"), "2");
        client_response_finish(&r);
        if (turn == 1)
            fixture_publish(&x, 5);
        for (int i = 0; i < 2 && turn == 1; i++) {
            assert_int_equal(client_response_read(fds[i], false, &r), 0);
            assert_int_equal(r.status, 200);
            client_response_finish(&r);
        }
        for (int i = 0; i < 3; i++)
            close(fds[i]);
        if (turn == 0) /* those that wait are not read: their time ends after three segments */
            fixture_sleep_us(7000000);
    }
    fixture_stop(&x);
}

static void a_wait_is_bounded(void **state)
{
    struct fixture x;
    struct client_response r;
    start(&x, 120);
    int64_t from = clock_boot_us();
    get(&x, "/hls/demo/720p/index.m3u8?_HLS_msn=3&_HLS_part=0", 503, &r);
    assert_in_range(clock_boot_us() - from, 5500000, 30000000);
    client_response_finish(&r);
    fixture_stop(&x);
}

static void waiting_ends_with_the_broadcast(void **state)
{
    struct fixture x;
    struct client_response r;
    start(&x, 120);
    int fd = client_connect(x.port), gone = client_connect(x.port);
    static const char request[] =
        "GET /hls/demo/720p/index.m3u8?_HLS_msn=3 HTTP/1.1\r\nHost: x\r\n\r\n";
    client_send_text(fd, request);
    client_send_text(gone, request);
    fixture_sleep_us(100000);
    close(gone);
    front_channel_close(x.front, "demo");
    assert_int_equal(client_response_read(fd, false, &r), 0);
    assert_string_equal(buf_text(&r.body), "/hls/demo/720p/index.m3u8"); /* the recording's */
    client_response_finish(&r);
    close(fd);
    get(&x, "/hls/demo/master.m3u8", 200, &r);
    assert_string_equal(buf_text(&r.body), "/hls/demo/master.m3u8");
    client_response_finish(&r);
    fixture_stop(&x);
}

/* The server has started anew: what its worker remembers of 60 s comes first, and a playlist of the
 * first of it would be cut short. */
static void playlists_wait_until_the_past_has_come(void **state)
{
    static const char *const paths[] = {"master.m3u8", "720p/index.m3u8",
                                        "720p/index.m3u8?_HLS_msn=29", "audio/28.m4s"};
    enum { COUNT = sizeof paths / sizeof paths[0] };
    struct fixture x;
    struct client_response r;
    int fds[COUNT];
    fixture_init(&x);
    x.feed.epoch_boot_us -= 60000000;
    fixture_start(&x);
    fixture_publish(&x, 500);
    fixture_sleep_us(50000); /* the threads have the channel */
    for (int i = 0; i < COUNT; i++) {
        char request[128];
        fds[i] = client_connect(x.port);
        snprintf(request, sizeof request, "GET /hls/demo/%s HTTP/1.1\r\nHost: x\r\n\r\n", paths[i]);
        client_send_text(fds[i], request);
    }
    for (int i = 0; i < COUNT; i++) {
        char byte;
        assert_int_equal(client_read(fds[i], &byte, 1, 100), -1);
    }
    fixture_publish(&x, 1000);
    for (int i = 0; i < COUNT; i++) {
        assert_int_equal(client_response_read(fds[i], false, &r), 0);
        assert_int_equal(r.status, 200);
        if (i == 1 || i == 2)
            assert_non_null(strstr(buf_text(&r.body), ",\n28.m4s\n"));
        client_response_finish(&r);
        close(fds[i]);
    }
    fixture_stop(&x);
}

/* A worker whose clock lies: nobody waits for long. */
static void playlists_do_not_wait_for_ever(void **state)
{
    struct fixture x;
    struct client_response r;
    fixture_init(&x);
    x.feed.epoch_boot_us -= 3600000000;
    fixture_start(&x);
    fixture_publish(&x, 100);
    int64_t began = clock_boot_us();
    fixture_feeder_start(&x, 40000);
    get(&x, "/hls/demo/720p/index.m3u8", 200, &r);
    assert_in_range(clock_boot_us() - began, 4000000, 30000000);
    client_response_finish(&r);
    fixture_feeder_stop(&x);
    fixture_stop(&x);
}

/* By what they were sent, whichever thread they met; who asks for a playlist alone does not watch.
 */
static void players_are_counted(void **state)
{
    static const struct {
        const char *agent, *path;
    } asked[] = {
        {"0", "/hls/demo/720p/0.m4s"},        {"1", "/hls/demo/720p/0.m4s"},
        {"1", "/hls/demo/audio/0.m4s"},       {"1", "/hls/demo/720p/0.m4s"},
        {"2", "/hls/demo/720p/0.m4s"},        {"2", "/hls/demo/360p/1.m4s"},
        {"2", "/hls/demo/audio/0.m4s"},       {"3", "/hls/demo/audio/0.m4s"},
        {"4", "/hls/demo/720p/index.m3u8"},   {"5", "/hls/demo/master.m3u8"},
        {"6", "/hls/demo/720p/99999999.m4s"},
    };
    struct fixture x;
    struct client_response r;
    struct front_stats stats;
    struct front_watching w[FRONT_MAX_RENDITIONS];
    start(&x, 120);
    front_stats(x.front, &stats);
    assert_int_equal(stats.hls_viewers, 0);
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        char agent[64];
        snprintf(agent, sizeof agent, "User-Agent: player %s\r\n", asked[i].agent);
        client_get(x.port, asked[i].path, agent, &r);
        client_response_finish(&r);
    }
    front_stats(x.front, &stats);
    assert_int_equal(stats.hls_viewers, 4);
    assert_int_equal(front_viewers(x.front, "demo"), 4);
    assert_int_equal(front_viewers(x.front, "other"), 0);
    int count = front_watching(x.front, "demo", w);
    for (int i = 0; i < count; i++) {
        int wanted = strcmp(w[i].rendition, "720p") == 0 ? 2 : 1;
        assert_int_equal(w[i].hls, wanted);
        assert_int_equal(w[i].media, 0);
    }
    assert_true(count >= 3);
    fixture_stop(&x);
}

/* A player of whole segments, live: each is there when its playlist names it. */
static void a_plain_player_finds_every_segment(void **state)
{
    struct fixture x;
    struct client_response r;
    start(&x, 60);
    fixture_feeder_start(&x, 2000);
    int next = 0;
    for (int turn = 0; next < 8; turn++) {
        char path[64], line[64];
        assert_true(turn < 3000);
        get(&x, "/hls/demo/360p/index.m3u8", 200, &r);
        snprintf(line, sizeof line, ",\n%d.m4s\n", next);
        bool listed = strstr(buf_text(&r.body), line);
        client_response_finish(&r);
        if (!listed)
            continue;
        snprintf(path, sizeof path, "/hls/demo/360p/%d.m4s", next);
        int status = client_status(x.port, path);
        if (status == 404) /* on another thread, which is not as far */
            continue;
        get(&x, path, 200, &r);
        expect_fragments(&x, &r, FEED_LOW, next * 50, next * 50 + 50);
        client_response_finish(&r);
        next++;
    }
    fixture_feeder_stop(&x);
    fixture_stop(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(serves_playlists),
        cmocka_unit_test(serves_media_as_it_was_made),
        cmocka_unit_test(knows_what_it_has_not),
        cmocka_unit_test(what_left_the_window_is_asked_of_the_recording),
        cmocka_unit_test(blocking_reload_waits_for_its_part),
        cmocka_unit_test(thousands_that_wait_are_woken_together),
        cmocka_unit_test(only_so_many_may_wait),
        cmocka_unit_test(a_wait_is_bounded),
        cmocka_unit_test(waiting_ends_with_the_broadcast),
        cmocka_unit_test(playlists_wait_until_the_past_has_come),
        cmocka_unit_test(playlists_do_not_wait_for_ever),
        cmocka_unit_test(players_are_counted),
        cmocka_unit_test(a_plain_player_finds_every_segment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
