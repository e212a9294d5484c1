/* Fetching over HTTP: the home of libcurl. One thread at a time. */
#ifndef MECLIS_APP_FETCH_H
#define MECLIS_APP_FETCH_H

#include "base/buf.h"

#define FETCH_REASON 256

struct fetch;

/* Returns NULL without memory. */
struct fetch *fetch_create(void);
void fetch_destroy(struct fetch *f);

/* Of the fetches that follow; 60 s at first. */
void fetch_set_timeout(struct fetch *f, int seconds);

/* GETs the address (http, https; redirects are not followed), in time, into the buffer, which
 * is emptied first and whose limit holds. Returns the HTTP status, or a negative errno with a
 * reason: -EMSGSIZE beyond the limit, -EIO for anything else. Blocks. */
int fetch_get(struct fetch *f, const char *url, struct buf *out, char ret_reason[FETCH_REASON]);

struct fetch_request {
    const char *method; /* "POST" */
    const char *url;
    const char *bearer; /* for Authorization; NULL: none */
    const char *json;   /* the body; NULL: none */
};

/* The same for any request. */
int fetch_send(struct fetch *f, const struct fetch_request *request, struct buf *out,
               char ret_reason[FETCH_REASON]);

DEFINE_CLEANUP(struct fetch *, fetch_destroy)

#endif
