/* Comma- or semicolon-separated values (RFC 4180), as spreadsheets write them. Pure. */
#ifndef MECLIS_PROTOCOL_CSV_H
#define MECLIS_PROTOCOL_CSV_H

#include "base/buf.h"
#include "base/cleanup.h"

#include <stdbool.h>
#include <stddef.h>

#define CSV_MAX_BYTES (4u << 20)
#define CSV_MAX_ROWS 5000
#define CSV_MAX_FIELDS 32

struct csv_row {
    int line; /* in the file, from 1 */
    size_t count;
    const char *fields[CSV_MAX_FIELDS]; /* without the spaces around them */
};

struct csv;

/* Reads all of it: UTF-8, with or without a byte order mark; LF or CRLF; separated by what the
 * first line has more of, ';' or ','. Empty lines are left out. Returns 0, -EINVAL with the line
 * and why (Turkish / English), or -ENOMEM. */
int csv_read(const void *data, size_t size, struct csv **ret, int *ret_line,
             const char **ret_reason);
void csv_free(struct csv *c);

char csv_separator(const struct csv *c);
size_t csv_count(const struct csv *c);
const struct csv_row *csv_row(const struct csv *c, size_t i); /* borrowed */

/* Appends one field, quoted where it must be. What a spreadsheet would take for a formula gets an
 * apostrophe before it (OWASP, CSV injection). */
void csv_print(struct buf *out, const char *field);

DEFINE_CLEANUP(struct csv *, csv_free)

#endif
