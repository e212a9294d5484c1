/* A record of a recording's index: what one fragment is and where it lies, or a gap and its cause.
 *
 * 64 bytes, big-endian, each with its own version and CRC-32C, so that a torn tail, a hole or a
 * later version is seen for what it is. Pure; any thread. */
#ifndef MECLIS_MEDIA_INDEX_H
#define MECLIS_MEDIA_INDEX_H

#include "media/fragment.h"

#include <stddef.h>
#include <stdint.h>

#define INDEX_RECORD_BYTES 64

enum index_kind { INDEX_FRAGMENT = 1, INDEX_GAP };

enum gap_cause {
    GAP_UNKNOWN = 1, /* the index itself was lost */
    GAP_WORKER,      /* the worker ended without a word: killed, crashed, power lost */
    GAP_STOPPED,     /* recording was switched off */
    GAP_DISK_FULL,   /* the reserve was reached, or the disk */
    GAP_DISK_ERROR,  /* the disk refused to write */
    GAP_QUEUE_FULL,  /* the disk was too slow */
    GAP_SOURCE,      /* nothing was made */
    GAP_CLOCK,       /* media time stepped back: what was before its own record is left out */
};

struct index_record {
    enum index_kind kind;
    uint8_t track;

    /* of a fragment */
    uint8_t flags; /* of enum fragment_flag */
    uint32_t init;
    uint64_t seq;
    int64_t dts; /* ticks */
    int32_t cts;
    uint32_t duration;
    uint32_t timescale;
    uint32_t size;   /* bytes */
    uint64_t offset; /* in NAME.m4s */
    int64_t capture_utc_us;

    /* of a gap, in media time; to_us == from_us: recording ended here, for this cause, and what
     * comes next says how long for */
    enum gap_cause cause;
    int64_t from_us, to_us;
};

void index_encode(const struct index_record *r, uint8_t ret_bytes[INDEX_RECORD_BYTES]);

/* Returns 0, -EBADMSG for a wrong magic, checksum or value, or -EPROTONOSUPPORT for a whole record
 * of another version or kind, which is to be skipped. */
int index_decode(const uint8_t bytes[INDEX_RECORD_BYTES], struct index_record *ret);

/* "worker", "disk-full" and so on: in notices, in the log; "unknown" for a number that is none. */
const char *gap_cause_name(enum gap_cause cause);

/* The media time at which the record's fragment ends. */
int64_t index_end_us(const struct index_record *r);

/* The fragment that a record tells of, without its bytes. */
struct fragment index_fragment(const struct index_record *r);

/* CRC-32C (Castagnoli; RFC 3720, B.4), of 0 to begin with. */
uint32_t crc32c(uint32_t crc, const void *data, size_t size);

#endif
