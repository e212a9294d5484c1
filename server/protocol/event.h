/* The bodies of the log's events: small JSON objects, written and read here. */
#ifndef MECLIS_PROTOCOL_EVENT_H
#define MECLIS_PROTOCOL_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum event_field_kind { EVENT_TEXT = 1, EVENT_NUMBER, EVENT_FLAG };

struct event_field {
    const char *name;
    enum event_field_kind kind;
    const char *text; /* UTF-8; what is not is replaced by '?' */
    int64_t number;   /* a flag: 0 or 1 */
};

/* Returns owned compact JSON text, with the body's version ("v": 1) first; NULL without memory. */
char *event_body_print(const struct event_field *fields, size_t count);

/* Each returns 1; 0 where the member is missing or of another kind; -EBADMSG where the body can't
 * be read, for want of memory too. Unless it is 1, *ret is untouched. */
int event_body_flag(const char *body, const char *name, bool *ret);
int event_body_number(const char *body, const char *name, int64_t *ret);
int event_body_text(const char *body, const char *name, char *ret, size_t size);

#endif
