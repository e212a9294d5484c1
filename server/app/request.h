/* HTTP requests: from a net thread to whoever can answer. */
#ifndef MECLIS_APP_REQUEST_H
#define MECLIS_APP_REQUEST_H

#include "app/core.h"
#include "protocol/language.h"
#include "protocol/refusal.h"

struct request {
    struct letter letter;
    struct core *core;
    struct front_request *front;
    const struct route *route;
    char parts[3][ID_MAX]; /* what the route's {names} stood for, in order */
};

/* front_ops.request; ctx is the core. */
void request_take(void *ctx, struct front_request *front);

/* Each takes the request and answers it, and the body where there is one (NULL: no memory: 500). */
void request_reply(struct request *r, int status, struct bytes *json);
void request_refuse(struct request *r, enum refusal refusal);
/* For whatever is no JSON; of the response the body or the pieces are taken. */
void request_reply_with(struct request *r, const struct front_response *response);

/* "https://meclis.example": what the client calls us by, for whole addresses. */
#define REQUEST_ORIGIN 256
void request_origin(const struct request *r, char ret[REQUEST_ORIGIN]);

/* The language that `?lang=` says, else the reader's. */
enum language request_language(const struct request *r);

/* The query parameter as a number from 0; `fallback` where it is missing, -1 for nonsense. */
int64_t request_query_number(const struct request *r, const char *name, int64_t fallback);

#endif
