#include "fuzz.h"
#include "media/index.h"
#include "media/segment.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Whatever is believed must come out of the arithmetic that is done with it: the sanitizers watch.
 */
static void use(const struct index_record *r, struct segment_cursor *cursor)
{
    if (r->kind == INDEX_GAP) {
        if (r->to_us < r->from_us)
            abort();
        return;
    }
    struct fragment f = index_fragment(r);
    segment_place(cursor, &f, 2000000);
    if (index_end_us(r) > INT64_MAX / 2 || r->offset + r->size < r->offset)
        abort();
    uint8_t again[INDEX_RECORD_BYTES];
    struct index_record same;
    index_encode(r, again);
    if (index_decode(again, &same) != 0 || same.dts != r->dts || same.seq != r->seq)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct segment_cursor cursor = {0};
    for (size_t at = 0; at + INDEX_RECORD_BYTES <= size; at += INDEX_RECORD_BYTES) {
        struct index_record r;
        if (index_decode(data + at, &r) == 0)
            use(&r, &cursor);
        /* Again with a right checksum, or nothing but the checksum would ever be tried. */
        uint8_t sealed[INDEX_RECORD_BYTES];
        memcpy(sealed, data + at, sizeof sealed);
        uint32_t crc = crc32c(0, sealed, 60);
        for (int i = 0; i < 4; i++)
            sealed[60 + i] = (uint8_t)(crc >> (24 - 8 * i));
        if (index_decode(sealed, &r) == 0)
            use(&r, &cursor);
    }
    return 0;
}

size_t fuzz_example(int i, uint8_t *ret, size_t room)
{
    struct index_record r = {.kind = INDEX_FRAGMENT, .track = 1, .flags = 1, .init = 1, .seq = 9};
    r.dts = 90000;
    r.duration = 3600;
    r.timescale = 90000;
    r.size = 100;
    if (i > 1 || room < (size_t)2 * INDEX_RECORD_BYTES)
        return 0;
    index_encode(&r, ret);
    if (i == 0)
        return INDEX_RECORD_BYTES;
    r = (struct index_record){.kind = INDEX_GAP, .track = 1, .cause = GAP_WORKER, .to_us = 100};
    index_encode(&r, ret + INDEX_RECORD_BYTES);
    return (size_t)2 * INDEX_RECORD_BYTES;
}
