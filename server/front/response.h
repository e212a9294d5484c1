/* A response on its way: a head of its own, and a body of shared bytes that is never copied. Net
 * thread. */
#ifndef MECLIS_FRONT_RESPONSE_H
#define MECLIS_FRONT_RESPONSE_H

#include "base/bytes.h"
#include "front/conn.h"

struct response;

/* What is to be answered; everything borrowed. */
struct answer {
    int status;
    const char *content_type;
    const char *cache_control; /* NULL: no-store */
    const char *etag;          /* quoted; NULL or "": none */
    const char *headers;       /* further whole lines; NULL: none */
    bool cors;
    bool gzip;   /* the body is compressed */
    bool ranges; /* a part may be asked for */
    struct bytes *const *parts;
    uint32_t count;
};

/* Answers the connection's request: conditional requests, HEAD and ranges are seen to here. Ends in
 * conn_finish_exchange(), now or later, or with a doomed connection. */
void response_begin(struct conn *c, const struct answer *a);

/* Goes on where it stopped. */
void response_send(struct conn *c);

void response_destroy(struct response *r);

#endif
