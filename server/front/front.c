#include "front/front.h"

#include "base/clock.h"
#include "front/address.h"
#include "front/audience.h"
#include "front/disk.h"
#include "front/net.h"
#include "front/publish.h"
#include "front/tls.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <libwebsockets.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>

/* A viewer that stalls holds so much in the kernel (which doubles it), and no more than so much of
 * it unsent: what waits longer waits in the ring, where it can still be skipped. */
#define SEND_BUFFER_BYTES (128 << 10)
#define UNSENT_BYTES (64 << 10)

#define GONE_MS 10000
#define PING_MS 25000

/* Connections without a whole request yet that a thread takes at least. */
#define LEAST_GREETING 256

/* HLS requests that wait for what comes next, per net thread. */
#define MAX_WAITS 16384

static int socket_address(const struct front_config *config, int port, struct sockaddr_storage *ret,
                          socklen_t *ret_size)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)ret;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)ret;
    *ret = (struct sockaddr_storage){0};
    if (inet_pton(AF_INET, config->address, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons((uint16_t)port);
        *ret_size = sizeof *v4;
        return 0;
    }
    if (inet_pton(AF_INET6, config->address, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons((uint16_t)port);
        *ret_size = sizeof *v6;
        return 0;
    }
    return -EINVAL;
}

static int bound_socket(const struct front_config *config, int port, bool shared)
{
    struct sockaddr_storage sa;
    socklen_t size;
    int r = socket_address(config, port, &sa, &size), one = 1;
    if (r < 0)
        return r;
    cleanup_close int fd = socket(sa.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (shared && setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one) < 0)
        return -errno;
    if (bind(fd, (struct sockaddr *)&sa, size) < 0)
        return -errno;
    return take_fd(fd);
}

/* Options that accepted sockets inherit. */
static void set_options(const struct front_config *config, int fd)
{
    int one = 1, send_buffer = SEND_BUFFER_BYTES, unsent = UNSENT_BYTES;
    unsigned timeout_ms = (unsigned)(config->gone_ms > 0 ? config->gone_ms : GONE_MS);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer);
    setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof unsent);
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout_ms, sizeof timeout_ms);
}

static int port_of(int fd)
{
    struct sockaddr_storage sa;
    socklen_t size = sizeof sa;
    if (getsockname(fd, (struct sockaddr *)&sa, &size) < 0)
        return -errno;
    return ntohs(sa.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&sa)->sin6_port
                                          : ((struct sockaddr_in *)&sa)->sin_port);
}

/* A second server of ours would share the port without a word: a socket that does not share finds
 * it taken. Returns 0 and the port, or -EADDRINUSE. */
static int probe_port(const struct front_config *config, int wanted, int *ret_port)
{
    cleanup_close int fd = bound_socket(config, wanted, false);
    if (fd < 0)
        return fd;
    if (listen(fd, 1) < 0)
        return -errno;
    int port = port_of(fd);
    if (port < 0)
        return port;
    *ret_port = port;
    return 0;
}

static int open_listener(const struct front_config *config, int port)
{
    cleanup_close int fd = bound_socket(config, port, true);
    if (fd < 0)
        return fd;
    set_options(config, fd);
    if (listen(fd, FRONT_BACKLOG) < 0)
        return -errno;
    return take_fd(fd);
}

/* Copies a setting that is written into heads or compared with them. */
static int take_text(const char *text, char *ret, size_t size)
{
    if (strlen(text) >= size || strpbrk(text, "\r\n;"))
        return -EINVAL;
    memcpy(ret, text, strlen(text) + 1);
    return 0;
}

/* A thread's share of a quarter of all connections. */
static int max_greeting(const struct front_config *config)
{
    int share = config->max_connections / 4 / config->threads;
    if (config->max_greeting > 0)
        return config->max_greeting;
    return share > LEAST_GREETING ? share : LEAST_GREETING;
}

