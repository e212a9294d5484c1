#include "link_client.h"

#include "../cmocka_all.h"

#include "base/clock.h"
#include "base/io.h"

#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void link_client_connect(const char *folder, struct link_client *c)
{
    char path[300];
    snprintf(path, sizeof path, "%s/programme.sock", folder);
    struct sockaddr_un address;
    cleanup_close int opened = -1;
    assert_int_equal(io_unix_address(path, &address, &opened), 0);
    c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(c->fd, (struct sockaddr *)&address, sizeof address), 0);
    link_decoder_init(&c->in);
}

void link_client_close(struct link_client *c)
{
    link_decoder_finish(&c->in);
    close(c->fd);
}

void link_client_send(struct link_client *c, struct buf *out)
{
    assert_int_equal(io_write_all(c->fd, out->data, out->size), 0);
    buf_finish(out);
}

void link_client_hello(struct link_client *c, uint32_t version)
{
    struct buf out;
    buf_init(&out, 65536);
    struct link_hello hello = {.version = version, .role = "server", .meeting = "demo"};
    assert_int_equal(link_add_hello(&out, &hello), 0);
    link_client_send(c, &out);
}

void link_client_command(struct link_client *c, uint32_t id)
{
    struct buf out;
    buf_init(&out, 65536);
    struct link_command command = {.id = id, .kind = LINK_RECORD_START};
    assert_int_equal(link_add_command(&out, &command), 0);
    link_client_send(c, &out);
}

/* The next frame; false: the publisher closed the connection. */
bool link_client_next(struct link_client *c, struct link_frame *ret)
{
    int64_t until = clock_boot_us() + LINK_CLIENT_PATIENCE_US;
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
void link_client_wait(struct link_client *c, enum link_type type, struct link_frame *ret)
{
    do
        assert_true(link_client_next(c, ret));
    while (ret->type != type);
}

uint64_t link_client_fragment(struct link_client *c)
{
    struct link_frame frame;
    link_client_wait(c, LINK_FRAGMENT, &frame);
    struct fragment f;
    assert_int_equal(link_read_fragment(&frame, &f), 0);
    for (size_t i = 0; i < f.bytes->size; i += 97)
        assert_int_equal(f.bytes->data[i], f.seq & 0xff);
    bytes_unref(f.bytes);
    return f.seq;
}

/* Waits until the publisher has taken everything that was posted: a reply comes after it. */
void link_client_settle(struct link_client *c)
{
    struct link_frame frame;
    link_client_command(c, 9999);
    link_client_wait(c, LINK_REPLY, &frame);
}

void link_client_join(const char *folder, struct link_client *c)
{
    link_client_connect(folder, c);
    link_client_hello(c, LINK_VERSION);
    struct link_frame frame;
    assert_true(link_client_next(c, &frame));
    assert_int_equal(frame.type, LINK_HELLO);
}
