#include "../cmocka_all.h"
#include "base/clock.h"
#include "fixture.h"
#include "front/ws_frame.h"

#include <endian.h>
#include <jansson.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A player that believes nothing: every fragment's header and bytes are checked, every change must
 * be told before, the sound has no hole. */
struct player {
    struct client_socket socket;
    char rendition[16]; /* the one told last; "": sound alone */
    bool live, greeted, jumped, changed;
    bool init[4];
    bool seen[4];
    uint64_t newest[4];
    int skips, switches, pictures, lost_pictures, repeated;
    int64_t ahead_us; /* media time of the newest picture */
    int closed;       /* the close frame's status; 0: none */
};

static uint64_t read_be(const uint8_t *at, int size)
{
    uint64_t v = 0;
    for (int i = 0; i < size; i++)
        v = v << 8 | at[i];
    return v;
}

static int track_of(const char *rendition)
{
    return strcmp(rendition, "720p") == 0   ? FEED_HIGH
           : strcmp(rendition, "360p") == 0 ? FEED_LOW
                                            : 0;
}

static void take_text(struct player *p, const struct bytes *b)
{
    json_t *o = json_loadb((const char *)b->data, b->size, 0, NULL);
    assert_non_null(o);
    const char *type = json_string_value(json_object_get(o, "type"));
    assert_true(p->greeted || strcmp(type, "hello") == 0);
    if (strcmp(type, "hello") == 0) {
        p->greeted = true;
        p->live = json_is_true(json_object_get(o, "live"));
        p->changed = true;
        snprintf(p->rendition, sizeof p->rendition, "%s",
                 json_string_value(json_object_get(o, "rendition")));
    } else if (strcmp(type, "rendition") == 0) {
        snprintf(p->rendition, sizeof p->rendition, "%s",
                 json_string_value(json_object_get(o, "rendition")));
        p->switches++;
        p->changed = true;
    } else if (strcmp(type, "skip") == 0) {
        assert_true(json_integer_value(json_object_get(o, "to_us")) >
                    json_integer_value(json_object_get(o, "from_us")));
        p->skips++;
        p->jumped = true;
    } else {
        assert_string_equal(type, "state");
        p->live = json_is_true(json_object_get(o, "live"));
    }
    json_decref(o);
}

static void take_picture(struct player *p, int track, uint64_t seq, bool key)
{
    assert_int_equal(track, track_of(p->rendition));
    uint64_t newest =
        p->newest[FEED_HIGH] > p->newest[FEED_LOW] ? p->newest[FEED_HIGH] : p->newest[FEED_LOW];
    if (p->changed || p->jumped)
        assert_true(key);
    else
        assert_true(seq == newest + 1);
    if (p->pictures && seq > newest + 1) {
        assert_true(p->jumped);
        p->lost_pictures += (int)(seq - newest - 1);
    }
    p->pictures++;
    p->changed = p->jumped = false;
    p->ahead_us = (int64_t)(seq - 1000) * 40000;
}

static size_t take_fragment(struct player *p, const uint8_t *at, size_t size)
{
    assert_true(size >= 40);
    int track = at[0];
    uint64_t seq = read_be(at + 8, 8);
    size_t bytes = read_be(at + 36, 4);
    assert_true(track >= 1 && track <= 3 && p->init[track]);
    assert_int_equal(read_be(at + 4, 4), 1);
    assert_true((int64_t)read_be(at + 16, 8) == (int64_t)(seq - 1000) * 40000);
    assert_true((int64_t)read_be(at + 24, 8) == 1700000000000000 + (int64_t)(seq - 1000) * 40000);
    assert_int_equal(read_be(at + 32, 4), 40000);
    assert_true(size >= 40 + bytes);
    assert_true(feed_check(at + 40, bytes, track, seq));
    if (track != FEED_SOUND) {
        take_picture(p, track, seq, at[1] & 1);
    } else if (p->seen[track]) {
        assert_true(seq <= p->newest[track] + 1); /* no hole */
        p->repeated += seq <= p->newest[track];
    }
    if (!p->seen[track] || seq > p->newest[track])
        p->newest[track] = seq;
    p->seen[track] = true;
    return 40 + bytes;
}

static void take_binary(struct player *p, const struct bytes *b)
{
    assert_true(p->greeted && b->size >= 4);
    if (b->data[0] == 1) {
        char text[32];
        int track = b->data[1];
        snprintf(text, sizeof text, "init of %d", track);
        assert_memory_equal(b->data + 17 + b->data[16], text, strlen(text));
        p->init[track] = true;
        return;
    }
    assert_int_equal(b->data[0], 2);
    size_t at = 4;
    for (int i = 0; i < b->data[1]; i++)
        at += take_fragment(p, b->data + at, b->size - at);
    assert_int_equal(at, b->size);
}

