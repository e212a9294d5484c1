#include "base/clock.h"
#include "front/events_private.h"

#include <string.h>

/* Messages sent to one peer in one turn before others have theirs, and peers served before the
 * thread looks at anything else. */
#define TURN_MESSAGES 64
#define TURN_PEERS 1024

/* Without a sign of life, it is gone. */
#define SILENT_US 90000000

/* A client says who it is at once, and ends a message that it has begun. */
#define FIRST_US 5000000
#define UNFINISHED_US 20000000

struct events_text *events_text_new(enum ws_opcode opcode, struct bytes *payload)
{
    struct events_text *t = calloc(1, sizeof *t);
    if (!t) {
        bytes_unref(payload);
        return NULL;
    }
    list_init(&t->node);
    t->opcode = opcode;
    t->payload = payload;
    t->header_size = (uint8_t)ws_header_write(opcode, payload ? payload->size : 0, t->header);
    return t;
}

void events_text_free(struct events_text *t)
{
    if (!t)
        return;
    list_remove(&t->node);
    bytes_unref(t->payload);
    free(t);
}

static size_t payload_size(const struct events_text *t)
{
    return t->payload ? t->payload->size : 0;
}

static size_t cost(const struct events_text *t)
{
    return sizeof *t + payload_size(t);
}

/* Takes it out of the queue. */
static void forget(struct peer *p, struct events_text *t)
{
    p->queued_bytes -= cost(t);
    p->pongs -= t->opcode == WS_PONG;
    events_text_free(t);
}

struct bytes *events_close_payload(int status, const char *reason)
{
    size_t size = strlen(reason);
    if (size > WS_CONTROL_MAX - 2)
        size = WS_CONTROL_MAX - 2;
    struct bytes *b = bytes_new(2 + size);
    if (!b)
        return NULL;
    b->data[0] = (uint8_t)(status >> 8);
    b->data[1] = (uint8_t)status;
    memcpy(b->data + 2, reason, size);
    return b;
}

void events_queue(struct peer *p, struct events_text *t)
{
    if (p->closing || p->conn->state != CONN_EVENTS) {
        events_text_free(t);
        return;
    }
    if (!t) {
        conn_doom(p->conn);
        return;
    }
    if (t->opcode != WS_CLOSE && p->queued_bytes + cost(t) > EVENTS_QUEUE_BYTES) {
        events_text_free(t);
        events_cut_off(p, "behind");
        return;
    }
    t->after = p->class ? p->class->ring.next : 0;
    p->queued_bytes += cost(t);
    p->pongs += t->opcode == WS_PONG;
    list_append(&p->queue, &t->node);
    if (t->opcode == WS_CLOSE) {
        p->closing = true;
        p->closing_us = clock_boot_us();
    }
}

void events_close(struct peer *p, int status, const char *reason)
{
    struct bytes *payload = events_close_payload(status, reason);
    events_queue(p, payload ? events_text_new(WS_CLOSE, payload) : NULL);
}

void events_cut_off(struct peer *p, const char *reason)
{
    if (p->closing)
        return;
    list_for_each_safe (pos, &p->queue) {
        struct events_text *t = list_entry(pos, struct events_text, node);
        if (t->sent == 0)
            forget(p, t);
    }
    list_remove(&p->node);
    p->class = NULL; /* what it has not got of the ring is left out, too */
    net_count_up(&p->conn->net->figures.events_cut_off, 1);
    events_close(p, WS_STATUS_LATER, reason);
}

/* Sends the parts. Returns how many bytes went; where that is not all, the socket is watched or the
 * connection doomed. */
static size_t send_parts(struct peer *p, const struct iovec *parts, int count)
{
    size_t size = 0;
    for (int i = 0; i < count; i++)
        size += parts[i].iov_len;
    ssize_t sent = conn_send(p->conn, parts, count);
    if (sent < 0) {
        conn_doom(p->conn);
        return 0;
    }
    if (sent > 0)
        p->progress_us = clock_boot_us();
    if ((size_t)sent < size) {
        if (!p->blocked && sent == 0)
            p->progress_us = clock_boot_us(); /* from now on it stands still */
        p->blocked = true;
        conn_want_writable(p->conn);
    }
    return (size_t)sent;
}

static void send_half(struct peer *p)
{
    struct iovec part = {p->half->data + p->half_sent, p->half->size - p->half_sent};
    p->half_sent += send_parts(p, &part, 1);
    if (p->half_sent < p->half->size)
        return;
    bytes_unref(p->half);
    p->half = NULL;
}

static void send_entry(struct peer *p, const struct events_entry *e)
{
    struct iovec part = {e->frame->data, e->frame->size};
    size_t sent = send_parts(p, &part, 1);
    p->position++;
    net_count_up(&p->conn->net->figures.event_messages, 1);
    if (sent < e->frame->size) {
        p->half = bytes_ref(e->frame);
        p->half_sent = sent;
    }
}

static void send_text(struct peer *p, struct events_text *t)
{
    size_t header = t->sent < t->header_size ? t->header_size - t->sent : 0;
    size_t from = t->sent + header - t->header_size;
    struct iovec parts[2] = {{t->header + (t->header_size - header), header},
                             {t->payload ? t->payload->data + from : NULL, payload_size(t) - from}};
    t->sent += send_parts(p, parts, 2);
    if (t->sent < t->header_size + payload_size(t))
        return;
    if (t->opcode == WS_CLOSE)
        conn_linger(p->conn);
    forget(p, t);
}

