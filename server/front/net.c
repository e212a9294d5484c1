#include "front/net.h"

#include "base/clock.h"
#include "front/channel.h"
#include "front/conn.h"
#include "front/disk.h"
#include "front/events.h"
#include "front/hls.h"
#include "front/send_batch.h"
#include "front/tls.h"
#include "front/viewer.h"

#include <errno.h>
#include <fcntl.h>
#include <libwebsockets.h>
#include <string.h>
#include <sys/socket.h>

#define TICK_MS 500
#define ACCEPT_TURN 256

/* Of a thread's time, percent: busier, messages go in pairs; until it is less busy. */
#define PAIRS_ON 70
#define PAIRS_OFF 35
#define RELEASE_MS 15

/* Turns of the loop in which lws's handles are surely closed: libuv does it in the next one. */
#define CLOSE_TURNS 8

static int on_lws(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                  size_t size)
{
    struct conn *c = user;
    switch (reason) {
    case LWS_CALLBACK_RAW_ADOPT:
        return conn_adopted(c, lws_context_user(lws_get_context(wsi)), wsi, lws_get_socket_fd(wsi));
    case LWS_CALLBACK_RAW_RX:
        return conn_came(c, in, size);
    case LWS_CALLBACK_RAW_WRITEABLE:
        return conn_writable(c);
    case LWS_CALLBACK_RAW_CLOSE:
        if (c)
            conn_closed(c);
        return 0;
    default:
        return 0;
    }
}

static const struct lws_protocols protocols[] = {
    {.name = "front", .callback = on_lws, .per_session_data_size = sizeof(struct conn)}, {0}};

/* Connections that were doomed outside of their own callbacks. */
static void close_doomed(struct net *n)
{
    while (!list_empty(&n->doomed)) {
        struct conn *c = list_entry(n->doomed.next, struct conn, node);
        list_remove(&c->node);
        lws_set_timeout(c->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_SYNC);
    }
}

/* Without a descriptor left, the peer is turned away instead of being asked for again and again. */
static void turn_away(struct net *n, int listen_fd)
{
    close(n->reserve_fd);
    int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC);
    if (fd >= 0)
        close(fd);
    n->reserve_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    net_count_up(&n->figures.refused_full, 1);
}

static void set_listening(struct net *n, int events)
{
    if (n->listener)
        loop_watch_set(n->listener, events);
    if (n->tls_listener)
        loop_watch_set(n->tls_listener, events);
}

/* Lets in no more for now: those who come wait in the listener's backlog. */
static bool is_crowded(struct net *n)
{
    if (n->greeting < n->front->max_greeting)
        return false;
    n->crowded = true;
    set_listening(n, 0);
    return true;
}

void net_greeted(struct net *n)
{
    n->greeting--;
    if (!n->crowded || n->greeting > n->front->max_greeting * 3 / 4)
        return;
    n->crowded = false;
    set_listening(n, LOOP_READABLE);
}

static void accept_from(struct net *n, int listen_fd, bool tls)
{
    n->adopting_tls = tls;
    for (int turn = 0; turn < ACCEPT_TURN && !is_crowded(n); turn++) {
        int fd = accept4(listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0 && (errno == EMFILE || errno == ENFILE)) {
            turn_away(n, listen_fd);
            break;
        }
        if (fd < 0 && errno != ECONNABORTED && errno != EINTR)
            break;
        if (fd >= 0) /* closed by lws where it fails */
            lws_adopt_descriptor_vhost(n->vhost, LWS_ADOPT_SOCKET,
                                       (lws_sock_file_fd_type){.sockfd = fd}, "front", NULL);
    }
    close_doomed(n);
}

static void on_listener(void *ctx, int events)
{
    struct net *n = ctx;
    accept_from(n, n->listen_fd, false);
}

static void on_tls_listener(void *ctx, int events)
{
    struct net *n = ctx;
    accept_from(n, n->tls_fd, true);
}

static void on_woken(void *ctx)
{
    struct net *n = ctx;
    mailbox_open_all(n->events_box, n);
    events_turn(n);
    mailbox_open_all(n->mailbox, n);
    hls_waits_turn(n);
    close_doomed(n);
}

static void wake(void *ctx)
{
    struct net *n = ctx;
    loop_wake(n->loop);
}

