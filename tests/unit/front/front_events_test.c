/* The events socket: who comes, what they are told and in which order, until the end. */
#include "../cmocka_all.h"
#include "events_desk.h"
#include "fixture.h"
#include "front/ws_frame.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

static void facts_are_told(void **state)
{
    struct events_desk d;
    struct client_socket s;
    events_desk_open(&d);
    events_desk_visit(&d, &s,
                      "Cookie: a=1; b=2\r\nOrigin: http://x\r\nX-Forwarded-For: 192.0.2.7\r\n"
                      "X-Forwarded-Proto: https\r\n");
    assert_int_equal(events_desk_count(&d, &d.opened), 1);
    assert_string_equal(d.visits[0]->meeting, "demo");
    assert_string_equal(d.visits[0]->cookies, "a=1; b=2");
    assert_string_equal(d.visits[0]->origin, "http://x");
    assert_string_equal(d.visits[0]->address, "192.0.2.7");
    assert_true(d.visits[0]->https);
    client_ws_send_text(&s, "merhaba");
    wait_until(events_desk_count(&d, &d.messages) == 1);
    assert_memory_equal(d.last->data, "merhaba", 7);
    client_ws_close(&s);
    wait_until(events_desk_count(&d, &d.closed) == 1);
    events_desk_close(&d);
}

static void handshakes_are_refused(void **state)
{
    struct events_desk d;
    struct client_socket s;
    events_desk_open(&d);
    assert_int_equal(client_ws_try(d.port, EVENTS_PATH, "meclis.media.v1", NULL, &s), 400);
    assert_int_equal(
        client_ws_try(d.port, EVENTS_PATH, EVENTS_PROTOCOL, "Origin: https://y\r\n", &s), 403);
    assert_int_equal(client_ws_try(d.port, EVENTS_PATH, EVENTS_PROTOCOL, "Origin: null\r\n", &s),
                     403);
    assert_int_equal(client_ws_try(d.port, "/ws/a%20b/events", EVENTS_PROTOCOL, NULL, &s), 404);
    assert_int_equal(client_ws_try(d.port, "/ws/demo/events/x", EVENTS_PROTOCOL, NULL, &s), 404);
    assert_int_equal(client_status(d.port, EVENTS_PATH), 426);
    d.full = true;
    assert_int_equal(client_ws_try(d.port, EVENTS_PATH, EVENTS_PROTOCOL, NULL, &s), 503);
    d.full = false;
    assert_int_equal(d.opened, 0);
    events_desk_visit(&d, &s, "Origin: https://komsu.example\r\n");
    client_ws_close(&s);
    events_desk_close(&d);
}

static void order_is_kept(void **state)
{
    struct events_desk d;
    struct client_socket a, b;
    events_desk_open(&d);
    events_desk_visit(&d, &a, NULL);
    events_desk_visit(&d, &b, NULL);
    uint64_t first = d.visits[0]->peer, second = d.visits[1]->peer;
    assert_true(first != second);
    events_publish(&d, 1);
    events_publish(&d, 2);
    front_events_send(d.front, first, events_text("snapshot"));
    front_events_join(d.front, first, "demo", FRONT_PUBLIC, 1);
    front_events_send(d.front, first, events_text("joined"));
    front_events_join(d.front, second, "demo", FRONT_STAFF, 2);
    for (uint64_t seq = 3; seq < 300; seq++) {
        char text[32];
        snprintf(text, sizeof text, "accepted %d", (int)seq);
        events_publish(&d, seq);
        front_events_send(d.front, first, events_text(text));
    }
    events_expect(&a, "snapshot");
    events_expect(&a, "p 2");
    events_expect(&a, "joined");
    for (int seq = 3; seq < 300; seq++) {
        char text[32];
        snprintf(text, sizeof text, "p %d", seq);
        events_expect(&a, text);
        snprintf(text, sizeof text, "accepted %d", seq);
        events_expect(&a, text);
        snprintf(text, sizeof text, "s %d", seq);
        events_expect(&b, text);
    }
    front_events_close(d.front, second, 4001, "bye");
    front_events_send(d.front, second, events_text("not any more"));
    events_expect_close(&b, 4001, "bye");
    client_ws_close(&a);
    client_ws_close(&b);
    wait_until(events_desk_count(&d, &d.closed) == 2);
    front_events_send(d.front, first, events_text("nobody hears"));
    front_events_send(d.front, 0xff00000000000001, events_text("no such thread"));
    front_events_send(d.front, 0, events_text("no such peer"));
    events_desk_visit(&d, &b, NULL); /* may have the place of one that left, not its number */
    assert_true(d.visits[2]->peer != first && d.visits[2]->peer != second);
    client_ws_close(&b);
    events_desk_close(&d);
}

