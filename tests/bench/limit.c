/* The limit: what nobody can do with less than one bare send() per viewer of one shared buffer.
 *
 *   limit ADDRESS:PORT RATE BYTES THREADS
 *
 * Sends each socket that has said a request and got its 101 the same messages as the server under
 * test: RATE a second, BYTES each; with RATE 0 only what is asked for. A line "event" on standard
 * input sends one text of BYTES to all. It parses nothing, knows no meeting and reads nothing that
 * its viewers say later. Each thread has its listener, as the server's have. Ends with its standard
 * input. */
#include "bench.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define SLOTS 64
#define MAX_BEHIND 4
#define MAX_BYTES 65536
#define MAX_THREADS 64
#define BOUND_SECONDS 3600

/* As the server sets them. */
#define SEND_BUFFER_BYTES (128 << 10)
#define UNSENT_BYTES (64 << 10)

struct slot {
    size_t size;
    uint8_t data[MAX_BYTES];
};

struct viewer {
    int fd; /* -1: gone */
    bool playing, blocked;
    uint64_t rest_of; /* what is half sent */
    size_t sent;
};

struct room {
    pthread_t thread;
    int epoll, listener, wake;
    uint64_t next; /* the newest message that its viewers have */
    struct viewer **viewers;
    size_t count, room;
    bool gone; /* at least one */
};

static struct slot slots[SLOTS];
static atomic_uint_fast64_t newest; /* messages so far; number n lies in slot n % SLOTS */

static void watch(struct room *r, int fd, struct viewer *v, uint32_t events, int how)
{
    struct epoll_event e = {.events = events, .data.ptr = v};
    if (epoll_ctl(r->epoll, how, fd, &e) < 0)
        bench_die("epoll_ctl: %s", strerror(errno));
}

static void forget(struct room *r, struct viewer *v)
{
    close(v->fd);
    v->fd = -1;
    r->gone = true;
}

/* Sends from the offset on; keeps what the socket does not take. */
static void push(struct room *r, struct viewer *v, uint64_t number, size_t offset)
{
    const struct slot *s = &slots[number % SLOTS];
    ssize_t n = send(v->fd, s->data + offset, s->size - offset, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0 && errno != EAGAIN) {
        forget(r, v);
        return;
    }
    offset += n > 0 ? (size_t)n : 0;
    bool blocked = offset < s->size;
    if (blocked != v->blocked)
        watch(r, v->fd, v, blocked ? EPOLLOUT : EPOLLRDHUP, EPOLL_CTL_MOD);
    v->blocked = blocked;
    v->rest_of = number;
    v->sent = offset;
}

static void push_all(struct room *r)
{
    uint64_t until = atomic_load(&newest);
    if (until - r->next > MAX_BEHIND)
        r->next = until - 1; /* it can't keep up: its viewers see a gap */
    for (; r->next < until; r->next++)
        for (size_t i = 0; i < r->count; i++) {
            struct viewer *v = r->viewers[i];
            if (v->fd >= 0 && v->playing && !v->blocked)
                push(r, v, r->next, 0);
        }
}

/* Only between two rounds: an event may still name one that is gone. */
static void free_gone(struct room *r)
{
    size_t kept = 0;
    if (!r->gone)
        return;
    for (size_t i = 0; i < r->count; i++) {
        if (r->viewers[i]->fd >= 0)
            r->viewers[kept++] = r->viewers[i];
        else
            free(r->viewers[i]);
    }
    r->count = kept;
    r->gone = false;
}

static void take_in(struct room *r)
{
    for (int turn = 0; turn < 256; turn++) {
        int fd = accept4(r->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0)
            return;
        struct viewer *v = calloc(1, sizeof *v);
        if (r->count == r->room) {
            r->room = r->room * 2 + 1024;
            r->viewers = realloc(r->viewers, r->room * sizeof *r->viewers);
        }
        if (!v || !r->viewers)
            bench_die("no memory");
        v->fd = fd;
        r->viewers[r->count++] = v;
        watch(r, fd, v, EPOLLIN, EPOLL_CTL_ADD);
    }
}

/* A request comes in one piece over the loopback. */
static void greet(struct room *r, struct viewer *v)
{
    static const char answer[] =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: " BENCH_WS_ACCEPT "\r\n\r\n";
    char request[2048];
    ssize_t n = recv(v->fd, request, sizeof request, 0);
    if (n <= 0 || send(v->fd, answer, sizeof answer - 1, MSG_NOSIGNAL) < 0) {
        forget(r, v);
        return;
    }
    v->playing = true;
    watch(r, v->fd, v, EPOLLRDHUP, EPOLL_CTL_MOD); /* what it says from now on is left unread */
}

