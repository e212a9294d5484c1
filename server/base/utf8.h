/* UTF-8 (RFC 3629): texts from outside are checked once, where they come in. Pure. */
#ifndef MECLIS_BASE_UTF8_H
#define MECLIS_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Whether all of it is UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF, no
 * sequence cut off. A NUL is a character like any other. */
bool utf8_valid(const void *text, size_t size);

#endif