static void what_is_lost_closes(void **state)
{
    struct events_desk d;
    struct client_socket s;
    events_desk_open(&d);
    for (uint64_t seq = 1; seq < 1500; seq++)
        events_publish(&d, seq);
    events_desk_visit(&d, &s, NULL);
    front_events_join(d.front, d.visits[0]->peer, "demo", FRONT_PUBLIC, 100);
    events_expect_close(&s, WS_STATUS_LATER, "behind");
    client_ws_close(&s);
    events_desk_visit(&d, &s, NULL);
    front_events_send(d.front, d.visits[1]->peer, NULL); /* there was no memory for it */
    events_expect_close(&s, WS_STATUS_LATER, "lost");
    client_ws_close(&s);
    events_desk_close(&d);
}

static void one_to_many(void **state)
{
    static struct client_socket sockets[EVENTS_MANY];
    struct events_desk d;
    struct front_stats stats;
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    events_desk_open(&d);
    for (int i = 0; i < EVENTS_MANY; i++) {
        events_desk_visit(&d, &sockets[i], NULL);
        client_ws_send_text(&sockets[i], "hello");
    }
    wait_until(events_desk_count(&d, &d.opened) == EVENTS_MANY);
    for (int i = 0; i < EVENTS_MANY; i++)
        front_events_join(d.front, d.visits[i]->peer, "demo", i % 2 ? FRONT_STAFF : FRONT_PUBLIC,
                          0);
    for (uint64_t seq = 1; seq <= 3; seq++)
        events_publish(&d, seq);
    int staff = 0;
    for (int i = 0; i < EVENTS_MANY; i++) {
        struct bytes *b = NULL;
        assert_int_equal(client_ws_read(&sockets[i], 20000, &b), WS_TEXT);
        bool is_staff = b->data[0] == 's';
        staff += is_staff;
        assert_int_equal(b->data[2], '1');
        bytes_unref(b);
        events_expect(&sockets[i], is_staff ? "s 2" : "p 2");
        events_expect(&sockets[i], is_staff ? "s 3" : "p 3");
    }
    assert_int_equal(staff, EVENTS_MANY / 2);
    front_stats(d.front, &stats);
    assert_int_equal(stats.event_peers, EVENTS_MANY);
    assert_int_equal(stats.events_cut_off, 0);
    assert_int_equal(stats.event_messages, 3 * EVENTS_MANY);
    for (int i = 0; i < EVENTS_MANY; i++)
        client_ws_close(&sockets[i]);
    events_desk_close(&d);
}

static void the_end_is_told(void **state)
{
    struct events_desk d;
    struct client_socket s;
    events_desk_open(&d);
    events_desk_visit(&d, &s, NULL);
    front_events_join(d.front, d.visits[0]->peer, "demo", FRONT_PUBLIC, 0);
    events_publish(&d, 1);
    events_expect(&s, "p 1");
    front_stop(d.front);
    events_publish(&d, 2); /* nobody hears */
    front_events_send(d.front, d.visits[0]->peer, events_text("x"));
    events_expect_close(&s, WS_STATUS_AWAY, "");
    client_ws_close(&s);
    events_desk_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_are_told), cmocka_unit_test(handshakes_are_refused),
        cmocka_unit_test(order_is_kept),  cmocka_unit_test(what_is_lost_closes),
        cmocka_unit_test(one_to_many),    cmocka_unit_test(the_end_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
