/* HTTP requests: from a net thread to whoever can answer. */
#ifndef MECLIS_APP_REQUEST_H
#define MECLIS_APP_REQUEST_H

#include "app/core.h"
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

/* The query parameter as a number from 0; `fallback` where it is missing, -1 for nonsense. */
int64_t request_query_number(const struct request *r, const char *name, int64_t fallback);

#endif
