/* Reads back what media/cmaf.h writes: enough to rebuild an index, or to know an init that a former
 * worker wrote. The bytes may be anything (a torn file): nothing is believed. Pure; any thread. */
#ifndef MECLIS_MEDIA_CMAF_READ_H
#define MECLIS_MEDIA_CMAF_READ_H

#include "media/fragment.h"
#include "media/track.h"

#include <stddef.h>
#include <stdint.h>

/* Bytes that are enough for cmaf_read_fragment(): the largest moof and mdat's header. */
#define CMAF_HEAD_BYTES 512u

#define CMAF_READ_SAMPLES 16 /* of one fragment at the most */

struct cmaf_head {
    uint8_t track;
    uint8_t flags; /* FRAGMENT_SYNC or 0 */
    uint32_t seq;  /* the low 32 bits */
    int64_t dts;
    int32_t cts;
    uint32_t duration; /* of all samples */
    uint32_t size;     /* of moof + mdat */
};

/* Reads the head of a fragment, which the data must begin with; the media in mdat may be missing.
 * Returns 0, -ENODATA where the head goes on behind the data, or -EBADMSG for what we never wrote.
 */
int cmaf_read_fragment(const void *data, size_t size, struct cmaf_head *ret);

/* Reads an init: track, timescale, size and codec. The number is not in it, and ret->bytes is left
 * NULL. Returns 0 or -EBADMSG. */
int cmaf_read_init(const void *data, size_t size, struct track_init *ret);

/* Where in an init its only sample entry ("avc1", "mp4a") is, its box's header with it; borrowed.
 * Returns 0 or -EBADMSG. */
int cmaf_read_entry(const void *data, size_t size, const void **ret, size_t *ret_size);

/* The samples of a fragment whose head is there: their sizes, and where the first one's bytes are,
 * from the fragment's beginning. Returns how many there are, or as cmaf_read_fragment(). */
int cmaf_read_samples(const void *data, size_t size, uint32_t ret_sizes[CMAF_READ_SAMPLES],
                      uint32_t *ret_at);

#endif
