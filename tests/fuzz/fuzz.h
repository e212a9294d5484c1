/* What a fuzzer gives: libFuzzer's entry, and an example to begin with. */
#ifndef MECLIS_TESTS_FUZZ_H
#define MECLIS_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Takes any bytes; crashes where something is wrong. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Writes example number i of what the decoder is made for. Returns its size, 0 where there is none.
 */
size_t fuzz_example(int i, uint8_t *ret, size_t room);

#endif
