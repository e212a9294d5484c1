#include "../cmocka_all.h"

#include "media/index.h"

#include <errno.h>
#include <string.h>

static struct index_record fragment_record(void)
{
    return (struct index_record){
        .kind = INDEX_FRAGMENT,
        .track = 2,
        .flags = FRAGMENT_SYNC | FRAGMENT_DISCONTINUITY,
        .init = 7,
        .seq = 123456789012,
        .dts = 324000000,
        .cts = -3600,
        .duration = 3600,
        .timescale = 90000,
        .size = 54321,
        .offset = 9876543210,
        .capture_utc_us = 1700000000123456,
    };
}

static void checksum_is_the_known_one(void **state)
{
    assert_int_equal(crc32c(0, "123456789", 9), 0xe3069283); /* RFC 3720, B.4 */
    static const uint8_t zeros[32];
    assert_int_equal(crc32c(0, zeros, 32), 0x8a9136aa);
    assert_int_equal(crc32c(crc32c(0, "1234", 4), "56789", 5), 0xe3069283);
}

static void a_record_is_these_bytes(void **state)
{
    /* What is on disks must not change: the layout, spelled out. */
    struct index_record r = fragment_record();
    uint8_t b[INDEX_RECORD_BYTES];
    index_encode(&r, b);
    static const uint8_t expected[60] = {
        'M',  'C',  'I',  1,                            /* magic and version */
        1,    2,    3,    0,                            /* kind, track, flags, cause */
        0,    0,    0,    7,                            /* init */
        0,    1,    0x5f, 0x90,                         /* timescale */
        0,    0,    0,    0x1c, 0xbe, 0x99, 0x1a, 0x14, /* seq */
        0,    0,    0,    0,    0x13, 0x4f, 0xd9, 0x00, /* dts */
        0,    0,    0,    2,    0x4c, 0xb0, 0x16, 0xea, /* offset */
        0,    6,    0x0a, 0x24, 0x18, 0x20, 0x22, 0x40, /* capture time */
        0xff, 0xff, 0xf1, 0xf0,                         /* cts */
        0,    0,    0x0e, 0x10,                         /* duration */
        0,    0,    0xd4, 0x31,                         /* size */
    };
    assert_memory_equal(b, expected, sizeof expected);
}

static void fragments_and_gaps_read_back(void **state)
{
    struct index_record r = fragment_record(), read;
    uint8_t b[INDEX_RECORD_BYTES];
    index_encode(&r, b);
    assert_int_equal(index_decode(b, &read), 0);
    assert_memory_equal(&r, &read, sizeof r);
    struct index_record gap = {
        .kind = INDEX_GAP, .track = 1, .cause = GAP_DISK_FULL, .from_us = 5, .to_us = 7000000};
    index_encode(&gap, b);
    assert_int_equal(index_decode(b, &read), 0);
    assert_int_equal(read.kind, INDEX_GAP);
    assert_int_equal(read.cause, GAP_DISK_FULL);
    assert_int_equal(read.from_us, 5);
    assert_int_equal(read.to_us, 7000000);
}

static void any_wrong_bit_is_seen(void **state)
{
    struct index_record r = fragment_record(), read;
    uint8_t b[INDEX_RECORD_BYTES];
    index_encode(&r, b);
    for (int bit = 0; bit < INDEX_RECORD_BYTES * 8; bit++) {
        b[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_equal(index_decode(b, &read), -EBADMSG);
        b[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    memset(b, 0, sizeof b);
    assert_int_equal(index_decode(b, &read), -EBADMSG);
}

/* Gives the record a right checksum again. */
static void seal(uint8_t b[INDEX_RECORD_BYTES])
{
    uint32_t crc = crc32c(0, b, 60);
    for (int i = 0; i < 4; i++)
        b[60 + i] = (uint8_t)(crc >> (24 - 8 * i));
}

static void later_versions_are_told_from_damage(void **state)
{
    struct index_record r = fragment_record(), read;
    uint8_t b[INDEX_RECORD_BYTES];
    index_encode(&r, b);
    b[3] = 2;
    seal(b);
    assert_int_equal(index_decode(b, &read), -EPROTONOSUPPORT);
    index_encode(&r, b);
    b[4] = 9; /* a kind that we do not know */
    seal(b);
    assert_int_equal(index_decode(b, &read), -EPROTONOSUPPORT);
}

static void impossible_values_are_refused(void **state)
{
    for (int i = 0; i < 9; i++) {
        struct index_record r = fragment_record(), read;
        switch (i) {
        case 0:
            r.track = 0;
            break;
        case 1:
            r.track = 9;
            break;
        case 2:
            r.init = 0;
            break;
        case 3:
            r.timescale = 0;
            break;
        case 4:
            r.size = 0;
            break;
        case 5:
            r.size = FRAGMENT_MAX_BYTES + 1;
            break;
        case 6:
            r.dts = -1;
            break;
        case 7:
            r.dts = INT64_MAX; /* sums of it would overflow */
            break;
        case 8:
            r.offset = UINT64_MAX;
            break;
        }
        uint8_t b[INDEX_RECORD_BYTES];
        index_encode(&r, b);
        assert_int_equal(index_decode(b, &read), -EBADMSG);
    }
    struct index_record gap = {.kind = INDEX_GAP, .track = 1, .from_us = 7, .to_us = 5}, read;
    uint8_t b[INDEX_RECORD_BYTES];
    index_encode(&gap, b);
    assert_int_equal(index_decode(b, &read), -EBADMSG);
}

static void times_are_of_media(void **state)
{
    struct index_record r = fragment_record();
    assert_int_equal(index_end_us(&r), 3600000000); /* 3600 s, minus 40 ms, plus 40 ms */
    struct fragment f = index_fragment(&r);
    assert_int_equal(fragment_time_us(&f), 3599960000);
    assert_null(f.bytes);
    assert_string_equal(gap_cause_name(GAP_DISK_FULL), "disk-full");
    assert_string_equal(gap_cause_name(99), "unknown");
    assert_string_equal(gap_cause_name(0), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(checksum_is_the_known_one),
        cmocka_unit_test(a_record_is_these_bytes),
        cmocka_unit_test(fragments_and_gaps_read_back),
        cmocka_unit_test(any_wrong_bit_is_seen),
        cmocka_unit_test(later_versions_are_told_from_damage),
        cmocka_unit_test(impossible_values_are_refused),
        cmocka_unit_test(times_are_of_media),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
