#include "../cmocka_all.h"
#include "base/clock.h"
#include "fixture.h"
#include "front/front_events.h"
#include "front/ws_frame.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define PATH "/ws/demo/events"
#define PROTOCOL "meclis.events.v1"
#define MANY 2000

/* The application behind: remembers who came, says what it is told to. */
struct visit {
    struct desk *desk;
    uint64_t peer;
    char meeting[ID_MAX], cookies[200], origin[100], address[64];
    bool https;
};

struct desk {
    struct front *front;
    int port;
    pthread_mutex_t lock;
    int opened, closed, messages, too_fast;
    bool full, deaf;
    struct visit *visits[MANY + 200];
    struct bytes *last;
};

static void *on_opened(void *ctx, uint64_t peer, const struct front_events_facts *facts)
{
    struct desk *d = ctx;
    if (d->full)
        return NULL;
    struct visit *v = calloc(1, sizeof *v);
    v->desk = d;
    v->peer = peer;
    v->https = facts->https;
    snprintf(v->meeting, sizeof v->meeting, "%s", facts->meeting);
    snprintf(v->cookies, sizeof v->cookies, "%s", facts->cookies);
    snprintf(v->origin, sizeof v->origin, "%s", facts->origin);
    snprintf(v->address, sizeof v->address, "%s", facts->address);
    pthread_mutex_lock(&d->lock);
    d->visits[d->opened++] = v;
    pthread_mutex_unlock(&d->lock);
    return v;
}

static bool on_message(void *session, struct bytes *text, bool too_fast)
{
    struct visit *v = session;
    struct desk *d = v->desk;
    pthread_mutex_lock(&d->lock);
    d->messages++;
    d->too_fast += too_fast;
    bytes_unref(d->last);
    d->last = text;
    pthread_mutex_unlock(&d->lock);
    return !d->deaf;
}

static void on_closed(void *session)
{
    struct visit *v = session;
    pthread_mutex_lock(&v->desk->lock);
    v->desk->closed++;
    pthread_mutex_unlock(&v->desk->lock);
}

static const struct front_ops ops = {
    .events_opened = on_opened, .events_message = on_message, .events_closed = on_closed};

static int count(struct desk *d, const int *of)
{
    pthread_mutex_lock(&d->lock);
    int n = *of;
    pthread_mutex_unlock(&d->lock);
    return n;
}

static void open_desk(struct desk *d)
{
    struct front_config config = {.address = "127.0.0.1",
                                  .threads = 2,
                                  .max_connections = MANY + 500,
                                  .max_connections_per_address = MANY + 500,
                                  .trusted_proxies = "127.0.0.1",
                                  .allowed_origins = "https://komsu.example"};
    *d = (struct desk){0};
    pthread_mutex_init(&d->lock, NULL);
    assert_int_equal(front_create(&config, &ops, d, &d->front), 0);
    d->port = front_port(d->front);
}

static void close_desk(struct desk *d)
{
    front_destroy(d->front);
    assert_int_equal(d->opened, d->closed);
    for (int i = 0; i < d->opened; i++)
        free(d->visits[i]);
    bytes_unref(d->last);
    pthread_mutex_destroy(&d->lock);
}

static void open_socket(struct desk *d, struct client_socket *s, const char *headers)
{
    assert_int_equal(client_ws_try(d->port, PATH, PROTOCOL, headers, s), 101);
}

static struct bytes *text_of(const char *text)
{
    return bytes_copy(text, strlen(text));
}

/* Publishes "p SEQ" to the public, "s SEQ" to staff, nothing to the closed class. */
static void publish(struct desk *d, uint64_t seq)
{
    char p[32], s[32];
    snprintf(p, sizeof p, "p %llu", (unsigned long long)seq);
    snprintf(s, sizeof s, "s %llu", (unsigned long long)seq);
    struct bytes *texts[FRONT_CLASSES] = {text_of(p), text_of(s)};
    front_events_publish(d->front, "demo", seq, seq, texts);
    bytes_unref(texts[0]);
    bytes_unref(texts[1]);
}

