#include "workers/link_client.h"
#include "base/clock.h"
#include "base/io.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define RETRY_MS 50
#define OUT_MAX_BYTES (64u << 10)
#define READ_BYTES (256u << 10)
/* Reads of one wake-up at the most, so that one worker's backlog does not hold up another's live
 * fragments. */
#define READS_AT_ONCE 8

struct link_client {
    struct loop *loop;
    char path[PATH_MAX];
    char meeting[ID_MAX];
    char instance[33];
    const struct link_client_ops *ops;
    void *ctx;
    int fd; /* -1: not connected */
    pid_t peer;
    bool up;
    int64_t heard_us; /* boot clock of the last bytes */
    struct loop_watch *watch;
    struct loop_timer *timer; /* retries while not connected, watches for silence while so */
    struct link_decoder decoder;
    struct buf out;
    uint8_t *in; /* READ_BYTES */
};

static void on_timer(void *ctx);
static void on_ready(void *ctx, int events);

static void disconnect(struct link_client *c, int error)
{
    bool tell = c->up || error == -EPROTONOSUPPORT;
    pid_t peer = c->peer;
    loop_watch_destroy(c->watch);
    c->watch = NULL;
    if (c->fd >= 0)
        close(c->fd);
    c->fd = -1;
    c->up = false;
    link_decoder_finish(&c->decoder);
    link_decoder_init(&c->decoder);
    buf_clear(&c->out);
    loop_timer_start(c->timer, RETRY_MS, RETRY_MS);
    if (tell)
        c->ops->down(c->ctx, error, peer);
}

static int flush(struct link_client *c)
{
    while (c->out.size) {
        ssize_t n = send(c->fd, c->out.data, c->out.size, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            break;
        if (n < 0)
            return -errno;
        buf_drop(&c->out, (size_t)n);
    }
    loop_watch_set(c->watch, LOOP_READABLE | (c->out.size ? LOOP_WRITABLE : 0));
    return 0;
}

static int open_socket(struct link_client *c)
{
    struct sockaddr_un address;
    cleanup_close int folder = -1;
    int r = io_unix_address(c->path, &address, &folder);
    if (r < 0)
        return r;
    cleanup_close int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) < 0)
        return -errno;
    struct ucred peer;
    socklen_t size = sizeof peer;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
        return -errno;
    c->peer = peer.pid;
    c->fd = take_fd(fd);
    return 0;
}

static int say_hello(struct link_client *c)
{
    struct link_hello hello = {.version = LINK_VERSION, .role = "server", .pid = getpid()};
    memcpy(hello.meeting, c->meeting, sizeof hello.meeting);
    memcpy(hello.instance, c->instance, sizeof hello.instance);
    int r = link_add_hello(&c->out, &hello);
    return r < 0 ? r : flush(c);
}

static void try_connect(struct link_client *c)
{
    if (open_socket(c) < 0)
        return;
    c->heard_us = clock_boot_us();
    int r = loop_watch_create(c->loop, c->fd, LOOP_READABLE, on_ready, c, &c->watch);
    if (r == 0) {
        loop_timer_start(c->timer, 1000, 1000);
        r = say_hello(c);
    }
    if (r < 0)
        disconnect(c, r);
}

static void on_timer(void *ctx)
{
    struct link_client *c = ctx;
    if (c->fd < 0)
        try_connect(c);
    else if (clock_boot_us() - c->heard_us > LINK_SILENCE_MS * INT64_C(1000))
        disconnect(c, -ETIMEDOUT);
}

static int take_hello(struct link_client *c, const struct link_frame *frame)
{
    struct link_hello hello;
    int r = link_read_hello(frame, &hello);
    if (r < 0)
        return r;
    if (hello.version != LINK_VERSION)
        return -EPROTONOSUPPORT;
    if (strcmp(hello.meeting, c->meeting) != 0)
        return -EPROTO;
    c->up = true;
    c->ops->up(c->ctx, &hello, c->peer);
    return 0;
}

static int take_media(struct link_client *c, const struct link_frame *frame)
{
    if (frame->type == LINK_INIT) {
        struct track_init init;
        int r = link_read_init(frame, &init);
        if (r < 0)
            return r;
        c->ops->init(c->ctx, &init);
        bytes_unref(init.bytes);
        return 0;
    }
    struct fragment fragment;
    int r = link_read_fragment(frame, &fragment);
    if (r < 0)
        return r;
    c->ops->fragment(c->ctx, &fragment);
    bytes_unref(fragment.bytes);
    return 0;
}

