/* Viewers without an account: a random number, signed, so that nobody takes another's and the
 * server need not remember any. */
#ifndef MECLIS_AUTH_VIEWER_H
#define MECLIS_AUTH_VIEWER_H

#include "auth/token.h"

#include <stdbool.h>

#define VIEWER_NUMBER_TEXT 23 /* 128 bits in base64url, with the NUL */
#define VIEWER_COOKIE_TEXT 67 /* number, dot, 256 bits, NUL */

/* Each fills its text. The key is of 64 hex digits. */
void viewer_number(char ret_number[VIEWER_NUMBER_TEXT]);
void viewer_cookie(const struct token *key, const char *number,
                   char ret_cookie[VIEWER_COOKIE_TEXT]);

/* Whether the key has signed it: then the number. */
bool viewer_cookie_read(const struct token *key, const char *cookie,
                        char ret_number[VIEWER_NUMBER_TEXT]);

#endif