/* What is to be sent next, in the order in which it was asked for. Returns false: nothing. */
static bool send_next(struct peer *p)
{
    if (p->half) {
        send_half(p);
        return true;
    }
    struct events_text *t =
        list_empty(&p->queue) ? NULL : list_entry(p->queue.next, struct events_text, node);
    if (t && t->sent) {
        send_text(p, t);
        return true;
    }
    if (p->class && p->position < p->class->ring.first) {
        events_cut_off(p, "behind");
        return true;
    }
    const struct events_entry *e = p->class ? events_ring_at(&p->class->ring, p->position) : NULL;
    if (t && (!e || t->after <= p->position))
        send_text(p, t);
    else if (e)
        send_entry(p, e);
    else
        return false;
    return true;
}

void events_pump(struct peer *p)
{
    int turn = 0;
    while (p->conn->state == CONN_EVENTS && !p->blocked && send_next(p)) {
        if (++turn == TURN_MESSAGES) {
            p->blocked = true;
            conn_want_writable(p->conn);
        }
    }
    list_remove(&p->node);
    if (p->class && !p->blocked && p->conn->state == CONN_EVENTS)
        list_append(&p->class->idle, &p->node);
}

void events_join(struct peer *p, struct events_class *class, uint64_t after_seq)
{
    if (p->closing || p->conn->state != CONN_EVENTS)
        return;
    list_remove(&p->node);
    p->class = class;
    if (events_ring_find(&class->ring, after_seq, &p->position) < 0)
        events_cut_off(p, "behind");
    list_for_each (pos, &p->queue) /* what was said before it joined goes before */
        list_entry(pos, struct events_text, node)->after = 0;
    if (!p->blocked)
        events_pump(p);
}

void events_wake(struct events_class *class)
{
    struct list *idle = &class->idle, *due = &class->due;
    if (list_empty(idle))
        return;
    idle->next->prev = due->prev;
    due->prev->next = idle->next;
    idle->prev->next = due;
    due->prev = idle->prev;
    list_init(idle);
}

static int serve(struct events_class *class, int peers)
{
    while (peers > 0 && !list_empty(&class->due)) {
        struct peer *p = list_entry(class->due.next, struct peer, node);
        events_pump(p);
        peers--;
    }
    return peers;
}

static void close_all(struct net *n)
{
    list_for_each_safe (pos, &n->conns) {
        struct conn *c = list_entry(pos, struct conn, node);
        if (c->state != CONN_EVENTS)
            continue;
        events_cut_off(c->events, "lost");
        events_pump(c->events);
    }
}

void events_turn(struct net *n)
{
    int peers = TURN_PEERS;
    if (atomic_exchange(&n->events_lost, false))
        close_all(n);
    list_for_each (pos, &n->events->audiences) {
        struct events_audience *a = list_entry(pos, struct events_audience, node);
        for (int i = 0; i < FRONT_CLASSES; i++)
            peers = serve(&a->classes[i], peers);
    }
    if (peers == 0)
        loop_wake(n->loop);
}

void events_writable(struct peer *p)
{
    p->blocked = false;
    events_pump(p);
}

static bool is_overdue(const struct peer *p, int64_t now_us)
{
    int64_t gone_us = p->conn->net->front->gone_us;
    return (p->blocked && now_us - p->progress_us > gone_us) || now_us - p->heard_us > SILENT_US ||
           (p->closing && now_us - p->closing_us > gone_us / 2);
}

void events_tick(struct peer *p, int64_t now_us)
{
    if (is_overdue(p, now_us)) {
        conn_abort(p->conn);
        return;
    }
    int64_t ping_us = p->conn->net->front->ping_us;
    if (p->class && p->position < p->class->ring.first)
        events_cut_off(p, "behind");
    else if (!p->greeted && now_us - p->opened_us > FIRST_US)
        events_close(p, WS_STATUS_POLICY, "no_hello");
    else if (p->begun_us && now_us - p->begun_us > UNFINISHED_US)
        events_close(p, WS_STATUS_POLICY, "unfinished");
    else if (now_us - p->heard_us > ping_us && now_us - p->pinged_us > ping_us) {
        p->pinged_us = now_us;
        events_queue(p, events_text_new(WS_PING, NULL));
    }
    if (!p->blocked && !list_empty(&p->queue))
        events_pump(p);
}

void events_say_goodbye(struct net *n)
{
    list_for_each_safe (pos, &n->conns) {
        struct conn *c = list_entry(pos, struct conn, node);
        if (c->state != CONN_EVENTS)
            continue;
        events_close(c->events, WS_STATUS_AWAY, "");
        if (!c->events->blocked)
            events_pump(c->events);
    }
}

void events_destroy(struct peer *p)
{
    if (!p)
        return;
    struct net *n = p->conn->net;
    events_hub_leave(n->events, p);
    list_remove(&p->node);
    while (!list_empty(&p->queue))
        forget(p, list_entry(p->queue.next, struct events_text, node));
    bytes_unref(p->half);
    buf_finish(&p->message);
    net_count_up(&n->figures.event_peers, -1);
    n->front->ops->events_closed(p->session);
    free(p);
}
