#include "front/request.h"

#include "base/buf.h"
#include "base/file.h"
#include "front/http.h"
#include "front/response.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Lines of an answer beside those that each has. */
#define MAX_HEADERS 2304

struct front_request {
    struct letter letter; /* of the reply */
    struct front *front;  /* one reference */
    struct net *net;
    struct conn *conn; /* of the net thread; NULL once it has left */
    enum front_method method;
    bool loopback, https;
    enum front_origin origin;
    char address[ADDRESS_TEXT_MAX];
    struct bytes *body;
    struct front_response response;
    const char *path, *query, *authorization, *accept_language, *cookies,
        *host; /* behind the struct */
};

/* Copies a text behind the struct and moves on. */
static const char *keep(char **at, const char *text, size_t size)
{
    char *copy = *at;
    if (size)
        memcpy(copy, text, size);
    copy[size] = 0;
    *at += size + 1;
    return copy;
}

static enum front_method method_of(enum http_method m)
{
    switch (m) {
    case HTTP_HEAD:
        return FRONT_HEAD;
    case HTTP_POST:
        return FRONT_POST;
    case HTTP_PUT:
        return FRONT_PUT;
    case HTTP_DELETE:
        return FRONT_DELETE;
    default:
        return FRONT_GET;
    }
}

static enum front_origin origin_of(const struct http_head *h, bool https)
{
    const char *scheme = https ? "https://" : "http://";
    size_t size = strlen(scheme);
    struct http_text o = h->origin;
    if (o.size == 0)
        return FRONT_ORIGIN_NONE;
    bool own = h->host.size && o.size == size + h->host.size &&
               strncasecmp(o.at, scheme, size) == 0 &&
               strncasecmp(o.at + size, h->host.at, h->host.size) == 0;
    return own ? FRONT_ORIGIN_OWN : FRONT_ORIGIN_FOREIGN;
}

void request_hand_over(struct conn *c, const char *path)
{
    const struct http_head *h = &c->head;
    size_t texts = strlen(path) + h->query.size + h->authorization.size + h->accept_language.size +
                   h->cookie.size + h->host.size;
    struct front_request *r = calloc(1, sizeof *r + texts + 6);
    if (!r) {
        http_error(c, 503);
        return;
    }
    char *at = (char *)(r + 1);
    r->front = c->net->front;
    atomic_fetch_add(&r->front->refs, 1);
    r->net = c->net;
    r->conn = c;
    r->method = method_of(h->method);
    r->path = keep(&at, path, strlen(path));
    r->query = keep(&at, h->query.at, h->query.size);
    r->authorization = keep(&at, h->authorization.at, h->authorization.size);
    r->accept_language = keep(&at, h->accept_language.at, h->accept_language.size);
    r->cookies = keep(&at, h->cookie.at, h->cookie.size);
    r->host = keep(&at, h->host.at, h->host.size);
    r->https = conn_is_https(c);
    r->origin = origin_of(h, r->https);
    r->loopback = address_is_loopback(&c->peer) && !h->forwarded_for.size && !h->forwarded.size;
    struct address client = conn_client(c);
    address_format(&client, r->address);
    r->body = c->body ? bytes_ref(c->body) : NULL;
    c->request = r;
    c->state = CONN_WAITING;
    r->front->ops->request(r->front->ctx, r);
}

void request_abandon(struct front_request *r)
{
    if (r)
        r->conn = NULL;
}

static void request_free(struct front_request *r)
{
    struct front *f = r->front;
    bytes_unref(r->body);
    bytes_unref(r->response.set_cookies);
    bytes_unref(r->response.body);
    for (int i = 0; i < FRONT_MAX_FILLINGS; i++)
        bytes_unref(r->response.fillings[i].html);
    pieces_free(r->response.pieces, r->response.piece_count);
    free(r);
    front_unref(f);
}

static void open_reply(struct letter *letter, void *owner)
{
    struct front_request *r = (struct front_request *)letter;
    struct conn *c = r->conn;
    if (c) {
        const struct front_response *from = &r->response;
        cleanup_buf struct buf headers;
        buf_init(&headers, MAX_HEADERS);
        if (from->set_cookies)
            buf_add(&headers, from->set_cookies->data, from->set_cookies->size);
        if (from->file_name[0])
            buf_addf(&headers, "Content-Disposition: %s; filename=\"%s\"\r\n",
                     from->attached ? "attachment" : "inline", from->file_name);
        /* What is written for reading alone runs nothing, whatever it holds. */
        if (from->content_type && strncmp(from->content_type, "text/html", 9) == 0)
            buf_add_str(&headers,
                        "Content-Security-Policy: default-src 'none'; style-src 'self'; "
                        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n");
        if (from->retry_after_s)
            buf_addf(&headers, "Retry-After: %d\r\n", from->retry_after_s);
        struct answer a = {.status = from->status,
                           .headers = buf_text(&headers),
                           .content_type = from->content_type,
                           .cache_control = from->cache_control,
                           .etag = from->etag,
                           .cors = from->cors,
                           .ranges = from->etag[0] != 0,
                           .parts = &r->response.body,
                           .count = from->body ? 1 : 0,
                           .pieces = from->pieces,
                           .piece_count = from->piece_count};
        c->request = NULL;
        if (from->page)
            http_page(c, r->path, from->status ? from->status : 200, from->fillings);
        else if (a.headers)
            response_begin(c, &a);
        else
            conn_doom(c);
    }
    request_free(r);
}

static void discard_reply(struct letter *letter)
{
    request_free((struct front_request *)letter);
}

void front_reply(struct front_request *r, const struct front_response *response)
{
    r->response = *response;
    r->response.etag[sizeof r->response.etag - 1] = 0;
    r->letter.open = open_reply;
    r->letter.discard = discard_reply;
    if (mailbox_post(r->net->mailbox, &r->letter) < 0)
        request_free(r);
}

enum front_method front_request_method(const struct front_request *r)
{
    return r->method;
}

const char *front_request_path(const struct front_request *r)
{
    return r->path;
}

const char *front_request_query(const struct front_request *r)
{
    return r->query;
}

const char *front_request_authorization(const struct front_request *r)
{
    return r->authorization;
}

const char *front_request_accept_language(const struct front_request *r)
{
    return r->accept_language;
}

const char *front_request_cookies(const struct front_request *r)
{
    return r->cookies;
}

const char *front_request_host(const struct front_request *r)
{
    size_t size =
        strspn(r->host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]");
    return size && !r->host[size] ? r->host : "localhost";
}

enum front_origin front_request_origin(const struct front_request *r)
{
    return r->origin;
}

bool front_request_is_https(const struct front_request *r)
{
    return r->https;
}

const char *front_request_address(const struct front_request *r)
{
    return r->address;
}

bool front_request_is_loopback(const struct front_request *r)
{
    return r->loopback;
}

const struct bytes *front_request_body(const struct front_request *r)
{
    return r->body;
}

int front_request_query_value(const struct front_request *r, const char *name, char *ret_value,
                              size_t size)
{
    cleanup_free char *value = malloc(size ? size : 1);
    if (!value)
        return -ENOENT;
    int length = http_query_value(r->query, strlen(r->query), name, value, size);
    if (length >= 0)
        memcpy(ret_value, value, (size_t)length + 1);
    return length == -EINVAL ? -ENOENT : length;
}
