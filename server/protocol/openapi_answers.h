/* What the HTTP API's bodies look like: the components of the OpenAPI document. For this room's
 * files only. */
#ifndef MECLIS_PROTOCOL_OPENAPI_ANSWERS_H
#define MECLIS_PROTOCOL_OPENAPI_ANSWERS_H

#include "base/buf.h"

/* Appends the members of "schemas", without braces. `actions` are those of POST …/broadcast. */
void openapi_print_answers(struct buf *out, const char *const *actions, size_t count);

#endif
