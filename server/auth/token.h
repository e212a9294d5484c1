/* Bearer tokens kept in files of mode 0600: the local administrator's, and secrets between our own
 * processes. */
#ifndef MECLIS_AUTH_TOKEN_H
#define MECLIS_AUTH_TOKEN_H

#include <stdbool.h>

#define TOKEN_MAX 65 /* 256 bits in hex digits, with the NUL */

struct token {
    char text[TOKEN_MAX];
};

/* Reads the token, or makes the file with a new one of `digits` hex digits (16 to 64). Returns 0,
 * -EINVAL for a file that holds something else, or a negative errno. Blocks. */
int token_load_or_create(const char *path, int digits, struct token *ret);

/* Whether the text is the token; takes the same time wherever they differ. */
bool token_equals(const struct token *t, const char *text);

/* The same for the value of the header Authorization: "Bearer …". */
bool token_authorizes(const struct token *t, const char *authorization);

#endif
