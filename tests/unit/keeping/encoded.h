/* Encoded pictures and sound for tests, made by ffmpeg and read from FLV, whose payloads are what
 * the fragmenter takes: avc format with its decode and composition times, and raw AAC frames. */
#ifndef MECLIS_TESTS_ENCODED_H
#define MECLIS_TESTS_ENCODED_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stdint.h>

struct encoded_unit {
    const uint8_t *data;
    size_t size;
    int64_t dts_ms, pts_ms;
    bool video, sync;
};

struct encoded {
    struct bytes *file;
    const uint8_t *avcc, *asc;
    size_t avcc_size, asc_size;
    int count;
    struct encoded_unit units[4096];
};

/* Runs a program (found in PATH) and waits; its standard output goes to the file, or with NULL
 * nowhere. Returns its exit code. */
int encoded_run(const char *const argv[], const char *output);

/* Fills *ret from an FLV file; asserts that it is one. */
void encoded_read(const char *path, struct encoded *ret);

void encoded_finish(struct encoded *e);

#endif
