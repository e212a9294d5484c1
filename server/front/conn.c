#include "front/conn.h"

#include "base/clock.h"
#include "front/events.h"
#include "front/hls.h"
#include "front/http.h"
#include "front/request.h"
#include "front/response.h"
#include "front/sending.h"
#include "front/tls.h"
#include "front/viewer.h"

#include <errno.h>
#include <libwebsockets.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#define HEAD_US 10000000   /* a request's head, from its first byte */
#define BODY_US 60000000   /* its body */
#define IDLE_US 75000000   /* between two requests */
#define ANSWER_US 60000000 /* whoever else answers */
#define LINGER_US 2000000
#define CROWDED_US 1000000 /* a request's head, while others wait to be let in */
#define IN_MAX (HTTP_MAX_HEAD + 32768)

bool conn_count(struct conn *c, const struct address *client)
{
    struct front *f = c->net->front;
    if (c->counted)
        return true;
    c->slot = address_limit_hash(client, f->hash_key) >> 48 & (NET_ADDRESS_SLOTS - 1);
    int before = atomic_fetch_add(&f->by_address[c->slot], 1);
    if (before >= f->max_connections_per_address) {
        atomic_fetch_sub(&f->by_address[c->slot], 1);
        return false;
    }
    c->counted = true;
    return true;
}

/* It has said what it wants, or will not any more. */
static void end_greeting(struct conn *c)
{
    if (!c->greeting)
        return;
    c->greeting = false;
    net_greeted(c->net);
}

int conn_adopted(struct conn *c, struct net *n, struct lws *wsi, int fd)
{
    struct sockaddr_storage peer;
    socklen_t size = sizeof peer;
    list_init(&c->node);
    c->net = n;
    c->wsi = wsi;
    c->fd = fd;
    buf_init(&c->in, IN_MAX);
    if (getpeername(fd, (struct sockaddr *)&peer, &size) < 0 ||
        address_from_socket((struct sockaddr *)&peer, &c->peer) < 0)
        return -1; /* it has left already */
    if (n->adopting_tls && !(c->tls = tls_create(n->front->tls, fd)))
        return -1;
    c->state = CONN_HEAD;
    c->came_us = clock_boot_us();
    c->deadline_us = c->came_us + HEAD_US;
    c->greeting = true;
    n->greeting++;
    list_append(&n->conns, &c->node);
    int before = atomic_fetch_add(&n->front->connections, 1);
    net_count_up(&n->figures.connections, 1);
    bool trusted = address_in(&c->peer, &n->front->trusted);
    c->refused = before >= n->front->max_connections || (!trusted && !conn_count(c, &c->peer));
    if (!c->refused)
        return 0;
    net_count_up(&n->figures.refused_full, 1);
    if (n->refused >= NET_MAX_REFUSED) {
        n->refused++;
        return -1;
    }
    n->refused++;
    return 0;
}

void conn_closed(struct conn *c)
{
    if (!c->net)
        return;
    if (c->state != 0) {
        atomic_fetch_sub(&c->net->front->connections, 1);
        net_count_up(&c->net->figures.connections, -1);
        c->net->refused -= c->refused;
        end_greeting(c);
    }
    if (c->counted)
        atomic_fetch_sub(&c->net->front->by_address[c->slot], 1);
    list_remove(&c->node);
    viewer_destroy(c->viewer);
    events_destroy(c->events);
    request_abandon(c->request);
    hls_wait_cancel(c->wait);
    response_destroy(c->response);
    bytes_unref(c->body);
    buf_finish(&c->in);
    tls_destroy(c->tls);
    c->tls = NULL;
    c->net = NULL;
}

static ssize_t send_by_tls(struct conn *c, const struct iovec *parts, int count)
{
    ssize_t sent = tls_send(c->tls, parts, count);
    if (tls_waits(c->tls))
        conn_want_writable(c);
    if (sent > 0)
        net_count_up(&c->net->figures.bytes_sent, sent);
    return sent;
}

ssize_t conn_send(struct conn *c, const struct iovec *parts, int count)
{
    if (c->tls)
        return send_by_tls(c, parts, count);
    struct msghdr m = {.msg_iov = (struct iovec *)parts, .msg_iovlen = (size_t)count};
    ssize_t sent = sendmsg(c->fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0)
        return sending_waits(errno) ? 0 : -errno;
    net_count_up(&c->net->figures.bytes_sent, sent);
    return sent;
}

void conn_want_writable(struct conn *c)
{
    lws_callback_on_writable(c->wsi);
}