static void on_event(struct room *r, const struct epoll_event *e)
{
    struct viewer *v = e->data.ptr;
    uint64_t count;
    if (!v) {
        take_in(r);
    } else if ((void *)v == (void *)r) {
        if (read(r->wake, &count, sizeof count) > 0)
            push_all(r);
    } else if (v->fd < 0) {
        return;
    } else if (!v->playing) {
        greet(r, v);
    } else if (e->events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) {
        forget(r, v);
    } else if (v->blocked) {
        push(r, v, v->rest_of, v->sent);
    }
}

static void *serve(void *arg)
{
    struct room *r = arg;
    struct epoll_event events[256];
    for (;;) {
        int n = epoll_wait(r->epoll, events, 256, -1);
        for (int i = 0; i < n; i++)
            on_event(r, &events[i]);
        free_gone(r);
    }
    return NULL;
}

static int listen_at(const struct sockaddr_in *address)
{
    int one = 1, buffer = SEND_BUFFER_BYTES, unsent = UNSENT_BYTES;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof unsent);
    if (fd < 0 || bind(fd, (const struct sockaddr *)address, sizeof *address) < 0 ||
        listen(fd, 4096) < 0)
        bench_die("listen: %s", strerror(errno));
    return fd;
}

static void open_room(struct room *r, const struct sockaddr_in *address)
{
    r->epoll = epoll_create1(EPOLL_CLOEXEC);
    r->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    r->listener = listen_at(address);
    if (r->epoll < 0 || r->wake < 0)
        bench_die("no descriptors");
    watch(r, r->listener, NULL, EPOLLIN, EPOLL_CTL_ADD);
    watch(r, r->wake, (struct viewer *)r, EPOLLIN, EPOLL_CTL_ADD);
    if (pthread_create(&r->thread, NULL, serve, r) != 0)
        bench_die("no thread");
}

static void wake_all(const struct room *rooms, long count)
{
    uint64_t one = 1;
    atomic_fetch_add(&newest, 1);
    for (long i = 0; i < count; i++)
        if (write(rooms[i].wake, &one, sizeof one) < 0)
            bench_die("a thread can't be woken");
}

static void send_event(const struct room *rooms, long count, size_t bytes)
{
    struct slot *s = &slots[atomic_load(&newest) % SLOTS];
    size_t payload = bytes - BENCH_WS_BYTES;
    uint8_t head[] = {0x81, 126, (uint8_t)(payload >> 8), (uint8_t)payload};
    memset(s->data, ' ', bytes);
    memcpy(s->data, head, sizeof head);
    int n = snprintf((char *)s->data + sizeof head, 100, "{\"type\":\"event\",\"at_utc_us\":%lld}",
                     (long long)bench_utc_us());
    s->data[sizeof head + (size_t)n] = ' ';
    s->size = bytes;
    wake_all(rooms, count);
}

/* On a thread of its own: lines, and the end. */
struct listener {
    const struct room *rooms;
    long count;
    size_t bytes;
};

static void *listen_to_input(void *arg)
{
    const struct listener *l = arg;
    char line[64];
    while (fgets(line, sizeof line, stdin))
        if (strcmp(line, "event\n") == 0)
            send_event(l->rooms, l->count, l->bytes);
    _exit(0);
}

int main(int argc, char *argv[])
{
    static struct room rooms[MAX_THREADS];
    if (argc != 5)
        bench_die("usage: limit ADDRESS:PORT RATE BYTES THREADS");
    struct sockaddr_in address = bench_address(argv[1]);
    long rate = bench_number(argv[2], 0, 1000), count = bench_number(argv[4], 1, MAX_THREADS);
    size_t bytes = (size_t)bench_number(argv[3], 200, 65000);
    bench_bound(BOUND_SECONDS);
    bench_files(1000);
    signal(SIGPIPE, SIG_IGN);
    for (long i = 0; i < count; i++)
        open_room(&rooms[i], &address);
    struct listener l = {rooms, count, bytes};
    pthread_t thread;
    if (pthread_create(&thread, NULL, listen_to_input, &l) != 0)
        bench_die("no thread");
    printf("{\"event\":\"listening\"}\n");
    fflush(stdout);
    if (rate == 0)
        pthread_join(thread, NULL);
    int64_t step_us = 1000000 / rate, at_us = bench_now_us() / step_us * step_us;
    for (;;) {
        bench_sleep_until(at_us += step_us);
        struct slot *s = &slots[atomic_load(&newest) % SLOTS];
        s->size = bytes;
        bench_message(s->data, bytes, atomic_load(&newest) + 1, bench_utc_us(), true);
        wake_all(rooms, count);
    }
}
