/* What a viewer is sent: from where, in which rendition, without a hole. */
#include "../cmocka_all.h"
#include "base/clock.h"
#include "front/ws_frame.h"
#include "player.h"

#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void joins_at_the_newest_keyframe(void **state)
{
    struct fixture x;
    struct player p;
    player_start(&x, 130);
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
    player_start(&x, 60);
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

/* It is told of sound alone although no sound came of it, so it knows why pictures come again. */
static void is_told_of_each_change(void **state)
{
    struct fixture x;
    struct player p;
    player_start(&x, 60);
    player_open(&p, x.port, "/ws/demo/media");
    while (p.newest[FEED_HIGH] < 1059)
        assert_true(player_take(&p, 2000));
    assert_int_equal(p.switches, 0);
    client_ws_send_text(&p.socket, "{\"type\":\"select\",\"video\":false}");
    while (p.switches < 1)
        assert_true(player_take(&p, 2000));
    assert_string_equal(p.rendition, "");
    client_ws_send_text(&p.socket, "{\"type\":\"select\",\"video\":true}");
    while (p.switches < 2)
        assert_true(player_take(&p, 2000));
    assert_string_equal(p.rendition, "720p");
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

/* At the lowest, with nothing newer to jump to: its connection is what is slow. */
static void who_cannot_be_helped_is_let_go(void **state)
{
    struct fixture x;
    struct player p;
    fixture_init(&x);
    fixture_start(&x);
    fixture_publish(&x, 1);
    fixture_feeder_start(&x, 20000);
    player_open(&p, x.port, "/ws/demo/media?rendition=360p");
    int64_t from = clock_boot_us(), told = 0;
    client_ws_send_text(&p.socket, "{\"type\":\"select\",\"rendition\":\"360p\"}");
    while (!p.closed && clock_boot_us() - from < 45000000) {
        player_take(&p, 100);
        if (p.newest[FEED_SOUND] > 1150 && clock_boot_us() - told > 500000) {
            char text[128];
            told = clock_boot_us();
            snprintf(text, sizeof text,
                     "{\"type\":\"report\",\"audio_sequence\":%d,\"buffered_us\":0}",
                     (int)p.newest[FEED_SOUND] - 125);
            client_ws_send_text(&p.socket, text);
        }
    }
    assert_int_equal(p.closed, 1013);
    assert_true(clock_boot_us() - from > 20000000);
    assert_int_equal(p.lost_pictures, 0);
    fixture_feeder_stop(&x);
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
    player_start(&x, 60);
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

/* Publishes the fragment of one track alone. */
static void publish_alone(struct fixture *x, uint8_t track, int frame)
{
    struct fragment f = {.track = track,
                         .flags = track == FEED_SOUND ? FRAGMENT_SYNC : 0,
                         .init = 1,
                         .seq = 1000 + (uint64_t)frame,
                         .dts = (int64_t)frame * 3600,
                         .duration = 3600,
                         .timescale = 90000,
                         .capture_utc_us = 1700000000000000 + (int64_t)frame * 40000,
                         .bytes = bytes_new(300)};
    feed_fill(f.bytes->data, 300, track, f.seq);
    front_channel_fragment(x->front, "demo", &f);
    bytes_unref(f.bytes);
}

/* One message for both. Where this machine itself was slow, the sound was not waited for. */
static void a_picture_leaves_with_its_sound(void **state)
{
    struct fixture x;
    struct player p;
    player_start(&x, 60);
    player_open(&p, x.port, "/ws/demo/media?rendition=720p");
    while (p.newest[FEED_HIGH] < 1059 || p.newest[FEED_SOUND] < 1059)
        assert_true(player_take(&p, 3000));
    enum { FRAMES = 30 };
    int64_t sound_us = 0;
    int apart = 0, messages = 0;
    for (int frame = 60; frame < 60 + FRAMES; frame++) {
        publish_alone(&x, FEED_HIGH, frame);
        apart += clock_boot_us() - sound_us >= 100000;
        sound_us = clock_boot_us();
        publish_alone(&x, FEED_SOUND, frame);
    }
    for (; p.newest[FEED_HIGH] < 1059 + FRAMES || p.newest[FEED_SOUND] < 1059 + FRAMES; messages++)
        assert_true(player_take(&p, 3000));
    assert_true(apart < FRAMES);
    assert_in_range(messages, FRAMES, FRAMES + apart);
    player_close(&p);
    fixture_stop(&x);
}

/* Sound that stays out holds no picture up for long, though none comes after it. */
static void a_picture_does_not_wait_for_ever(void **state)
{
    struct fixture x;
    struct player p;
    player_start(&x, 60);
    player_open(&p, x.port, "/ws/demo/media?rendition=720p");
    while (p.newest[FEED_HIGH] < 1059)
        assert_true(player_take(&p, 3000));
    int64_t from = clock_boot_us();
    publish_alone(&x, FEED_SOUND, 60);
    publish_alone(&x, FEED_HIGH, 60);
    front_channels_due(x.front);
    if (clock_boot_us() - from < 100000) {
        assert_false(player_take(&p, 30) && p.newest[FEED_HIGH] == 1060);
        while (clock_boot_us() - from < 100000)
            fixture_sleep_us(5000);
    }
    for (int turns = 0; p.newest[FEED_HIGH] < 1060; turns++) {
        assert_true(turns < 200);
        front_channels_due(x.front);
        player_take(&p, 50);
    }
    assert_int_equal(p.newest[FEED_SOUND], 1060);
    player_close(&p);
    fixture_stop(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(joins_at_the_newest_keyframe),
        cmocka_unit_test(takes_the_rendition_it_asks_for),
        cmocka_unit_test(is_told_of_each_change),
        cmocka_unit_test(streams_are_exact_whoever_stalls),
        cmocka_unit_test(a_slow_viewer_goes_down),
        cmocka_unit_test(a_slower_viewer_jumps_and_hears_all),
        cmocka_unit_test(a_report_counts_too),
        cmocka_unit_test(who_cannot_be_helped_is_let_go),
        cmocka_unit_test(begins_and_ends_are_told),
        cmocka_unit_test(a_backlog_sent_again_is_dropped),
        cmocka_unit_test(a_picture_leaves_with_its_sound),
        cmocka_unit_test(a_picture_does_not_wait_for_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
