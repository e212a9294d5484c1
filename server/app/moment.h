/* Where in a meeting a link leads: `?t=` and `?item=` of its page, which its embedded player and
 * previews keep. Pure. */
#ifndef MECLIS_APP_MOMENT_H
#define MECLIS_APP_MOMENT_H

#include "base/buf.h"

struct moment {
    char at[24];    /* of `t`: "90", "1h2m3s"; "" where none or nonsense */
    char item[128]; /* an item's number */
    char language[4];
};

/* From a query as it stands in an address. */
void moment_read(const char *query, struct moment *ret);

/* Appends "?item=4&lang=en", or nothing. */
void moment_add(struct buf *out, const struct moment *m);

#endif
