#include "../cmocka_all.h"

#include "base/clock.h"
#include "base/io.h"
#include "publisher.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

/* Nothing here waits longer than this. */
#define PATIENCE_US 10000000

struct bench {
    char folder[200];
    struct publisher_config config;
    struct publisher *publisher;
    atomic_int statuses, orphaned;
    atomic_ullong ticket;
    bool replies;
};

static void on_status(void *ctx, struct link_status *ret)
{
    struct bench *b = ctx;
    atomic_fetch_add(&b->statuses, 1);
    ret->fragments = 42;
}

static void on_command(void *ctx, const struct link_command *command, uint64_t ticket)
{
    struct bench *b = ctx;
    atomic_store(&b->ticket, ticket);
    if (b->replies)
        publisher_reply(b->publisher, ticket, -ENOSPC, "disk");
}

static void on_orphaned(void *ctx)
{
    struct bench *b = ctx;
    atomic_fetch_add(&b->orphaned, 1);
}

static const struct publisher_ops ops = {on_status, on_command, on_orphaned};

static int setup(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    snprintf(b->folder, sizeof b->folder, "/tmp/meclis-publisher-XXXXXX");
    if (!mkdtemp(b->folder))
        return -1;
    b->config = (struct publisher_config){.run_folder = b->folder, .meeting = "demo"};
    b->config.tracks.count = 2;
    b->config.tracks.grid_us = 2000000;
    b->config.tracks.tracks[0] = (struct track){1, TRACK_VIDEO, "720p", 1500000};
    b->config.tracks.tracks[1] = (struct track){2, TRACK_AUDIO, "audio", 48000};
    b->replies = true;
    *state = b;
    return 0;
}

static int teardown(void **state)
{
    struct bench *b = *state;
    publisher_destroy(b->publisher);
    char path[300];
    static const char *const names[] = {"programme.sock", "programme.lock"};
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", b->folder, names[i]);
        unlink(path);
    }
    int r = rmdir(b->folder);
    free(b);
    return r;
}

static void start(struct bench *b)
{
    assert_int_equal(publisher_create(&b->config, &ops, b, &b->publisher), 0);
}

static void add_init(struct bench *b, uint8_t track, uint32_t number)
{
    struct track_init init = {.track = track, .number = number, .timescale = 90000};
    snprintf(init.codec, sizeof init.codec, "avc1.64001f");
    cleanup(bytes_unref_p) struct bytes *bytes = init.bytes = bytes_copy("init", 4);
    publisher_add_init(b->publisher, &init);
}

static void add_fragment_of(struct bench *b, uint64_t seq, uint32_t init, size_t size)
{
    struct fragment f = {.track = 1, .flags = FRAGMENT_SYNC, .init = init, .seq = seq};
    f.dts = (int64_t)seq * 3600;
    f.duration = 3600;
    f.timescale = 90000;
    cleanup(bytes_unref_p) struct bytes *bytes = f.bytes = bytes_new(size);
    memset(bytes->data, (int)seq & 0xff, size);
    publisher_add_fragment(b->publisher, &f);
}

static void add_fragment(struct bench *b, uint64_t seq, uint32_t init)
{
    add_fragment_of(b, seq, init, 100);
}

static void add_notice(struct bench *b, const char *detail)
{
    struct link_notice n = {.type = "source.on_air", .media_time_us = 5};
    snprintf(n.detail, sizeof n.detail, "%s", detail);
    publisher_add_notice(b->publisher, &n);
}

/* ---- a server ---- */

struct client {
    int fd;
    struct link_decoder in;
};

static void client_connect(struct bench *b, struct client *c)
{
    char path[300];
    snprintf(path, sizeof path, "%s/programme.sock", b->folder);
    struct sockaddr_un address;
    cleanup_close int folder = -1;
    assert_int_equal(io_unix_address(path, &address, &folder), 0);
    c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(c->fd, (struct sockaddr *)&address, sizeof address), 0);
    link_decoder_init(&c->in);
}

static void client_close(struct client *c)
{
    link_decoder_finish(&c->in);
    close(c->fd);
}

static void client_send(struct client *c, struct buf *out)
{
    assert_int_equal(io_write_all(c->fd, out->data, out->size), 0);
    buf_finish(out);
}

