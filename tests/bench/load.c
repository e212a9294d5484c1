/* The load client. It is started by bench's own scripts; by hand:
 *
 *   load media|flv|events|hls ADDRESS:PORT PATH COUNT [tls] [report] [at-once N] [stall N]
 *        [cpu N] [seconds N]
 *
 * media       viewers at the media socket, or at what speaks like it
 * flv         WebSockets whose messages are only counted
 * events      listeners at the events socket
 * hls         pullers of the live playlist PATH and its segments, over kept connections
 * report      says each second what it has, as a player does
 * at-once N   connections that are being opened at a time (256)
 * stall N     so many stop reading once all play
 * seconds N   ends then at the latest (300)
 *
 * Lines on standard input: "clear" begins to count anew; "tell" prints what was counted; "stall N";
 * "reconnect" drops all connections and opens them again at once. The end of the input ends it.
 * What it says is JSON, a line each: "playing" once all play, "figures". */
#include "load.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define TICK_US 20000
#define REPORT_US 1000000
#define EVENTS 256

void load_tell_playing(struct client *c)
{
    struct load *l = c->load;
    if (c->state != LOAD_OPEN)
        return;
    c->state = LOAD_PLAYING;
    l->playing++;
    if (l->playing < l->count || l->told)
        return;
    l->told = true;
    printf("{\"event\":\"playing\",\"count\":%d,\"ms\":%.1f,\"failed\":%lld}\n", l->count,
           (double)(bench_now_us() - l->began_us) / 1000, (long long)l->figures.failed);
    fflush(stdout);
}

static void clear(struct load_figures *f)
{
    histogram_clear(&f->arrived);
    histogram_clear(&f->read);
    f->messages = f->bytes = f->gaps = f->broken = f->closed = f->failed = 0;
    f->segments = f->playlists = 0;
}

static void tell_delay(const char *name, const struct histogram *h)
{
    printf(",\"%s\":{\"p50\":%lld,\"p90\":%lld,\"p99\":%lld,\"max\":%lld,\"min\":%lld}", name,
           (long long)histogram_share(h, 0.5), (long long)histogram_share(h, 0.9),
           (long long)histogram_share(h, 0.99), (long long)h->most_us,
           h->count ? (long long)h->least_us : -1);
}

static void tell(const struct load *l)
{
    const struct load_figures *f = &l->figures;
    printf("{\"event\":\"figures\",\"playing\":%d,\"messages\":%lld,\"bytes\":%lld,\"gaps\":%lld,"
           "\"broken\":%lld,\"closed\":%lld,\"failed\":%lld,\"segments\":%lld,\"playlists\":%lld",
           l->playing, (long long)f->messages, (long long)f->bytes, (long long)f->gaps,
           (long long)f->broken, (long long)f->closed, (long long)f->failed, (long long)f->segments,
           (long long)f->playlists);
    tell_delay("arrived_us", &f->arrived);
    tell_delay("read_us", &f->read);
    printf(",\"error\":\"%s\"}\n", l->last_error);
    fflush(stdout);
}

static void stall(struct load *l, long count)
{
    for (int i = 0; i < l->count && count > 0; i++)
        if (l->clients[i].state == LOAD_PLAYING) {
            client_stall(&l->clients[i]);
            count--;
        }
}

static void reconnect(struct load *l)
{
    l->told = false;
    l->at_once = l->count;
    clear(&l->figures);
    for (int i = 0; i < l->count; i++) {
        client_close(&l->clients[i]);
        l->clients[i].state = LOAD_IDLE;
        l->clients[i].due_us = 0;
    }
    l->began_us = bench_now_us();
}

static void obey(struct load *l, char *line)
{
    if (strcmp(line, "clear") == 0)
        clear(&l->figures);
    else if (strcmp(line, "tell") == 0)
        tell(l);
    else if (strcmp(line, "reconnect") == 0)
        reconnect(l);
    else if (strncmp(line, "stall ", 6) == 0)
        stall(l, bench_number(line + 6, 0, l->count));
    else
        bench_die("\"%s\" is no command", line);
}

static void read_commands(struct load *l)
{
    static char in[4096];
    static size_t have;
    ssize_t n = read(STDIN_FILENO, in + have, sizeof in - have);
    if (n <= 0)
        exit(0);
    have += (size_t)n;
    for (char *end; (end = memchr(in, '\n', have));
         have -= (size_t)(end + 1 - in), memmove(in, end + 1, have)) {
        *end = 0;
        obey(l, in);
    }
    if (have == sizeof in)
        bench_die("a command without an end");
}