void conn_doom(struct conn *c)
{
    if (c->state == CONN_DOOMED)
        return;
    c->state = CONN_DOOMED;
    request_abandon(c->request);
    c->request = NULL;
    hls_wait_cancel(c->wait);
    c->wait = NULL;
    list_remove(&c->node);
    list_append(&c->net->doomed, &c->node);
}

void conn_abort(struct conn *c)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    conn_doom(c);
}

void conn_set_reading(struct conn *c, bool on)
{
    if (c->rx_off == !on)
        return;
    c->rx_off = !on;
    lws_rx_flow_control(c->wsi, on);
}

/* Once what TLS keeps has left. */
static void end_sending(struct conn *c)
{
    if (c->tls && tls_waits(c->tls))
        return;
    if (c->tls)
        tls_bye(c->tls);
    shutdown(c->fd, SHUT_WR);
}

void conn_linger(struct conn *c)
{
    if (c->state == CONN_DOOMED)
        return;
    c->state = CONN_LINGER;
    c->deadline_us = clock_boot_us() + LINGER_US;
    buf_finish(&c->in);
    end_sending(c);
    conn_set_reading(c, true);
}

struct address conn_client(const struct conn *c)
{
    return address_forwarded(&c->peer, c->head.forwarded_for.at, c->head.forwarded_for.size,
                             &c->net->front->trusted);
}

bool conn_is_https(const struct conn *c)
{
    const struct http_text *proto = &c->head.forwarded_proto;
    return c->tls || (address_in(&c->peer, &c->net->front->trusted) && proto->size == 5 &&
                      memcmp(proto->at, "https", 5) == 0);
}

/* The whole request is there. */
static void handle(struct conn *c)
{
    c->deadline_us = clock_boot_us() + ANSWER_US;
    c->state = CONN_WAITING;
    net_count_up(&c->net->figures.requests, 1);
    http_handle(c);
}

static void begin_body(struct conn *c)
{
    int64_t size = c->head.content_length;
    if (size <= 0) {
        handle(c);
        return;
    }
    c->state = CONN_WAITING;
    if (!http_wants_body(c)) /* it has answered */
        return;
    c->body = bytes_new((size_t)size);
    if (!c->body) {
        http_error(c, 503);
        return;
    }
    c->body_size = 0;
    c->state = CONN_BODY;
    c->deadline_us = clock_boot_us() + BODY_US;
    if (c->head.expect_continue && c->in.size == c->head.size) {
        static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
        struct iovec part = {(void *)go_on, sizeof go_on - 1};
        if (conn_send(c, &part, 1) != (ssize_t)part.iov_len)
            conn_doom(c);
    }
}

/* Returns false when more has to come. */
static bool read_head(struct conn *c)
{
    if (c->in.size == 0)
        return false;
    int r = http_parse((const char *)c->in.data, c->in.size, &c->head);
    if (r == -EAGAIN && c->in.size < HTTP_MAX_HEAD)
        return false;
    end_greeting(c);
    if (r != 0) {
        c->head = (struct http_head){.method = HTTP_GET, .size = c->in.size, .minor = 1};
        c->close_after = true;
        http_error(c, r > 0 ? r : 431);
        return true;
    }
    c->close_after = !c->head.keep_alive || c->refused;
    begin_body(c);
    return true;
}

/* What lies behind the head goes into the body. Returns false when more has to come. */
static bool read_body(struct conn *c)
{
    size_t there = c->in.size - c->head.size, missing = c->body->size - c->body_size;
    size_t n = there < missing ? there : missing;
    memcpy(c->body->data + c->body_size, c->in.data + c->head.size, n);
    c->body_size += n;
    /* what is behind the body stays behind the head, for the next request */
    if (n)
        memmove(c->in.data + c->head.size, c->in.data + c->head.size + n, there - n);
    c->in.size -= n;
    if (c->body_size < c->body->size)
        return false;
    handle(c);
    return true;
}

/* Goes on as far as what has come allows; `processing` keeps an answer that is given at once from
 * calling this again. */
static void process(struct conn *c)
{
    if (c->processing)
        return;
    c->processing = true;
    for (bool more = true; more;) {
        switch (c->state) {
        case CONN_HEAD:
            more = read_head(c);
            break;
        case CONN_BODY:
            more = read_body(c);
            break;
        case CONN_MEDIA:
            viewer_received(c->viewer);
            more = false;
            break;
        case CONN_EVENTS:
            events_received(c->events);
            more = false;
            break;
        default:
            more = false;
        }
    }
    c->processing = false;
    if (c->state == CONN_WAITING || c->state == CONN_SENDING)
        conn_set_reading(c, false);
    if (c->state == CONN_HEAD && c->in.size == 0)
        buf_finish(&c->in);
}

