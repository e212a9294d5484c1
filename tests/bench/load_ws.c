#include "load.h"

#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of a message of each kind that are looked at. */
static size_t looked_at(const struct client *c)
{
    if (c->opcode == 2)
        return c->load->kind == LOAD_MEDIA ? BENCH_HEAD_BYTES : 0;
    return c->load->kind == LOAD_EVENTS || c->opcode >= 8 ? LOAD_KEPT - 10 : 0;
}

bool ws_ask(struct client *c)
{
    char request[768];
    const char *protocol =
        c->load->kind == LOAD_MEDIA    ? "Sec-WebSocket-Protocol: meclis.media.v1\r\n"
        : c->load->kind == LOAD_EVENTS ? "Sec-WebSocket-Protocol: meclis.events.v1\r\n"
                                       : "";
    int n = snprintf(request, sizeof request,
                     "GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                     "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " BENCH_WS_KEY "\r\n%s\r\n",
                     c->load->path, c->load->host, protocol);
    return client_send(c, request, (size_t)n);
}

/* Sends a text, masked with zeros. */
static bool ws_say(struct client *c, const char *text, size_t size)
{
    uint8_t frame[6 + 125] = {0x81, (uint8_t)(0x80 | size)};
    memcpy(frame + 6, text, size);
    return client_send(c, frame, 6 + size);
}

/* The answer's head, as far as it is kept. Returns how many of the bytes were its, or -1. */
static ssize_t take_answer(struct client *c, const uint8_t *data, size_t size)
{
    static const char hello[] = "{\"type\":\"hello\",\"v\":1}";
    size_t n = sizeof c->kept - 1 - c->have, before = c->have;
    if (n > size)
        n = size;
    memcpy(c->kept + c->have, data, n);
    c->have += (uint16_t)n;
    const uint8_t *end = memmem(c->kept, c->have, "\r\n\r\n", 4);
    if (!end && c->have < sizeof c->kept - 1)
        return (ssize_t)n;
    c->kept[c->have] = 0;
    if (!end || memcmp(c->kept, "HTTP/1.1 101", 12) != 0 ||
        !strstr((const char *)c->kept, BENCH_WS_ACCEPT)) {
        char said[32] = "";
        memcpy(said, c->kept, c->have < 31 ? c->have : 31);
        said[strcspn(said, "\r\n")] = 0;
        client_lost(c, said);
        return -1;
    }
    c->have = 0;
    c->state = LOAD_OPEN;
    c->due_us = bench_now_us() + c->index % 1000 * 1000; /* the first report */
    if (c->load->kind == LOAD_EVENTS && !ws_say(c, hello, sizeof hello - 1))
        return -1;
    if (c->load->kind == LOAD_EVENTS)
        load_tell_playing(c);
    return end + 4 - c->kept - (ssize_t)before;
}

/* The frame's own head. Returns its size, 0 when more of it has to come, -1 for what no server may
 * send. */
static int head_of(const struct client *c, uint64_t *ret_payload)
{
    if (c->have < 2)
        return 0;
    int size = c->kept[1] == 126 ? 4 : c->kept[1] == 127 ? 10 : 2;
    if (c->kept[1] & 0x80 || c->kept[0] & 0x70)
        return -1;
    if (c->have < size)
        return 0;
    *ret_payload = c->kept[1];
    if (size == 4)
        *ret_payload = (uint64_t)c->kept[2] << 8 | c->kept[3];
    if (size == 10) {
        memcpy(ret_payload, c->kept + 2, 8);
        *ret_payload = be64toh(*ret_payload);
    }
    return size;
}

static void take_media(struct client *c, const uint8_t *head)
{
    struct load_figures *f = &c->load->figures;
    struct bench_fragment m;
    c->captured_us = 0;
    if (c->payload >= 1 && head[0] == 1)
        return; /* an init */
    if (c->payload < BENCH_HEAD_BYTES || !bench_read(head, c->payload, &m)) {
        f->broken++;
        return;
    }
    c->captured_us = m.captured_us;
    if (m.track != BENCH_PICTURE)
        return; /* sound alone */
    if (!c->known && !m.key)
        f->broken++; /* nobody begins between two keyframes */
    if (c->known && m.sequence > c->sequence + 1)
        f->gaps += (int64_t)(m.sequence - c->sequence - 1);
    if (c->known && m.sequence <= c->sequence)
        f->broken++;
    c->known = true;
    c->sequence = m.sequence;
}