static void tick_client(struct client *c, int64_t now_us)
{
    struct load *l = c->load;
    if (now_us < c->due_us)
        return;
    if (c->state == LOAD_IDLE && l->connecting < l->at_once)
        client_connect(c);
    else if (l->kind == LOAD_HLS && (c->state == LOAD_PLAYING || c->state == LOAD_OPEN))
        hls_ask(c);
    else if (l->report && (c->state == LOAD_PLAYING || c->state == LOAD_OPEN)) {
        c->due_us += REPORT_US;
        ws_report(c);
    }
}

static void run(struct load *l)
{
    struct epoll_event events[EVENTS], input = {.events = EPOLLIN};
    int64_t tick_us = 0;
    if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, STDIN_FILENO, &input) < 0)
        bench_die("standard input can't be watched");
    for (;;) {
        int64_t now_us = bench_now_us();
        if (now_us - tick_us >= TICK_US) {
            tick_us = now_us;
            for (int i = 0; i < l->count; i++)
                tick_client(&l->clients[i], now_us);
        }
        int n = epoll_wait(l->epoll, events, EVENTS, TICK_US / 1000);
        for (int i = 0; i < n; i++) {
            if (events[i].data.ptr)
                client_ready(events[i].data.ptr, events[i].events);
            else
                read_commands(l);
        }
    }
}

static void make_clients(struct load *l)
{
    l->clients = calloc((size_t)l->count, sizeof *l->clients);
    l->in = malloc(LOAD_IN_BYTES);
    l->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (!l->clients || !l->in || l->epoll < 0)
        bench_die("no memory");
    for (int i = 0; i < l->count; i++) {
        struct client *c = &l->clients[i];
        c->load = l;
        c->index = i;
        c->fd = -1;
        c->state = LOAD_IDLE;
        /* a crowd of pullers is spread over its period */
        if (l->kind == LOAD_HLS)
            c->due_us = bench_now_us() + (int64_t)i * 2000000 / l->count;
    }
    clear(&l->figures);
    l->began_us = bench_now_us();
}

static void set_up_tls(struct load *l)
{
    l->ssl = SSL_CTX_new(TLS_client_method());
    /* the same cipher at every server: AES-128-GCM, what browsers prefer where there is AES-NI */
    if (!l->ssl || SSL_CTX_set_ciphersuites(l->ssl, "TLS_AES_128_GCM_SHA256") != 1)
        bench_die("no TLS");
    SSL_CTX_set_verify(l->ssl, SSL_VERIFY_NONE, NULL); /* a certificate made for the run */
    SSL_CTX_set_mode(l->ssl, SSL_MODE_RELEASE_BUFFERS);
}

static enum load_kind kind_of(const char *name)
{
    static const char *const names[] = {"media", "flv", "events", "hls"};
    for (int i = 0; i < 4; i++)
        if (strcmp(name, names[i]) == 0)
            return (enum load_kind)(i + 1);
    bench_die("%s is no kind of client", name);
}

static void take_options(struct load *l, char *argv[])
{
    for (; *argv; argv++) {
        bool valued = argv[1] != NULL;
        if (strcmp(*argv, "tls") == 0)
            l->tls = true;
        else if (strcmp(*argv, "report") == 0)
            l->report = true;
        else if (strcmp(*argv, "at-once") == 0 && valued)
            l->at_once = (int)bench_number(*++argv, 1, 100000);
        else if (strcmp(*argv, "cpu") == 0 && valued)
            bench_pin((int)bench_number(*++argv, -1, 1023));
        else if (strcmp(*argv, "seconds") == 0 && valued)
            bench_bound((unsigned)bench_number(*++argv, 1, 86400));
        else
            bench_die("%s is no option", *argv);
    }
}

int main(int argc, char *argv[])
{
    static struct load l = {.per_address = 150, .at_once = 256, .again = true};
    if (argc < 5)
        bench_die("usage: load media|flv|events|hls ADDRESS:PORT PATH COUNT [OPTION…]");
    bench_bound(300);
    signal(SIGPIPE, SIG_IGN);
    l.kind = kind_of(argv[1]);
    l.server = bench_address(argv[2]);
    snprintf(l.host, sizeof l.host, "%s", argv[2]);
    snprintf(l.path, sizeof l.path, "%s", argv[3]);
    if (l.path[0] != '/')
        bench_die("%s is no path", argv[3]);
    l.count = (int)bench_number(argv[4], 1, 60000);
    bench_files(l.count + 50);
    take_options(&l, argv + 5);
    if (l.tls)
        set_up_tls(&l);
    make_clients(&l);
    run(&l);
}