static void client_hello(struct client *c, uint32_t version)
{
    struct buf out;
    buf_init(&out, 65536);
    struct link_hello hello = {.version = version, .role = "server", .meeting = "demo"};
    assert_int_equal(link_add_hello(&out, &hello), 0);
    client_send(c, &out);
}

static void client_command(struct client *c, uint32_t id)
{
    struct buf out;
    buf_init(&out, 65536);
    struct link_command command = {.id = id, .kind = LINK_RECORD_START};
    assert_int_equal(link_add_command(&out, &command), 0);
    client_send(c, &out);
}

/* The next frame; false: the publisher closed the connection. */
static bool client_next(struct client *c, struct link_frame *ret)
{
    int64_t until = clock_boot_us() + PATIENCE_US;
    int r;
    while ((r = link_decoder_next(&c->in, ret)) == 0) {
        struct pollfd p = {.fd = c->fd, .events = POLLIN};
        assert_true(clock_boot_us() < until);
        if (poll(&p, 1, 100) <= 0)
            continue;
        uint8_t data[65536];
        ssize_t n = recv(c->fd, data, sizeof data, 0);
        if (n <= 0)
            return false;
        assert_int_equal(link_decoder_feed(&c->in, data, (size_t)n), 0);
    }
    assert_int_equal(r, 1);
    return true;
}

/* The next frame of that type; others are passed over. */
static void client_wait(struct client *c, enum link_type type, struct link_frame *ret)
{
    do
        assert_true(client_next(c, ret));
    while (ret->type != type);
}

static uint64_t client_fragment(struct client *c)
{
    struct link_frame frame;
    client_wait(c, LINK_FRAGMENT, &frame);
    struct fragment f;
    assert_int_equal(link_read_fragment(&frame, &f), 0);
    for (size_t i = 0; i < f.bytes->size; i += 97)
        assert_int_equal(f.bytes->data[i], f.seq & 0xff);
    bytes_unref(f.bytes);
    return f.seq;
}

/* Waits until the publisher has taken everything that was posted: a reply comes after it. */
static void client_settle(struct client *c)
{
    struct link_frame frame;
    client_command(c, 9999);
    client_wait(c, LINK_REPLY, &frame);
}

static void client_join(struct bench *b, struct client *c)
{
    client_connect(b, c);
    client_hello(c, LINK_VERSION);
    struct link_frame frame;
    assert_true(client_next(c, &frame));
    assert_int_equal(frame.type, LINK_HELLO);
}

/* ---- tests ---- */

static void a_server_is_told_everything_in_order(void **state)
{
    struct bench *b = *state;
    start(b);
    add_init(b, 1, 1);
    for (uint64_t i = 1; i <= 5; i++)
        add_fragment(b, i, 1);
    add_notice(b, "before");
    struct client c;
    client_join(b, &c);
    struct link_frame frame;
    assert_true(client_next(&c, &frame));
    struct link_tracks tracks;
    assert_int_equal(link_read_tracks(&frame, &tracks), 0);
    assert_int_equal(tracks.count, 2);
    assert_int_equal(tracks.grid_us, 2000000);
    client_wait(&c, LINK_INIT, &frame);
    struct track_init init;
    assert_int_equal(link_read_init(&frame, &init), 0);
    assert_int_equal(init.number, 1);
    bytes_unref(init.bytes);
    client_wait(&c, LINK_NOTICE, &frame);
    struct link_notice notice;
    assert_int_equal(link_read_notice(&frame, &notice), 0);
    assert_string_equal(notice.detail, "before");
    for (uint64_t i = 1; i <= 5; i++)
        assert_int_equal(client_fragment(&c), i);
    add_fragment(b, 6, 1); /* live */
    assert_int_equal(client_fragment(&c), 6);
    client_wait(&c, LINK_STATUS, &frame);
    struct link_status status;
    assert_int_equal(link_read_status(&frame, &status), 0);
    assert_int_equal(status.fragments, 42);
    client_close(&c);
}

static void a_command_is_replied_to(void **state)
{
    struct bench *b = *state;
    start(b);
    struct client c;
    client_join(b, &c);
    client_command(&c, 77);
    struct link_frame frame;
    client_wait(&c, LINK_REPLY, &frame);
    struct link_reply reply;
    assert_int_equal(link_read_reply(&frame, &reply), 0);
    assert_int_equal(reply.id, 77);
    assert_int_equal(reply.error, -ENOSPC);
    assert_string_equal(reply.reason, "disk");
    client_close(&c);
}

