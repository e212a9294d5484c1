/* Many viewers at once, plain and over TLS, that stall, vanish, reset, and change their rendition:
 * what each is sent is right to the byte, as far as it goes. Its random choices come from
 * MECLIS_TEST_SEED, or the clock. */
#include "../cmocka_all.h"
#include "base/clock.h"
#include "exact.h"
#include "fixture.h"
#include "front/ws_frame.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum { PLAYERS = 24, DEAD = 3 }; /* the first ones stop reading for good */

#define MIX_US 11000000
#define DEAD_AFTER_US 1500000
/* Of a frame of 40 ms: twice as fast as life, so that what the pace needs to notice a viewer that
 * falls behind is well within the rings' 12 s. */
#define PERIOD_US 20000

struct crowd {
    struct fixture x;
    struct exact_feed feed;
    struct exact_player players[PLAYERS];
    int64_t awake_us[PLAYERS];
    int resets, closed, tls_port;
    int64_t skips, switches, messages, repeats;
    uint32_t random;
};

static uint32_t draw(struct crowd *c, uint32_t below)
{
    c->random ^= c->random << 13;
    c->random ^= c->random >> 17;
    c->random ^= c->random << 5;
    return c->random % below;
}

static void enter(struct crowd *c, int i)
{
    static const char *const paths[] = {"/ws/demo/media", "/ws/demo/media?rendition=360p",
                                        "/ws/demo/media?video=0"};
    int window = i < DEAD ? 16384 : 131072, port = i % 3 == 2 ? c->tls_port : c->x.port;
    exact_open(&c->players[i], &c->feed, port, paths[draw(c, 3)]);
    if (i < DEAD || draw(c, 2))
        setsockopt(c->players[i].socket.fd, SOL_SOCKET, SO_RCVBUF, &window, sizeof window);
}

static void leave(struct crowd *c, int i, bool reset)
{
    struct exact_player *p = &c->players[i];
    c->messages += p->messages;
    c->skips += p->skips;
    c->switches += p->switches;
    c->repeats += p->repeats;
    exact_close(p, reset);
}

static void act(struct crowd *c, int i, int64_t now_us)
{
    static const char *const wishes[] = {
        "{\"type\":\"select\",\"rendition\":\"360p\"}",
        "{\"type\":\"select\",\"rendition\":\"720p\"}",
        "{\"type\":\"select\",\"rendition\":\"auto\"}",
        "{\"type\":\"select\",\"video\":false}",
        "{\"type\":\"select\",\"video\":true}",
    };
    struct client_socket *s = &c->players[i].socket;
    uint32_t what = draw(c, 1000);
    if (what < 6) {
        c->awake_us[i] = now_us + (draw(c, 3) ? 200000 + draw(c, 800000) : 2500000);
    } else if (what < 12) {
        client_ws_send_text(s, wishes[draw(c, 5)]);
    } else if (what < 16) {
        client_ws_send(s, WS_PING, "x", 1);
    } else if (what < 18) {
        leave(c, i, draw(c, 2));
        enter(c, i);
        c->resets++;
    }
}

/* One frame each time it is due; the players take what there is, a little of it at most. */
static void mix(struct crowd *c)
{
    int64_t from_us = clock_boot_us(), next_us = from_us;
    for (int64_t now_us; (now_us = clock_boot_us()) < from_us + MIX_US;) {
        for (; next_us <= now_us; next_us += PERIOD_US)
            exact_feed_frame(&c->feed, c->x.front, 4000 + draw(c, 12000), 500 + draw(c, 3000));
        for (int i = now_us - from_us < DEAD_AFTER_US ? 0 : DEAD; i < PLAYERS; i++) {
            if (now_us < c->awake_us[i])
                continue;
            for (int n = 0; n < 50 && exact_take(&c->players[i], 0); n++)
                ;
            assert_int_equal(c->players[i].closed, 0);
            if (i >= DEAD)
                act(c, i, now_us);
        }
        fixture_sleep_us(2000);
    }
}

static void finish(struct crowd *c)
{
    for (int i = DEAD; i < PLAYERS; i++) {
        struct exact_player *p = &c->players[i];
        while (!exact_is_done(p)) {
            assert_true(exact_take(p, 5000));
            assert_int_equal(p->closed, 0);
        }
        while (exact_take(p, 20)) /* answers, a change that was asked for last */
            ;
        assert_true(exact_is_done(p));
        assert_int_equal(p->sounds, p->newest[FEED_SOUND] - p->first_sound + 1);
    }
}

static void streams_are_exact_whatever_happens(void **state)
{
    static struct crowd c;
    struct front_thread_stats stats;
    struct front_stats all;
    const char *seed = getenv("MECLIS_TEST_SEED");
    memset(&c, 0, sizeof c);
    c.random = seed ? (uint32_t)strtoul(seed, NULL, 10) : (uint32_t)clock_boot_us();
    c.random |= c.random == 0;
    print_message("MECLIS_TEST_SEED=%u\n", c.random);
    fixture_init(&c.x);
    tls_relay_certificate(&c.x.config.tls.certificate, &c.x.config.tls.key);
    fixture_start(&c.x);
    c.tls_port = c.x.port;
    c.x.port = front_port(c.x.front);
    exact_feed_open(&c.feed, c.x.front, 25);
    exact_feed_frame(&c.feed, c.x.front, 5000, 1000);
    for (int i = 0; i < PLAYERS; i++)
        enter(&c, i);
    mix(&c);
    finish(&c);
    /* who has not read for 10 s is let go; nobody else is */
    wait_until((front_stats(c.x.front, &all), all.media_sockets <= PLAYERS - DEAD));
    assert_int_equal(all.media_sockets, PLAYERS - DEAD);
    assert_int_equal(front_thread_stats(c.x.front, 0, &stats), 0);
    for (int i = 0; i < PLAYERS; i++)
        leave(&c, i, false);
    print_message("io_uring %d: %d messages, %d switches, %d skips, %d left and came again, "
                  "sound again %d\n",
                  stats.io_uring, (int)c.messages, (int)c.switches, (int)c.skips, c.resets,
                  (int)c.repeats);
    assert_true(c.messages > 5000 && c.switches > 5 && c.resets > 5);
    fixture_stop(&c.x);
    exact_feed_finish(&c.feed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(streams_are_exact_whatever_happens)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
