/* The HTTP API described for programs: one OpenAPI 3.1 document, printed operation by operation.
 * What objects look like is made from the tables that read and print them. */
#ifndef MECLIS_PROTOCOL_OPENAPI_H
#define MECLIS_PROTOCOL_OPENAPI_H

#include "base/buf.h"
#include "protocol/refusal.h"

#include <stdbool.h>
#include <stddef.h>

#define OPENAPI_MAX_QUERIES 9
#define OPENAPI_MAX_REFUSALS 12

enum openapi_value { OPENAPI_TEXT = 1, OPENAPI_NUMBER, OPENAPI_ID, OPENAPI_PRESENT };

/* How the answers say no. */
enum openapi_words {
    OPENAPI_ERROR = 0, /* {"error":{"code","message"}} */
    OPENAPI_REFUSED,   /* that, or {"type":"refused","code","message","member"} */
};

enum openapi_who { OPENAPI_ANYONE = 1, OPENAPI_SIGNED_IN, OPENAPI_ADMINISTRATOR };

struct openapi_query {
    const char *name, *says;
    enum openapi_value value;
};

/* All texts are literals, without anything that JSON would have to escape but quotes. */
struct openapi_operation {
    const char *id, *tag; /* one of openapi_tags */
    const char *summary;  /* a line */
    const char *says;     /* NULL: no more than that */
    struct openapi_query queries[OPENAPI_MAX_QUERIES];
    const char *body;       /* what is sent: a component; NULL: nothing */
    const char *body_other; /* another type that it may be of; NULL: JSON alone */
    int status;             /* of success; 0: 200 */
    const char *answer;     /* a component; NULL: nothing, or what is no JSON */
    const char *type;       /* the answer's type where it is no JSON */
    const char *other;      /* a second type that it may be of; NULL: none */
    enum openapi_words words;
    bool strict;  /* its body is read strictly: all the names of what is wrong with a message */
    bool decides; /* the meeting decides: all of its refusals */
    /* Besides those: "busy" and "internal" are everywhere. Ends with 0. */
    enum refusal refusals[OPENAPI_MAX_REFUSALS + 1];
};

struct openapi {
    struct buf out;
    const char *path; /* the last one, borrowed */
};

/* Then each operation, those of one path one after the other; then the end, which returns the text
 * owned, NULL without memory. openapi_finish() in any case. */
void openapi_begin(struct openapi *o, const char *version);
/* `path` lives on until the end. `method` as in the document: "get". `op` NULL: nothing is known of
 * it but its address. */
void openapi_add(struct openapi *o, const char *path, const char *method, enum openapi_who who,
                 const struct openapi_operation *op);
/* `actions` are those of POST …/broadcast. */
struct bytes *openapi_end(struct openapi *o, const char *const *actions, size_t count);
void openapi_finish(struct openapi *o);

#endif