static int take_config(struct front *f, const struct front_config *config)
{
    if (config->threads < 1 || config->threads > NET_MAX_THREADS || config->max_connections < 1 ||
        config->max_connections_per_address < 1)
        return -EINVAL;
    const char *ancestors = config->embed_ancestors ? config->embed_ancestors : "*";
    const char *origins = config->allowed_origins ? config->allowed_origins : "";
    if (take_text(ancestors, f->embed_ancestors, sizeof f->embed_ancestors) < 0 ||
        take_text(origins, f->allowed_origins, sizeof f->allowed_origins) < 0)
        return -EINVAL;
    f->events_per_second = config->events_per_second > 0 ? config->events_per_second : 20;
    f->events_burst = config->events_burst > 0 ? config->events_burst : 60;
    f->gone_us = INT64_C(1000) * (config->gone_ms > 0 ? config->gone_ms : GONE_MS);
    f->ping_us = INT64_C(1000) * (config->ping_ms > 0 ? config->ping_ms : PING_MS);
    f->max_connections = config->max_connections;
    f->max_greeting = max_greeting(config);
    f->max_waits = config->max_waits > 0 ? config->max_waits : MAX_WAITS;
    f->io_uring = config->io_uring;
    f->pairs = config->pairs;
    f->max_connections_per_address = config->max_connections_per_address;
    if (getrandom(&f->hash_key, sizeof f->hash_key, 0) != sizeof f->hash_key)
        return -EIO;
    return address_list_parse(config->trusted_proxies, &f->trusted);
}

static int open_net(struct front *f, const struct front_config *config, struct net **ret)
{
    cleanup_close int fd = open_listener(config, f->port);
    cleanup_close int tls_fd = f->tls && fd >= 0 ? open_listener(config, f->tls_port) : -1;
    if (fd < 0)
        return fd;
    if (f->tls && tls_fd < 0)
        return tls_fd;
    return net_create(f, take_fd(fd), take_fd(tls_fd), ret);
}

static int start(struct front *f, const struct front_config *config)
{
    char reason[TLS_REASON]; /* front_check_tls() tells it */
    int r = take_config(f, config);
    if (r == 0 && config->tls.certificate)
        r = tls_house_create(config->tls.certificate, config->tls.key, &f->tls, reason);
    if (r == 0)
        r = audience_create(&f->audience);
    if (r == 0)
        r = disk_create(&f->disk);
    if (r == 0)
        r = pages_load(config->web_folder, &f->pages);
    if (r == 0)
        r = probe_port(config, config->port, &f->port);
    if (r == 0 && f->tls)
        r = probe_port(config, config->tls.port, &f->tls_port);
    for (int i = 0; i < config->threads && r == 0; i++) {
        r = open_net(f, config, &f->nets[i]);
        if (r == 0)
            f->thread_count++;
    }
    for (int i = 0; i < config->threads && r == 0; i++)
        r = net_start(f->nets[i]);
    return r;
}

int front_create(const struct front_config *config, const struct front_ops *ops, void *ctx,
                 struct front **ret)
{
    struct front *f = calloc(1, sizeof *f);
    if (!f)
        return -ENOMEM;
    lws_set_log_level(0, NULL);
    atomic_init(&f->refs, 1);
    f->ops = ops;
    f->ctx = ctx;
    f->by_address = calloc(NET_ADDRESS_SLOTS, sizeof *f->by_address);
    f->publisher = publisher_create(f);
    int r = f->by_address && f->publisher ? start(f, config) : -ENOMEM;
    if (r < 0) {
        front_destroy(f);
        return r;
    }
    *ret = f;
    return 0;
}

void front_unref(struct front *f)
{
    if (atomic_fetch_sub(&f->refs, 1) != 1)
        return;
    for (int i = 0; i < f->thread_count; i++)
        net_destroy(f->nets[i]);
    disk_destroy(f->disk);
    audience_destroy(f->audience);
    pages_destroy(f->pages);
    tls_house_destroy(f->tls);
    free(f->by_address);
    free(f);
}

void front_stop(struct front *f)
{
    for (int i = 0; f && i < f->thread_count; i++)
        net_stop(f->nets[i]);
    if (f)
        disk_stop(f->disk);
}

void front_destroy(struct front *f)
{
    if (!f)
        return;
    front_stop(f);
    publisher_destroy(f->publisher);
    f->publisher = NULL;
    front_unref(f);
}

int front_port(const struct front *f)
{
    return f->port;
}

int front_tls_port(const struct front *f)
{
    return f->tls_port;
}

_Static_assert(TLS_REASON == FRONT_REASON, "the sentence is handed on");

int front_check_tls(const struct front_tls *tls, char ret_reason[FRONT_REASON])
{
    cleanup(tls_house_destroy_p) struct tls_house *h = NULL;
    return tls_house_create(tls->certificate, tls->key, &h, ret_reason);
}

int front_reload_tls(struct front *f, char ret_reason[FRONT_REASON])
{
    return f->tls ? tls_house_reload(f->tls, ret_reason) : 0;
}

