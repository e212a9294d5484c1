/* Who may see the body of an event: the log keeps it, the domain decides it, the front's classes
 * follow from it. */
#ifndef MECLIS_BASE_AUDIENCE_H
#define MECLIS_BASE_AUDIENCE_H

enum audience {
    AUDIENCE_PUBLIC = 1, /* everybody */
    AUDIENCE_STAFF,
    AUDIENCE_CLOSED, /* who sits in the closed part: members and presiding board, in the hall */
    AUDIENCE_AUTHOR, /* the author, and staff */
};
#define AUDIENCES 4

/* "public", "staff", "closed", "author": the log's hashes cover this text. NULL for anything else.
 */
const char *audience_name(enum audience audience);

/* Returns 0 or -EINVAL. */
int audience_parse(const char *name, enum audience *ret);

#endif