static void take_event(struct client *c, const uint8_t *text, size_t size)
{
    static const char name[] = "\"at_utc_us\":";
    const char *at = memmem(text, size, name, sizeof name - 1);
    c->captured_us = at ? strtoll(at + sizeof name - 1, NULL, 10) : 0;
}

/* What is kept of a message is there. */
static bool take_head(struct client *c, const uint8_t *payload, size_t size)
{
    c->captured_us = 0;
    if (c->opcode == 8) {
        char why[64];
        snprintf(why, sizeof why, "closed with %d", size >= 2 ? payload[0] << 8 | payload[1] : 0);
        client_lost(c, why);
        return false;
    }
    if (c->opcode == 9) { /* masked with zeros */
        uint8_t pong[6 + 125] = {0x8a, (uint8_t)(0x80 | size)};
        memcpy(pong + 6, payload, size);
        return client_send(c, pong, 6 + size);
    }
    if (c->opcode == 2 && c->load->kind == LOAD_MEDIA)
        take_media(c, payload);
    if (c->opcode == 1 && c->load->kind == LOAD_EVENTS)
        take_event(c, payload, size);
    return true;
}

static void finish(struct client *c, int64_t arrived_us)
{
    struct load_figures *f = &c->load->figures;
    if (c->captured_us) {
        histogram_add(&f->arrived, arrived_us - c->captured_us);
        histogram_add(&f->read, bench_utc_us() - c->captured_us);
    }
    f->messages += c->opcode == 2 || c->captured_us;
    if (c->opcode == 2)
        load_tell_playing(c);
    c->have = 0;
}

/* Takes what a frame's head still lacks. Returns how many of the bytes, or -1. */
static ssize_t take_frame(struct client *c, const uint8_t *data, size_t size)
{
    uint64_t payload = 0;
    size_t used = 0;
    int head;
    while ((head = head_of(c, &payload)) == 0) {
        if (used == size)
            return (ssize_t)used;
        c->kept[c->have++] = data[used++];
    }
    if (head < 0 || payload > 16u << 20) {
        c->load->figures.broken++;
        client_lost(c, "no frame");
        return -1;
    }
    c->opcode = c->kept[0] & 15;
    c->payload = payload;
    size_t wanted = looked_at(c) < payload ? looked_at(c) : (size_t)payload;
    size_t n = (size_t)head + wanted - c->have;
    if (n > size - used)
        n = size - used;
    memcpy(c->kept + c->have, data + used, n);
    c->have += (uint16_t)n;
    used += n;
    if (c->have < (size_t)head + wanted)
        return (ssize_t)used;
    if (!take_head(c, c->kept + head, wanted))
        return -1;
    c->skip = payload - wanted;
    c->have = UINT16_MAX; /* within the payload's rest */
    return (ssize_t)used;
}

bool ws_take(struct client *c, const uint8_t *data, size_t size, int64_t arrived_us)
{
    while (size) {
        ssize_t n;
        if (c->state == LOAD_ASKING) {
            n = take_answer(c, data, size);
        } else if (c->have == UINT16_MAX) {
            n = (ssize_t)(c->skip < size ? c->skip : size);
            c->skip -= (uint64_t)n;
        } else {
            n = take_frame(c, data, size);
        }
        if (n < 0)
            return false;
        data += n;
        size -= (size_t)n;
        if (c->have == UINT16_MAX && c->skip == 0)
            finish(c, arrived_us);
    }
    return true;
}

void ws_report(struct client *c)
{
    char text[125];
    int n = snprintf(text, sizeof text,
                     "{\"type\":\"report\",\"video_sequence\":%llu,\"buffered_us\":110000}",
                     (unsigned long long)c->sequence);
    ws_say(c, text, (size_t)n);
}