static void publish_large(struct desk *d, uint64_t seq, size_t size)
{
    struct bytes *b = bytes_new(size);
    memset(b->data, 'x', size);
    struct bytes *texts[FRONT_CLASSES] = {b, b, b, b};
    front_events_publish(d->front, "demo", seq, seq, texts);
    bytes_unref(b);
}

static void expect(struct client_socket *s, const char *text)
{
    struct bytes *b = NULL;
    assert_int_equal(client_ws_read(s, 10000, &b), WS_TEXT);
    assert_int_equal(b->size, strlen(text));
    assert_memory_equal(b->data, text, b->size);
    bytes_unref(b);
}

/* Reads on to the close frame. */
static void expect_close(struct client_socket *s, int status, const char *reason)
{
    struct bytes *b = NULL;
    int opcode;
    while ((opcode = client_ws_read(s, 10000, &b)) != WS_CLOSE) {
        assert_true(opcode > 0);
        bytes_unref(b);
    }
    assert_true(b->size >= 2);
    assert_int_equal(b->data[0] << 8 | b->data[1], status);
    assert_int_equal(b->size - 2, strlen(reason));
    assert_memory_equal(b->data + 2, reason, b->size - 2);
    bytes_unref(b);
}

static void facts_are_told(void **state)
{
    struct desk d;
    struct client_socket s;
    open_desk(&d);
    open_socket(&d, &s,
                "Cookie: a=1; b=2\r\nOrigin: http://x\r\nX-Forwarded-For: 192.0.2.7\r\n"
                "X-Forwarded-Proto: https\r\n");
    assert_int_equal(count(&d, &d.opened), 1);
    assert_string_equal(d.visits[0]->meeting, "demo");
    assert_string_equal(d.visits[0]->cookies, "a=1; b=2");
    assert_string_equal(d.visits[0]->origin, "http://x");
    assert_string_equal(d.visits[0]->address, "192.0.2.7");
    assert_true(d.visits[0]->https);
    client_ws_send_text(&s, "merhaba");
    wait_until(count(&d, &d.messages) == 1);
    assert_memory_equal(d.last->data, "merhaba", 7);
    client_ws_close(&s);
    wait_until(count(&d, &d.closed) == 1);
    close_desk(&d);
}

static void handshakes_are_refused(void **state)
{
    struct desk d;
    struct client_socket s;
    open_desk(&d);
    assert_int_equal(client_ws_try(d.port, PATH, "meclis.media.v1", NULL, &s), 400);
    assert_int_equal(client_ws_try(d.port, PATH, PROTOCOL, "Origin: https://y\r\n", &s), 403);
    assert_int_equal(client_ws_try(d.port, PATH, PROTOCOL, "Origin: null\r\n", &s), 403);
    assert_int_equal(client_ws_try(d.port, "/ws/a%20b/events", PROTOCOL, NULL, &s), 404);
    assert_int_equal(client_ws_try(d.port, "/ws/demo/events/x", PROTOCOL, NULL, &s), 404);
    assert_int_equal(client_status(d.port, PATH), 426);
    d.full = true;
    assert_int_equal(client_ws_try(d.port, PATH, PROTOCOL, NULL, &s), 503);
    d.full = false;
    assert_int_equal(d.opened, 0);
    open_socket(&d, &s, "Origin: https://komsu.example\r\n");
    client_ws_close(&s);
    close_desk(&d);
}

