#include "publisher_server.h"

#include "base/clock.h"
#include "publisher.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>

/* Frames sent before the thread looks at its other work again. */
#define FRAMES_A_TURN 256
#define READ_BYTES 65536

/* ---- notices ---- */

void notices_init(struct notices *n)
{
    *n = (struct notices){0};
    list_init(&n->kept);
}

static struct kept_notice *notice_at(const struct list *node)
{
    return list_entry(node, struct kept_notice, node);
}

static void forget_notice(struct notices *n, struct kept_notice *k)
{
    list_remove(&k->node);
    n->count--;
    free(k);
}

void notices_finish(struct notices *n)
{
    list_for_each_safe (node, &n->kept)
        forget_notice(n, notice_at(node));
}

void notices_add(struct notices *n, const struct link_notice *notice, const struct server *telling)
{
    while (n->count >= PUBLISHER_MAX_NOTICES) {
        struct kept_notice *oldest = notice_at(n->kept.next);
        if (telling && telling->telling == oldest)
            oldest = notice_at(oldest->node.next);
        forget_notice(n, oldest);
        n->lost++;
    }
    struct kept_notice *k = calloc(1, sizeof *k);
    if (!k) {
        n->lost++;
        return;
    }
    k->notice = *notice;
    list_append(&n->kept, &k->node);
    n->count++;
}

/* ---- the connection ---- */

struct server *server_create(int fd, uint64_t generation)
{
    struct server *s = calloc(1, sizeof *s);
    if (!s) {
        close(fd);
        return NULL;
    }
    s->fd = fd;
    s->generation = generation;
    s->since_us = clock_boot_us();
    link_decoder_init(&s->in);
    buf_init(&s->control, SERVER_MAX_CONTROL_BYTES);
    buf_init(&s->head, SERVER_MAX_CONTROL_BYTES);
    return s;
}

void server_destroy(struct server *s)
{
    if (!s)
        return;
    close(s->fd);
    link_decoder_finish(&s->in);
    buf_finish(&s->control);
    buf_finish(&s->head);
    bytes_unref(s->body);
    free(s);
}

/* ---- in ---- */

static int take_frame(struct server *s, const struct link_frame *frame,
                      const struct server_ops *ops)
{
    if (frame->type == LINK_HELLO) {
        struct link_hello hello;
        int r = link_read_hello(frame, &hello);
        if (r < 0 || hello.version != LINK_VERSION)
            return r < 0 ? r : -EPROTO;
        s->greeted = true;
        return 0;
    }
    if (!s->greeted)
        return -EPROTO;
    if (frame->type == LINK_COMMAND) {
        struct link_command command;
        int r = link_read_command(frame, &command);
        if (r < 0)
            return r;
        ops->command(ops->ctx, &command, s->generation << 32 | command.id);
    }
    return 0;
}

int server_receive(struct server *s, const struct server_ops *ops)
{
    uint8_t data[READ_BYTES];
    ssize_t n = recv(s->fd, data, sizeof data, MSG_DONTWAIT);
    if (n < 0)
        return errno == EAGAIN || errno == EINTR ? 0 : -errno;
    if (n == 0)
        return -EPIPE;
    int r = link_decoder_feed(&s->in, data, (size_t)n);
    struct link_frame frame;
    while (r == 0 && (r = link_decoder_next(&s->in, &frame)) > 0)
        r = take_frame(s, &frame, ops);
    return r;
}

/* ---- out ---- */

static bool is_sending(const struct server *s)
{
    return s->head.size > 0;
}

static void begin_control(struct server *s)
{
    struct buf empty = s->head;
    s->head = s->control;
    s->control = empty;
}

static void begin_notice(struct server *s, const struct notices *n)
{
    s->telling = notice_at(n->kept.next);
    if (n->lost) {
        struct link_notice lost = {
            .type = "notices.lost",
            .media_time_us = s->telling->notice.media_time_us,
            .utc_us = s->telling->notice.utc_us,
        };
        snprintf(lost.detail, sizeof lost.detail, "%lld", (long long)n->lost);
        s->telling_lost = n->lost;
        link_add_notice(&s->head, &lost);
    }
    link_add_notice(&s->head, &s->telling->notice);
}

static void begin_fragment(struct server *s, const struct memory_fragment *e)
{
    s->fragment_serial = e->serial;
    if (e->serial > s->replay_until)
        s->live_bytes -= memory_cost(&e->fragment);
    if (link_add_fragment_header(&s->head, &e->fragment) == 0)
        s->body = bytes_ref(e->fragment.bytes);
}

/* Makes the next frame the one that is sent. Returns whether there is one. */
static bool begin_next(struct server *s, const struct memory *m, const struct notices *n)
{
    if (s->control.size > 0) {
        begin_control(s);
        return true;
    }
    if (!s->greeted)
        return false;
    const struct memory_init *init = memory_init_after(m, s->init_serial);
    if (init) {
        s->init_serial = init->serial;
        link_add_init(&s->head, &init->init);
        return true;
    }
    if (n->count > 0) {
        begin_notice(s, n);
        return true;
    }
    const struct memory_fragment *e = memory_fragment_after(m, s->fragment_serial);
    if (e)
        begin_fragment(s, e);
    return e;
}

static void end_frame(struct server *s, struct notices *n)
{
    buf_clear(&s->head);
    bytes_unref(s->body);
    s->body = NULL;
    s->sent = 0;
    if (!s->telling)
        return;
    n->lost -= s->telling_lost;
    s->telling_lost = 0;
    forget_notice(n, notice_at(&s->telling->node));
    s->telling = NULL;
}

bool server_wants_to_send(const struct server *s, const struct memory *m, const struct notices *n)
{
    if (is_sending(s) || s->control.size > 0)
        return true;
    return s->greeted &&
           (n->count > 0 || m->last_init > s->init_serial || m->last_fragment > s->fragment_serial);
}

/* Returns 1 when the frame is sent, 0 when the socket is full, or a negative errno. */
static int send_frame(struct server *s)
{
    size_t body_size = s->body ? s->body->size : 0, size = s->head.size + body_size;
    while (s->sent < size) {
        size_t in_head = s->sent < s->head.size ? s->sent : s->head.size;
        size_t in_body = s->sent - in_head;
        struct iovec parts[2] = {{s->head.data + in_head, s->head.size - in_head}};
        if (s->body)
            parts[1] = (struct iovec){s->body->data + in_body, body_size - in_body};
        struct msghdr message = {.msg_iov = parts, .msg_iovlen = s->body ? 2 : 1};
        ssize_t n = sendmsg(s->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno == EAGAIN ? 0 : -errno;
        s->sent += (size_t)n;
    }
    return 1;
}

int server_send(struct server *s, const struct memory *m, struct notices *n)
{
    for (int i = 0; i < FRAMES_A_TURN; i++) {
        if (!is_sending(s) && !begin_next(s, m, n))
            return 0;
        if (s->head.error)
            return s->head.error;
        int r = send_frame(s);
        if (r <= 0)
            return r;
        end_frame(s, n);
    }
    return 0;
}