/* Reads the frame's body with link_read_NAME() and hands it on. */
#define TAKE(name)                                                                                 \
    do {                                                                                           \
        struct link_##name m;                                                                      \
        int r = link_read_##name(frame, &m);                                                       \
        if (r == 0)                                                                                \
            c->ops->name(c->ctx, &m);                                                              \
        return r;                                                                                  \
    } while (0)

static int take_status(struct link_client *c, const struct link_frame *frame)
{
    TAKE(status);
}

static int take_notice(struct link_client *c, const struct link_frame *frame)
{
    TAKE(notice);
}

static int take_reply(struct link_client *c, const struct link_frame *frame)
{
    TAKE(reply);
}

static int take_tracks(struct link_client *c, const struct link_frame *frame)
{
    TAKE(tracks);
}

static int take_frame(struct link_client *c, const struct link_frame *frame)
{
    if (!c->up)
        return frame->type == LINK_HELLO ? take_hello(c, frame) : -EPROTO;
    switch (frame->type) {
    case LINK_TRACKS:
        return take_tracks(c, frame);
    case LINK_INIT:
    case LINK_FRAGMENT:
        return take_media(c, frame);
    case LINK_STATUS:
        return take_status(c, frame);
    case LINK_NOTICE:
        return take_notice(c, frame);
    case LINK_REPLY:
        return take_reply(c, frame);
    default:
        return 0; /* a newer worker says more than we know */
    }
}

/* Returns how many bytes came, 0 where none wait, or a negative errno. */
static int read_some(struct link_client *c)
{
    ssize_t n = recv(c->fd, c->in, READ_BYTES, MSG_DONTWAIT);
    if (n == 0)
        return -ECONNRESET;
    if (n < 0)
        return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? 0 : -errno;
    c->heard_us = clock_boot_us();
    int r = link_decoder_feed(&c->decoder, c->in, (size_t)n);
    if (r < 0)
        return r;
    struct link_frame frame;
    while ((r = link_decoder_next(&c->decoder, &frame)) > 0) {
        r = take_frame(c, &frame);
        if (r < 0)
            return r;
    }
    return r < 0 ? r : (int)n;
}

static void on_ready(void *ctx, int events)
{
    struct link_client *c = ctx;
    int r = 0;
    if (events & LOOP_WRITABLE)
        r = flush(c);
    for (int i = 0; i < READS_AT_ONCE && r >= 0 && events & LOOP_READABLE; i++) {
        r = read_some(c);
        if (r == 0)
            break;
    }
    if (r < 0)
        disconnect(c, r);
}

int link_client_create(struct loop *l, const char *socket_path, const char *meeting,
                       const struct link_client_ops *ops, void *ctx, struct link_client **ret)
{
    struct link_client *c = calloc(1, sizeof *c);
    if (!c)
        return -ENOMEM;
    *c = (struct link_client){.loop = l, .ops = ops, .ctx = ctx, .fd = -1};
    link_decoder_init(&c->decoder);
    buf_init(&c->out, OUT_MAX_BYTES);
    c->in = malloc(READ_BYTES);
    int r = c->in ? id_random_hex(c->instance, sizeof c->instance) : -ENOMEM;
    if (r == 0 && (!id_valid(meeting) || strlen(socket_path) >= sizeof c->path))
        r = -EINVAL;
    if (r == 0)
        r = loop_timer_create(l, on_timer, c, &c->timer);
    if (r < 0) {
        link_client_destroy(c);
        return r;
    }
    snprintf(c->path, sizeof c->path, "%s", socket_path);
    snprintf(c->meeting, sizeof c->meeting, "%s", meeting);
    loop_timer_start(c->timer, 0, RETRY_MS);
    *ret = c;
    return 0;
}

void link_client_destroy(struct link_client *c)
{
    if (!c)
        return;
    loop_watch_destroy(c->watch);
    loop_timer_destroy(c->timer);
    if (c->fd >= 0)
        close(c->fd);
    link_decoder_finish(&c->decoder);
    buf_finish(&c->out);
    free(c->in);
    free(c);
}

int link_client_send(struct link_client *c, const struct link_command *command)
{
    if (!c->up)
        return -ENOTCONN;
    size_t before = c->out.size;
    int r = link_add_command(&c->out, command);
    if (r < 0) {
        c->out.size = before;
        c->out.error = 0;
        return -ENOBUFS;
    }
    r = flush(c);
    if (r < 0)
        disconnect(c, r);
    return r;
}
