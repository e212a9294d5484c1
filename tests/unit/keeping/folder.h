/* A temporary folder, fragments that were made and not encoded, and a look at what was recorded. */
#ifndef MECLIS_TESTS_FOLDER_H
#define MECLIS_TESTS_FOLDER_H

#include "media/fragment.h"
#include "media/index.h"
#include "media/track.h"

#include <stdbool.h>
#include <stdint.h>

struct folder {
    char path[64];
};

/* Setup and teardown for cmocka; the state is a struct folder. */
int folder_setup(void **state);
int folder_teardown(void **state);

/* A fragment of 40 ms at that media time; every 50th is a keyframe, sound always is one. Its
 * contents follow from its sequence. The caller owns it. */
struct fragment folder_fragment(uint8_t track, enum track_kind kind, uint32_t init, uint64_t seq,
                                int64_t time_ms, size_t size);

/* An init whose bytes can be read and depend on the width. The caller owns it. */
struct track_init folder_init(uint8_t track, enum track_kind kind, uint32_t number, int width);

/* What a recording's track holds: asserts that both files agree from the first byte to the last,
 * that every fragment is whole and in order, and counts. */
struct folder_track {
    int fragments, gaps;
    struct index_record gap[32]; /* the first ones, without marks of an end */
    struct index_record first, last;
};

void folder_check(const char *folder, const char *name, struct folder_track *ret);

#endif
