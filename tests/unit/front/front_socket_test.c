/* The media socket's rules: handshakes, pings, pieces, closing, and who breaks off. */
#include "../cmocka_all.h"
#include "base/clock.h"
#include "front/ws_frame.h"
#include "player.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

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
    player_start(&x, 60);
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
    player_start(&x, 60);
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
    player_start(&x, 60);
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
    player_start(&x, 60);
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
    player_start(&x, 1);
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
    player_start(&x, 60);
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
    wait_until((front_stats(x.front, &stats), stats.media_sockets == 1));
    assert_int_equal(steady.lost_pictures, 0);
    player_close(&steady);
    fixture_stop(&x);
}

static void ends_with_viewers_on_it(void **state)
{
    struct fixture x;
    struct player p[8];
    player_start(&x, 60);
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

/* The server's end of a client's connection, which is in this process too. */
static int other_end(int fd)
{
    struct sockaddr_in ours, theirs;
    socklen_t size = sizeof ours;
    assert_int_equal(getsockname(fd, (struct sockaddr *)&ours, &size), 0);
    for (int i = 3; i < 1024; i++) {
        size = sizeof theirs;
        if (i != fd && getpeername(i, (struct sockaddr *)&theirs, &size) == 0 &&
            theirs.sin_family == AF_INET && theirs.sin_port == ours.sin_port)
            return i;
    }
    return -1;
}

static int option(int fd, int level, int name)
{
    int value = -1;
    socklen_t size = sizeof value;
    assert_int_equal(getsockopt(fd, level, name, &value, &size), 0);
    return value;
}

/* A viewer that stalls holds little in the kernel, and one that vanished not for long. */
static void sockets_hold_little(void **state)
{
    struct fixture x;
    fixture_init(&x);
    tls_relay_certificate(&x.config.tls.certificate, &x.config.tls.key);
    fixture_start(&x);
    const int ports[] = {front_port(x.front), front_tls_port(x.front)};
    for (int i = 0; i < 2; i++) {
        int fd = client_connect(ports[i]), end = -1;
        wait_until((end = other_end(fd)) >= 0);
        int held = option(end, SOL_SOCKET, SO_SNDBUF);
        assert_true(held > 0 && held <= 256 << 10); /* the kernel says twice what was asked for */
        int unsent = option(end, IPPROTO_TCP, TCP_NOTSENT_LOWAT);
        assert_true(unsent > 0 && unsent <= 64 << 10);
        assert_int_equal(option(end, IPPROTO_TCP, TCP_NODELAY), 1);
        int timeout_ms = option(end, IPPROTO_TCP, TCP_USER_TIMEOUT);
        assert_true(timeout_ms > 0 && timeout_ms <= 10000);
        close(fd);
    }
    fixture_stop(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(garbage_is_answered_by_closing),
        cmocka_unit_test(a_flood_is_answered_by_closing),
        cmocka_unit_test(pings_are_answered_between_messages),
        cmocka_unit_test(messages_may_come_in_pieces),
        cmocka_unit_test(handshakes_that_are_none),
        cmocka_unit_test(who_leaves_disturbs_nobody),
        cmocka_unit_test(ends_with_viewers_on_it),
        cmocka_unit_test(sockets_hold_little),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
