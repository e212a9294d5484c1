/* Texts in HTML and XML, whatever they hold. */
#ifndef MECLIS_APP_MARKUP_H
#define MECLIS_APP_MARKUP_H

#include "base/buf.h"

/* For text and for quoted attributes, of both. What is no UTF-8 or no character of XML 1.0 becomes
 * U+FFFD. Errors stick to the buffer. */
void markup_add(struct buf *out, const char *text);

/* Percent-encoded, for a value in an address's query (RFC 3986, 2.3). */
void markup_add_query(struct buf *out, const char *value);

#endif
