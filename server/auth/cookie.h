/* The cookies of a Cookie header. Pure. */
#ifndef MECLIS_AUTH_COOKIE_H
#define MECLIS_AUTH_COOKIE_H

#include <stdbool.h>
#include <stddef.h>

/* Borrowed from the header, not ended with a NUL. */
struct cookie {
    const char *name, *value;
    size_t name_size, value_size;
};

/* The next of "a=1; b=2" from *at on, which moves behind it. False where there is none any more;
 * what is no pair is passed over. */
bool cookie_next(const char **at, struct cookie *ret);

bool cookie_is_named(const struct cookie *c, const char *name);

/* Copies its value, with a NUL. Returns false where it has no room. */
bool cookie_value(const struct cookie *c, char *ret, size_t size);

#endif
