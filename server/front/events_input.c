#include "base/clock.h"
#include "base/utf8.h"
#include "front/events_private.h"
#include "front/http.h"
#include "front/ws_upgrade.h"

#include <errno.h>
#include <string.h>

/* Who has not said who it is sends no more than a greeting. */
#define FIRST_BYTES 8192

/* Messages beyond the rate that are still answered; one more ends the connection. */
#define MAX_EXCESS 32

static size_t limit(const struct peer *p)
{
    return p->greeted ? FRONT_EVENTS_MAX_BYTES : FIRST_BYTES;
}

/* A bucket of `burst` messages that `per_second` refill, as the time until when they are paid. */
static bool is_too_fast(struct peer *p)
{
    const struct front *f = p->conn->net->front;
    int64_t now_us = clock_boot_us(), each_us = 1000000 / f->events_per_second;
    if (p->rate_us <= now_us) {
        p->rate_us = now_us;
        p->excess = 0;
    }
    if (p->rate_us - now_us >= each_us * f->events_burst) {
        p->excess++;
        return true;
    }
    p->rate_us += each_us;
    return false;
}

static void take_message(struct peer *p, const uint8_t *data, size_t size)
{
    const struct front *f = p->conn->net->front;
    if (!utf8_valid(data, size)) {
        events_close(p, WS_STATUS_DATA, "bad_utf8");
        return;
    }
    bool too_fast = is_too_fast(p);
    if (p->excess > MAX_EXCESS) {
        events_close(p, WS_STATUS_POLICY, "too_fast");
        return;
    }
    p->greeted = true;
    struct bytes *text = bytes_copy(data, size);
    if (!text || !f->ops->events_message(p->session, text, too_fast))
        events_close(p, WS_STATUS_LATER, "busy");
}

static void take_data(struct peer *p, const struct ws_frame *f)
{
    if ((f->opcode == WS_CONTINUATION) != p->fragmented) {
        events_close(p, WS_STATUS_PROTOCOL, "");
        return;
    }
    if (f->opcode == WS_BINARY) {
        events_close(p, WS_STATUS_KIND, "binary");
        return;
    }
    if (f->final && !p->fragmented) {
        take_message(p, f->payload, f->payload_size);
        return;
    }
    p->fragmented = !f->final;
    if (p->message.size + f->payload_size > limit(p) ||
        buf_add(&p->message, f->payload, f->payload_size) < 0) {
        events_close(p, WS_STATUS_TOO_BIG, "too_big");
        return;
    }
    if (f->final) {
        take_message(p, p->message.data, p->message.size);
        buf_finish(&p->message);
    }
}

static void take_control(struct peer *p, const struct ws_frame *f)
{
    if (f->opcode == WS_CLOSE) {
        int status = f->payload_size >= 2 ? f->payload[0] << 8 | f->payload[1] : WS_STATUS_NORMAL;
        events_close(
            p, ws_status_sendable(status) && f->payload_size != 1 ? status : WS_STATUS_PROTOCOL,
            "");
    } else if (f->opcode == WS_PING && p->pongs < EVENTS_MAX_PONGS) {
        struct bytes *same = bytes_copy(f->payload, f->payload_size);
        events_queue(p, same ? events_text_new(WS_PONG, same) : NULL);
    }
}

static void note_unfinished(struct peer *p)
{
    if (p->conn->in.size == 0 && !p->fragmented)
        p->begun_us = 0;
    else if (p->begun_us == 0)
        p->begun_us = clock_boot_us();
}

void events_received(struct peer *p)
{
    struct buf *in = &p->conn->in;
    size_t used = 0;
    p->heard_us = clock_boot_us();
    while (!p->closing && p->conn->state == CONN_EVENTS) {
        struct ws_frame f;
        int r = ws_frame_read(in->data + used, in->size - used, limit(p), &f);
        if (r == -EAGAIN)
            break;
        if (r != 0) {
            events_close(p, r, r == WS_STATUS_TOO_BIG ? "too_big" : "");
            break;
        }
        used += f.size;
        p->begun_us = 0;
        if (f.opcode & 8)
            take_control(p, &f);
        else
            take_data(p, &f);
    }
    buf_drop(in, p->closing ? in->size : used);
    if (in->size == 0)
        buf_finish(in);
    note_unfinished(p);
    if (!p->blocked && !list_empty(&p->queue))
        events_pump(p);
}

/* The request's texts, ended with a NUL each; `room` holds them. */
static struct front_events_facts facts_of(const struct conn *c, const char *meeting,
                                          char room[HTTP_MAX_HEAD + 8],
                                          char address[ADDRESS_TEXT_MAX])
{
    struct address client = conn_client(c);
    const struct http_head *h = &c->head;
    const struct http_text texts[] = {h->cookie, h->origin, h->accept_language, h->authorization};
    const char *kept[4];
    char *at = room;
    for (int i = 0; i < 4; i++) {
        kept[i] = at;
        if (texts[i].size)
            memcpy(at, texts[i].at, texts[i].size);
        at[texts[i].size] = 0;
        at += texts[i].size + 1;
    }
    address_format(&client, address);
    return (struct front_events_facts){.meeting = meeting,
                                       .address = address,
                                       .cookies = kept[0],
                                       .origin = kept[1],
                                       .accept_language = kept[2],
                                       .authorization = kept[3],
                                       .https = conn_is_https(c)};
}

static struct peer *peer_create(struct conn *c)
{
    struct peer *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    p->conn = c;
    list_init(&p->node);
    list_init(&p->queue);
    buf_init(&p->message, FRONT_EVENTS_MAX_BYTES);
    p->opened_us = p->heard_us = p->progress_us = clock_boot_us();
    return p;
}

/* Tells the application. Returns false where it does not take the peer. */
static bool introduce(struct peer *p, const char *meeting)
{
    char room[HTTP_MAX_HEAD + 8], address[ADDRESS_TEXT_MAX];
    struct net *n = p->conn->net;
    uint64_t number = events_hub_enter(n->events, p);
    if (number == 0)
        return false;
    struct front_events_facts facts = facts_of(p->conn, meeting, room, address);
    p->session = n->front->ops->events_opened(n->front->ctx, number, &facts);
    if (!p->session)
        events_hub_leave(n->events, p);
    return p->session;
}

/* Sends the answer whole: the socket is empty yet. */
static bool answer(struct conn *c)
{
    cleanup(bytes_unref_p) struct bytes *b = ws_upgrade_answer(c, EVENTS_PROTOCOL);
    struct iovec part = {b ? b->data : NULL, b ? b->size : 0};
    return b && conn_send(c, &part, 1) == (ssize_t)part.iov_len;
}

void events_upgrade(struct conn *c, const char *meeting)
{
    struct front *f = c->net->front;
    if (!f->ops->events_opened) {
        http_error(c, 404);
        return;
    }
    if (!ws_origin_allowed(c->head.origin, c->head.host, f->allowed_origins)) {
        http_error(c, 403);
        return;
    }
    if (!ws_upgrade_allowed(c, EVENTS_PROTOCOL))
        return;
    struct peer *p = peer_create(c);
    if (!p || !introduce(p, meeting)) {
        free(p);
        http_error(c, 503);
        return;
    }
    net_count_up(&c->net->figures.event_peers, 1);
    c->events = p;
    bool answered = answer(c);
    ws_upgrade_finish(c, CONN_EVENTS);
    c->in.max_bytes = FRONT_EVENTS_MAX_BYTES + CONN_READ_BYTES + WS_HEADER_MAX + 4;
    if (!answered)
        conn_doom(c);
}
