/* A response on its way: a head of its own, and a body of shared bytes, which are never copied, and
 * of places in files. What of those is in the kernel's memory is read into the thread's scratch and
 * sent from there, so a slow reader holds none of it; for the rest disk.h is asked. Net thread. */
#ifndef MECLIS_FRONT_RESPONSE_H
#define MECLIS_FRONT_RESPONSE_H

#include "base/file.h"
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
    const struct piece *pieces; /* instead of parts */
    uint32_t piece_count;
};

/* Answers the connection's request: conditional requests, HEAD and ranges are seen to here. Ends in
 * conn_finish_exchange(), now or later, or with a doomed connection. */
void response_begin(struct conn *c, const struct answer *a);

/* Goes on where it stopped. */
void response_send(struct conn *c);

/* What disk_ask() was asked for: `result` bytes of the chunk, or a negative errno. Borrows it. */
void response_read(struct conn *c, const struct bytes *chunk, ssize_t result);

void response_destroy(struct response *r);

#endif
