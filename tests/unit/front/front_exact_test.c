/* Many viewers at once, plain and over TLS, that stall, vanish, reset, and change their rendition:
 * what each is sent is right to the byte, as far as it goes. Its random choices come from
 * MECLIS_TEST_SEED, or the clock. With MECLIS_TEST_CROWD=1 it is 500 of them for a minute: with
 * sanitizers, what they find only under load. */
#include "../cmocka_all.h"
#include "base/clock.h"
#include "exact.h"
#include "fixture.h"
#include "front/ws_frame.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

#define MOST 500
#define DEAD_AFTER_US 1500000
#define FINISH_US 60000000

struct scale {
    int players, dead; /* the first ones stop reading for good */
    int64_t mix_us;
    int64_t period_us; /* of a frame of 40 ms */
    uint32_t high_bytes, low_bytes;
    uint32_t calm;   /* the greater, the less each of them does */
    bool may_let_go; /* so many that a slow machine may not carry each of them */
};

/* A few, twice as fast as life, so that what the pace needs to notice a viewer that falls behind is
 * well within the rings' 12 s. */
static const struct scale few = {24, 3, 11000000, 20000, 12000, 3000, 1, false};
static const struct scale crowd = {MOST, 40, 60000000, 40000, 4000, 1000, 10, true};

struct hall {
    struct fixture x;
    struct exact_feed feed;
    const struct scale *scale;
    struct exact_player players[MOST];
    int64_t awake_us[MOST];
    int resets, let_go, tls_port;
    int64_t skips, switches, messages, repeats;
    uint32_t random;
};

static uint32_t draw(struct hall *c, uint32_t below)
{
    c->random ^= c->random << 13;
    c->random ^= c->random >> 17;
    c->random ^= c->random << 5;
    return c->random % below;
}

static void enter(struct hall *c, int i)
{
    static const char *const paths[] = {"/ws/demo/media", "/ws/demo/media?rendition=360p",
                                        "/ws/demo/media?video=0"};
    int window = i < c->scale->dead ? 16384 : 131072, port = i % 3 == 2 ? c->tls_port : c->x.port;
    exact_open(&c->players[i], &c->feed, port, paths[draw(c, 3)]);
    if (i < c->scale->dead || draw(c, 2))
        setsockopt(c->players[i].socket.fd, SOL_SOCKET, SO_RCVBUF, &window, sizeof window);
}

static void leave(struct hall *c, int i, bool reset)
{
    struct exact_player *p = &c->players[i];
    c->messages += p->messages;
    c->skips += p->skips;
    c->switches += p->switches;
    c->repeats += p->repeats;
    exact_close(p, reset);
}

static void act(struct hall *c, int i, int64_t now_us)
{
    static const char *const wishes[] = {
        "{\"type\":\"select\",\"rendition\":\"360p\"}",
        "{\"type\":\"select\",\"rendition\":\"720p\"}",
        "{\"type\":\"select\",\"rendition\":\"auto\"}",
        "{\"type\":\"select\",\"video\":false}",
        "{\"type\":\"select\",\"video\":true}",
    };
    struct client_socket *s = &c->players[i].socket;
    uint32_t what = draw(c, 1000 * c->scale->calm);
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

/* Whom the pace let go comes again; nobody else is ever closed. Returns whether it was. */
static bool was_let_go(struct hall *c, int i)
{
    if (c->players[i].closed == 0)
        return false;
    assert_true(c->scale->may_let_go);
    assert_int_equal(c->players[i].closed, WS_STATUS_LATER);
    leave(c, i, false);
    enter(c, i);
    c->let_go++;
    return true;
}

/* The frames that are due; the players take what there is, a little of it at most. */
static void mix(struct hall *c)
{
    const struct scale *s = c->scale;
    int64_t from_us = clock_boot_us(), next_us = from_us;
    for (int64_t now_us; (now_us = clock_boot_us()) < from_us + s->mix_us;) {
        for (; next_us <= now_us; next_us += s->period_us)
            exact_feed_frame(&c->feed, c->x.front, 2000 + draw(c, s->high_bytes),
                             500 + draw(c, s->low_bytes));
        for (int i = now_us - from_us < DEAD_AFTER_US ? 0 : s->dead; i < s->players; i++) {
            if (now_us < c->awake_us[i])
                continue;
            for (int n = 0; n < 50 && c->players[i].closed == 0; n++)
                if (!exact_take(&c->players[i], 0))
                    break;
            if (!was_let_go(c, i) && i >= s->dead)
                act(c, i, now_us);
        }
        fixture_sleep_us(2000);
    }
}

/* Takes what there is for each, in turn, so that nobody seems to have stopped reading. Returns how
 * many have not all that was published. */
static int take_all(struct hall *c)
{
    int missing = 0;
    for (int i = c->scale->dead; i < c->scale->players; i++) {
        struct exact_player *p = &c->players[i];
        for (int n = 0; n < 50 && p->closed == 0 && exact_take(p, 0); n++)
            ;
        was_let_go(c, i);
        missing += !exact_is_done(p);
    }
    return missing;
}

static void finish(struct hall *c)
{
    int64_t until_us = clock_boot_us() + FINISH_US;
    while (take_all(c)) {
        assert_true(clock_boot_us() < until_us);
        fixture_sleep_us(2000);
    }
    take_all(c); /* answers, a change that was asked for last */
    for (int i = c->scale->dead; i < c->scale->players; i++) {
        struct exact_player *p = &c->players[i];
        assert_true(exact_is_done(p));
        assert_int_equal(p->sounds, p->newest[FEED_SOUND] - p->first_sound + 1);
    }
}

static void allow_files(void)
{
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
}

static void streams_are_exact_whatever_happens(void **state)
{
    static struct hall c;
    const struct scale *s = getenv("MECLIS_TEST_CROWD") ? &crowd : &few;
    struct front_thread_stats stats;
    struct front_stats all;
    const char *seed = getenv("MECLIS_TEST_SEED");
    memset(&c, 0, sizeof c);
    c.random = seed ? (uint32_t)strtoul(seed, NULL, 10) : (uint32_t)clock_boot_us();
    c.random |= c.random == 0;
    print_message("MECLIS_TEST_SEED=%u\n", c.random);
    c.scale = s;
    allow_files();
    fixture_init(&c.x);
    tls_relay_certificate(&c.x.config.tls.certificate, &c.x.config.tls.key);
    fixture_start(&c.x);
    c.tls_port = c.x.port;
    c.x.port = front_port(c.x.front);
    exact_feed_open(&c.feed, c.x.front, 25);
    c.feed.uneven = s->may_let_go;
    exact_feed_frame(&c.feed, c.x.front, 5000, 1000);
    for (int i = 0; i < s->players; i++)
        enter(&c, i);
    mix(&c);
    finish(&c);
    /* who has not read for 10 s is let go; nobody else is */
    wait_until((front_stats(c.x.front, &all), all.media_sockets <= s->players - s->dead));
    assert_int_equal(all.media_sockets, s->players - s->dead);
    assert_int_equal(front_thread_stats(c.x.front, 0, &stats), 0);
    for (int i = 0; i < s->players; i++)
        leave(&c, i, false);
    print_message("io_uring %d: %d messages, %d switches, %d skips, %d left and came again, "
                  "%d let go, sound again %d\n",
                  stats.io_uring, (int)c.messages, (int)c.switches, (int)c.skips, c.resets,
                  c.let_go, (int)c.repeats);
    assert_true(c.messages > 5000 && c.switches > 5 && c.resets > 5);
    fixture_stop(&c.x);
    exact_feed_finish(&c.feed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(streams_are_exact_whatever_happens)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
