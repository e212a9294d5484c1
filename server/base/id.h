/* Identifiers: checked where they enter, random where they are made. */
#ifndef MECLIS_BASE_ID_H
#define MECLIS_BASE_ID_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes of an identifier of a meeting, a source or a rendition, with its NUL. */
#define ID_MAX 64

/* Whether the text is 1 to 63 of a-z, 0-9 and '-', beginning with a letter or digit: safe as a
 * file's name, in an address and in a metric's label. */
bool id_valid(const char *id);

/* Fills the text with random lower-case hex digits and a NUL: size - 1 digits, from the kernel's
 * random source. Returns 0 or a negative errno. */
int id_random_hex(char *ret_text, size_t size);

#endif
