#include "events_desk.h"

#include "../cmocka_all.h"
#include "fixture.h"
#include "front/ws_frame.h"

#include <stdio.h>
#include <string.h>

static void *on_opened(void *ctx, uint64_t peer, const struct front_events_facts *facts)
{
    struct events_desk *d = ctx;
    if (d->full)
        return NULL;
    struct events_visit *v = calloc(1, sizeof *v);
    v->desk = d;
    v->peer = peer;
    v->https = facts->https;
    snprintf(v->meeting, sizeof v->meeting, "%s", facts->meeting);
    snprintf(v->cookies, sizeof v->cookies, "%s", facts->cookies);
    snprintf(v->origin, sizeof v->origin, "%s", facts->origin);
    snprintf(v->address, sizeof v->address, "%s", facts->address);
    pthread_mutex_lock(&d->lock);
    d->visits[d->opened++] = v;
    pthread_mutex_unlock(&d->lock);
    return v;
}

static bool on_message(void *session, struct bytes *text, bool too_fast)
{
    struct events_visit *v = session;
    struct events_desk *d = v->desk;
    pthread_mutex_lock(&d->lock);
    d->messages++;
    d->too_fast += too_fast;
    bytes_unref(d->last);
    d->last = text;
    pthread_mutex_unlock(&d->lock);
    return !d->deaf;
}

static void on_closed(void *session)
{
    struct events_visit *v = session;
    pthread_mutex_lock(&v->desk->lock);
    v->desk->closed++;
    pthread_mutex_unlock(&v->desk->lock);
}

static const struct front_ops ops = {
    .events_opened = on_opened, .events_message = on_message, .events_closed = on_closed};

int events_desk_count(struct events_desk *d, const int *of)
{
    pthread_mutex_lock(&d->lock);
    int n = *of;
    pthread_mutex_unlock(&d->lock);
    return n;
}

void events_desk_open(struct events_desk *d)
{
    struct front_config config = {.address = "127.0.0.1",
                                  .threads = 2,
                                  .max_connections = EVENTS_MANY + 500,
                                  .max_connections_per_address = EVENTS_MANY + 500,
                                  .trusted_proxies = "127.0.0.1",
                                  .allowed_origins = "https://komsu.example"};
    *d = (struct events_desk){0};
    pthread_mutex_init(&d->lock, NULL);
    assert_int_equal(front_create(&config, &ops, d, &d->front), 0);
    d->port = front_port(d->front);
}

void events_desk_close(struct events_desk *d)
{
    front_destroy(d->front);
    assert_int_equal(d->opened, d->closed);
    for (int i = 0; i < d->opened; i++)
        free(d->visits[i]);
    bytes_unref(d->last);
    pthread_mutex_destroy(&d->lock);
}

void events_desk_visit(struct events_desk *d, struct client_socket *s, const char *headers)
{
    assert_int_equal(client_ws_try(d->port, EVENTS_PATH, EVENTS_PROTOCOL, headers, s), 101);
}

struct bytes *events_text(const char *text)
{
    return bytes_copy(text, strlen(text));
}

void events_publish(struct events_desk *d, uint64_t seq)
{
    char p[32], s[32];
    snprintf(p, sizeof p, "p %llu", (unsigned long long)seq);
    snprintf(s, sizeof s, "s %llu", (unsigned long long)seq);
    struct bytes *texts[FRONT_CLASSES] = {events_text(p), events_text(s)};
    front_events_publish(d->front, "demo", seq, seq, texts);
    bytes_unref(texts[0]);
    bytes_unref(texts[1]);
}

void events_expect(struct client_socket *s, const char *text)
{
    struct bytes *b = NULL;
    assert_int_equal(client_ws_read(s, 10000, &b), WS_TEXT);
    assert_int_equal(b->size, strlen(text));
    assert_memory_equal(b->data, text, b->size);
    bytes_unref(b);
}

void events_expect_close(struct client_socket *s, int status, const char *reason)
{
    struct bytes *b = NULL;
    int opcode;
    while ((opcode = client_ws_read(s, 10000, &b)) != WS_CLOSE) {
        assert_true(opcode > 0);
        bytes_unref(b);
    }
    assert_true(b->size >= 2);
    assert_int_equal(b->data[0] << 8 | b->data[1], status);
    assert_int_equal(b->size - 2, strlen(reason));
    assert_memory_equal(b->data + 2, reason, b->size - 2);
    bytes_unref(b);
}
