#include "front/ws_upgrade.h"

#include "front/full.h"
#include "front/http.h"

#include <libwebsockets.h>
#include <string.h>
#include <strings.h>

/* The answer to the client's key (4.2.2), text. */
static void accept_key(struct http_text key, char ret[32])
{
    static const char magic[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    unsigned char text[64], hash[20];
    memcpy(text, key.at, key.size);
    memcpy(text + key.size, magic, sizeof magic - 1);
    lws_SHA1(text, key.size + sizeof magic - 1, hash);
    lws_b64_encode_string((const char *)hash, sizeof hash, ret, 32);
}

/* Returns 0, or the status that refuses the handshake. */
static int check(const struct http_head *h, const char *protocol)
{
    if (h->ws_version.size != 2 || memcmp(h->ws_version.at, "13", 2) != 0)
        return 426;
    if (h->ws_key.size != 24 || !http_list_has(h->ws_protocol, protocol))
        return 400;
    return 0;
}

/* A sixteenth of the connections is kept for pages and HLS. */
static bool is_full(const struct front *f)
{
    return atomic_load(&f->connections) > f->max_connections - f->max_connections / 16;
}

bool ws_upgrade_allowed(struct conn *c, const char *protocol)
{
    struct address client = conn_client(c);
    int status = check(&c->head, protocol);
    if (status) {
        http_error(c, status);
        return false;
    }
    if (is_full(c->net->front) || !conn_count(c, &client)) {
        net_count_up(&c->net->figures.refused_full, 1);
        full_answer(c);
        return false;
    }
    return true;
}

struct bytes *ws_upgrade_answer(const struct conn *c, const char *protocol)
{
    char key[32];
    cleanup_buf struct buf out;
    buf_init(&out, 512);
    accept_key(c->head.ws_key, key);
    buf_addf(&out,
             "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Accept: %s\r\nSec-WebSocket-Protocol: %s\r\n\r\n",
             key, protocol);
    return buf_to_bytes(&out);
}

void ws_upgrade_finish(struct conn *c, enum conn_state state)
{
    c->state = state;
    c->deadline_us = 0;
    buf_drop(&c->in, c->head.size);
    c->head = (struct http_head){0};
    conn_set_reading(c, true);
}

static bool same(struct http_text a, const char *at, size_t size)
{
    return a.size == size && strncasecmp(a.at, at, size) == 0;
}

bool ws_origin_allowed(struct http_text origin, struct http_text host, const char *list)
{
    if (origin.size == 0)
        return true;
    size_t scheme = 0;
    if (origin.size > 7 && strncasecmp(origin.at, "http://", 7) == 0)
        scheme = 7;
    else if (origin.size > 8 && strncasecmp(origin.at, "https://", 8) == 0)
        scheme = 8;
    if (scheme && host.size &&
        same((struct http_text){origin.at + scheme, origin.size - scheme}, host.at, host.size))
        return true;
    for (const char *at = list ? list : ""; *at;) {
        at += strspn(at, ", \t");
        size_t size = strcspn(at, ", \t");
        if (size && same(origin, at, size))
            return true;
        at += size;
    }
    return false;
}