static int64_t sum(const struct front *f, size_t offset)
{
    int64_t total = 0;
    for (int i = 0; i < f->thread_count; i++)
        total += atomic_load_explicit((atomic_llong *)((char *)&f->nets[i]->figures + offset),
                                      memory_order_relaxed);
    return total;
}

void front_stats(struct front *f, struct front_stats *ret)
{
    *ret = (struct front_stats){
        .connections = atomic_load(&f->connections),
        .media_sockets = sum(f, offsetof(struct net_figures, media_sockets)),
        .media_viewers = sum(f, offsetof(struct net_figures, media_viewers)),
        .hls_viewers = audience_count(f->audience, 0, clock_boot_us(), NULL, 0, NULL),
        .bytes_sent = sum(f, offsetof(struct net_figures, bytes_sent)),
        .messages_sent = sum(f, offsetof(struct net_figures, messages_sent)),
        .requests = sum(f, offsetof(struct net_figures, requests)),
        .skips = sum(f, offsetof(struct net_figures, skips)),
        .rendition_switches = sum(f, offsetof(struct net_figures, rendition_switches)),
        .refused_full = sum(f, offsetof(struct net_figures, refused_full)),
        .event_peers = sum(f, offsetof(struct net_figures, event_peers)),
        .event_messages = sum(f, offsetof(struct net_figures, event_messages)),
        .events_cut_off = sum(f, offsetof(struct net_figures, events_cut_off)),
    };
    for (int i = 0; i < f->thread_count; i++) {
        int64_t behind_us = atomic_load(&f->nets[i]->figures.behind_us_max);
        if (behind_us > ret->behind_us_max)
            ret->behind_us_max = behind_us;
    }
}

int front_thread_stats(struct front *f, int thread, struct front_thread_stats *ret)
{
    if (thread < 0 || thread >= f->thread_count)
        return -ENOENT;
    struct net_figures *n = &f->nets[thread]->figures;
    *ret = (struct front_thread_stats){
        .connections = atomic_load(&n->connections),
        .media_sockets = atomic_load(&n->media_sockets),
        .media_viewers = atomic_load(&n->media_viewers),
        .bytes_sent = atomic_load(&n->bytes_sent),
        .messages_sent = atomic_load(&n->messages_sent),
        .skips = atomic_load(&n->skips),
        .rendition_switches = atomic_load(&n->rendition_switches),
        .behind_us_max = atomic_load(&n->behind_us_max),
        .io_uring = atomic_load(&n->batches),
        .pairs = atomic_load(&n->pairs),
        .turns_us = atomic_load(&n->turns_us),
    };
    for (int i = 0; i < FRONT_TURN_BUCKETS; i++)
        ret->turns[i] = atomic_load(&n->turns[i]);
    return 0;
}

uint64_t front_meeting_hash(const struct front *f, const char *meeting)
{
    uint64_t hash = 0xcbf29ce484222325u ^ f->hash_key;
    for (; *meeting; meeting++)
        hash = (hash ^ (uint8_t)*meeting) * 0x100000001b3u;
    return hash ? hash : 1;
}

static void add_counted(struct net *n, const char *meeting, struct front_watching *ret, int *count)
{
    pthread_mutex_lock(&n->counts_lock);
    for (int i = 0; i < n->count_count; i++) {
        const struct net_count *c = &n->counts[i];
        for (int k = 0; strcmp(c->meeting, meeting) == 0 && k < c->track_count; k++) {
            struct front_watching *e =
                audience_entry(ret, FRONT_MAX_RENDITIONS, count, c->tracks[k].name);
            if (e)
                e->media += c->tracks[k].viewers;
        }
    }
    pthread_mutex_unlock(&n->counts_lock);
}

int front_watching(struct front *f, const char *meeting,
                   struct front_watching ret[FRONT_MAX_RENDITIONS])
{
    int count = 0;
    for (int i = 0; i < f->thread_count; i++)
        add_counted(f->nets[i], meeting, ret, &count);
    audience_count(f->audience, front_meeting_hash(f, meeting), clock_boot_us(), ret,
                   FRONT_MAX_RENDITIONS, &count);
    return count;
}

int64_t front_viewers(struct front *f, const char *meeting)
{
    struct front_watching watching[FRONT_MAX_RENDITIONS];
    int64_t viewers = 0;
    int count = front_watching(f, meeting, watching);
    for (int i = 0; i < count; i++)
        viewers += watching[i].media + watching[i].hls;
    return viewers;
}
