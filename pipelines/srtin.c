#include "srtin.h"

#include "base/clock.h"
#include "link/spec.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <srt/access_control.h>
#include <srt/srt.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

/* Callers whose handshake is under way; more at once are turned away. */
#define MAX_CALLERS 8
/* A handshake that has not ended in an accepted connection by then has failed. */
#define HANDSHAKE_US 400000
/* Packets taken in one poll, so that the owner's other duties get their turn. */
#define PACKETS_A_POLL 256
#define RETRY_FIRST_US 250000
#define RETRY_LAST_US 3000000
/* SRT gives up on a peer after so long without a sign of life; what holds data back is noticed
 * earlier, by the source's own watchdog. */
#define PEER_IDLE_MS 4000
#define CONNECT_MS 2000

struct caller {
    SRTSOCKET socket;
    int64_t since_us;
    enum reason turned_away; /* by us */
    char peer[80];
};

struct srtin {
    struct srtin_address address;
    const struct srtin_events *events;
    void *ctx;
    int epoll;
    SRTSOCKET listener; /* or the call that is under way */
    SRTSOCKET stream;   /* the connection that delivers */
    int64_t retry_at_us, retry_us;

    /* SRT calls the listen hook on a thread of its own. */
    atomic_llong last_data_us;
    atomic_bool connected;
    pthread_mutex_t lock; /* what follows */
    struct caller callers[MAX_CALLERS];
    int caller_count;
};

static pthread_once_t startup_once = PTHREAD_ONCE_INIT;

static void startup(void)
{
    srt_startup();
    srt_setloglevel(0); /* LOG_EMERG: its log goes to standard error */
}

int srtin_parse_url(const char *url, struct srtin_address *ret)
{
    static const char scheme[] = "srt://";
    if (strncmp(url, scheme, sizeof scheme - 1) != 0)
        return -EINVAL;
    const char *host = url + sizeof scheme - 1;
    size_t end = strcspn(host, "/?");
    const char *colon = memrchr(host, ':', end);
    size_t length = colon ? (size_t)(colon - host) : 0;
    if (!colon || length >= sizeof ret->host)
        return -EINVAL;
    long port = 0;
    const char *digit = colon + 1;
    for (; digit < host + end && *digit >= '0' && *digit <= '9' && port < 65536; digit++)
        port = port * 10 + (*digit - '0');
    if (digit != host + end || port < 1 || port > 65535)
        return -EINVAL;
    if (length >= 2 && host[0] == '[' && host[length - 1] == ']')
        host++, length -= 2;
    else if (memchr(host, ':', length) || memchr(host, '@', length))
        return -EINVAL;
    memcpy(ret->host, host, length);
    ret->host[length] = '\0';
    ret->port = (uint16_t)port;
    return 0;
}

enum reason srtin_reject_reason(int srt_reason)
{
    switch (srt_reason) {
    case SRT_REJ_BADSECRET:
    case SRT_REJ_UNSECURE:
        return REASON_BAD_PASSPHRASE;
    case SRT_REJX_FORBIDDEN:
    case SRT_REJX_UNAUTHORIZED:
    case SRT_REJX_NOTFOUND:
    case SRT_REJX_BAD_REQUEST:
        return REASON_BAD_STREAM_ID;
    case SRT_REJX_CONFLICT:
    case SRT_REJX_LOCKED:
        return REASON_BUSY;
    case SRT_REJ_TIMEOUT:
        return REASON_UNREACHABLE;
    default:
        return REASON_REJECTED;
    }
}

int srtin_create(const struct srtin_address *address, const struct srtin_events *events, void *ctx,
                 struct srtin **ret)
{
    size_t length = strlen(address->passphrase);
    if (length && (length < 10 || length > 79))
        return -EINVAL;
    pthread_once(&startup_once, startup);
    struct srtin *s = calloc(1, sizeof *s);
    if (!s)
        return -ENOMEM;
    s->epoll = srt_epoll_create();
    if (s->epoll < 0) {
        free(s);
        return -ENOMEM;
    }
    srt_epoll_set(s->epoll, SRT_EPOLL_ENABLE_EMPTY);
    s->address = *address;
    s->events = events;
    s->ctx = ctx;
    s->listener = s->stream = SRT_INVALID_SOCK;
    pthread_mutex_init(&s->lock, NULL);
    *ret = s;
    return 0;
}