/* Who watches by the media socket, for front_watching(). */
static void count_viewers(struct net *n)
{
    struct net_count counts[NET_MAX_COUNTED];
    int count = 0;
    int64_t all = 0;
    list_for_each (pos, &n->channels) {
        const struct channel *ch = list_entry(pos, struct channel, node);
        struct net_count *one = &counts[count];
        for (int id = 1; id <= TRACK_MAX; id++)
            all += ch->watching[id];
        if (count == NET_MAX_COUNTED)
            continue;
        count++;
        memcpy(one->meeting, ch->info.meeting, sizeof one->meeting);
        one->track_count = 0;
        for (int id = 1; id <= TRACK_MAX; id++) {
            if (!ch->tracks[id].used)
                continue;
            struct net_count_track *t = &one->tracks[one->track_count++];
            memcpy(t->name, ch->tracks[id].track.name, sizeof t->name);
            t->viewers = ch->watching[id];
        }
    }
    atomic_store_explicit(&n->figures.media_viewers, all, memory_order_relaxed);
    pthread_mutex_lock(&n->counts_lock);
    memcpy(n->counts, counts, (size_t)count * sizeof counts[0]);
    n->count_count = count;
    pthread_mutex_unlock(&n->counts_lock);
}

static void on_release(void *ctx)
{
    struct net *n = ctx;
    viewers_release(n, clock_boot_us());
    close_doomed(n);
}

/* Two messages in one send cost little more than one. A thread that has hardly any time left sends
 * them so, 40 ms later at the most, instead of falling behind; what it saves does not make it
 * change its mind. */
static void judge_load(struct net *n, int64_t now_us)
{
    int64_t passed_us = now_us - n->judged_us, busy_us = n->busy_us;
    n->judged_us = now_us;
    n->busy_us = 0;
    bool pairs = busy_us > passed_us * (n->pairs ? PAIRS_OFF : PAIRS_ON) / 100;
    if (n->front->pairs)
        pairs = n->front->pairs > 0;
    if (pairs == n->pairs)
        return;
    n->pairs = pairs;
    atomic_store_explicit(&n->figures.pairs, pairs, memory_order_relaxed);
    viewers_release(n, now_us);
    if (pairs)
        loop_timer_start(n->release, RELEASE_MS, RELEASE_MS);
    else
        loop_timer_stop(n->release);
}

static void on_tick(void *ctx)
{
    struct net *n = ctx;
    int64_t now_us = clock_boot_us();
    n->behind_us = 0;
    judge_load(n, now_us);
    list_for_each_safe (pos, &n->conns) {
        conn_tick(list_entry(pos, struct conn, node), now_us);
    }
    close_doomed(n);
    atomic_store_explicit(&n->figures.behind_us_max, n->behind_us, memory_order_relaxed);
    if (n->ticks++ % 2 == 0)
        count_viewers(n);
    atomic_store_explicit(&n->figures.batches, send_batch_has_ring(n->batch), memory_order_relaxed);
}

static void on_turn(void *ctx, int64_t took_us)
{
    struct net *n = ctx;
    int bucket = 0;
    while (bucket < FRONT_TURN_BUCKETS - 1 && took_us > (INT64_C(64) << bucket))
        bucket++;
    n->busy_us += took_us;
    net_count_up(&n->figures.turns[bucket], 1);
    net_count_up(&n->figures.turns_us, took_us);
}

static int create_lws(struct net *n)
{
    void *loops[1] = {loop_native(n->loop)};
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN,
        .protocols = protocols,
        .gid = -1,
        .uid = -1,
        .options = LWS_SERVER_OPTION_LIBUV,
        .foreign_loops = loops,
        .pt_serv_buf_size = CONN_READ_BYTES,
        .user = n,
        .vhost_name = "front",
    };
    n->lws = lws_create_context(&info);
    if (!n->lws)
        return -ENOMEM;
    n->vhost = lws_get_vhost_by_name(n->lws, "front");
    return n->vhost ? 0 : -EINVAL;
}

