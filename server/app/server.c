#include "app/server.h"
#include "app/certificate.h"
#include "app/core.h"
#include "app/demo.h"
#include "app/media_hub.h"
#include "app/request.h"
#include "app/setup.h"
#include "app/visit.h"
#include "base/io.h"
#include "base/log.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define POOL_THREADS 2
#define POOL_CAP 256
/* Longer than the longest way from "end" over SIGTERM to SIGKILL for a worker. */
#define END_MAX_SECONDS 25
/* Descriptors that are not a connection's. */
#define OWN_FILES 200

struct server {
    int lock_fd;
    struct core *core;
    struct media_hub *hub;
    struct pool *pool;
    struct front *front;
    pthread_t core_thread;
    bool core_running;
    struct certificate certificate; /* main thread */
    sem_t ended;
};

static const struct front_ops front_ops = {
    .request = request_take,
    .events_opened = visit_opened,
    .events_message = visit_said,
    .events_closed = visit_closed,
};

static int prepare_data(const char *wanted, char ret_data[PATH_MAX], char ret_reason[SERVER_REASON])
{
    char run[PATH_MAX + 16];
    int r = io_make_folders(wanted, 0755);
    if (r == 0 && !realpath(wanted, ret_data))
        r = -errno;
    if (r == 0 && strlen(ret_data) > PATH_MAX - 512)
        r = -ENAMETOOLONG;
    if (r == 0 && access(ret_data, W_OK | X_OK) < 0)
        r = -errno;
    if (r == 0) {
        snprintf(run, sizeof run, "%s/run", ret_data);
        r = io_make_folders(run, 0700);
    }
    if (r == 0) {
        snprintf(run, sizeof run, "%s/run/rtmp", ret_data);
        r = io_make_folders(run, 0755);
    }
    if (r < 0)
        snprintf(ret_reason, SERVER_REASON, "the data folder %.300s can't be used: %s", wanted,
                 strerror(-r));
    return r;
}

static int lock_data(struct server *s, const char *data, char ret_reason[SERVER_REASON])
{
    char path[PATH_MAX + 16];
    snprintf(path, sizeof path, "%s/lock", data);
    s->lock_fd = io_lock_file(path);
    if (s->lock_fd == -EWOULDBLOCK)
        snprintf(ret_reason, SERVER_REASON,
                 "another meclis is using the data folder %.300s; stop it or give another --data",
                 data);
    else if (s->lock_fd < 0)
        snprintf(ret_reason, SERVER_REASON, "%.300s can't be locked: %s", path,
                 strerror(-s->lock_fd));
    return s->lock_fd < 0 ? s->lock_fd : 0;
}

/* Sets the cap on open files to what is needed, as far as allowed, and says how many connections
 * fit below it. Not higher: libwebsockets fills tables of that size, and takes an unlimited one for
 * 2560.
 */
static int64_t file_cap(int64_t max_connections)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return max_connections;
    limit.rlim_cur = (rlim_t)(max_connections + OWN_FILES);
    if (limit.rlim_cur > limit.rlim_max)
        limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
    int64_t room = (int64_t)limit.rlim_cur - OWN_FILES;
    if (room >= max_connections) {
        log_info("server", "open files: %lld allowed, %lld connections served at most",
                 (long long)limit.rlim_cur, (long long)max_connections);
        return max_connections;
    }
    log_warning("server",
                "open files: only %lld allowed, so at most %lld connections instead of %lld",
                (long long)limit.rlim_cur, (long long)room, (long long)max_connections);
    return room > 16 ? room : 16;
}

static int pairs(const struct config *c)
{
    switch (c->send_pairs) {
    case CONFIG_PAIRS_ALWAYS:
        return 1;
    case CONFIG_PAIRS_NEVER:
        return -1;
    default:
        return 0;
    }
}

static int net_threads(const struct config *c)
{
    if (c->net_threads)
        return (int)c->net_threads;
    cpu_set_t cores; /* that we may use: a container's share, not the machine's */
    int count = sched_getaffinity(0, sizeof cores, &cores) == 0 ? CPU_COUNT(&cores) : 1;
    return count < 1 ? 1 : count > 16 ? 16 : count;
}

/* What comes at once beyond this waits for its second SYN; the kernel cuts a listener's backlog to
 * it without a word. */
static void check_backlog(void)
{
    cleanup(bytes_unref_p) struct bytes *text = NULL;
    if (io_read_file("/proc/sys/net/core/somaxconn", 64, &text) < 0)
        return;
    char copy[65] = "";
    memcpy(copy, text->data, text->size);
    long most = strtol(copy, NULL, 10);
    if (most > 0 && most < FRONT_BACKLOG)
        log_warning("server",
                    "net.core.somaxconn is %ld: of viewers who come at once, more than that wait "
                    "for a second and more; %d is better",
                    most, FRONT_BACKLOG);
}

