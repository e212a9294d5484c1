#include "publisher.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/io.h"
#include "base/mailbox.h"
#include "publisher_memory.h"
#include "publisher_server.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#define SECOND_US 1000000
/* Whoever connects and does not say hello for so long is disconnected. */
#define HELLO_TIMEOUT_US (5 * SECOND_US)
/* What the mailbox holds at the most: more than a minute of everything, and its owner never waits
 * for anything. Beyond it a letter is dropped; of a fragment the sequence shows it. */
#define MAILBOX_CAP 8192

struct publisher {
    const struct publisher_ops *ops;
    void *ctx;
    char *socket_path;
    int lock_fd, listen_fd, wake_fd;
    pthread_t thread;
    atomic_bool ending;
    struct mailbox *mailbox;
    size_t queue_bytes;
    int64_t orphan_us; /* 0: never */
    struct link_hello hello;
    struct link_tracks tracks;

    /* the thread's own */
    struct memory memory;
    struct notices notices;
    struct server *server; /* greeted */
    struct server *guest;  /* has not said hello yet */
    uint64_t generation;   /* of the last connection */
    int64_t next_status_us;
    int64_t alone_since_us; /* boot clock */
    bool told_orphaned;
    struct server_ops server_ops;
};

/* ---- letters: what other threads post ---- */

enum letter_kind { LETTER_INIT = 1, LETTER_FRAGMENT, LETTER_NOTICE, LETTER_REPLY };

struct posted {
    struct letter letter;
    enum letter_kind kind;
    union {
        struct track_init init;
        struct fragment fragment;
        struct link_notice notice;
        struct {
            struct link_reply reply;
            uint64_t ticket;
        };
    };
};

static void drop_server(struct publisher *p, struct server **which)
{
    bool was_greeted = *which == p->server;
    server_destroy(*which);
    *which = NULL;
    if (was_greeted)
        p->alone_since_us = clock_boot_us();
}

static void discard_posted(struct letter *letter)
{
    struct posted *m = (struct posted *)letter;
    if (m->kind == LETTER_INIT)
        bytes_unref(m->init.bytes);
    else if (m->kind == LETTER_FRAGMENT)
        bytes_unref(m->fragment.bytes);
    free(m);
}

static void take_fragment(struct publisher *p, const struct fragment *f)
{
    if (memory_add_fragment(&p->memory, f) < 0)
        return;
    memory_trim(&p->memory);
    struct server *s = p->server;
    if (!s)
        return;
    s->live_bytes += memory_cost(f);
    const struct memory_fragment *next = memory_fragment_after(&p->memory, s->fragment_serial);
    uint64_t told = s->fragment_serial > s->replay_until ? s->fragment_serial : s->replay_until;
    /* What the memory forgets of the replay is no loss; of what was made since, it is. */
    bool forgotten = next && next->serial > told + 1;
    if (forgotten || s->live_bytes > p->queue_bytes)
        drop_server(p, &p->server);
}

static void take_reply(struct publisher *p, const struct link_reply *reply, uint64_t ticket)
{
    struct server *s = p->server;
    if (s && s->generation == ticket >> 32 && link_add_reply(&s->control, reply) < 0)
        drop_server(p, &p->server);
}

static void open_posted(struct letter *letter, void *owner)
{
    struct publisher *p = owner;
    struct posted *m = (struct posted *)letter;
    switch (m->kind) {
    case LETTER_INIT:
        memory_add_init(&p->memory, &m->init);
        break;
    case LETTER_FRAGMENT:
        take_fragment(p, &m->fragment);
        break;
    case LETTER_NOTICE:
        notices_add(&p->notices, &m->notice, p->server);
        break;
    case LETTER_REPLY:
        take_reply(p, &m->reply, m->ticket);
        break;
    }
    discard_posted(letter);
}

static struct posted *new_posted(enum letter_kind kind)
{
    struct posted *m = malloc(sizeof *m);
    if (!m)
        return NULL;
    m->letter = (struct letter){.open = open_posted, .discard = discard_posted};
    m->kind = kind;
    return m;
}

static void post(struct publisher *p, struct posted *m)
{
    if (mailbox_post(p->mailbox, &m->letter) < 0)
        discard_posted(&m->letter);
}

void publisher_add_init(struct publisher *p, const struct track_init *init)
{
    struct posted *m = new_posted(LETTER_INIT);
    if (!m)
        return;
    m->init = *init;
    bytes_ref(init->bytes);
    post(p, m);
}

void publisher_add_fragment(struct publisher *p, const struct fragment *fragment)
{
    struct posted *m = new_posted(LETTER_FRAGMENT);
    if (!m)
        return;
    m->fragment = *fragment;
    bytes_ref(fragment->bytes);
    post(p, m);
}