static void close_socket(struct srtin *s, SRTSOCKET *socket)
{
    if (*socket == SRT_INVALID_SOCK)
        return;
    srt_epoll_remove_usock(s->epoll, *socket);
    srt_close(*socket);
    *socket = SRT_INVALID_SOCK;
}

static void retry_later(struct srtin *s)
{
    s->retry_us = s->retry_us == 0                  ? RETRY_FIRST_US
                  : s->retry_us * 2 > RETRY_LAST_US ? RETRY_LAST_US
                                                    : s->retry_us * 2;
    s->retry_at_us = clock_boot_us() + s->retry_us;
}

static void print_peer(const struct sockaddr *peer, char *text, size_t size)
{
    char address[INET6_ADDRSTRLEN] = "?";
    int port = 0;
    if (peer->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const void *)peer;
        inet_ntop(AF_INET, &in->sin_addr, address, sizeof address);
        port = ntohs(in->sin_port);
    } else if (peer->sa_family == AF_INET6) {
        const struct sockaddr_in6 *in = (const void *)peer;
        inet_ntop(AF_INET6, &in->sin6_addr, address, sizeof address);
        port = ntohs(in->sin6_port);
    }
    snprintf(text, size, "%s:%d", address, port);
}

/* SRT's thread: may this caller come in? Its passphrase is checked by SRT afterwards. */
static int on_caller(void *opaque, SRTSOCKET socket, int version, const struct sockaddr *peer,
                     const char *stream_id)
{
    struct srtin *s = opaque;
    struct caller c = {.socket = socket, .since_us = clock_boot_us()};
    print_peer(peer, c.peer, sizeof c.peer);
    int64_t silent_us = c.since_us - atomic_load(&s->last_data_us);
    if (s->address.stream_id[0] && strcmp(s->address.stream_id, stream_id ? stream_id : "") != 0)
        c.turned_away = REASON_BAD_STREAM_ID;
    else if (atomic_load(&s->connected) && silent_us < SRTIN_STALE_US)
        c.turned_away = REASON_BUSY;

    pthread_mutex_lock(&s->lock);
    bool full = s->caller_count == MAX_CALLERS;
    if (!full)
        s->callers[s->caller_count++] = c;
    pthread_mutex_unlock(&s->lock);
    if (!c.turned_away && !full)
        return 0;
    srt_setrejectreason(socket, c.turned_away == REASON_BAD_STREAM_ID ? SRT_REJX_FORBIDDEN
                                : c.turned_away == REASON_BUSY        ? SRT_REJX_CONFLICT
                                                                      : SRT_REJX_OVERLOAD);
    return -1;
}

static bool set_options(const struct srtin *s, SRTSOCKET u)
{
    int no = 0, latency = SPEC_SRT_LATENCY_MS, idle = PEER_IDLE_MS, connect = CONNECT_MS;
    const char *passphrase = s->address.passphrase, *stream_id = s->address.stream_id;
    bool fine = srt_setsockflag(u, SRTO_RCVSYN, &no, sizeof no) == 0 &&
                srt_setsockflag(u, SRTO_RCVLATENCY, &latency, sizeof latency) == 0 &&
                srt_setsockflag(u, SRTO_PEERIDLETIMEO, &idle, sizeof idle) == 0 &&
                srt_setsockflag(u, SRTO_CONNTIMEO, &connect, sizeof connect) == 0;
    if (!s->address.listen && stream_id[0])
        fine = fine && srt_setsockflag(u, SRTO_STREAMID, stream_id, (int)strlen(stream_id)) == 0;
    if (passphrase[0])
        fine =
            fine && srt_setsockflag(u, SRTO_PASSPHRASE, passphrase, (int)strlen(passphrase)) == 0;
    return fine;
}

