/* A request that front_ops.request was given, and its answer. Its texts are borrowed, and valid
 * until the reply. */
#ifndef MECLIS_FRONT_FRONT_REQUEST_H
#define MECLIS_FRONT_FRONT_REQUEST_H

#include "base/bytes.h"

#include <stdbool.h>

struct front_request;
struct piece;

enum front_method { FRONT_GET = 1, FRONT_HEAD, FRONT_POST, FRONT_PUT, FRONT_DELETE };

#define FRONT_MAX_BODY_BYTES (1u << 20)

enum front_method front_request_method(const struct front_request *r);
const char *front_request_path(const struct front_request *r);  /* decoded, without the query */
const char *front_request_query(const struct front_request *r); /* raw; "" where none */
const char *front_request_authorization(const struct front_request *r);   /* "" where none */
const char *front_request_accept_language(const struct front_request *r); /* "" where none */
const char *front_request_cookies(const struct front_request *r);         /* "" where none */
/* What the client calls us by, with the port: of a host's letters alone; else "localhost". */
const char *front_request_host(const struct front_request *r);
/* Which page sends it. A browser says so with every POST (Fetch, 3.1); a program need not. */
enum front_origin {
    FRONT_ORIGIN_NONE = 1,
    FRONT_ORIGIN_OWN, /* the same scheme, host and port, to the letter */
    FRONT_ORIGIN_FOREIGN
};
enum front_origin front_request_origin(const struct front_request *r);
bool front_request_is_https(const struct front_request *r);       /* to us, or to a trusted proxy */
const char *front_request_address(const struct front_request *r); /* the client's, proxies undone */
bool front_request_is_loopback(
    const struct front_request *r); /* the peer itself, no proxy between */
const struct bytes *front_request_body(const struct front_request *r); /* NULL where none */

/* Copies the decoded value of a query parameter. Returns its length, -ENOENT, or -EMSGSIZE. */
int front_request_query_value(const struct front_request *r, const char *name, char *ret_value,
                              size_t size);

/* HTML for a slot of a built page (`<!-- server: NAME -->`). */
struct front_filling {
    const char *slot; /* a literal; one that the page does not have is left out */
    struct bytes *html;
};
#define FRONT_MAX_FILLINGS 4

struct front_response {
    int status;
    const char *content_type;  /* a literal */
    const char *cache_control; /* a literal; NULL: no-store */
    bool cors;                 /* any origin may read it */
    struct bytes *set_cookies; /* whole Set-Cookie lines, 2 KiB; takes the reference; NULL: none */
    char etag[72];             /* quoted; empty: none. A matching If-None-Match gets 304 */
    char file_name[96];        /* letters, digits, '-' and '.'; "": none */
    bool attached;             /* to be saved under that name, rather than shown */
    int retry_after_s;         /* Retry-After; 0: none */
    struct bytes *body;        /* takes the reference; NULL: empty */
    /* Instead: the built page that the address names, with these in its slots, each taken; where
     * one is NULL, as it was built there. Type, language's Vary and policy are the page's own; a
     * status of 0 is 200. */
    bool page;
    struct front_filling fillings[FRONT_MAX_FILLINGS];
    struct piece *pieces; /* instead of a body: takes the array (free) and its references */
    uint32_t piece_count;
};

/* Any thread. Takes the request and the response's cookies, body or pieces (base/file.h): a file's
 * places are sent without blocking a net thread; a client that left meanwhile is no error.
 */
void front_reply(struct front_request *r, const struct front_response *response);

#endif
