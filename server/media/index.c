#include "media/index.h"

#include "media/track.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

/* "MCI" and the version. */
#define MAGIC_NAME 0x4d4349u
#define VERSION 1u

/* No time beyond a century and no offset beyond an exbibyte is believed, so that sums of them never
 * overflow. */
#define MAX_SECONDS 3200000000
#define MAX_OFFSET (UINT64_C(1) << 60)

/* Where each member lies. A gap keeps its two times where a fragment has dts and offset. */
enum {
    AT_MAGIC = 0,
    AT_KIND = 4,
    AT_TRACK = 5,
    AT_FLAGS = 6,
    AT_CAUSE = 7,
    AT_INIT = 8,
    AT_TIMESCALE = 12,
    AT_SEQ = 16,
    AT_DTS = 24,
    AT_OFFSET = 32,
    AT_UTC = 40,
    AT_CTS = 48,
    AT_DURATION = 52,
    AT_SIZE = 56,
    AT_CRC = 60,
};

static void put32(uint8_t *at, uint32_t v)
{
    uint32_t be = htobe32(v);
    memcpy(at, &be, sizeof be);
}

static void put64(uint8_t *at, uint64_t v)
{
    uint64_t be = htobe64(v);
    memcpy(at, &be, sizeof be);
}

static uint32_t get32(const uint8_t *at)
{
    uint32_t be;
    memcpy(&be, at, sizeof be);
    return be32toh(be);
}

static uint64_t get64(const uint8_t *at)
{
    uint64_t be;
    memcpy(&be, at, sizeof be);
    return be64toh(be);
}

uint32_t crc32c(uint32_t crc, const void *data, size_t size)
{
    /* Four bits at a time: fast enough for 60 bytes a fragment, and the table can be read. */
    static const uint32_t table[16] = {
        0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3,
        0x61c69362, 0x7198540d, 0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9,
        0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
    };
    crc = ~crc;
    for (const uint8_t *at = data, *end = at + size; at < end; at++) {
        crc ^= *at;
        crc = crc >> 4 ^ table[crc & 15];
        crc = crc >> 4 ^ table[crc & 15];
    }
    return ~crc;
}

void index_encode(const struct index_record *r, uint8_t ret_bytes[INDEX_RECORD_BYTES])
{
    uint8_t *b = ret_bytes;
    memset(b, 0, INDEX_RECORD_BYTES);
    put32(b + AT_MAGIC, MAGIC_NAME << 8 | VERSION);
    b[AT_KIND] = (uint8_t)r->kind;
    b[AT_TRACK] = r->track;
    if (r->kind == INDEX_GAP) {
        b[AT_CAUSE] = (uint8_t)r->cause;
        put64(b + AT_DTS, (uint64_t)r->from_us);
        put64(b + AT_OFFSET, (uint64_t)r->to_us);
    } else {
        b[AT_FLAGS] = r->flags;
        put32(b + AT_INIT, r->init);
        put32(b + AT_TIMESCALE, r->timescale);
        put64(b + AT_SEQ, r->seq);
        put64(b + AT_DTS, (uint64_t)r->dts);
        put64(b + AT_OFFSET, r->offset);
        put64(b + AT_UTC, (uint64_t)r->capture_utc_us);
        put32(b + AT_CTS, (uint32_t)r->cts);
        put32(b + AT_DURATION, r->duration);
        put32(b + AT_SIZE, r->size);
    }
    put32(b + AT_CRC, crc32c(0, b, AT_CRC));
}

static int decode_fragment(const uint8_t *b, struct index_record *r)
{
    r->flags = b[AT_FLAGS];
    r->init = get32(b + AT_INIT);
    r->timescale = get32(b + AT_TIMESCALE);
    r->seq = get64(b + AT_SEQ);
    r->dts = (int64_t)get64(b + AT_DTS);
    r->offset = get64(b + AT_OFFSET);
    r->capture_utc_us = (int64_t)get64(b + AT_UTC);
    r->cts = (int32_t)get32(b + AT_CTS);
    r->duration = get32(b + AT_DURATION);
    r->size = get32(b + AT_SIZE);
    bool fine = r->init && r->timescale && r->size && r->size <= FRAGMENT_MAX_BYTES &&
                r->dts >= 0 && r->dts / r->timescale <= MAX_SECONDS && r->offset <= MAX_OFFSET;
    return fine ? 0 : -EBADMSG;
}

static int decode_gap(const uint8_t *b, struct index_record *r)
{
    r->cause = b[AT_CAUSE];
    r->from_us = (int64_t)get64(b + AT_DTS);
    r->to_us = (int64_t)get64(b + AT_OFFSET);
    if (r->cause < GAP_UNKNOWN || r->cause > GAP_CLOCK)
        r->cause = GAP_UNKNOWN;
    bool fine = r->from_us >= 0 && r->to_us >= r->from_us && r->to_us / 1000000 <= MAX_SECONDS;
    return fine ? 0 : -EBADMSG;
}

int index_decode(const uint8_t bytes[INDEX_RECORD_BYTES], struct index_record *ret)
{
    uint32_t magic = get32(bytes + AT_MAGIC);
    if (magic >> 8 != MAGIC_NAME || get32(bytes + AT_CRC) != crc32c(0, bytes, AT_CRC))
        return -EBADMSG;
    struct index_record r = {.kind = bytes[AT_KIND], .track = bytes[AT_TRACK]};
    if ((magic & 0xff) != VERSION || (r.kind != INDEX_FRAGMENT && r.kind != INDEX_GAP))
        return -EPROTONOSUPPORT;
    if (r.track < 1 || r.track > TRACK_MAX)
        return -EBADMSG;
    int e = r.kind == INDEX_GAP ? decode_gap(bytes, &r) : decode_fragment(bytes, &r);
    if (e == 0)
        *ret = r;
    return e;
}

const char *gap_cause_name(enum gap_cause cause)
{
    static const char *const names[] = {
        [GAP_UNKNOWN] = "unknown",       [GAP_WORKER] = "worker",
        [GAP_STOPPED] = "stopped",       [GAP_DISK_FULL] = "disk-full",
        [GAP_DISK_ERROR] = "disk-error", [GAP_QUEUE_FULL] = "queue-full",
        [GAP_SOURCE] = "source",         [GAP_CLOCK] = "clock",
    };
    size_t i = cause;
    return i < sizeof names / sizeof names[0] && names[i] ? names[i] : names[GAP_UNKNOWN];
}

int64_t index_end_us(const struct index_record *r)
{
    return ticks_to_us(r->dts + r->cts + r->duration, r->timescale);
}

struct fragment index_fragment(const struct index_record *r)
{
    return (struct fragment){
        .track = r->track,
        .flags = r->flags,
        .init = r->init,
        .seq = r->seq,
        .dts = r->dts,
        .cts = r->cts,
        .duration = r->duration,
        .timescale = r->timescale,
        .capture_utc_us = r->capture_utc_us,
    };
}
