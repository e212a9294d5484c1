#include "front/send_batch.h"

#include "front/sending.h"

#include <errno.h>
#include <liburing.h>
#include <sys/socket.h>

/* In a row, of giving the ring what it is to send. */
#define MAX_FAILURES 16

struct send_batch {
    struct io_uring ring;
    send_batch_done *done;
    bool made_ring;
    bool has_ring; /* false once it failed: from then on send() */
    unsigned added;
    struct send {
        int fd;
        struct iovec parts[SEND_BATCH_PARTS];
        struct msghdr message; /* of them */
        void *tag;
        bool told;
    } sends[SEND_BATCH_MAX];
};

/* Completions are run when we ask for them, not by interrupting us; kernels before 6.1 know only
 * older ways. */
static int open_ring(struct io_uring *ring)
{
    static const unsigned ways[] = {IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN,
                                    IORING_SETUP_COOP_TASKRUN, 0};
    int r = -ENOSYS;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct io_uring_params params = {.flags = ways[i]};
        r = io_uring_queue_init_params(SEND_BATCH_MAX, ring, &params);
        if (r != -EINVAL)
            return r;
    }
    return r;
}

/* Whether it really sends: a filter may let the ring be made and no more. */
static bool works(struct io_uring *ring)
{
    int pair[2];
    char byte = 1;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
        return false;
    struct io_uring_cqe *cqe = NULL;
    io_uring_prep_send(io_uring_get_sqe(ring), pair[0], &byte, 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    bool sent = io_uring_submit_and_wait(ring, 1) == 1 && io_uring_peek_cqe(ring, &cqe) == 0 &&
                cqe->res == 1;
    if (cqe)
        io_uring_cqe_seen(ring, cqe);
    close(pair[0]);
    close(pair[1]);
    return sent;
}

int send_batch_create(send_batch_done *done, struct send_batch **ret)
{
    struct send_batch *b = calloc(1, sizeof *b);
    if (!b)
        return -ENOMEM;
    b->done = done;
    *ret = b;
    return 0;
}

bool send_batch_open_ring(struct send_batch *b)
{
    b->made_ring = open_ring(&b->ring) == 0;
    b->has_ring = b->made_ring && works(&b->ring);
    return b->has_ring;
}

bool send_batch_has_ring(const struct send_batch *b)
{
    return b->has_ring;
}

void send_batch_destroy(struct send_batch *b)
{
    if (!b)
        return;
    if (b->made_ring)
        io_uring_queue_exit(&b->ring);
    free(b);
}

void send_batch_add(struct send_batch *b, int fd, const struct iovec *parts, int count, void *tag)
{
    if (b->added == SEND_BATCH_MAX)
        send_batch_run(b);
    struct send *s = &b->sends[b->added++];
    s->fd = fd;
    s->tag = tag;
    s->told = false;
    for (int i = 0; i < count; i++)
        s->parts[i] = parts[i];
    s->message = (struct msghdr){.msg_iov = s->parts, .msg_iovlen = (size_t)count};
}

static long outcome(long r)
{
    return r < 0 && sending_waits((int)-r) ? 0 : r;
}

static void tell(struct send_batch *b, struct send *s, long sent)
{
    s->told = true;
    b->done(s->tag, sent);
}

/* Gives the ring what was added; returns how many it took, the first ones. */
static unsigned submit(struct send_batch *b)
{
    for (unsigned i = 0; i < b->added; i++) {
        struct send *s = &b->sends[i];
        struct io_uring_sqe *sqe = io_uring_get_sqe(&b->ring);
        if (s->message.msg_iovlen == 1)
            io_uring_prep_send(sqe, s->fd, s->parts[0].iov_base, s->parts[0].iov_len,
                               MSG_DONTWAIT | MSG_NOSIGNAL);
        else
            io_uring_prep_sendmsg(sqe, s->fd, &s->message, MSG_DONTWAIT | MSG_NOSIGNAL);
        io_uring_sqe_set_data(sqe, s);
    }
    unsigned taken = 0;
    for (int failures = 0; taken < b->added && failures < MAX_FAILURES;) {
        int r = io_uring_submit_and_wait(&b->ring, b->added - taken);
        if (r > 0)
            taken += (unsigned)r;
        else
            failures++;
    }
    return taken;
}

static void send_alone(struct send_batch *b, struct send *s)
{
    ssize_t sent = sendmsg(s->fd, &s->message, MSG_DONTWAIT | MSG_NOSIGNAL);
    tell(b, s, outcome(sent < 0 ? -errno : sent));
}

/* Tells of the sends that the ring took; what it refused goes by send(), and so does all that
 * follows. Returns false when they can't be waited for. */
static bool reap(struct send_batch *b, unsigned taken)
{
    bool refused = false;
    while (taken > 0) {
        struct io_uring_cqe *cqe;
        int r = io_uring_wait_cqe(&b->ring, &cqe);
        if (r == -EINTR)
            continue;
        if (r < 0)
            return false;
        struct send *s = io_uring_cqe_get_data(cqe);
        int sent = cqe->res;
        io_uring_cqe_seen(&b->ring, cqe);
        taken--;
        if (sent < 0 && sending_ring_refused(-sent)) {
            refused = true;
            send_alone(b, s);
        } else {
            tell(b, s, outcome(sent));
        }
    }
    if (refused)
        b->has_ring = false;
    return true;
}

void send_batch_run(struct send_batch *b)
{
    unsigned taken = b->has_ring && b->added ? submit(b) : 0;
    bool reaped = reap(b, taken);
    if (taken < b->added || !reaped)
        b->has_ring = false;
    for (unsigned i = 0; i < b->added; i++) {
        struct send *s = &b->sends[i];
        if (!s->told && i < taken)
            tell(b, s, -EIO); /* nobody knows how far it came */
        else if (!s->told)
            send_alone(b, s);
    }
    b->added = 0;
}
