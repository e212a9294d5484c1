#include "../cmocka_all.h"

#include "base/clock.h"
#include "base/io.h"
#include "link_client.h"
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

/* ---- tests ---- */

static void a_server_is_told_everything_in_order(void **state)
{
    struct bench *b = *state;
    start(b);
    add_init(b, 1, 1);
    for (uint64_t i = 1; i <= 5; i++)
        add_fragment(b, i, 1);
    add_notice(b, "before");
    struct link_client c;
    link_client_join(b->folder, &c);
    struct link_frame frame;
    assert_true(link_client_next(&c, &frame));
    struct link_tracks tracks;
    assert_int_equal(link_read_tracks(&frame, &tracks), 0);
    assert_int_equal(tracks.count, 2);
    assert_int_equal(tracks.grid_us, 2000000);
    link_client_wait(&c, LINK_INIT, &frame);
    struct track_init init;
    assert_int_equal(link_read_init(&frame, &init), 0);
    assert_int_equal(init.number, 1);
    bytes_unref(init.bytes);
    link_client_wait(&c, LINK_NOTICE, &frame);
    struct link_notice notice;
    assert_int_equal(link_read_notice(&frame, &notice), 0);
    assert_string_equal(notice.detail, "before");
    for (uint64_t i = 1; i <= 5; i++)
        assert_int_equal(link_client_fragment(&c), i);
    add_fragment(b, 6, 1); /* live */
    assert_int_equal(link_client_fragment(&c), 6);
    link_client_wait(&c, LINK_STATUS, &frame);
    struct link_status status;
    assert_int_equal(link_read_status(&frame, &status), 0);
    assert_int_equal(status.fragments, 42);
    link_client_close(&c);
}

static void a_command_is_replied_to(void **state)
{
    struct bench *b = *state;
    start(b);
    struct link_client c;
    link_client_join(b->folder, &c);
    link_client_command(&c, 77);
    struct link_frame frame;
    link_client_wait(&c, LINK_REPLY, &frame);
    struct link_reply reply;
    assert_int_equal(link_read_reply(&frame, &reply), 0);
    assert_int_equal(reply.id, 77);
    assert_int_equal(reply.error, -ENOSPC);
    assert_string_equal(reply.reason, "disk");
    link_client_close(&c);
}

static void a_reply_never_reaches_the_next_server(void **state)
{
    struct bench *b = *state;
    start(b);
    struct link_client first, second;
    link_client_join(b->folder, &first);
    b->replies = false;
    link_client_command(&first, 5);
    int64_t until = clock_boot_us() + LINK_CLIENT_PATIENCE_US;
    while (!atomic_load(&b->ticket) && clock_boot_us() < until)
        usleep(1000);
    uint64_t stale = atomic_load(&b->ticket);
    assert_true(stale);
    link_client_close(&first);
    link_client_join(b->folder, &second);
    struct link_frame frame;
    link_client_wait(&second, LINK_TRACKS, &frame);
    publisher_reply(b->publisher, stale, 0, "stale");
    b->replies = true;
    link_client_command(&second, 6);
    link_client_wait(&second, LINK_REPLY, &frame);
    struct link_reply reply;
    assert_int_equal(link_read_reply(&frame, &reply), 0);
    assert_int_equal(reply.id, 6);
    link_client_close(&second);
}

static void a_newer_server_replaces_the_older_and_gets_the_memory(void **state)
{
    struct bench *b = *state;
    start(b);
    add_init(b, 1, 1);
    add_fragment(b, 1, 1);
    struct link_client first, second;
    link_client_join(b->folder, &first);
    assert_int_equal(link_client_fragment(&first), 1);
    link_client_connect(b->folder, &second);
    struct link_frame frame;
    assert_true(link_client_next(&second, &frame));
    link_client_settle(&first); /* a connection that said nothing yet cuts nobody off */
    link_client_hello(&second, LINK_VERSION);
    assert_int_equal(link_client_fragment(&second), 1);
    while (link_client_next(&first, &frame))
        ;
    link_client_close(&first);
    link_client_close(&second);
}

