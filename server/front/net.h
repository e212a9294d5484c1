/* A net thread: its listener, loop, lws context, connections and channels. Everything here belongs
 * to that thread, save the mailbox and the figures. */
#ifndef MECLIS_FRONT_NET_H
#define MECLIS_FRONT_NET_H

#include "base/list.h"
#include "base/loop.h"
#include "base/mailbox.h"
#include "front/address.h"
#include "front/front.h"
#include "front/pages.h"

#include <pthread.h>
#include <stdatomic.h>

#define NET_MAX_THREADS 16

/* Letters that wait for a net thread; beyond, what is published is lost for that thread's viewers
 * (they see a jump in the sequence) and a reply for its client (who gets a timeout). */
#define NET_MAX_LETTERS 16384

/* Letters about events that wait for it; beyond, all its peers on the events socket are closed and
 * come again. */
#define NET_MAX_EVENT_LETTERS 65536

/* Slots that connections are counted in by the hash of their address; two addresses may share one.
 */
#define NET_ADDRESS_SLOTS 65536

/* Connections beyond the cap that are still told why, per thread. */
#define NET_MAX_REFUSED 64

/* Meetings whose viewers are counted. */
#define NET_MAX_COUNTED 64

struct net_figures {
    atomic_llong media_sockets, media_viewers, bytes_sent, messages_sent, requests, skips,
        rendition_switches, refused_full, behind_us_max, event_peers, event_messages,
        events_cut_off, connections, turns_us;
    atomic_llong turns[FRONT_TURN_BUCKETS];
    atomic_bool batches; /* sends go out through io_uring */
    atomic_bool pairs;   /* messages go in pairs */
};

/* Who watches one meeting by its media socket, counted once a second. */
struct net_count {
    char meeting[ID_MAX];
    int track_count;
    struct net_count_track {
        char name[16];
        int64_t viewers;
    } tracks[TRACK_MAX];
};

struct net {
    struct front *front;
    pthread_t thread;
    bool started;
    struct loop *loop;
    struct mailbox *mailbox;
    struct mailbox *events_box; /* opened first: events go out before media */
    struct events_hub *events;
    atomic_bool events_lost; /* set by any thread: something for its peers could not be posted */
    struct loop_watch *listener, *tls_listener;
    struct loop_timer *tick;
    int listen_fd, tls_fd; /* -1: none */
    bool adopting_tls;     /* what is just being adopted came by tls_fd */
    int reserve_fd;        /* given up for a moment to accept and close when descriptors run out */
    struct send_batch *batch;
    struct tls_sealed *sealed;          /* TLS records of what is in the batch; NULL without TLS */
    const struct cursor_rings *pumping; /* while viewers_pump() runs */
    int64_t pumped_us;                  /* boot clock: when it began */
    struct lws_context *lws;
    struct lws_vhost *vhost;
    struct list conns;    /* of struct conn.node */
    struct list doomed;   /* of struct conn.node: to be closed before the thread waits again */
    struct list channels; /* of struct channel.node */
    uint8_t *scratch;     /* DISK_CHUNK_BYTES: a file's bytes on their way to a socket */
    int waits;            /* HLS requests that wait, of front->max_waits */
    bool waits_due;       /* some of them can be answered */
    int greeting;         /* connections without a whole request yet, of front->max_greeting */
    bool crowded;         /* so many that nobody is let in for now */
    int refused;          /* connections beyond the cap */
    unsigned ticks;
    struct loop_timer *release;  /* runs while messages go in pairs */
    bool pairs;                  /* messages go in pairs: the thread is near what it can do */
    int64_t busy_us, judged_us;  /* its turns since then; boot clock */
    int64_t behind_us;           /* the slowest viewer's, of this round of ticks */
    struct net_figures figures;  /* written here, read by any thread */
    pthread_mutex_t counts_lock; /* held to copy */
    int count_count;
    struct net_count counts[NET_MAX_COUNTED];
};

/* What all net threads share; only the atomics change. */
struct front {
    atomic_uint refs; /* front_create()'s, and one for each request that is held */
    const struct front_ops *ops;
    void *ctx;
    struct disk *disk;
    struct audience *audience; /* by HLS */
    struct pages *pages;
    struct address_list trusted;
    char embed_ancestors[512];
    char allowed_origins[512];
    int events_per_second, events_burst;
    int64_t gone_us, ping_us; /* front_config's */
    bool io_uring;            /* where the kernel lets us */
    int pairs;                /* front_config's */
    int port, tls_port;
    struct tls_house *tls; /* NULL: none */
    int max_connections, max_connections_per_address, max_waits, max_greeting;
    uint64_t hash_key;
    atomic_int connections;
    atomic_int *by_address; /* NET_ADDRESS_SLOTS */
    int thread_count;
    struct net *nets[NET_MAX_THREADS];
    struct publisher *publisher; /* of the media thread */
};

/* A meeting's name among players, never 0. Any thread. */
uint64_t front_meeting_hash(const struct front *f, const char *meeting);

/* Drops one reference; the last one frees the mailboxes and the front. Any thread. */
void front_unref(struct front *f);

/* Takes the listeners' descriptors; tls_fd may be -1. Returns 0 or a negative errno. */
int net_create(struct front *f, int listen_fd, int tls_fd, struct net **ret);
int net_start(struct net *n);

/* Ends the thread, its connections closed; the mailbox stays, closed, until net_destroy(). */
void net_stop(struct net *n);
void net_destroy(struct net *n);

/* On the net thread, the only one that writes its figures. */
/* One of those that greet has done so, or left. */
void net_greeted(struct net *n);

static inline void net_count_up(atomic_llong *figure, long long by)
{
    long long before = atomic_load_explicit(figure, memory_order_relaxed);
    atomic_store_explicit(figure, before + by, memory_order_relaxed);
}

#endif