static void a_reply_never_reaches_the_next_server(void **state)
{
    struct bench *b = *state;
    start(b);
    struct client first, second;
    client_join(b, &first);
    b->replies = false;
    client_command(&first, 5);
    int64_t until = clock_boot_us() + PATIENCE_US;
    while (!atomic_load(&b->ticket) && clock_boot_us() < until)
        usleep(1000);
    uint64_t stale = atomic_load(&b->ticket);
    assert_true(stale);
    client_close(&first);
    client_join(b, &second);
    struct link_frame frame;
    client_wait(&second, LINK_TRACKS, &frame);
    publisher_reply(b->publisher, stale, 0, "stale");
    b->replies = true;
    client_command(&second, 6);
    client_wait(&second, LINK_REPLY, &frame);
    struct link_reply reply;
    assert_int_equal(link_read_reply(&frame, &reply), 0);
    assert_int_equal(reply.id, 6);
    client_close(&second);
}

static void a_newer_server_replaces_the_older_and_gets_the_memory(void **state)
{
    struct bench *b = *state;
    start(b);
    add_init(b, 1, 1);
    add_fragment(b, 1, 1);
    struct client first, second;
    client_join(b, &first);
    assert_int_equal(client_fragment(&first), 1);
    client_connect(b, &second);
    struct link_frame frame;
    assert_true(client_next(&second, &frame));
    client_settle(&first); /* a connection that said nothing yet cuts nobody off */
    client_hello(&second, LINK_VERSION);
    assert_int_equal(client_fragment(&second), 1);
    while (client_next(&first, &frame))
        ;
    client_close(&first);
    client_close(&second);
}

static void another_version_or_garbage_is_disconnected(void **state)
{
    struct bench *b = *state;
    start(b);
    add_fragment(b, 1, 1);
    for (int i = 0; i < 3; i++) {
        struct client c;
        client_connect(b, &c);
        if (i == 0)
            client_hello(&c, LINK_VERSION + 1);
        else if (i == 1)
            assert_int_equal(io_write_all(c.fd, "\xff\xff\xff\xff\1garbage", 12), 0);
        else
            client_command(&c, 1); /* before its hello */
        struct link_frame frame;
        while (client_next(&c, &frame))
            assert_int_equal(frame.type, LINK_HELLO);
        client_close(&c);
    }
}

static void memory_is_bounded_and_keeps_the_inits_it_needs(void **state)
{
    struct bench *b = *state;
    b->config.memory_us = 400000; /* 10 frames */
    start(b);
    add_init(b, 1, 1);
    for (uint64_t i = 1; i <= 100; i++)
        add_fragment(b, i, 1);
    add_init(b, 1, 2);
    for (uint64_t i = 101; i <= 105; i++)
        add_fragment(b, i, 2);
    struct client c;
    client_join(b, &c);
    struct link_frame frame;
    for (uint32_t number = 1; number <= 2; number++) {
        client_wait(&c, LINK_INIT, &frame);
        struct track_init init;
        assert_int_equal(link_read_init(&frame, &init), 0);
        assert_int_equal(init.number, number);
        bytes_unref(init.bytes);
    }
    for (uint64_t i = 95; i <= 105; i++)
        assert_int_equal(client_fragment(&c), i);
    client_close(&c);
}

static void memory_is_bounded_in_bytes(void **state)
{
    struct bench *b = *state;
    b->config.memory_bytes = 1 << 20;
    start(b);
    for (uint64_t i = 1; i <= 100; i++)
        add_fragment_of(b, i, 1, 100000);
    struct client c;
    client_join(b, &c);
    for (uint64_t i = 91; i <= 100; i++)
        assert_int_equal(client_fragment(&c), i);
    client_close(&c);
}

static void a_slow_server_is_disconnected_and_comes_again(void **state)
{
    struct bench *b = *state;
    b->config.queue_bytes = 4 << 20;
    start(b);
    struct client c;
    client_join(b, &c);
    client_settle(&c);
    for (uint64_t i = 1; i <= 100; i++)
        add_fragment_of(b, i, 1, 100000); /* and reads nothing meanwhile */
    struct link_frame frame;
    int got = 0;
    while (client_next(&c, &frame))
        got += frame.type == LINK_FRAGMENT;
    assert_in_range(got, 0, 60);
    client_close(&c);
    client_join(b, &c);
    for (uint64_t i = 1; i <= 100; i++)
        assert_int_equal(client_fragment(&c), i);
    client_close(&c);
}

