/* JSON Schema (2020-12) printed from shapes and tables. For this room's files only. */
#ifndef MECLIS_PROTOCOL_SCHEMA_PRINT_H
#define MECLIS_PROTOCOL_SCHEMA_PRINT_H

#include "base/buf.h"
#include "meeting/shape.h"

#include <stdbool.h>
#include <stddef.h>

/* What an object has besides its shape. */
struct schema_besides {
    const char *type; /* "type": this constant; NULL: none */
    int version;      /* "v": this constant; 0: none */
    bool erasable;    /* side texts may be null */
};

/* Appends the schema of an object of that shape. */
void schema_print_shape(struct buf *out, const struct shape *shape, struct schema_besides also);

/* Appends {"enum":[…]}. */
void schema_print_names(struct buf *out, const char *const *names, size_t count);

/* Appends, each after a comma, "args.NAME": the schema of each command's args. */
void schema_print_args(struct buf *out);

/* Appends the schema of each command, with commas between; `type` as in schema_besides. What args
 * are is found at `place` + "args.NAME". */
void schema_print_commands(struct buf *out, const char *type, const char *place);

/* A comma, but for the first time. */
void schema_next(struct buf *out, bool *first);

#endif
