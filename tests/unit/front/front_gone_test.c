/* Peers that vanish without a word, as by a cut cable: their side of the connection drops whatever
 * comes, so that nothing is acknowledged and nothing is refused. Each is let go within bounded
 * time, with the memory that it held; who is there is not disturbed. */
#include "../cmocka_all.h"
#include "base/clock.h"
#include "front/front_events.h"
#include "front/ws_frame.h"
#include "player.h"

#include <linux/filter.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { OF_EACH = 30, KINDS = 6, WAITING = 3, GONE = OF_EACH * KINDS };

#define GONE_MS 1500
#define PING_MS 700

/* Far more than they take: for a machine that is busy with other things. */
#define PATIENCE_US 60000000

/* Heap that may be left of them all: tables that have grown. */
#define LEFT_BYTES 65536

/* Less than any broadcast's rings hold. */
#define RINGS_BYTES (1 << 20)

static void *on_opened(void *ctx, uint64_t peer, const struct front_events_facts *facts)
{
    return ctx;
}

static bool on_message(void *session, struct bytes *text, bool too_fast)
{
    bytes_unref(text);
    return true;
}

static void on_closed(void *session)
{
}

/* From now on nothing reaches it. What it sends itself is nothing: it is not closed before its
 * server has let go of it. */
static void cut(int fd)
{
    struct sock_filter nothing[] = {BPF_STMT(BPF_RET | BPF_K, 0)};
    struct sock_fprog program = {.len = 1, .filter = nothing};
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program), 0);
}

static bool has_answer(int fd)
{
    char byte;
    return recv(fd, &byte, 1, MSG_DONTWAIT | MSG_PEEK) >= 0;
}

static struct client_socket open_player(int port, const char *path)
{
    struct player p;
    player_open(&p, port, path);
    while (strcmp(path, "/ws/demo/media") == 0 ? p.pictures < 2 : !p.greeted)
        assert_true(player_take(&p, 10000));
    return p.socket;
}

static struct client_socket open_events(int port)
{
    struct client_socket s;
    int status = client_ws_try(port, "/ws/demo/events", "meclis.events.v1", "", &s);
    assert_int_equal(status, 101);
    client_ws_send_text(&s, "{\"type\":\"hello\"}");
    return s;
}

static struct client_socket open_request(int port, const char *request)
{
    struct client_socket s = {.fd = client_connect(port)};
    buf_init(&s.in, 1 << 20);
    client_send_text(s.fd, request);
    return s;
}

/* One of each kind of peer, as far as it gets before it vanishes. */
static struct client_socket open_kind(struct fixture *x, int kind)
{
    char first[16];
    switch (kind) {
    case 0: /* watches */
        return open_player(x->port, "/ws/demo/media");
    case 1: /* waits for a broadcast: nothing is ever sent to it but pings */
        return open_player(x->port, "/ws/later/media");
    case 2: /* listens, and nothing happens */
        return open_events(x->port);
    case WAITING: { /* a playlist that is to come */
        char request[160];
        int msn = (atomic_load(&x->frame) + 25) / 50 + 2; /* the farthest that is waited for */
        snprintf(request, sizeof request,
                 "GET /hls/demo/720p/index.m3u8?_HLS_msn=%d HTTP/1.1\r\nHost: x\r\n\r\n", msn);
        return open_request(x->port, request);
    }
    case 4: { /* has begun to read a segment, and reads no further */
        struct client_socket s =
            open_request(x->port, "GET /hls/demo/720p/0.m4s HTTP/1.1\r\nHost: x\r\n\r\n");
        assert_int_equal(client_read(s.fd, first, 1, 10000), 1);
        return s;
    }
    default: { /* watches, and had stopped reading before: its socket is full */
        struct client_socket s = open_player(x->port, "/ws/demo/media");
        int little = 4096;
        setsockopt(s.fd, SOL_SOCKET, SO_RCVBUF, &little, sizeof little);
        return s;
    }
    }
}

/* Sockets of the kernel's that still hold something of the server's port, the listeners and those
 * that only wait out their time left aside. */
static int kernel_sockets(int port)
{
    char line[512], state[8];
    unsigned local;
    int count = 0;
    FILE *f = fopen("/proc/self/net/tcp", "re");
    assert_non_null(f);
    while (fgets(line, sizeof line, f))
        if (sscanf(line, " %*u: %*8x:%4x %*8x:%*4x %7s", &local, state) == 2 &&
            local == (unsigned)port && strcmp(state, "0A") != 0 && strcmp(state, "06") != 0)
            count++;
    fclose(f);
    return count;
}

static int64_t connections(struct fixture *x)
{
    struct front_stats stats;
    front_stats(x->front, &stats);
    return stats.connections;
}

/* Vanishes with all of them, while one watches and must not notice. */
static void vanish(struct fixture *x, struct player *steady)
{
    struct client_socket gone[GONE];
    for (int i = 0; i < GONE; i++) {
        gone[i] = open_kind(x, i % KINDS);
        while (player_take(steady, 0))
            ;
    }
    for (int i = 0; i < GONE; i++) {
        if (i % KINDS == WAITING && has_answer(gone[i].fd)) {
            close(gone[i].fd); /* on a slow machine what it waited for has come */
            gone[i].fd = -1;
        } else {
            cut(gone[i].fd);
        }
    }
    int64_t until_us = clock_boot_us() + PATIENCE_US;
    while (connections(x) > 1 || kernel_sockets(x->port) > 1) {
        assert_true(clock_boot_us() < until_us);
        assert_true(player_take(steady, 10000));
    }
    for (int i = 0; i < GONE; i++) {
        buf_finish(&gone[i].in);
        if (gone[i].fd >= 0)
            close(gone[i].fd);
    }
}

static size_t heap(void)
{
    return mallinfo2().uordblks;
}

static void who_vanishes_is_let_go(void **state)
{
    static struct front_ops ops;
    struct fixture x;
    struct player steady;
    size_t before = 0;
    ops = test_app_ops;
    ops.events_opened = on_opened;
    ops.events_message = on_message;
    ops.events_closed = on_closed;
    fixture_init(&x);
    x.ops = &ops;
    x.config.gone_ms = GONE_MS;
    x.config.ping_ms = PING_MS;
    x.feed.high_bytes = 20000;
    fixture_start(&x);
    for (int round = 0; round < 3; round++) { /* the first fills what is kept for good */
        atomic_store(&x.frame, 0);
        fixture_publish(&x, 120);
        player_open(&steady, x.port, "/ws/demo/media");
        fixture_feeder_start(&x, 40000);
        while (steady.pictures < 3)
            assert_true(player_take(&steady, 10000));
        vanish(&x, &steady);
        fixture_feeder_stop(&x);
        assert_int_equal(steady.lost_pictures + steady.skips, 0);
        player_close(&steady);
        front_channel_close(x.front, "demo");
        wait_until(connections(&x) == 0);
        wait_until(heap() < RINGS_BYTES);
        if (round == 1)
            before = heap();
    }
    wait_until(heap() < before + LEFT_BYTES);
    size_t after = heap();
    print_message("%d vanished three times; heap %zu, then %zu\n", GONE, before, after);
    fixture_stop(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(who_vanishes_is_let_go)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