/* Takes one frame. Returns false when none comes in time. */
static bool player_take(struct player *p, int timeout_ms)
{
    struct bytes *b = NULL;
    int opcode = client_ws_read(&p->socket, timeout_ms, &b);
    if (opcode < 0)
        return false;
    if (opcode == WS_TEXT)
        take_text(p, b);
    else if (opcode == WS_BINARY)
        take_binary(p, b);
    else if (opcode == WS_CLOSE && b->size >= 2)
        p->closed = (int)read_be(b->data, 2);
    bytes_unref(b);
    return true;
}

static void player_open(struct player *p, int port, const char *path)
{
    memset(p, 0, sizeof *p);
    client_ws_open(port, path, &p->socket);
}

static void player_close(struct player *p)
{
    client_ws_close(&p->socket);
}

static void start(struct fixture *x, int frames)
{
    fixture_init(x);
    x->config.threads = 1;
    fixture_start(x);
    fixture_publish(x, frames);
    fixture_sleep_us(50000);
}

static void joins_at_the_newest_keyframe(void **state)
{
    struct fixture x;
    struct player p;
    start(&x, 130);
    player_open(&p, x.port, "/ws/demo/media");
    while (p.newest[FEED_HIGH] < 1129)
        assert_true(player_take(&p, 2000));
    assert_int_equal(p.pictures, 30);
    assert_true(p.live);
    assert_false(player_take(&p, 100));
    fixture_publish(&x, 20);
    while (p.newest[FEED_HIGH] < 1149)
        assert_true(player_take(&p, 2000));
    assert_int_equal(p.lost_pictures, 0);
    player_close(&p);
    fixture_stop(&x);
}

static void takes_the_rendition_it_asks_for(void **state)
{
    struct fixture x;
    struct player p;
    start(&x, 60);
    player_open(&p, x.port, "/ws/demo/media?rendition=360p");
    while (p.newest[FEED_LOW] < 1059)
        assert_true(player_take(&p, 2000));
    assert_string_equal(p.rendition, "360p");
    player_close(&p);
    player_open(&p, x.port, "/ws/demo/media?video=0");
    while (p.newest[FEED_SOUND] < 1059)
        assert_true(player_take(&p, 2000));
    assert_int_equal(p.pictures, 0);
    /* and changes its mind */
    client_ws_send_text(&p.socket, "{\"type\":\"select\",\"rendition\":\"720p\"}");
    while (p.newest[FEED_HIGH] < 1059)
        assert_true(player_take(&p, 2000));
    client_ws_send_text(&p.socket, "{\"type\":\"select\",\"rendition\":\"360p\"}");
    fixture_sleep_us(50000);
    fixture_publish(&x, 60);
    while (p.newest[FEED_LOW] < 1119)
        assert_true(player_take(&p, 2000));
    assert_int_equal(p.lost_pictures, 0);
    client_ws_send_text(&p.socket, "{\"type\":\"select\",\"video\":false}");
    fixture_sleep_us(50000);
    int pictures = p.pictures;
    fixture_publish(&x, 10);
    while (p.newest[FEED_SOUND] < 1129)
        assert_true(player_take(&p, 2000));
    assert_int_equal(p.pictures, pictures);
    player_close(&p);
    fixture_stop(&x);
}

/* Many players that stop reading at random: what each gets is whole, to the byte. */
static void streams_are_exact_whoever_stalls(void **state)
{
    enum { PLAYERS = 24 };
    struct fixture x;
    static struct player players[PLAYERS];
    int64_t awake_us[PLAYERS] = {0};
    uint32_t random = 7;
    fixture_init(&x);
    x.feed.high_bytes = 20000;
    fixture_start(&x);
    fixture_publish(&x, 1);
    fixture_feeder_start(&x, 8000);
    for (int i = 0; i < PLAYERS; i++)
        player_open(&players[i], x.port,
                    i % 3 ? "/ws/demo/media" : "/ws/demo/media?rendition=360p");
    int64_t until = clock_boot_us() + 8000000;
    for (int64_t now; (now = clock_boot_us()) < until;) {
        for (int i = 0; i < PLAYERS; i++) {
            if (now < awake_us[i])
                continue;
            while (player_take(&players[i], 0))
                ;
            random = random * 1664525 + 1013904223;
            if (random >> 24 < 3)
                awake_us[i] = now + 300000 + random % 700000;
            if (random >> 24 == 200)
                client_ws_send_text(&players[i].socket,
                                    random & 0x1000
                                        ? "{\"type\":\"select\",\"rendition\":\"360p\"}"
                                        : "{\"type\":\"select\",\"rendition\":\"720p\"}");
            if (random >> 24 == 201)
                client_ws_send(&players[i].socket, WS_PING, "x", 1);
        }
        fixture_sleep_us(2000);
    }
    fixture_feeder_stop(&x);
    uint64_t newest = 999 + (uint64_t)atomic_load(&x.frame);
    for (int i = 0; i < PLAYERS; i++) {
        struct player *p = &players[i];
        while (p->newest[FEED_HIGH] < newest && p->newest[FEED_LOW] < newest)
            assert_true(player_take(p, 3000));
        assert_true(p->pictures > 100);
        player_close(p);
    }
    fixture_stop(&x);
}

