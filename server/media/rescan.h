/* Rebuilds index records from the fragments themselves, where a recording's index is torn or
 * missing. Blocking, read-only. */
#ifndef MECLIS_MEDIA_RESCAN_H
#define MECLIS_MEDIA_RESCAN_H

#include "media/index.h"
#include "media/track.h"

#include <stdbool.h>
#include <stdint.h>

struct rescan {
    int fd;          /* of NAME.m4s, borrowed */
    uint64_t offset; /* of the next fragment */
    uint64_t end;    /* the file's size */
    /* What the bytes do not say is taken from here: the last record before, or, where there is
     * none, one with track, init and timescale set and `size` 0. Kept up by rescan_next(). */
    struct index_record before;
};

/* What is known of a track without any record: rescan.before to begin with. Blocks. */
void rescan_begin(const char *folder, const struct track *track, struct index_record *ret);

/* Whether the data file, of that size, holds what a fragment's record says. */
bool rescan_holds(int fd, uint64_t size, const struct index_record *r);

/* Returns 1 and the next whole fragment's record, 0 where there is none: the end, or something
 * half-written, or another track's. Or a negative errno. The capture time goes on from the record
 * before; without one it is 0, unknown. */
int rescan_next(struct rescan *s, struct index_record *ret);

#endif