/* Returns 0 and an address, or an error of getaddrinfo(). */
static int look_up(const struct srtin_address *a, struct sockaddr_storage *ret, int *ret_size)
{
    char port[8];
    snprintf(port, sizeof port, "%u", a->port);
    struct addrinfo hints = {.ai_socktype = SOCK_DGRAM,
                             .ai_flags = AI_NUMERICSERV | (a->listen ? AI_PASSIVE : 0)};
    struct addrinfo *found;
    int r = getaddrinfo(a->host[0] ? a->host : NULL, port, &hints, &found);
    if (r != 0)
        return r;
    memcpy(ret, found->ai_addr, found->ai_addrlen);
    *ret_size = (int)found->ai_addrlen;
    freeaddrinfo(found);
    return 0;
}

static void tell(struct srtin *s, enum reason reason, const char *peer, const char *why)
{
    char detail[512];
    snprintf(detail, sizeof detail, "%.300s%s%.200s", peer, why[0] ? ": " : "", why);
    s->events->trouble(s->ctx, reason, detail);
}

static void fail_to_open(struct srtin *s, const char *why)
{
    char where[300];
    snprintf(where, sizeof where, "%.200s:%u", s->address.host, s->address.port);
    close_socket(s, &s->listener);
    retry_later(s);
    tell(s, s->address.listen ? REASON_PORT_TAKEN : REASON_UNREACHABLE, where, why);
}

/* Begins to listen or to call. */
static void open_socket(struct srtin *s)
{
    struct sockaddr_storage address;
    int size = 0,
        events = s->address.listen ? SRT_EPOLL_IN | SRT_EPOLL_ERR : SRT_EPOLL_OUT | SRT_EPOLL_ERR;
    int r = look_up(&s->address, &address, &size);
    if (r != 0) {
        fail_to_open(s, gai_strerror(r));
        return;
    }
    s->listener = srt_create_socket();
    bool fine = s->listener != SRT_INVALID_SOCK && set_options(s, s->listener);
    if (fine && s->address.listen)
        fine = srt_bind(s->listener, (struct sockaddr *)&address, size) == 0 &&
               srt_listen_callback(s->listener, on_caller, s) == 0 &&
               srt_listen(s->listener, MAX_CALLERS) == 0;
    /* Before the call: an error that comes at once must not be missed. */
    fine = fine && srt_epoll_add_usock(s->epoll, s->listener, &events) == 0;
    if (fine && !s->address.listen)
        fine = srt_connect(s->listener, (struct sockaddr *)&address, size) == 0;
    if (!fine) {
        fail_to_open(s, srt_getlasterror_str());
        return;
    }
    if (s->address.listen) {
        s->retry_us = 0;
        s->events->listening(s->ctx);
    }
}

static void begin_stream(struct srtin *s, SRTSOCKET stream)
{
    int events = SRT_EPOLL_IN | SRT_EPOLL_ERR;
    if (s->stream != SRT_INVALID_SOCK) {
        close_socket(s, &s->stream);
        s->events->disconnected(s->ctx);
    }
    s->stream = stream;
    s->retry_us = 0;
    atomic_store(&s->last_data_us, clock_boot_us());
    atomic_store(&s->connected, true);
    srt_epoll_remove_usock(s->epoll, stream);
    srt_epoll_add_usock(s->epoll, stream, &events);
    s->events->connected(s->ctx);
}

static void end_stream(struct srtin *s)
{
    close_socket(s, &s->stream);
    atomic_store(&s->connected, false);
    if (!s->address.listen)
        retry_later(s);
    s->events->disconnected(s->ctx);
}

static void forget_caller(struct srtin *s, SRTSOCKET socket)
{
    pthread_mutex_lock(&s->lock);
    for (int i = 0; i < s->caller_count; i++) {
        if (s->callers[i].socket == socket)
            s->callers[i--] = s->callers[--s->caller_count];
    }
    pthread_mutex_unlock(&s->lock);
}