/* Reads at most so many bytes a second, for so long. */
static void read_slowly(struct player *p, int bytes_per_second, int ms)
{
    int64_t from = clock_boot_us(), taken = 0;
    uint8_t chunk[4096];
    while (clock_boot_us() - from < ms * 1000LL) {
        if (taken < (clock_boot_us() - from) * bytes_per_second / 1000000) {
            int n = client_read(p->socket.fd, chunk, sizeof chunk, 100);
            assert_int_not_equal(n, 0);
            if (n > 0) {
                taken += n;
                assert_int_equal(buf_add(&p->socket.in, chunk, (size_t)n), 0);
            }
        } else {
            fixture_sleep_us(2000);
        }
        while (!p->closed && client_ws_whole(&p->socket))
            player_take(p, 0);
    }
}

static void small_window(struct player *p)
{
    int size = 16384;
    setsockopt(p->socket.fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
}

/* A line that carries the low rendition: down to it at a keyframe, nothing lost. */
static void a_slow_viewer_goes_down(void **state)
{
    struct fixture x;
    struct player p;
    struct front_stats stats;
    fixture_init(&x);
    x.feed.high_bytes = 30000;
    x.feed.low_bytes = 2000;
    fixture_start(&x);
    fixture_publish(&x, 1);
    fixture_feeder_start(&x, 20000); /* about twice as fast as life */
    player_open(&p, x.port, "/ws/demo/media");
    small_window(&p);
    read_slowly(&p, 400000, 12000);
    fixture_feeder_stop(&x);
    assert_string_equal(p.rendition, "360p");
    assert_true(p.switches >= 1);
    front_stats(x.front, &stats);
    assert_true(stats.rendition_switches >= 1);
    assert_int_equal(p.closed, 0);
    player_close(&p);
    fixture_stop(&x);
}

/* One that carries not even that: jumps to newer keyframes, every bit of sound is there. */
static void a_slower_viewer_jumps_and_hears_all(void **state)
{
    struct fixture x;
    struct player p;
    fixture_init(&x);
    x.feed.high_bytes = x.feed.low_bytes = 20000;
    fixture_start(&x);
    fixture_publish(&x, 1);
    fixture_feeder_start(&x, 20000);
    player_open(&p, x.port, "/ws/demo/media?rendition=360p");
    small_window(&p);
    read_slowly(&p, 300000, 12000);
    fixture_feeder_stop(&x);
    assert_true(p.skips >= 1);
    assert_true(p.lost_pictures > 0);
    assert_true(p.newest[FEED_SOUND] > 1200);
    player_close(&p);
    fixture_stop(&x);
}

/* Behind a proxy the socket takes everything: what the viewer reports decides. */
static void a_report_counts_too(void **state)
{
    struct fixture x;
    struct player p;
    fixture_init(&x);
    fixture_start(&x);
    fixture_publish(&x, 1);
    fixture_feeder_start(&x, 20000);
    player_open(&p, x.port, "/ws/demo/media");
    int64_t from = clock_boot_us(), told = 0;
    while (p.switches == 0 && clock_boot_us() - from < 20000000) {
        player_take(&p, 100);
        if (p.newest[FEED_SOUND] > 1100 && clock_boot_us() - told > 500000) {
            char text[128];
            told = clock_boot_us();
            snprintf(text, sizeof text,
                     "{\"type\":\"report\",\"audio_sequence\":%d,\"buffered_us\":0}",
                     (int)p.newest[FEED_SOUND] - 50);
            client_ws_send_text(&p.socket, text);
        }
    }
    assert_string_equal(p.rendition, "360p");
    fixture_feeder_stop(&x);
    player_close(&p);
    fixture_stop(&x);
}

static void expect_close(struct fixture *x, int opcode, const void *data, size_t size, int status)
{
    struct player p;
    player_open(&p, x->port, "/ws/demo/media");
    client_ws_send(&p.socket, opcode, data, size);
    while (!p.closed)
        assert_true(player_take(&p, 3000));
    assert_int_equal(p.closed, status);
    char byte;
    assert_int_equal(client_read(p.socket.fd, &byte, 1, 3000), 0);
    player_close(&p);
}

static void garbage_is_answered_by_closing(void **state)
{
    struct fixture x;
    static const char big[2000] = {0};
    start(&x, 60);
    expect_close(&x, WS_TEXT, "garbage", 7, 1008);
    expect_close(&x, WS_TEXT, "{\"type\":\"nothing\"}", 18, 1008);
    expect_close(&x, WS_TEXT, big, sizeof big, 1009);
    expect_close(&x, WS_BINARY, "x", 1, 1003);
    expect_close(&x, 3, "x", 1, 1002);
    expect_close(&x, WS_CONTINUATION, "x", 1, 1002);
    expect_close(&x, WS_CLOSE, "\x03\xe8", 2, 1000);
    expect_close(&x, WS_CLOSE, "", 0, 1000);
    expect_close(&x, WS_CLOSE, "\x03\xed", 2, 1002); /* 1005 is never sent */
    fixture_stop(&x);
}

static void a_flood_is_answered_by_closing(void **state)
{
    struct fixture x;
    struct player p;
    start(&x, 60);
    player_open(&p, x.port, "/ws/demo/media");
    for (int i = 0; i < 200; i++)
        client_ws_send_text(&p.socket, "{\"type\":\"report\"}");
    while (!p.closed)
        assert_true(player_take(&p, 3000));
    assert_int_equal(p.closed, 1008);
    player_close(&p);
    fixture_stop(&x);
}

static void pings_are_answered_between_messages(void **state)
{
    struct fixture x;
    struct client_socket s;
    struct bytes *b;
    start(&x, 60);
    client_ws_open(x.port, "/ws/demo/media", &s);
    client_ws_send(&s, WS_PING, "are you there", 13);
    for (int opcode = 0; opcode != WS_PONG;) {
        opcode = client_ws_read(&s, 3000, &b);
        assert_true(opcode > 0);
        if (opcode == WS_PONG)
            assert_memory_equal(b->data, "are you there", 13);
        bytes_unref(b);
    }
    client_ws_close(&s);
    fixture_stop(&x);
}

static void messages_may_come_in_pieces(void **state)
{
    struct fixture x;
    struct player p;
    start(&x, 60);
    player_open(&p, x.port, "/ws/demo/media");
    /* not final, then a continuation: header bytes by hand, unmasked with a mask of zeros */
    client_send(p.socket.fd, "\x01\x8a\0\0\0\0{\"type\":\"s", 16);
    client_send(p.socket.fd, "\x89\x80\0\0\0\0", 6); /* a ping in between */
    client_send(p.socket.fd, "\x80\x97\0\0\0\0elect\",\"video\":false  }", 29);
    fixture_sleep_us(50000);
    fixture_publish(&x, 1);
    while (p.switches == 0)
        assert_true(player_take(&p, 3000));
    assert_string_equal(p.rendition, "");
    player_close(&p);
    fixture_stop(&x);
}

static void begins_and_ends_are_told(void **state)
{
    struct fixture x;
    struct player p;
    fixture_init(&x);
    fixture_start(&x);
    player_open(&p, x.port, "/ws/demo/media");
    assert_true(player_take(&p, 3000));
    assert_false(p.live);
    fixture_publish(&x, 60);
    while (p.newest[FEED_HIGH] < 1059)
        assert_true(player_take(&p, 3000));
    front_channel_close(x.front, "demo");
    while (p.live)
        assert_true(player_take(&p, 3000));
    /* again, from the beginning */
    atomic_store(&x.frame, 0);
    memset(p.init, 0, sizeof p.init);
    memset(p.seen, 0, sizeof p.seen);
    memset(p.newest, 0, sizeof p.newest);
    p.pictures = 0;
    fixture_publish(&x, 60);
    while (p.newest[FEED_HIGH] < 1059)
        assert_true(player_take(&p, 3000));
    assert_true(p.live);
    wait_until(front_viewers(x.front, "demo") == 1);
    player_close(&p);
    wait_until(front_viewers(x.front, "demo") == 0);
    fixture_stop(&x);
}

/* A worker that was restarted sends what it has again: nobody sees anything twice. */
static void a_backlog_sent_again_is_dropped(void **state)
{
    struct fixture x;
    struct player p;
    start(&x, 60);
    player_open(&p, x.port, "/ws/demo/media");
    while (p.newest[FEED_HIGH] < 1059)
        assert_true(player_take(&p, 3000));
    feed_open(x.front, "demo", &x.feed);
    for (int i = 0; i < 70; i++)
        feed_frame(x.front, "demo", &x.feed, i);
    atomic_store(&x.frame, 70);
    while (p.newest[FEED_HIGH] < 1069)
        assert_true(player_take(&p, 3000));
    assert_int_equal(p.repeated, 0);
    player_close(&p);
    fixture_stop(&x);
}

static int upgrade_status(int port, const char *headers)
{
    char request[1024];
    struct client_response r;
    int fd = client_connect(port);
    snprintf(request, sizeof request,
             "GET /ws/demo/media HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
             "Connection: Upgrade\r\n%s\r\n",
             headers);
    client_send_text(fd, request);
    assert_int_equal(client_response_read(fd, false, &r), 0);
    client_response_finish(&r);
    close(fd);
    return r.status;
}

static void handshakes_that_are_none(void **state)
{
    struct fixture x;
    start(&x, 1);
    assert_int_equal(upgrade_status(x.port, ""), 426);
    assert_int_equal(upgrade_status(x.port, "Sec-WebSocket-Version: 13\r\n"), 400);
    assert_int_equal(upgrade_status(x.port, "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                                            "dGhlIHNhbXBsZSBub25jZQ==\r\n"),
                     400);
    assert_int_equal(upgrade_status(x.port, "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n"
                                            "Sec-WebSocket-Protocol: meclis.media.v1\r\n"),
                     400);
    assert_int_equal(upgrade_status(x.port, "Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: "
                                            "dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                            "Sec-WebSocket-Protocol: meclis.media.v1\r\n"),
                     426);
    fixture_stop(&x);
}

/* Resets, half-open sockets and leaving in the middle of a message, while others watch on. */
static void who_leaves_disturbs_nobody(void **state)
{
    struct fixture x;
    struct player steady;
    struct front_stats stats;
    start(&x, 60);
    fixture_feeder_start(&x, 5000);
    player_open(&steady, x.port, "/ws/demo/media");
    for (int i = 0; i < 60; i++) {
        struct player p;
        player_open(&p, x.port, "/ws/demo/media");
        if (i % 3 == 0) {
            struct linger now = {1, 0}; /* a reset */
            setsockopt(p.socket.fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        } else if (i % 3 == 1) {
            client_send(p.socket.fd, "\x81\xfe\x01", 3); /* half a header */
        }
        player_close(&p);
        while (player_take(&steady, 0))
            ;
    }
    for (int i = 0; i < 100; i++)
        assert_true(player_take(&steady, 2000));
    fixture_feeder_stop(&x);
    wait_until((front_stats(x.front, &stats), stats.media_viewers == 1));
    assert_int_equal(steady.lost_pictures, 0);
    player_close(&steady);
    fixture_stop(&x);
}

static void ends_with_viewers_on_it(void **state)
{
    struct fixture x;
    struct player p[8];
    start(&x, 60);
    for (int i = 0; i < 8; i++)
        player_open(&p[i], x.port, "/ws/demo/media");
    fixture_stop(&x);
    for (int i = 0; i < 8; i++) {
        while (!p[i].closed && player_take(&p[i], 1000))
            ;
        assert_int_equal(p[i].closed, 1001);
        player_close(&p[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(joins_at_the_newest_keyframe),
        cmocka_unit_test(takes_the_rendition_it_asks_for),
        cmocka_unit_test(streams_are_exact_whoever_stalls),
        cmocka_unit_test(a_slow_viewer_goes_down),
        cmocka_unit_test(a_slower_viewer_jumps_and_hears_all),
        cmocka_unit_test(a_report_counts_too),
        cmocka_unit_test(garbage_is_answered_by_closing),
        cmocka_unit_test(a_flood_is_answered_by_closing),
        cmocka_unit_test(pings_are_answered_between_messages),
        cmocka_unit_test(messages_may_come_in_pieces),
        cmocka_unit_test(begins_and_ends_are_told),
        cmocka_unit_test(a_backlog_sent_again_is_dropped),
        cmocka_unit_test(handshakes_that_are_none),
        cmocka_unit_test(who_leaves_disturbs_nobody),
        cmocka_unit_test(ends_with_viewers_on_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
