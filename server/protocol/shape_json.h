/* Values of a shape (meeting/shape.h) as JSON, both ways. With client_message.h and schema.h, all
 * that is known about a message comes from its shape. For this room's files only. */
#ifndef MECLIS_PROTOCOL_SHAPE_JSON_H
#define MECLIS_PROTOCOL_SHAPE_JSON_H

#include "base/buf.h"
#include "meeting/shape.h"
#include "protocol/refusal.h"

#include <jansson.h>

#define WRONG_MEMBER_BYTES 96

/* What is wrong with a message, and where: "args.items.2.title". */
struct wrong {
    enum refusal code;
    char member[WRONG_MEMBER_BYTES]; /* "": the message itself */
};

/* Reads an object strictly into `ret`, which is zeroed and of the shape's size: each member known,
 * of its type and within its bounds, all there that must be. `where` is the object's own name.
 * Returns 0, or -EPROTO with what is wrong; then *ret holds anything. */
int shape_read(const json_t *object, const struct shape *shape, const char *where, void *ret,
               struct wrong *ret_wrong);

/* The same for what we wrote ourselves: a body of the log. Its "v" is passed over, side texts are
 * not in it. */
int shape_read_body(const json_t *object, const struct shape *shape, void *ret);

enum shape_print {
    SHAPE_WITHOUT_SIDES = 1, /* as the log keeps it */
    SHAPE_WHOLE,
};

/* Appends the members ("a":1,"b":"x"), without braces; absent ones are left out. */
void shape_print_members(struct buf *out, const struct shape *shape, const void *data,
                         enum shape_print how);

/* Appends {…}. */
void shape_print(struct buf *out, const struct shape *shape, const void *data);

/* Appends a JSON string. The text is UTF-8. */
void json_print_text(struct buf *out, const char *text);

/* Parses a text of at most that many levels of arrays and objects. Returns an owned object, or NULL
 * with what is wrong. */
json_t *json_parse_object(const void *text, size_t size, int max_depth, struct wrong *ret_wrong);

#endif