int conn_received(struct conn *c, const uint8_t *data, size_t size)
{
    if (c->state == CONN_DOOMED)
        return -1;
    if (c->state == CONN_LINGER)
        return 0;
    if (c->state == CONN_HEAD && c->in.size == 0)
        c->deadline_us = clock_boot_us() + HEAD_US;
    /* the head's texts point into the buffer: it does not move while they are used */
    if (c->state == CONN_BODY) {
        size_t missing = c->body->size - c->body_size, n = size < missing ? size : missing;
        memcpy(c->body->data + c->body_size, data, n);
        c->body_size += n;
        data += n;
        size -= n;
    }
    const uint8_t *before = c->in.data;
    if (size && buf_add(&c->in, data, size) < 0)
        return -1;
    if (before != c->in.data && c->state != CONN_HEAD && c->state != CONN_MEDIA &&
        c->state != CONN_EVENTS) {
        struct http_head again;
        if (http_parse((const char *)c->in.data, c->head.size, &again) != 0)
            return -1;
        c->head = again;
    }
    process(c);
    return c->state == CONN_DOOMED ? -1 : 0;
}

/* Whoever speaks plain HTTP to the port of TLS is told so. */
static int refuse_plain(struct conn *c)
{
    static const char text[] =
        "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n"
        "Content-Length: 70\r\nConnection: close\r\n\r\n"
        "Bu kapı HTTPS konuşur: https:// ile açın. / Open it with https://\n";
    struct iovec part = {(void *)text, sizeof text - 1};
    tls_destroy(c->tls);
    c->tls = NULL;
    if (conn_send(c, &part, 1) != (ssize_t)part.iov_len)
        return -1;
    conn_linger(c);
    return 0;
}

int conn_came(struct conn *c, const uint8_t *data, size_t size)
{
    uint8_t plain[CONN_READ_BYTES];
    if (!c->tls || c->state == CONN_LINGER || c->state == CONN_DOOMED)
        return conn_received(c, data, size);
    if (!tls_begun(c->tls) && size && data[0] >= 'A' && data[0] <= 'Z')
        return refuse_plain(c);
    tls_give(c->tls, data, size);
    ssize_t n;
    while ((n = tls_read(c->tls, plain, sizeof plain)) > 0)
        if (conn_received(c, plain, (size_t)n) < 0)
            return -1;
    return n < 0 ? -1 : 0;
}

int conn_writable(struct conn *c)
{
    if (c->tls && tls_waits(c->tls)) {
        int r = tls_flush(c->tls);
        if (r < 0)
            return -1;
        if (r == 0) {
            conn_want_writable(c);
            return 0;
        }
        if (c->state == CONN_LINGER)
            end_sending(c);
    }
    if (c->state == CONN_SENDING)
        response_send(c);
    else if (c->state == CONN_MEDIA)
        viewer_writable(c->viewer);
    else if (c->state == CONN_EVENTS)
        events_writable(c->events);
    return c->state == CONN_DOOMED ? -1 : 0;
}

void conn_finish_exchange(struct conn *c)
{
    response_destroy(c->response);
    c->response = NULL;
    bytes_unref(c->body);
    c->body = NULL;
    if (c->close_after) {
        conn_linger(c);
        return;
    }
    buf_drop(&c->in, c->head.size);
    c->head = (struct http_head){0};
    c->state = CONN_HEAD;
    c->deadline_us = clock_boot_us() + (c->in.size ? HEAD_US : IDLE_US);
    conn_set_reading(c, true);
    process(c);
}

void conn_tick(struct conn *c, int64_t now_us)
{
    if (c->state == CONN_MEDIA) {
        viewer_tick(c->viewer, now_us);
        return;
    }
    if (c->state == CONN_EVENTS) {
        events_tick(c->events, now_us);
        return;
    }
    if (c->greeting && c->net->crowded && now_us - c->came_us > CROWDED_US) {
        conn_doom(c);
        return;
    }
    if (c->deadline_us == 0 || now_us < c->deadline_us)
        return;
    if (c->state == CONN_WAITING) {
        c->close_after = true;
        request_abandon(c->request);
        c->request = NULL;
        hls_wait_cancel(c->wait);
        c->wait = NULL;
        http_error(c, 503);
    } else if (c->state == CONN_BODY || (c->state == CONN_HEAD && c->in.size)) {
        c->head.method = HTTP_GET;
        c->close_after = true;
        http_error(c, 408);
    } else if (c->state == CONN_SENDING || c->state == CONN_LINGER) {
        conn_abort(c);
    } else {
        conn_doom(c);
    }
}
