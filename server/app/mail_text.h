/* A mail as it goes over the wire (RFC 5322, 2045, 2047): plain text in UTF-8. Pure. */
#ifndef MECLIS_APP_MAIL_TEXT_H
#define MECLIS_APP_MAIL_TEXT_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

struct mail_text {
    const char *from, *to;      /* addresses */
    const char *name;           /* of whom it is to; "": the address alone */
    const char *subject, *body; /* UTF-8; the body's lines end with LF */
    int64_t at_utc_us;
    const char *id; /* unique: letters and digits */
};

/* Whether it is an address as mail servers of any age take them (RFC 5321 without quoted local
 * parts and without SMTPUTF8): nothing in it can begin another address, header or command. */
bool mail_is_address(const char *text);

/* Appends it, lines ending with CRLF. Nothing in a name or a subject can begin a line of its own.
 * Returns 0, -EINVAL for an address that is none, or the buffer's error. */
int mail_text_print(struct buf *out, const struct mail_text *m);

#endif