static void order_is_kept(void **state)
{
    struct desk d;
    struct client_socket a, b;
    open_desk(&d);
    open_socket(&d, &a, NULL);
    open_socket(&d, &b, NULL);
    uint64_t first = d.visits[0]->peer, second = d.visits[1]->peer;
    assert_true(first != second);
    publish(&d, 1);
    publish(&d, 2);
    front_events_send(d.front, first, text_of("snapshot"));
    front_events_join(d.front, first, "demo", FRONT_PUBLIC, 1);
    front_events_send(d.front, first, text_of("joined"));
    front_events_join(d.front, second, "demo", FRONT_STAFF, 2);
    for (uint64_t seq = 3; seq < 300; seq++) {
        char text[32];
        snprintf(text, sizeof text, "accepted %d", (int)seq);
        publish(&d, seq);
        front_events_send(d.front, first, text_of(text));
    }
    expect(&a, "snapshot");
    expect(&a, "p 2");
    expect(&a, "joined");
    for (int seq = 3; seq < 300; seq++) {
        char text[32];
        snprintf(text, sizeof text, "p %d", seq);
        expect(&a, text);
        snprintf(text, sizeof text, "accepted %d", seq);
        expect(&a, text);
        snprintf(text, sizeof text, "s %d", seq);
        expect(&b, text);
    }
    front_events_close(d.front, second, 4001, "bye");
    front_events_send(d.front, second, text_of("not any more"));
    expect_close(&b, 4001, "bye");
    client_ws_close(&a);
    client_ws_close(&b);
    wait_until(count(&d, &d.closed) == 2);
    front_events_send(d.front, first, text_of("nobody hears"));
    front_events_send(d.front, 0xff00000000000001, text_of("no such thread"));
    front_events_send(d.front, 0, text_of("no such peer"));
    open_socket(&d, &b, NULL); /* may have the place of one that left, not its number */
    assert_true(d.visits[2]->peer != first && d.visits[2]->peer != second);
    client_ws_close(&b);
    close_desk(&d);
}

static void what_is_lost_closes(void **state)
{
    struct desk d;
    struct client_socket s;
    open_desk(&d);
    for (uint64_t seq = 1; seq < 1500; seq++)
        publish(&d, seq);
    open_socket(&d, &s, NULL);
    front_events_join(d.front, d.visits[0]->peer, "demo", FRONT_PUBLIC, 100);
    expect_close(&s, WS_STATUS_LATER, "behind");
    client_ws_close(&s);
    open_socket(&d, &s, NULL);
    front_events_send(d.front, d.visits[1]->peer, NULL); /* there was no memory for it */
    expect_close(&s, WS_STATUS_LATER, "lost");
    client_ws_close(&s);
    close_desk(&d);
}

static void slow_readers_are_closed(void **state)
{
    struct desk d;
    struct client_socket slow, quick;
    struct front_stats stats;
    open_desk(&d);
    open_socket(&d, &slow, NULL);
    open_socket(&d, &quick, NULL);
    front_events_join(d.front, d.visits[0]->peer, "demo", FRONT_PUBLIC, 0);
    front_events_join(d.front, d.visits[1]->peer, "demo", FRONT_PUBLIC, 0);
    client_ws_send_text(&slow, "hello");
    client_ws_send_text(&quick, "hello");
    int got = 0, sent = 0;
    for (int round = 0; round < 40; round++) {
        for (int i = 0; i < 10; i++)
            publish_large(&d, (uint64_t)++sent, 60000);
        while (got < sent) {
            struct bytes *b = NULL;
            assert_int_equal(client_ws_read(&quick, 10000, &b), WS_TEXT);
            assert_int_equal(b->size, 60000);
            bytes_unref(b);
            got++;
        }
    }
    wait_until((front_stats(d.front, &stats), stats.events_cut_off == 1));
    /* what it had begun to get is whole, and nothing is missing in between */
    expect_close(&slow, WS_STATUS_LATER, "behind");
    assert_int_equal(stats.event_peers, 2);
    publish(&d, 401);
    expect(&quick, "p 401");
    client_ws_close(&slow);
    client_ws_close(&quick);
    close_desk(&d);
}

