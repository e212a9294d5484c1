#include "front/response.h"

#include "base/clock.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define HEAD_MAX 2048
#define STALL_US 30000000 /* without progress for so long, the peer is gone */
#define TURN_PARTS 64
#define TURN_BYTES (1u << 20) /* then others have their turn */

struct response {
    struct bytes *head;
    struct bytes **parts; /* behind the struct */
    uint32_t count, at;   /* at: 0 is the head */
    size_t offset;        /* sent, of the part at `at` */
    size_t skip;          /* left out of the first part */
    uint64_t left;        /* of the body */
};

static const char *reason(int status)
{
    static const struct {
        int status;
        const char *reason;
    } reasons[] = {{200, "OK"},
                   {201, "Created"},
                   {202, "Accepted"},
                   {204, "No Content"},
                   {206, "Partial Content"},
                   {304, "Not Modified"},
                   {307, "Temporary Redirect"},
                   {400, "Bad Request"},
                   {401, "Unauthorized"},
                   {403, "Forbidden"},
                   {404, "Not Found"},
                   {405, "Method Not Allowed"},
                   {408, "Request Timeout"},
                   {409, "Conflict"},
                   {410, "Gone"},
                   {411, "Length Required"},
                   {413, "Content Too Large"},
                   {414, "URI Too Long"},
                   {416, "Range Not Satisfiable"},
                   {422, "Unprocessable Content"},
                   {426, "Upgrade Required"},
                   {429, "Too Many Requests"},
                   {431, "Request Header Fields Too Large"},
                   {500, "Internal Server Error"},
                   {501, "Not Implemented"},
                   {503, "Service Unavailable"},
                   {505, "HTTP Version Not Supported"},
                   {507, "Insufficient Storage"}};
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (reasons[i].status == status)
            return reasons[i].reason;
    return status < 400 ? "OK" : "Error";
}

void response_destroy(struct response *r)
{
    if (!r)
        return;
    bytes_unref(r->head);
    for (uint32_t i = 0; i < r->count; i++)
        bytes_unref(r->parts[i]);
    free(r);
}

struct extent {
    int status;
    uint64_t first, size, whole;
};

/* What of the body is to be sent, and with which status. */
static struct extent extent_of(const struct conn *c, const struct answer *a)
{
    struct extent e = {.status = a->status};
    for (uint32_t i = 0; i < a->count; i++)
        e.whole += a->parts[i]->size;
    e.size = e.whole;
    bool reads = c->head.method == HTTP_GET || c->head.method == HTTP_HEAD;
    if (a->status != 200 || !reads)
        return e;
    bool tagged = a->etag && a->etag[0];
    if (tagged && http_etag_matches(c->head.if_none_match, a->etag)) {
        e.status = 304;
        e.size = 0;
        return e;
    }
    bool fresh = c->head.if_range.size == 0 ||
                 (tagged && c->head.if_range.size == strlen(a->etag) &&
                  memcmp(c->head.if_range.at, a->etag, c->head.if_range.size) == 0);
    uint64_t last;
    if (!a->ranges || !fresh || c->head.range.size == 0)
        return e;
    int r = http_range(c->head.range, e.whole, &e.first, &last);
    if (r == 0) {
        e.status = 206;
        e.size = last - e.first + 1;
    } else if (r == -ERANGE) {
        e.status = 416;
        e.size = 0;
    }
    return e;
}

static void write_date(struct buf *out)
{
    time_t now = (time_t)(clock_utc_us() / 1000000);
    struct tm tm;
    char text[40];
    if (gmtime_r(&now, &tm) && strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &tm))
        buf_addf(out, "Date: %s\r\n", text);
}