static void notices_wait_for_a_server_and_are_told_once(void **state)
{
    struct bench *b = *state;
    start(b);
    char detail[32];
    for (int i = 0; i < PUBLISHER_MAX_NOTICES + 7; i++) {
        snprintf(detail, sizeof detail, "%d", i);
        add_notice(b, detail);
    }
    struct client c;
    client_join(b, &c);
    struct link_frame frame;
    struct link_notice notice;
    client_wait(&c, LINK_NOTICE, &frame);
    assert_int_equal(link_read_notice(&frame, &notice), 0);
    assert_string_equal(notice.type, "notices.lost");
    assert_string_equal(notice.detail, "7");
    for (int i = 7; i < PUBLISHER_MAX_NOTICES + 7; i++) {
        client_wait(&c, LINK_NOTICE, &frame);
        assert_int_equal(link_read_notice(&frame, &notice), 0);
        assert_int_equal(strtol(notice.detail, NULL, 10), i);
    }
    client_settle(&c);
    client_close(&c);
    client_join(b, &c);
    add_notice(b, "after");
    client_wait(&c, LINK_NOTICE, &frame);
    assert_int_equal(link_read_notice(&frame, &notice), 0);
    assert_string_equal(notice.detail, "after");
    client_close(&c);
}

static void a_second_worker_is_refused_and_a_stale_socket_replaced(void **state)
{
    struct bench *b = *state;
    char path[300];
    snprintf(path, sizeof path, "%s/programme.sock", b->folder);
    cleanup_close int stale = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_un address;
    cleanup_close int folder = -1;
    assert_int_equal(io_unix_address(path, &address, &folder), 0);
    assert_int_equal(bind(stale, (struct sockaddr *)&address, sizeof address), 0);
    start(b);
    struct publisher *second;
    assert_int_equal(publisher_create(&b->config, &ops, b, &second), -EWOULDBLOCK);
    struct client c;
    client_join(b, &c); /* the refused one left the socket alone */
    client_close(&c);
    publisher_destroy(b->publisher);
    b->publisher = NULL;
    struct stat st;
    assert_int_equal(stat(path, &st), -1);
}

static void what_was_posted_is_sent_before_the_end(void **state)
{
    struct bench *b = *state;
    start(b);
    struct client c;
    client_join(b, &c);
    client_settle(&c);
    for (uint64_t i = 1; i <= 20; i++)
        add_fragment(b, i, 1);
    add_notice(b, "last");
    publisher_destroy(b->publisher);
    b->publisher = NULL;
    struct link_frame frame;
    int fragments = 0, notices = 0;
    while (client_next(&c, &frame)) {
        fragments += frame.type == LINK_FRAGMENT;
        notices += frame.type == LINK_NOTICE;
    }
    assert_int_equal(fragments, 20);
    assert_int_equal(notices, 1);
    client_close(&c);
}

static void without_a_server_it_is_orphaned_once(void **state)
{
    struct bench *b = *state;
    b->config.orphan_seconds = 1;
    start(b);
    struct client c;
    client_join(b, &c);
    client_settle(&c);
    usleep(1300000);
    client_settle(&c);
    assert_int_equal(atomic_load(&b->orphaned), 0); /* a server is there */
    client_close(&c);
    int64_t left = clock_boot_us(), until = left + PATIENCE_US;
    while (!atomic_load(&b->orphaned) && clock_boot_us() < until)
        usleep(10000);
    assert_true(clock_boot_us() - left > 900000);
    usleep(1500000);
    assert_int_equal(atomic_load(&b->orphaned), 1);
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(a_server_is_told_everything_in_order),
        test(a_command_is_replied_to),
        test(a_reply_never_reaches_the_next_server),
        test(a_newer_server_replaces_the_older_and_gets_the_memory),
        test(another_version_or_garbage_is_disconnected),
        test(memory_is_bounded_and_keeps_the_inits_it_needs),
        test(memory_is_bounded_in_bytes),
        test(a_slow_server_is_disconnected_and_comes_again),
        test(notices_wait_for_a_server_and_are_told_once),
        test(a_second_worker_is_refused_and_a_stale_socket_replaced),
        test(what_was_posted_is_sent_before_the_end),
        test(without_a_server_it_is_orphaned_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