static void a_queue_has_its_cap(void **state)
{
    struct desk d;
    struct client_socket s;
    struct front_stats stats;
    open_desk(&d);
    open_socket(&d, &s, NULL);
    struct bytes *mib = bytes_new(1 << 20);
    memset(mib->data, 'y', mib->size);
    for (int i = 0; i < 20; i++)
        front_events_send(d.front, d.visits[0]->peer, bytes_ref(mib));
    wait_until((front_stats(d.front, &stats), stats.events_cut_off == 1));
    expect_close(&s, WS_STATUS_LATER, "behind");
    bytes_unref(mib);
    client_ws_close(&s);
    close_desk(&d);
}

static void bad_messages_close(void **state)
{
    static const struct {
        int opcode;
        const char *payload;
        int status;
        const char *reason;
    } cases[] = {
        {WS_BINARY, "x", WS_STATUS_KIND, "binary"},
        {WS_TEXT, "\xc3(", WS_STATUS_DATA, "bad_utf8"},
        {WS_CONTINUATION, "x", WS_STATUS_PROTOCOL, ""},
        {WS_CLOSE, "\x03\xe8", WS_STATUS_NORMAL, ""},
        {WS_CLOSE, "\x03", WS_STATUS_PROTOCOL, ""},
        {3, "x", WS_STATUS_PROTOCOL, ""},
    };
    struct desk d;
    open_desk(&d);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct client_socket s;
        open_socket(&d, &s, NULL);
        client_ws_send(&s, cases[i].opcode, cases[i].payload, strlen(cases[i].payload));
        expect_close(&s, cases[i].status, cases[i].reason);
        client_ws_close(&s);
    }
    assert_int_equal(count(&d, &d.messages), 0);
    close_desk(&d);
}

static void send_part(struct client_socket *s, int opcode, const void *payload, size_t size)
{
    uint8_t frame[8 + 4] = {(uint8_t)opcode, (uint8_t)(0x80 | size)};
    memcpy(frame + 6, payload, size); /* the mask is zero */
    client_send(s->fd, frame, 6 + size);
}

static void fragments_make_a_message(void **state)
{
    struct desk d;
    struct client_socket s;
    struct bytes *b = NULL;
    open_desk(&d);
    open_socket(&d, &s, NULL);
    send_part(&s, WS_TEXT, "mer\xc4", 4); /* a letter in two pieces */
    client_ws_send(&s, WS_PING, "p", 1);
    send_part(&s, WS_CONTINUATION, "\xb1", 1);
    send_part(&s, 0x80 | WS_CONTINUATION, "ba", 2);
    wait_until(count(&d, &d.messages) == 1);
    assert_int_equal(d.last->size, 7);
    assert_memory_equal(d.last->data,
                        "mer\xc4\xb1"
                        "ba",
                        7);
    assert_int_equal(client_ws_read(&s, 10000, &b), WS_PONG);
    assert_int_equal(b->size, 1);
    bytes_unref(b);
    client_ws_close(&s);
    close_desk(&d);
}

static void sizes_are_limited(void **state)
{
    static char large[FRONT_EVENTS_MAX_BYTES + 1];
    memset(large, ' ', sizeof large);
    struct desk d;
    struct client_socket s;
    open_desk(&d);
    open_socket(&d, &s, NULL);
    client_ws_send(&s, WS_TEXT, large, 10000); /* too much for a greeting */
    expect_close(&s, WS_STATUS_TOO_BIG, "too_big");
    client_ws_close(&s);
    open_socket(&d, &s, NULL);
    client_ws_send_text(&s, "hello");
    client_ws_send(&s, WS_TEXT, large, FRONT_EVENTS_MAX_BYTES);
    wait_until(count(&d, &d.messages) == 2);
    assert_int_equal(d.last->size, FRONT_EVENTS_MAX_BYTES);
    client_ws_send(&s, WS_TEXT, large, sizeof large);
    expect_close(&s, WS_STATUS_TOO_BIG, "too_big");
    client_ws_close(&s);
    close_desk(&d);
}

