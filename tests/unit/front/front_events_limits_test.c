/* The events socket and those who are slow, loud, silent, or speak as they may not. */
#include "../cmocka_all.h"
#include "base/clock.h"
#include "events_desk.h"
#include "fixture.h"
#include "front/ws_frame.h"

#include <string.h>

static void publish_large(struct events_desk *d, uint64_t seq, size_t size)
{
    struct bytes *b = bytes_new(size);
    memset(b->data, 'x', size);
    struct bytes *texts[FRONT_CLASSES] = {b, b, b, b};
    front_events_publish(d->front, "demo", seq, seq, texts);
    bytes_unref(b);
}

static void slow_readers_are_closed(void **state)
{
    struct events_desk d;
    struct client_socket slow, quick;
    struct front_stats stats;
    events_desk_open(&d);
    events_desk_visit(&d, &slow, NULL);
    events_desk_visit(&d, &quick, NULL);
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
    events_expect_close(&slow, WS_STATUS_LATER, "behind");
    assert_int_equal(stats.event_peers, 2);
    events_publish(&d, 401);
    events_expect(&quick, "p 401");
    client_ws_close(&slow);
    client_ws_close(&quick);
    events_desk_close(&d);
}

static void a_queue_has_its_cap(void **state)
{
    struct events_desk d;
    struct client_socket s;
    struct front_stats stats;
    events_desk_open(&d);
    events_desk_visit(&d, &s, NULL);
    struct bytes *mib = bytes_new(1 << 20);
    memset(mib->data, 'y', mib->size);
    for (int i = 0; i < 20; i++)
        front_events_send(d.front, d.visits[0]->peer, bytes_ref(mib));
    wait_until((front_stats(d.front, &stats), stats.events_cut_off == 1));
    events_expect_close(&s, WS_STATUS_LATER, "behind");
    bytes_unref(mib);
    client_ws_close(&s);
    events_desk_close(&d);
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
    struct events_desk d;
    events_desk_open(&d);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct client_socket s;
        events_desk_visit(&d, &s, NULL);
        client_ws_send(&s, cases[i].opcode, cases[i].payload, strlen(cases[i].payload));
        events_expect_close(&s, cases[i].status, cases[i].reason);
        client_ws_close(&s);
    }
    assert_int_equal(events_desk_count(&d, &d.messages), 0);
    events_desk_close(&d);
}

static void send_part(struct client_socket *s, int opcode, const void *payload, size_t size)
{
    uint8_t frame[8 + 4] = {(uint8_t)opcode, (uint8_t)(0x80 | size)};
    memcpy(frame + 6, payload, size); /* the mask is zero */
    client_send(s->fd, frame, 6 + size);
}

static void fragments_make_a_message(void **state)
{
    struct events_desk d;
    struct client_socket s;
    struct bytes *b = NULL;
    events_desk_open(&d);
    events_desk_visit(&d, &s, NULL);
    send_part(&s, WS_TEXT, "mer\xc4", 4); /* a letter in two pieces */
    client_ws_send(&s, WS_PING, "p", 1);
    send_part(&s, WS_CONTINUATION, "\xb1", 1);
    send_part(&s, 0x80 | WS_CONTINUATION, "ba", 2);
    wait_until(events_desk_count(&d, &d.messages) == 1);
    assert_int_equal(d.last->size, 7);
    assert_memory_equal(d.last->data,
                        "mer\xc4\xb1"
                        "ba",
                        7);
    assert_int_equal(client_ws_read(&s, 10000, &b), WS_PONG);
    assert_int_equal(b->size, 1);
    bytes_unref(b);
    client_ws_close(&s);
    events_desk_close(&d);
}

static void sizes_are_limited(void **state)
{
    static char large[FRONT_EVENTS_MAX_BYTES + 1];
    memset(large, ' ', sizeof large);
    struct events_desk d;
    struct client_socket s;
    events_desk_open(&d);
    events_desk_visit(&d, &s, NULL);
    client_ws_send(&s, WS_TEXT, large, 10000); /* too much for a greeting */
    events_expect_close(&s, WS_STATUS_TOO_BIG, "too_big");
    client_ws_close(&s);
    events_desk_visit(&d, &s, NULL);
    client_ws_send_text(&s, "hello");
    client_ws_send(&s, WS_TEXT, large, FRONT_EVENTS_MAX_BYTES);
    wait_until(events_desk_count(&d, &d.messages) == 2);
    assert_int_equal(d.last->size, FRONT_EVENTS_MAX_BYTES);
    client_ws_send(&s, WS_TEXT, large, sizeof large);
    events_expect_close(&s, WS_STATUS_TOO_BIG, "too_big");
    client_ws_close(&s);
    events_desk_close(&d);
}

static void rates_are_limited(void **state)
{
    struct events_desk d;
    struct client_socket s;
    events_desk_open(&d);
    events_desk_visit(&d, &s, NULL);
    for (int i = 0; i < 70; i++)
        client_ws_send_text(&s, "x");
    wait_until(events_desk_count(&d, &d.messages) == 70);
    assert_true(d.too_fast >= 5 && d.too_fast <= 10); /* 60 and what time has added */
    for (int i = 0; i < 100; i++)
        client_ws_send_text(&s, "x");
    events_expect_close(&s, WS_STATUS_POLICY, "too_fast");
    assert_true(events_desk_count(&d, &d.messages) < 150);
    client_ws_close(&s);
    d.deaf = true;
    events_desk_visit(&d, &s, NULL);
    client_ws_send_text(&s, "x");
    events_expect_close(&s, WS_STATUS_LATER, "busy");
    client_ws_close(&s);
    events_desk_close(&d);
}

static void silence_is_closed(void **state)
{
    struct events_desk d;
    struct client_socket s;
    events_desk_open(&d);
    events_desk_visit(&d, &s, NULL);
    int64_t from_us = clock_boot_us();
    events_expect_close(&s, WS_STATUS_POLICY, "no_hello");
    int64_t waited_us = clock_boot_us() - from_us;
    assert_true(waited_us > 4000000 && waited_us < 9000000);
    client_ws_close(&s);
    events_desk_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slow_readers_are_closed), cmocka_unit_test(a_queue_has_its_cap),
        cmocka_unit_test(bad_messages_close),      cmocka_unit_test(fragments_make_a_message),
        cmocka_unit_test(sizes_are_limited),       cmocka_unit_test(rates_are_limited),
        cmocka_unit_test(silence_is_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
