/* What programs are told of each handler of the HTTP API. */
#ifndef MECLIS_APP_OPERATIONS_H
#define MECLIS_APP_OPERATIONS_H

#include "app/routes.h"
#include "protocol/openapi.h"

struct operation {
    void (*handler)(struct request *r, void *place);
    struct openapi_operation is;
};

/* By the handler, which a route has alone; NULL where nothing is known of it. */
const struct openapi_operation *operations_find(void (*handler)(struct request *r, void *place));

/* One after the other; NULL past the last. */
const struct operation *operations_at(size_t index);

/* The OpenAPI document of all routes. Returned owned, NULL without memory. */
struct bytes *openapi_text(void);

#endif