void publisher_add_notice(struct publisher *p, const struct link_notice *notice)
{
    struct posted *m = new_posted(LETTER_NOTICE);
    if (!m)
        return;
    m->notice = *notice;
    post(p, m);
}

void publisher_reply(struct publisher *p, uint64_t ticket, int error, const char *reason)
{
    struct posted *m = new_posted(LETTER_REPLY);
    if (!m)
        return;
    m->ticket = ticket;
    m->reply = (struct link_reply){.id = (uint32_t)ticket, .error = error};
    snprintf(m->reply.reason, sizeof m->reply.reason, "%s", reason ? reason : "");
    post(p, m);
}

/* ---- the thread ---- */

static void on_command(void *ctx, const struct link_command *command, uint64_t ticket)
{
    struct publisher *p = ctx;
    p->ops->command(p->ctx, command, ticket);
}

/* A guest takes the place of one that said nothing yet; a server keeps its own until the guest says
 * hello, so that a stray connection can't cut it off. */
static void accept_guest(struct publisher *p)
{
    int fd = accept4(p->listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0)
        return;
    struct server *s = server_create(fd, ++p->generation);
    if (!s)
        return;
    if (p->guest)
        drop_server(p, &p->guest);
    if (link_add_hello(&s->control, &p->hello) < 0)
        server_destroy(s);
    else
        p->guest = s;
}

static void seat_guest(struct publisher *p)
{
    struct server *s = take_ptr(p->guest);
    if (p->server)
        drop_server(p, &p->server);
    p->server = s;
    s->replay_until = p->memory.last_fragment;
    p->next_status_us = clock_boot_us();
    if (link_add_tracks(&s->control, &p->tracks) < 0)
        drop_server(p, &p->server);
}

static void receive(struct publisher *p, struct server **which)
{
    if (server_receive(*which, &p->server_ops) < 0)
        drop_server(p, which);
    else if (*which == p->guest && p->guest->greeted)
        seat_guest(p);
}

static void send_to(struct publisher *p, struct server **which)
{
    if (*which && server_send(*which, &p->memory, &p->notices) < 0)
        drop_server(p, which);
}

/* A status goes out each second, unless the server has not taken what was said before. */
static void send_status(struct publisher *p, int64_t now_us)
{
    p->next_status_us = now_us + SECOND_US;
    struct server *s = p->server;
    if (s->control.size > SERVER_MAX_CONTROL_BYTES / 4)
        return;
    struct link_status status = {.recorder = RECORDER_OFF};
    p->ops->status(p->ctx, &status);
    if (link_add_status(&s->control, &status) == -ENOMEM)
        drop_server(p, &p->server);
}

/* Does what is due, and returns the boot time at which something will be. */
static int64_t do_what_is_due(struct publisher *p)
{
    int64_t now = clock_boot_us(), next = now + SECOND_US;
    if (p->server && now >= p->next_status_us)
        send_status(p, now);
    if (p->server)
        next = p->next_status_us;
    if (p->guest && now >= p->guest->since_us + HELLO_TIMEOUT_US)
        drop_server(p, &p->guest);
    if (!p->server && p->orphan_us && !p->told_orphaned &&
        now >= p->alone_since_us + p->orphan_us) {
        p->told_orphaned = true;
        p->ops->orphaned(p->ctx);
    }
    return next;
}

static void add_poll(struct pollfd *polls, nfds_t *count, int fd, bool write)
{
    polls[(*count)++] =
        (struct pollfd){.fd = fd, .events = (short)(POLLIN | (write ? POLLOUT : 0))};
}

static short events_of(const struct pollfd *polls, nfds_t count, const struct server *s)
{
    for (nfds_t i = 0; s && i < count; i++) {
        if (polls[i].fd == s->fd)
            return polls[i].revents;
    }
    return 0;
}

static bool wants_to_send(const struct publisher *p, const struct server *s)
{
    return s && server_wants_to_send(s, &p->memory, &p->notices);
}

/* One turn: waits until something is to be done (or `until_us`), and does it. */
static void turn(struct publisher *p, int64_t until_us)
{
    struct pollfd polls[4];
    nfds_t count = 0;
    add_poll(polls, &count, p->wake_fd, false);
    add_poll(polls, &count, p->listen_fd, false);
    if (p->server)
        add_poll(polls, &count, p->server->fd, wants_to_send(p, p->server));
    if (p->guest)
        add_poll(polls, &count, p->guest->fd, wants_to_send(p, p->guest));
    int64_t wait_ms = (until_us - clock_boot_us()) / 1000 + 1;
    if (poll(polls, count, wait_ms < 0 ? 0 : wait_ms > 1000 ? 1000 : (int)wait_ms) < 0)
        return; /* EINTR */
    if (polls[0].revents) {
        uint64_t ignored;
        if (read(p->wake_fd, &ignored, sizeof ignored) > 0)
            mailbox_open_all(p->mailbox, p);
    }
    if (events_of(polls, count, p->server) & (POLLIN | POLLHUP | POLLERR))
        receive(p, &p->server);
    /* An accepted guest may be given the number of a descriptor that was closed in this turn: it
     * is accepted last. */
    if (events_of(polls, count, p->guest) & (POLLIN | POLLHUP | POLLERR))
        receive(p, &p->guest);
    send_to(p, &p->server);
    send_to(p, &p->guest);
    if (polls[1].revents)
        accept_guest(p);
}

