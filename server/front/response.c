#include "front/response.h"

#include "base/clock.h"
#include "front/disk.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define HEAD_MAX 4096
#define STALL_US 30000000 /* without progress for so long, the peer is gone */
#define TURN_PARTS 64
#define TURN_BYTES (1u << 20) /* then others have their turn */

struct response {
    struct bytes *head;
    struct disk_read *reading; /* nothing is sent until it comes */
    uint32_t count, at;        /* at: 0 is the head */
    uint64_t offset;           /* sent, of the piece at `at` */
    uint64_t skip;             /* left out of the first piece */
    uint64_t left;             /* of the body */
    struct piece pieces[];
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
        piece_finish(&r->pieces[i]);
    disk_abandon(r->reading);
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
    for (uint32_t i = 0; i < a->piece_count; i++)
        e.whole += piece_size(&a->pieces[i]);
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

/* Keeps what of the body is to be sent. */
static void take_body(struct response *r, const struct answer *a, uint64_t first)
{
    uint32_t count = a->pieces ? a->piece_count : a->count;
    uint64_t skip = first, there = 0;
    for (uint32_t i = 0; i < count && there < r->left; i++) {
        struct piece p = a->pieces ? a->pieces[i] : (struct piece){.bytes = a->parts[i]};
        if (r->count == 0 && skip >= piece_size(&p)) {
            skip -= piece_size(&p);
            continue;
        }
        there += piece_size(&p) - (r->count ? 0 : skip);
        r->pieces[r->count++] = piece_ref(&p);
    }
    r->skip = skip;
}

void response_begin(struct conn *c, const struct answer *a)
{
    if (c->state == CONN_DOOMED)
        return;
    struct extent e = extent_of(c, a);
    size_t count = a->pieces ? a->piece_count : a->count;
    struct response *r = calloc(1, sizeof *r + count * sizeof r->pieces[0]);
    if (!r) {
        conn_doom(c);
        return;
    }
    r->head = write_head(c, a, &e);
    r->left = c->head.method == HTTP_HEAD ? 0 : e.size;
    take_body(r, a, e.first);
    c->response = r;
    if (!r->head) {
        conn_doom(c);
        return;
    }
    c->state = CONN_SENDING;
    c->deadline_us = clock_boot_us() + STALL_US;
    response_send(c);
}

/* What one turn sends. */
struct turn {
    int count;
    struct iovec parts[TURN_PARTS];
};

/* Adds what the kernel holds of a file. Returns whether there was something, or a negative errno.
 */
static int gather_file(struct net *n, const struct piece *p, uint64_t from, uint64_t size,
                       struct turn *t)
{
    size_t wanted = size < DISK_CHUNK_BYTES ? (size_t)size : DISK_CHUNK_BYTES;
    ssize_t got = file_read_cached(p->file->fd, n->scratch, wanted, p->offset + from);
    if (got == -EAGAIN)
        return 0;
    if (got <= 0)
        return got < 0 ? (int)got : -EIO; /* it was cut off: what was promised can't be kept */
    t->parts[t->count++] = (struct iovec){n->scratch, (size_t)got};
    return 1;
}

/* Fills the turn with what is left, as much as one allows; a file's bytes end it. Returns 0, or a
 * negative errno. */
static int gather(const struct response *r, struct net *n, struct turn *t)
{
    uint64_t left = r->left;
    *t = (struct turn){0};
    for (uint32_t at = r->at; at <= r->count && t->count < TURN_PARTS; at++) {
        uint64_t from = (at == r->at ? r->offset : 0) + (at == 1 ? r->skip : 0);
        const struct piece *p = at ? &r->pieces[at - 1] : NULL;
        uint64_t size = (p ? piece_size(p) : r->head->size) - from;
        if (p && size > left)
            size = left;
        if (p)
            left -= size;
        if (p && size && p->file) {
            int e = gather_file(n, p, from, size, t);
            return e < 0 ? e : 0;
        }
        const struct bytes *b = p ? p->bytes : r->head;
        if (size)
            t->parts[t->count++] = (struct iovec){(void *)(b->data + from), (size_t)size};
    }
    return 0;
}

static void advance(struct response *r, size_t sent)
{
    while (sent) {
        const struct piece *p = r->at ? &r->pieces[r->at - 1] : NULL;
        uint64_t there =
            (p ? piece_size(p) : r->head->size) - r->offset - (r->at == 1 ? r->skip : 0);
        size_t n = sent < there ? sent : (size_t)there;
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

/* The place where it stands is on the disk: somebody else reads it. */
static void ask_disk(struct conn *c)
{
    struct response *r = c->response;
    const struct piece *p = &r->pieces[r->at - 1];
    uint64_t from = r->offset + (r->at == 1 ? r->skip : 0), size = p->size - from;
    if (size > r->left)
        size = r->left;
    size_t wanted = size < DISK_CHUNK_BYTES ? (size_t)size : DISK_CHUNK_BYTES;
    r->reading = disk_ask(c->net->front->disk, c, p->file, p->offset + from, wanted);
    if (!r->reading)
        conn_doom(c);
}

/* Returns whether it goes on at once; when not, somebody will call again, or it is doomed. */
static bool send_turn(struct conn *c, const struct iovec *parts, int count, size_t *spent)
{
    ssize_t sent = *spent < TURN_BYTES ? conn_send(c, parts, count) : 0;
    if (sent < 0)
        conn_doom(c);
    else if (sent == 0)
        conn_want_writable(c);
    if (sent <= 0)
        return false;
    *spent += (size_t)sent;
    c->deadline_us = clock_boot_us() + STALL_US;
    advance(c->response, (size_t)sent);
    return true;
}

void response_send(struct conn *c)
{
    struct response *r = c->response;
    struct turn t;
    if (r->reading)
        return;
    for (size_t spent = 0; r->at == 0 || r->left;) {
        /* an empty piece, or one that ended: on to where there is something */
        while (r->at && r->offset + (r->at == 1 ? r->skip : 0) == piece_size(&r->pieces[r->at - 1]))
            r->at++, r->offset = 0;
        if (gather(r, c->net, &t) < 0) {
            conn_doom(c);
            return;
        }
        if (t.count == 0) {
            ask_disk(c);
            return;
        }
        if (!send_turn(c, t.parts, t.count, &spent))
            return;
    }
    conn_finish_exchange(c);
}

void response_read(struct conn *c, const struct bytes *chunk, ssize_t result)
{
    struct response *r = c->response;
    size_t spent = 0;
    r->reading = NULL;
    if (result <= 0 || (size_t)result < chunk->size) {
        conn_doom(c); /* a disk that fails, a file that was cut off */
        return;
    }
    struct iovec part = {(void *)chunk->data, chunk->size};
    if (send_turn(c, &part, 1, &spent))
        response_send(c);
}