static int fill(struct net *n)
{
    int r = loop_create(on_woken, n, &n->loop);
    if (r == 0)
        r = loop_measure(n->loop, on_turn);
    if (r == 0)
        r = mailbox_create(NET_MAX_LETTERS, wake, n, &n->mailbox);
    if (r == 0)
        r = mailbox_create(NET_MAX_EVENT_LETTERS, wake, n, &n->events_box);
    if (r == 0)
        r = events_hub_create(n, &n->events);
    if (r == 0)
        r = send_batch_create(viewer_batch_done, &n->batch);
    if (r == 0 && n->tls_fd >= 0 && !(n->sealed = calloc(1, sizeof *n->sealed)))
        r = -ENOMEM;
    if (r == 0)
        r = create_lws(n);
    if (r == 0)
        r = loop_watch_create(n->loop, n->listen_fd, LOOP_READABLE, on_listener, n, &n->listener);
    if (r == 0 && n->tls_fd >= 0)
        r = loop_watch_create(n->loop, n->tls_fd, LOOP_READABLE, on_tls_listener, n,
                              &n->tls_listener);
    if (r == 0)
        r = loop_timer_create(n->loop, on_tick, n, &n->tick);
    if (r == 0)
        r = loop_timer_create(n->loop, on_release, n, &n->release);
    return r;
}

/* Ends what the loop holds. The loop itself stays: someone may just be waking it. */
static void unwind(struct net *n)
{
    loop_timer_destroy(n->tick);
    loop_timer_destroy(n->release);
    loop_watch_destroy(n->listener);
    loop_watch_destroy(n->tls_listener);
    n->listener = n->tls_listener = NULL; /* connections that end below look for them */
    if (n->lws) {
        lws_context_destroy(n->lws);
        for (int turn = 0; turn < CLOSE_TURNS; turn++)
            loop_turn(n->loop);
        lws_context_destroy(n->lws); /* its second half, once the loop let go of everything */
    }
    while (!list_empty(&n->channels))
        channel_destroy(list_entry(n->channels.next, struct channel, node));
    events_hub_destroy(n->events);
    send_batch_destroy(n->batch);
    n->batch = NULL;
    free(n->sealed);
    n->sealed = NULL;
    n->events = NULL;
    n->tick = n->release = NULL;
    n->listener = n->tls_listener = NULL;
    n->lws = NULL;
}

static void close_listeners(struct net *n)
{
    if (n->listen_fd >= 0)
        close(n->listen_fd);
    if (n->tls_fd >= 0)
        close(n->tls_fd);
    n->listen_fd = n->tls_fd = -1;
}

int net_create(struct front *f, int listen_fd, int tls_fd, struct net **ret)
{
    struct net *n = calloc(1, sizeof *n);
    if (!n) {
        close(listen_fd);
        if (tls_fd >= 0)
            close(tls_fd);
        return -ENOMEM;
    }
    n->front = f;
    n->listen_fd = listen_fd;
    n->tls_fd = tls_fd;
    n->scratch = malloc(DISK_CHUNK_BYTES);
    n->reserve_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    list_init(&n->conns);
    list_init(&n->doomed);
    list_init(&n->channels);
    pthread_mutex_init(&n->counts_lock, NULL);
    int r = n->scratch ? fill(n) : -ENOMEM;
    if (r < 0) {
        unwind(n);
        net_destroy(n);
        return r;
    }
    *ret = n;
    return 0;
}

static void say_goodbye(struct net *n)
{
    list_for_each_safe (pos, &n->channels) {
        viewers_say_goodbye(list_entry(pos, struct channel, node));
    }
    events_say_goodbye(n);
}

static void *run(void *arg)
{
    struct net *n = arg;
    atomic_store(&n->figures.batches, n->front->io_uring && send_batch_open_ring(n->batch));
    pthread_setname_np(pthread_self(), "net");
    n->judged_us = clock_boot_us();
    loop_timer_start(n->tick, TICK_MS, TICK_MS);
    loop_run(n->loop);
    say_goodbye(n);
    unwind(n);
    return NULL;
}

int net_start(struct net *n)
{
    int r = pthread_create(&n->thread, NULL, run, n);
    n->started = r == 0;
    return -r;
}

void net_stop(struct net *n)
{
    mailbox_close(n->mailbox);
    mailbox_close(n->events_box);
    if (n->started) {
        loop_stop(n->loop);
        pthread_join(n->thread, NULL);
    } else {
        unwind(n);
    }
    n->started = false;
    close_listeners(n);
}

void net_destroy(struct net *n)
{
    mailbox_destroy(n->mailbox);
    mailbox_destroy(n->events_box);
    loop_destroy(n->loop);
    pthread_mutex_destroy(&n->counts_lock);
    close_listeners(n);
    if (n->reserve_fd >= 0)
        close(n->reserve_fd);
    free(n->scratch);
    free(n);
}