static void another_version_or_garbage_is_disconnected(void **state)
{
    struct bench *b = *state;
    start(b);
    add_fragment(b, 1, 1);
    for (int i = 0; i < 3; i++) {
        struct link_client c;
        link_client_connect(b->folder, &c);
        if (i == 0)
            link_client_hello(&c, LINK_VERSION + 1);
        else if (i == 1)
            assert_int_equal(io_write_all(c.fd, "\xff\xff\xff\xff\1garbage", 12), 0);
        else
            link_client_command(&c, 1); /* before its hello */
        struct link_frame frame;
        while (link_client_next(&c, &frame))
            assert_int_equal(frame.type, LINK_HELLO);
        link_client_close(&c);
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
    struct link_client c;
    link_client_join(b->folder, &c);
    struct link_frame frame;
    for (uint32_t number = 1; number <= 2; number++) {
        link_client_wait(&c, LINK_INIT, &frame);
        struct track_init init;
        assert_int_equal(link_read_init(&frame, &init), 0);
        assert_int_equal(init.number, number);
        bytes_unref(init.bytes);
    }
    for (uint64_t i = 95; i <= 105; i++)
        assert_int_equal(link_client_fragment(&c), i);
    link_client_close(&c);
}

static void memory_is_bounded_in_bytes(void **state)
{
    struct bench *b = *state;
    b->config.memory_bytes = 1 << 20;
    start(b);
    for (uint64_t i = 1; i <= 100; i++)
        add_fragment_of(b, i, 1, 100000);
    struct link_client c;
    link_client_join(b->folder, &c);
    for (uint64_t i = 91; i <= 100; i++)
        assert_int_equal(link_client_fragment(&c), i);
    link_client_close(&c);
}

static void a_slow_server_is_disconnected_and_comes_again(void **state)
{
    struct bench *b = *state;
    b->config.queue_bytes = 4 << 20;
    start(b);
    struct link_client c;
    link_client_join(b->folder, &c);
    link_client_settle(&c);
    for (uint64_t i = 1; i <= 100; i++)
        add_fragment_of(b, i, 1, 100000); /* and reads nothing meanwhile */
    struct link_frame frame;
    int got = 0;
    while (link_client_next(&c, &frame))
        got += frame.type == LINK_FRAGMENT;
    assert_in_range(got, 0, 60);
    link_client_close(&c);
    link_client_join(b->folder, &c);
    for (uint64_t i = 1; i <= 100; i++)
        assert_int_equal(link_client_fragment(&c), i);
    link_client_close(&c);
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
    struct link_client c;
    link_client_join(b->folder, &c);
    struct link_frame frame;
    struct link_notice notice;
    link_client_wait(&c, LINK_NOTICE, &frame);
    assert_int_equal(link_read_notice(&frame, &notice), 0);
    assert_string_equal(notice.type, "notices.lost");
    assert_string_equal(notice.detail, "7");
    for (int i = 7; i < PUBLISHER_MAX_NOTICES + 7; i++) {
        link_client_wait(&c, LINK_NOTICE, &frame);
        assert_int_equal(link_read_notice(&frame, &notice), 0);
        assert_int_equal(strtol(notice.detail, NULL, 10), i);
    }
    link_client_settle(&c);
    link_client_close(&c);
    link_client_join(b->folder, &c);
    add_notice(b, "after");
    link_client_wait(&c, LINK_NOTICE, &frame);
    assert_int_equal(link_read_notice(&frame, &notice), 0);
    assert_string_equal(notice.detail, "after");
    link_client_close(&c);
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
    struct link_client c;
    link_client_join(b->folder, &c); /* the refused one left the socket alone */
    link_client_close(&c);
    publisher_destroy(b->publisher);
    b->publisher = NULL;
    struct stat st;
    assert_int_equal(stat(path, &st), -1);
}

static void what_was_posted_is_sent_before_the_end(void **state)
{
    struct bench *b = *state;
    start(b);
    struct link_client c;
    link_client_join(b->folder, &c);
    link_client_settle(&c);
    for (uint64_t i = 1; i <= 20; i++)
        add_fragment(b, i, 1);
    add_notice(b, "last");
    publisher_destroy(b->publisher);
    b->publisher = NULL;
    struct link_frame frame;
    int fragments = 0, notices = 0;
    while (link_client_next(&c, &frame)) {
        fragments += frame.type == LINK_FRAGMENT;
        notices += frame.type == LINK_NOTICE;
    }
    assert_int_equal(fragments, 20);
    assert_int_equal(notices, 1);
    link_client_close(&c);
}

static void without_a_server_it_is_orphaned_once(void **state)
{
    struct bench *b = *state;
    b->config.orphan_seconds = 1;
    start(b);
    struct link_client c;
    link_client_join(b->folder, &c);
    link_client_settle(&c);
    usleep(1300000);
    link_client_settle(&c);
    assert_int_equal(atomic_load(&b->orphaned), 0); /* a server is there */
    int64_t left = clock_boot_us(), until = left + LINK_CLIENT_PATIENCE_US;
    link_client_close(&c);
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