static struct bytes *write_head(const struct conn *c, const struct answer *a,
                                const struct extent *e)
{
    cleanup_buf struct buf out;
    buf_init(&out, HEAD_MAX);
    buf_addf(&out, "HTTP/1.1 %d %s\r\n", e->status, reason(e->status));
    write_date(&out);
    if (e->status != 304 && e->status != 204) {
        buf_addf(&out, "Content-Length: %" PRIu64 "\r\n", e->size);
        if (a->content_type && e->status != 416)
            buf_addf(&out, "Content-Type: %s\r\n", a->content_type);
    }
    if (e->status == 206)
        buf_addf(&out, "Content-Range: bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64 "\r\n", e->first,
                 e->first + e->size - 1, e->whole);
    if (e->status == 416)
        buf_addf(&out, "Content-Range: bytes */%" PRIu64 "\r\n", e->whole);
    if (a->ranges)
        buf_add_str(&out, "Accept-Ranges: bytes\r\n");
    if (a->gzip)
        buf_add_str(&out, "Content-Encoding: gzip\r\n");
    if (a->etag && a->etag[0])
        buf_addf(&out, "ETag: %s\r\n", a->etag);
    if (a->cors)
        buf_add_str(&out, "Access-Control-Allow-Origin: *\r\n"
                          "Access-Control-Expose-Headers: Content-Length, Content-Range, Date\r\n"
                          "Cross-Origin-Resource-Policy: cross-origin\r\n");
    buf_addf(&out, "Cache-Control: %s\r\nX-Content-Type-Options: nosniff\r\n",
             a->cache_control ? a->cache_control : "no-store");
    if (a->headers)
        buf_add_str(&out, a->headers);
    if (c->close_after)
        buf_add_str(&out, "Connection: close\r\n");
    else if (c->head.minor == 0)
        buf_add_str(&out, "Connection: keep-alive\r\n");
    buf_add_str(&out, "\r\n");
    return buf_to_bytes(&out);
}

void response_begin(struct conn *c, const struct answer *a)
{
    if (c->state == CONN_DOOMED)
        return;
    struct extent e = extent_of(c, a);
    struct response *r = calloc(1, sizeof *r + a->count * sizeof r->parts[0]);
    if (!r) {
        conn_doom(c);
        return;
    }
    r->parts = (struct bytes **)(r + 1);
    r->head = write_head(c, a, &e);
    r->left = c->head.method == HTTP_HEAD ? 0 : e.size;
    uint64_t skip = e.first;
    for (uint32_t i = 0; i < a->count && r->left; i++) {
        if (r->count == 0 && skip >= a->parts[i]->size)
            skip -= a->parts[i]->size;
        else
            r->parts[r->count++] = bytes_ref(a->parts[i]);
    }
    r->skip = (size_t)skip;
    c->response = r;
    if (!r->head) {
        conn_doom(c);
        return;
    }
    c->state = CONN_SENDING;
    c->deadline_us = clock_boot_us() + STALL_US;
    response_send(c);
}

/* Fills the vector with what is left, as much as one turn allows. Returns how many parts. */
static int gather(const struct response *r, struct iovec *parts)
{
    int n = 0;
    uint64_t left = r->left;
    for (uint32_t at = r->at; at <= r->count && n < TURN_PARTS; at++) {
        const struct bytes *b = at ? r->parts[at - 1] : r->head;
        size_t from = (at == r->at ? r->offset : 0) + (at == 1 ? r->skip : 0);
        uint64_t size = b->size - from;
        if (at && size > left)
            size = left;
        if (at)
            left -= size;
        if (size)
            parts[n++] = (struct iovec){(void *)(b->data + from), (size_t)size};
    }
    return n;
}

static void advance(struct response *r, size_t sent)
{
    while (sent) {
        const struct bytes *b = r->at ? r->parts[r->at - 1] : r->head;
        size_t there = b->size - r->offset - (r->at == 1 ? r->skip : 0);
        size_t n = sent < there ? sent : there;
        if (r->at)
            r->left -= n;
        r->offset += n;
        sent -= n;
        if (n == there) {
            r->at++;
            r->offset = 0;
        }
    }
}

void response_send(struct conn *c)
{
    struct response *r = c->response;
    struct iovec parts[TURN_PARTS];
    for (size_t turn = 0; r->at == 0 || r->left;) {
        int n = gather(r, parts);
        ssize_t sent = turn < TURN_BYTES ? conn_send(c, parts, n) : 0;
        if (sent < 0) {
            conn_doom(c);
            return;
        }
        if (sent == 0) {
            conn_want_writable(c);
            return;
        }
        turn += (size_t)sent;
        c->deadline_us = clock_boot_us() + STALL_US;
        advance(r, (size_t)sent);
    }
    conn_finish_exchange(c);
}