static void accept_caller(struct srtin *s)
{
    SRTSOCKET stream = srt_accept(s->listener, NULL, NULL);
    if (stream == SRT_INVALID_SOCK)
        return;
    forget_caller(s, stream);
    begin_stream(s, stream);
}

/* SRT says nothing of a caller whose handshake failed: whoever has not come in by now. */
static void look_for_failed_callers(struct srtin *s)
{
    int64_t now = clock_boot_us();
    for (;;) {
        struct caller c = {.socket = SRT_INVALID_SOCK};
        pthread_mutex_lock(&s->lock);
        for (int i = 0; i < s->caller_count && c.socket == SRT_INVALID_SOCK; i++) {
            if (s->callers[i].turned_away || now - s->callers[i].since_us > HANDSHAKE_US)
                c = s->callers[i];
        }
        pthread_mutex_unlock(&s->lock);
        if (c.socket == SRT_INVALID_SOCK)
            return;
        int reason = srt_getrejectreason(c.socket);
        forget_caller(s, c.socket);
        if (c.turned_away)
            tell(s, c.turned_away, c.peer, "");
        else if (reason == SRT_REJ_UNKNOWN)
            /* SRT has forgotten it. What it checks itself after the hook is the passphrase. */
            tell(s, REASON_BAD_PASSPHRASE, c.peer, "");
        else
            tell(s, srtin_reject_reason(reason), c.peer, "");
    }
}

static void end_call(struct srtin *s)
{
    int reason = srt_getrejectreason(s->listener);
    char where[300];
    snprintf(where, sizeof where, "%.200s:%u", s->address.host, s->address.port);
    close_socket(s, &s->listener);
    retry_later(s);
    enum reason why = srtin_reject_reason(reason);
    tell(s, why, where, why == REASON_REJECTED ? srt_rejectreason_str(reason) : "");
}

static void receive(struct srtin *s)
{
    char packet[SRT_LIVE_MAX_PLSIZE];
    SRTSOCKET stream = s->stream;
    for (int i = 0; i < PACKETS_A_POLL && s->stream == stream; i++) {
        int size = srt_recvmsg(stream, packet, sizeof packet);
        if (size > 0) {
            atomic_store(&s->last_data_us, clock_boot_us());
            s->events->data(s->ctx, (const uint8_t *)packet, (size_t)size);
        } else {
            if (size == 0 || srt_getlasterror(NULL) != SRT_EASYNCRCV)
                end_stream(s);
            return;
        }
    }
}

void srtin_poll(struct srtin *s, int timeout_ms)
{
    bool idle =
        s->listener == SRT_INVALID_SOCK && (s->address.listen || s->stream == SRT_INVALID_SOCK);
    if (idle && clock_boot_us() >= s->retry_at_us)
        open_socket(s);
    SRT_EPOLL_EVENT ready[4];
    int count = srt_epoll_uwait(s->epoll, ready, 4, timeout_ms);
    for (int i = 0; i < count && i < 4; i++) {
        SRTSOCKET u = ready[i].fd;
        if (u == s->stream)
            receive(s);
        else if (u == s->listener && s->address.listen)
            accept_caller(s);
        else if (u == s->listener && srt_getsockstate(u) == SRTS_CONNECTED)
            s->listener = SRT_INVALID_SOCK, begin_stream(s, u);
        else if (u == s->listener)
            end_call(s);
    }
    look_for_failed_callers(s);
}

void srtin_drop(struct srtin *s, int64_t retry_us)
{
    close_socket(s, &s->stream);
    atomic_store(&s->connected, false);
    s->retry_at_us = clock_boot_us() + retry_us;
}

void srtin_destroy(struct srtin *s)
{
    if (!s)
        return;
    close_socket(s, &s->stream);
    /* SRT calls no hook of a socket after srt_close() returned. */
    close_socket(s, &s->listener);
    srt_epoll_release(s->epoll);
    pthread_mutex_destroy(&s->lock);
    free(s);
}
