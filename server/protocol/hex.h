/* Bytes as lower-case hex digits in JSON. */
#ifndef MECLIS_PROTOCOL_HEX_H
#define MECLIS_PROTOCOL_HEX_H

#include <stddef.h>
#include <stdint.h>

/* Writes 2 * size digits and a NUL. */
void hex_print(const uint8_t *bytes, size_t size, char *ret);

/* Reads exactly 2 * size lower-case digits. Returns 0 or -EINVAL. */
int hex_parse(const char *text, size_t size, uint8_t *ret);

#endif
