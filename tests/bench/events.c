/* The front alone, with nothing behind it but this: whoever comes to the events socket listens, and
 * each line "event" on standard input is published to all, BYTES of it.
 *
 *   events ADDRESS:PORT BYTES THREADS
 *
 * So the fan-out of an event is measured without what comes before it (a decision, a commit), which
 * the limit has not either. Ends with its standard input. */
#include "base/mailbox.h"
#include "bench.h"
#include "front/front_events.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define MEETING "olcum"
#define MAX_PEERS 60000
#define BOUND_SECONDS 3600

struct house {
    struct front *front;
    struct mailbox *box; /* from the net threads to this one: who has come */
    int woken;
    uint64_t seq;
    size_t bytes;
};

struct arrival {
    struct letter letter;
    uint64_t peer;
};

static void join(struct letter *l, void *owner)
{
    struct house *h = owner;
    struct arrival *a = (struct arrival *)l;
    front_events_join(h->front, a->peer, MEETING, FRONT_PUBLIC, h->seq);
    free(a);
}

static void discard(struct letter *l)
{
    free(l);
}

static void *on_opened(void *ctx, uint64_t peer, const struct front_events_facts *facts)
{
    struct house *h = ctx;
    struct arrival *a = calloc(1, sizeof *a);
    if (!a)
        return NULL;
    a->letter = (struct letter){.open = join, .discard = discard};
    a->peer = peer;
    if (mailbox_post(h->box, &a->letter) == 0)
        return h;
    free(a);
    return NULL;
}

static bool on_message(void *session, struct bytes *text, bool too_fast)
{
    bytes_unref(text);
    return true;
}

static void on_closed(void *session)
{
}

static void on_request(void *ctx, struct front_request *r)
{
    front_reply(r, &(struct front_response){.status = 404, .content_type = "text/plain"});
}

static const struct front_ops ops = {.request = on_request,
                                     .events_opened = on_opened,
                                     .events_message = on_message,
                                     .events_closed = on_closed};

static void wake(void *ctx)
{
    struct house *h = ctx;
    uint64_t one = 1;
    if (write(h->woken, &one, sizeof one) < 0)
        bench_die("the thread can't be woken");
}

static void publish(struct house *h)
{
    struct bytes *texts[FRONT_CLASSES] = {bytes_new(h->bytes)};
    char head[64];
    if (!texts[FRONT_PUBLIC])
        bench_die("no memory");
    int n = snprintf(head, sizeof head, "{\"type\":\"event\",\"at_utc_us\":%lld}",
                     (long long)bench_utc_us());
    memset(texts[FRONT_PUBLIC]->data, ' ', h->bytes);
    memcpy(texts[FRONT_PUBLIC]->data, head, (size_t)n);
    h->seq++;
    front_events_publish(h->front, MEETING, h->seq, h->seq, texts);
    bytes_unref(texts[FRONT_PUBLIC]);
}

static void run(struct house *h)
{
    char line[64];
    uint64_t count;
    struct pollfd fds[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                           {.fd = h->woken, .events = POLLIN}};
    setvbuf(stdin, NULL, _IONBF, 0);
    while (poll(fds, 2, -1) > 0 || errno == EINTR) {
        if (fds[1].revents && read(h->woken, &count, sizeof count) > 0)
            mailbox_open_all(h->box, h);
        if (fds[0].revents && !fgets(line, sizeof line, stdin))
            return;
        if (fds[0].revents && strcmp(line, "event\n") == 0)
            publish(h);
    }
}

int main(int argc, char *argv[])
{
    struct house h = {.woken = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
    if (argc != 4)
        bench_die("usage: events ADDRESS:PORT BYTES THREADS");
    struct sockaddr_in address = bench_address(argv[1]);
    struct front_config config = {.port = ntohs(address.sin_port),
                                  .threads = (int)bench_number(argv[3], 1, 16),
                                  .max_connections = MAX_PEERS,
                                  .max_connections_per_address = MAX_PEERS};
    h.bytes = (size_t)bench_number(argv[2], 200, 65000) - BENCH_WS_BYTES;
    inet_ntop(AF_INET, &address.sin_addr, config.address, sizeof config.address);
    bench_bound(BOUND_SECONDS);
    bench_files(1000);
    if (h.woken < 0 || mailbox_create(MAX_PEERS, wake, &h, &h.box) < 0)
        bench_die("no memory");
    int r = front_create(&config, &ops, &h, &h.front);
    if (r < 0)
        bench_die("the front can't begin: %s", strerror(-r));
    printf("{\"event\":\"listening\"}\n");
    fflush(stdout);
    run(&h);
    front_destroy(h.front);
    mailbox_destroy(h.box);
    return 0;
}
