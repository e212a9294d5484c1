#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <openssl/err.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define AGAIN_US 100000

static void watch(struct client *c, uint32_t events, int how)
{
    struct epoll_event e = {.events = events, .data.ptr = c};
    if (epoll_ctl(c->load->epoll, how, c->fd, &e) < 0)
        bench_die("epoll_ctl: %s", strerror(errno));
}

void client_close(struct client *c)
{
    if (c->state == LOAD_CONNECTING)
        c->load->connecting--;
    if (c->state == LOAD_PLAYING)
        c->load->playing--;
    SSL_free(c->ssl);
    c->ssl = NULL;
    if (c->fd >= 0)
        close(c->fd);
    c->fd = -1;
    hls_finish(c);
    c->have = 0;
    c->skip = 0;
    c->known = false;
    c->in_body = false;
    c->told_playing = false;
    c->state = LOAD_DEAD;
}

void client_lost(struct client *c, const char *reason)
{
    struct load *l = c->load;
    if (c->state == LOAD_PLAYING || c->state == LOAD_STALLED)
        l->figures.closed++;
    else
        l->figures.failed++;
    snprintf(l->last_error, sizeof l->last_error, "%s", reason);
    client_close(c);
    if (l->again) {
        c->state = LOAD_IDLE;
        c->due_us = bench_now_us() + AGAIN_US;
    }
}

/* 127.1.x.y: so many clients each, so that ports last and none has more than one address may. */
static struct sockaddr_in own_address(const struct client *c)
{
    unsigned n = (unsigned)(c->index / c->load->per_address);
    struct sockaddr_in a = {.sin_family = AF_INET};
    a.sin_addr.s_addr = htonl(0x7f010000u | n / 250 << 8 | (n % 250 + 1));
    return a;
}

void client_connect(struct client *c)
{
    int one = 1;
    struct load *l = c->load;
    struct sockaddr_in own = own_address(c);
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->fd < 0)
        bench_die("socket: %s", strerror(errno));
    setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    setsockopt(c->fd, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof one);
    if (bind(c->fd, (struct sockaddr *)&own, sizeof own) < 0)
        bench_die("bind: %s", strerror(errno));
    c->state = LOAD_CONNECTING;
    l->connecting++;
    if (connect(c->fd, (struct sockaddr *)&l->server, sizeof l->server) < 0 &&
        errno != EINPROGRESS) {
        client_lost(c, strerror(errno));
        return;
    }
    watch(c, EPOLLOUT, EPOLL_CTL_ADD);
}

bool client_send(struct client *c, const void *data, size_t size)
{
    ssize_t n = c->ssl ? SSL_write(c->ssl, data, (int)size) : send(c->fd, data, size, MSG_NOSIGNAL);
    if (n == (ssize_t)size)
        return true;
    client_lost(c, "can't send");
    return false;
}

void client_stall(struct client *c)
{
    if (c->state != LOAD_PLAYING)
        return;
    c->load->playing--;
    c->state = LOAD_STALLED;
    watch(c, 0, EPOLL_CTL_MOD);
}

static void connected(struct client *c)
{
    c->load->connecting--;
    c->state = LOAD_ASKING;
    watch(c, EPOLLIN, EPOLL_CTL_MOD);
    if (c->load->kind == LOAD_HLS)
        hls_ask(c);
    else
        ws_ask(c);
}

/* Goes on with TLS. */
static void shake_hands(struct client *c)
{
    if (!c->ssl) {
        c->ssl = SSL_new(c->load->ssl);
        if (!c->ssl || SSL_set_fd(c->ssl, c->fd) != 1)
            bench_die("no TLS");
        SSL_set_connect_state(c->ssl);
    }
    int r = SSL_do_handshake(c->ssl);
    if (r == 1) {
        connected(c);
        return;
    }
    switch (SSL_get_error(c->ssl, r)) {
    case SSL_ERROR_WANT_READ:
        watch(c, EPOLLIN, EPOLL_CTL_MOD);
        break;
    case SSL_ERROR_WANT_WRITE:
        watch(c, EPOLLOUT, EPOLL_CTL_MOD);
        break;
    default:
        client_lost(c, "TLS's handshake failed");
    }
    ERR_clear_error();
}

static void go_on_connecting(struct client *c)
{
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error)
        client_lost(c, strerror(error));
    else if (c->load->tls)
        shake_hands(c);
    else
        connected(c);
}

static bool take(struct client *c, size_t size, int64_t arrived_us)
{
    c->load->figures.bytes += (int64_t)size;
    return c->load->kind == LOAD_HLS ? hls_take(c, c->load->in, size)
                                     : ws_take(c, c->load->in, size, arrived_us);
}

static void read_tls(struct client *c)
{
    for (;;) {
        int n = SSL_read(c->ssl, c->load->in, LOAD_IN_BYTES);
        if (n <= 0) {
            if (SSL_get_error(c->ssl, n) != SSL_ERROR_WANT_READ)
                client_lost(c, "closed");
            ERR_clear_error();
            return;
        }
        if (!take(c, (size_t)n, bench_utc_us()))
            return;
    }
}

/* When the kernel had the last of the bytes, or now where it does not say. */
static int64_t stamp_of(struct msghdr *m)
{
    for (struct cmsghdr *h = CMSG_FIRSTHDR(m); h; h = CMSG_NXTHDR(m, h)) {
        struct timespec t;
        if (h->cmsg_level != SOL_SOCKET || h->cmsg_type != SCM_TIMESTAMPNS)
            continue;
        memcpy(&t, CMSG_DATA(h), sizeof t);
        return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000;
    }
    return bench_utc_us();
}

static void read_plain(struct client *c)
{
    char control[128];
    struct iovec part = {c->load->in, LOAD_IN_BYTES};
    struct msghdr m = {.msg_iov = &part,
                       .msg_iovlen = 1,
                       .msg_control = control,
                       .msg_controllen = sizeof control};
    ssize_t n = recvmsg(c->fd, &m, 0);
    if (n > 0)
        take(c, (size_t)n, stamp_of(&m));
    else if (n == 0)
        client_lost(c, "closed");
    else if (errno != EAGAIN && errno != EINTR)
        client_lost(c, strerror(errno));
}

void client_ready(struct client *c, uint32_t events)
{
    if (c->state == LOAD_CONNECTING)
        go_on_connecting(c);
    else if (c->state == LOAD_STALLED)
        client_lost(c, "closed while it was stalled"); /* nothing else is told of it */
    else if (c->ssl)
        read_tls(c);
    else if (c->fd >= 0)
        read_plain(c);
}