static int open_front(struct server *s, const struct config *c, const struct paths *paths,
                      char ret_reason[SERVER_REASON])
{
    struct front_config f = {
        .port = c->port,
        .threads = net_threads(c),
        .io_uring = c->io_uring,
        .pairs = pairs(c),
        .tls = {.certificate = c->tls_certificate[0] ? c->tls_certificate : NULL,
                .key = c->tls_key,
                .port = (int)c->tls_port},
        .max_connections = (int)file_cap(c->max_connections),
        .max_connections_per_address = (int)c->max_connections_per_address,
        .events_per_second = (int)c->events_per_second,
        .events_burst = (int)c->events_burst,
        .web_folder = paths->web[0] ? paths->web : NULL,
        .embed_ancestors = c->embed_ancestors,
        .trusted_proxies = c->trusted_proxies,
        .allowed_origins = c->allowed_origins,
    };
    check_backlog();
    memcpy(f.address, c->address, sizeof f.address);
    char reason[FRONT_REASON] = "";
    certificate_init(&s->certificate, f.tls.certificate, f.tls.key);
    int r = f.tls.certificate ? front_check_tls(&f.tls, reason) : 0;
    if (r < 0) {
        snprintf(ret_reason, SERVER_REASON, "TLS: %s", reason[0] ? reason : strerror(-r));
        return r;
    }
    r = front_create(&f, &front_ops, s->core, &s->front);
    if (r == -EADDRINUSE)
        snprintf(ret_reason, SERVER_REASON,
                 "%s%s is taken by another program; stop it or give another --listen", c->listen,
                 f.tls.certificate ? ", or tls_port," : "");
    else if (r < 0)
        snprintf(ret_reason, SERVER_REASON, "%s can't be listened at: %s", c->listen, strerror(-r));
    s->core->front = s->front;
    return r;
}

static void *run_core(void *arg)
{
    struct core *c = arg;
    core_start(c);
    loop_run(c->loop);
    return NULL;
}

static void end_core(struct server *s)
{
    if (s->core_running) {
        loop_stop(s->core->loop);
        pthread_join(s->core_thread, NULL);
    }
    s->core_running = false;
}

/* In the order in which nothing is used after its end: the front's threads post to core and pool,
 * and those, and the media thread, call the front. */
static void take_apart(struct server *s)
{
    front_stop(s->front);
    pool_destroy(s->pool);
    end_core(s);
    media_hub_destroy(s->hub);
    core_destroy(s->core);
    front_destroy(s->front);
    if (s->lock_fd >= 0)
        close(s->lock_fd);
    sem_destroy(&s->ended);
    free(s);
}

static int create_core(struct server *s, struct config *config, const struct paths *paths,
                       const char *data, bool demo, char ret_reason[SERVER_REASON])
{
    struct core_settings settings = {
        .config = config, .data = data, .worker_program = paths->worker};
    int r =
        demo ? demo_create(config, data, &settings.demo, ret_reason) : setup_add_room(config, data);
    if (r < 0 && !demo)
        snprintf(ret_reason, SERVER_REASON, "the room's key can't be kept: %s", strerror(-r));
    if (r == 0)
        r = core_create(&settings, &s->core, ret_reason);
    if (r < 0 && demo)
        demo_destroy(settings.demo);
    return r;
}

int server_start(struct config *config, const struct paths *paths, bool demo, struct server **ret,
                 char ret_reason[SERVER_REASON])
{
    char data[PATH_MAX];
    struct server *s = calloc(1, sizeof *s);
    if (!s)
        return -ENOMEM;
    s->lock_fd = -1;
    sem_init(&s->ended, 0, 0);
    int r = prepare_data(config->data, data, ret_reason);
    if (r == 0)
        r = lock_data(s, data, ret_reason);
    if (r == 0)
        r = create_core(s, config, paths, data, demo, ret_reason);
    if (r == 0) {
        snprintf(ret_reason, SERVER_REASON, "no memory");
        r = media_hub_create(s->core, &s->hub);
    }
    if (r == 0)
        r = pool_create(POOL_THREADS, POOL_CAP, data, &s->pool);
    if (r == 0) {
        s->core->pool = s->pool;
        r = open_front(s, config, paths, ret_reason);
    }
    if (r == 0)
        r = media_hub_start(s->hub);
    if (r == 0) {
        r = -pthread_create(&s->core_thread, NULL, run_core, s->core);
        s->core_running = r == 0;
    }
    if (r < 0) {
        take_apart(s);
        return r;
    }
    *ret = s;
    return 0;
}

static void on_ended(void *ctx)
{
    struct server *s = ctx;
    sem_post(&s->ended);
}

void server_reload(struct server *s)
{
    char reason[FRONT_REASON] = "";
    int r = front_reload_tls(s->front, reason);
    if (r < 0)
        log_warning("server", "the certificate in use stays: %s",
                    reason[0] ? reason : strerror(-r));
    else if (front_tls_port(s->front))
        log_info("server", "the certificate was read again; settings are read at the start alone");
    else
        log_info("server", "there is no certificate to read again; settings are read at the start "
                           "alone, and workers stay on air while the server is started anew");
}

void server_look(struct server *s)
{
    char reason[FRONT_REASON] = "";
    if (!certificate_look(&s->certificate))
        return;
    int r = front_reload_tls(s->front, reason);
    if (r < 0)
        log_warning("server", "the certificate in use stays: %s",
                    reason[0] ? reason : strerror(-r));
    else
        log_info("server", "the certificate has changed and was read again");
}

void server_stop(struct server *s, bool leave_workers)
{
    if (!s)
        return;
    core_end(s->core, leave_workers, on_ended, s);
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += END_MAX_SECONDS;
    int r;
    while ((r = sem_timedwait(&s->ended, &until)) < 0 && errno == EINTR)
        continue;
    if (r < 0)
        log_error("server", "a worker does not end; it is left to itself");
    take_apart(s);
}