static void rates_are_limited(void **state)
{
    struct desk d;
    struct client_socket s;
    open_desk(&d);
    open_socket(&d, &s, NULL);
    for (int i = 0; i < 70; i++)
        client_ws_send_text(&s, "x");
    wait_until(count(&d, &d.messages) == 70);
    assert_true(d.too_fast >= 5 && d.too_fast <= 10); /* 60 and what time has added */
    for (int i = 0; i < 100; i++)
        client_ws_send_text(&s, "x");
    expect_close(&s, WS_STATUS_POLICY, "too_fast");
    assert_true(count(&d, &d.messages) < 150);
    client_ws_close(&s);
    d.deaf = true;
    open_socket(&d, &s, NULL);
    client_ws_send_text(&s, "x");
    expect_close(&s, WS_STATUS_LATER, "busy");
    client_ws_close(&s);
    close_desk(&d);
}

static void silence_is_closed(void **state)
{
    struct desk d;
    struct client_socket s;
    open_desk(&d);
    open_socket(&d, &s, NULL);
    int64_t from_us = clock_boot_us();
    expect_close(&s, WS_STATUS_POLICY, "no_hello");
    int64_t waited_us = clock_boot_us() - from_us;
    assert_true(waited_us > 4000000 && waited_us < 9000000);
    client_ws_close(&s);
    close_desk(&d);
}

static void one_to_many(void **state)
{
    static struct client_socket sockets[MANY];
    struct desk d;
    struct front_stats stats;
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    open_desk(&d);
    for (int i = 0; i < MANY; i++) {
        open_socket(&d, &sockets[i], NULL);
        client_ws_send_text(&sockets[i], "hello");
    }
    wait_until(count(&d, &d.opened) == MANY);
    for (int i = 0; i < MANY; i++)
        front_events_join(d.front, d.visits[i]->peer, "demo", i % 2 ? FRONT_STAFF : FRONT_PUBLIC,
                          0);
    for (uint64_t seq = 1; seq <= 3; seq++)
        publish(&d, seq);
    int staff = 0;
    for (int i = 0; i < MANY; i++) {
        struct bytes *b = NULL;
        assert_int_equal(client_ws_read(&sockets[i], 20000, &b), WS_TEXT);
        bool is_staff = b->data[0] == 's';
        staff += is_staff;
        assert_int_equal(b->data[2], '1');
        bytes_unref(b);
        expect(&sockets[i], is_staff ? "s 2" : "p 2");
        expect(&sockets[i], is_staff ? "s 3" : "p 3");
    }
    assert_int_equal(staff, MANY / 2);
    front_stats(d.front, &stats);
    assert_int_equal(stats.event_peers, MANY);
    assert_int_equal(stats.events_cut_off, 0);
    assert_int_equal(stats.event_messages, 3 * MANY);
    for (int i = 0; i < MANY; i++)
        client_ws_close(&sockets[i]);
    close_desk(&d);
}

static void the_end_is_told(void **state)
{
    struct desk d;
    struct client_socket s;
    open_desk(&d);
    open_socket(&d, &s, NULL);
    front_events_join(d.front, d.visits[0]->peer, "demo", FRONT_PUBLIC, 0);
    publish(&d, 1);
    expect(&s, "p 1");
    front_stop(d.front);
    publish(&d, 2); /* nobody hears */
    front_events_send(d.front, d.visits[0]->peer, text_of("x"));
    expect_close(&s, WS_STATUS_AWAY, "");
    client_ws_close(&s);
    close_desk(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_are_told),          cmocka_unit_test(handshakes_are_refused),
        cmocka_unit_test(order_is_kept),           cmocka_unit_test(what_is_lost_closes),
        cmocka_unit_test(slow_readers_are_closed), cmocka_unit_test(a_queue_has_its_cap),
        cmocka_unit_test(bad_messages_close),      cmocka_unit_test(fragments_make_a_message),
        cmocka_unit_test(sizes_are_limited),       cmocka_unit_test(rates_are_limited),
        cmocka_unit_test(silence_is_closed),       cmocka_unit_test(one_to_many),
        cmocka_unit_test(the_end_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