static void *run(void *ctx)
{
    struct publisher *p = ctx;
    p->alone_since_us = clock_boot_us();
    while (!atomic_load(&p->ending))
        turn(p, do_what_is_due(p));
    int64_t end_us = clock_boot_us() + SECOND_US;
    mailbox_open_all(p->mailbox, p);
    if (p->server) {
        send_status(p, clock_boot_us());
        send_to(p, &p->server);
    }
    while (wants_to_send(p, p->server) && clock_boot_us() < end_us)
        turn(p, end_us);
    server_destroy(p->server);
    server_destroy(p->guest);
    return NULL;
}

/* ---- create and destroy ---- */

static void wake(void *ctx)
{
    struct publisher *p = ctx;
    uint64_t one = 1;
    /* The counter can't overflow into an error that matters: then the thread is awake. */
    if (write(p->wake_fd, &one, sizeof one) < 0)
        return;
}

static int open_listener(struct publisher *p)
{
    struct sockaddr_un address;
    cleanup_close int folder = -1;
    int r = io_unix_address(p->socket_path, &address, &folder);
    if (r < 0)
        return r;
    p->listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (p->listen_fd < 0)
        return -errno;
    /* We hold the lock, so whatever lies there is a dead worker's. */
    if (unlink(p->socket_path) < 0 && errno != ENOENT)
        return -errno;
    if (bind(p->listen_fd, (struct sockaddr *)&address, sizeof address) < 0 ||
        chmod(p->socket_path, 0600) < 0 || listen(p->listen_fd, 8) < 0)
        return -errno;
    return 0;
}

static int fill_hello(struct publisher *p, const char *meeting)
{
    p->hello = (struct link_hello){.version = LINK_VERSION, .role = "programme", .pid = getpid()};
    snprintf(p->hello.meeting, sizeof p->hello.meeting, "%s", meeting);
    return id_random_hex(p->hello.instance, sizeof p->hello.instance);
}

static int open_all(struct publisher *p, const struct publisher_config *config)
{
    cleanup_free char *lock_path = NULL;
    if (asprintf(&p->socket_path, "%s/programme.sock", config->run_folder) < 0 ||
        asprintf(&lock_path, "%s/programme.lock", config->run_folder) < 0)
        return -ENOMEM;
    p->lock_fd = io_lock_file(lock_path);
    if (p->lock_fd < 0)
        return p->lock_fd;
    p->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (p->wake_fd < 0)
        return -errno;
    int r = mailbox_create(MAILBOX_CAP, wake, p, &p->mailbox);
    if (r == 0)
        r = fill_hello(p, config->meeting);
    return r == 0 ? open_listener(p) : r;
}

static void finish(struct publisher *p)
{
    if (p->listen_fd >= 0) {
        unlink(p->socket_path);
        close(p->listen_fd);
    }
    mailbox_destroy(p->mailbox);
    memory_finish(&p->memory);
    notices_finish(&p->notices);
    if (p->wake_fd >= 0)
        close(p->wake_fd);
    if (p->lock_fd >= 0)
        close(p->lock_fd);
    free(p->socket_path);
    free(p);
}

int publisher_create(const struct publisher_config *config, const struct publisher_ops *ops,
                     void *ctx, struct publisher **ret)
{
    struct publisher *p = calloc(1, sizeof *p);
    if (!p)
        return -ENOMEM;
    p->lock_fd = p->listen_fd = p->wake_fd = -1;
    p->ops = ops;
    p->ctx = ctx;
    p->tracks = config->tracks;
    p->orphan_us = (int64_t)config->orphan_seconds * SECOND_US;
    p->queue_bytes = config->queue_bytes ? config->queue_bytes : 32u << 20;
    p->server_ops = (struct server_ops){.command = on_command, .ctx = p};
    memory_init(&p->memory, config->memory_us ? config->memory_us : 64LL * SECOND_US,
                config->memory_bytes ? config->memory_bytes : 96u << 20);
    notices_init(&p->notices);
    int r = open_all(p, config);
    if (r == 0)
        r = -pthread_create(&p->thread, NULL, run, p);
    if (r < 0) {
        finish(p);
        return r;
    }
    *ret = p;
    return 0;
}

void publisher_destroy(struct publisher *p)
{
    if (!p)
        return;
    atomic_store(&p->ending, true);
    wake(p);
    pthread_join(p->thread, NULL);
    finish(p);
}
