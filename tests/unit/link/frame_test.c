#include "../cmocka_all.h"

#include "link/frame.h"

#include <errno.h>
#include <string.h>

/* A conversation of four frames, as bytes. */
static void fill(struct buf *out)
{
    assert_int_equal(link_add_frame(out, LINK_HELLO, "{\"a\":1}", 7), 0);
    assert_int_equal(link_add_frame(out, LINK_STATUS, "", 0), 0);
    assert_int_equal(link_add_frame(out, 200, "unknown", 7), 0);
    assert_int_equal(link_add_frame(out, LINK_FRAGMENT, "0123456789", 10), 0);
}

static void expect(const struct link_frame *f, int type, const char *body)
{
    assert_int_equal(f->type, type);
    assert_int_equal(f->size, strlen(body));
    if (f->size)
        assert_memory_equal(f->body, body, f->size);
}

static void expect_nth(int n, const struct link_frame *f)
{
    static const int types[] = {LINK_HELLO, LINK_STATUS, 200, LINK_FRAGMENT};
    static const char *const bodies[] = {"{\"a\":1}", "", "unknown", "0123456789"};
    assert_in_range(n, 0, 3);
    expect(f, types[n], bodies[n]);
}

static void wire_bytes(void **state)
{
    cleanup_buf struct buf b;
    buf_init(&b, 100);
    link_add_frame(&b, LINK_REPLY, "ab", 2);
    assert_int_equal(b.size, 7);
    assert_memory_equal(b.data, "\0\0\0\2\6ab", 7);
}

static void byte_by_byte(void **state)
{
    cleanup_buf struct buf b;
    struct link_decoder d;
    struct link_frame f;
    int n = 0;
    buf_init(&b, 1000);
    fill(&b);
    link_decoder_init(&d);
    assert_int_equal(link_decoder_next(&d, &f), 0);
    for (size_t i = 0; i < b.size; i++) {
        assert_int_equal(link_decoder_feed(&d, b.data + i, 1), 0);
        while (link_decoder_next(&d, &f) == 1)
            expect_nth(n++, &f);
    }
    assert_int_equal(n, 4);
    link_decoder_finish(&d);
}

static void every_cut_in_three(void **state)
{
    cleanup_buf struct buf b;
    buf_init(&b, 1000);
    fill(&b);
    for (size_t i = 0; i <= b.size; i++) {
        for (size_t j = i; j <= b.size; j++) {
            const size_t cuts[] = {0, i, j, b.size};
            struct link_decoder d;
            struct link_frame f;
            int n = 0;
            link_decoder_init(&d);
            for (int k = 0; k < 3; k++) {
                assert_int_equal(link_decoder_feed(&d, b.data + cuts[k], cuts[k + 1] - cuts[k]), 0);
                while (link_decoder_next(&d, &f) == 1)
                    expect_nth(n++, &f);
            }
            assert_int_equal(n, 4);
            link_decoder_finish(&d);
        }
    }
}

static int next_after(const char *bytes, size_t size)
{
    struct link_decoder d;
    struct link_frame f = {.size = 77};
    link_decoder_init(&d);
    assert_int_equal(link_decoder_feed(&d, bytes, size), 0);
    int r = link_decoder_next(&d, &f);
    assert_int_equal(f.size, 77);
    link_decoder_finish(&d);
    return r;
}

static void too_long_is_refused_before_it_is_held(void **state)
{
    assert_int_equal(next_after("\xff\xff\xff\xff\x01", 5), -EPROTO);
    assert_int_equal(next_after("\x00\x04\x00\x01\x01", 5), -EPROTO); /* JSON of 256 KiB and 1 */
    assert_int_equal(next_after("\x00\x04\x00\x00\x01", 5), 0);
    assert_int_equal(next_after("\x00\x80\x00\x3b\x04", 5), -EPROTO); /* one byte over */
    assert_int_equal(next_after("\x00\x80\x00\x3a\x04", 5), 0);
    assert_int_equal(next_after("\x00\x04\x00\x01\xc8", 5), -EPROTO); /* of unknown type */
}

static void decoder_holds_no_more_than_its_cap(void **state)
{
    static uint8_t zeros[1 << 20];
    struct link_decoder d;
    int r = 0, fed = 0;
    link_decoder_init(&d);
    assert_int_equal(link_decoder_feed(&d, "\x00\x80\x00\x3a\x04", 5), 0);
    for (; fed < 64 && r == 0; fed++) /* a caller that feeds and never asks */
        r = link_decoder_feed(&d, zeros, sizeof zeros);
    assert_int_equal(r, -EMSGSIZE);
    assert_in_range(fed, 8, 18);
    link_decoder_finish(&d);
}

static void writer_refuses_what_the_reader_would(void **state)
{
    static uint8_t zeros[LINK_MAX_JSON_BYTES + 1];
    cleanup_buf struct buf b;
    buf_init(&b, 1 << 20);
    assert_int_equal(link_add_frame(&b, LINK_STATUS, zeros, sizeof zeros), -EMSGSIZE);
    assert_int_equal(b.size, 0);
    struct bytes *huge = bytes_new(FRAGMENT_MAX_BYTES + 1);
    struct fragment f = {.track = 1, .init = 1, .timescale = 90000, .bytes = huge};
    assert_int_equal(link_add_fragment_header(&b, &f), -EMSGSIZE);
    assert_int_equal(b.size, 0);
    bytes_unref(huge);
}

static struct link_frame frame_of(const struct buf *b)
{
    return (struct link_frame){b->data[4], b->data + LINK_FRAME_HEADER_BYTES,
                               b->size - LINK_FRAME_HEADER_BYTES};
}

static void fragment_round_trip(void **state)
{
    cleanup_buf struct buf b;
    buf_init(&b, 1000);
    struct fragment in = {
        .track = TRACK_MAX,
        .flags = FRAGMENT_SYNC | FRAGMENT_DISCONTINUITY,
        .init = 7,
        .seq = UINT64_MAX,
        .dts = -5,
        .cts = -3003,
        .duration = UINT32_MAX,
        .timescale = 90000,
        .capture_utc_us = INT64_MIN,
        .bytes = bytes_copy("moofmdat", 8),
    };
    assert_int_equal(link_add_fragment_header(&b, &in), 0);
    assert_int_equal(b.size, LINK_FRAME_HEADER_BYTES + LINK_FRAGMENT_HEADER_BYTES);
    buf_add(&b, in.bytes->data, in.bytes->size);

    struct link_frame frame = frame_of(&b);
    struct fragment out = {0};
    assert_int_equal(link_read_fragment(&frame, &out), 0);
    assert_int_equal(out.track, in.track);
    assert_int_equal(out.flags, in.flags);
    assert_int_equal(out.init, in.init);
    assert_true(out.seq == in.seq && out.dts == in.dts && out.cts == in.cts);
    assert_true(out.duration == in.duration && out.timescale == in.timescale);
    assert_true(out.capture_utc_us == in.capture_utc_us);
    assert_int_equal(out.bytes->size, 8);
    assert_memory_equal(out.bytes->data, "moofmdat", 8);
    bytes_unref(out.bytes);

    for (size_t size = 0; size < LINK_FRAGMENT_HEADER_BYTES; size++) { /* each cut of the header */
        frame.size = size;
        assert_int_equal(link_read_fragment(&frame, &out), -EPROTO);
    }
    bytes_unref(in.bytes);
}

static void fragment_fields_are_checked(void **state)
{
    struct fragment good = {.track = 1, .init = 1, .timescale = 90000};
    good.bytes = bytes_copy("x", 1);
    for (int wrong = 0; wrong < 5; wrong++) {
        cleanup_buf struct buf b;
        struct fragment f = good, out = {0};
        buf_init(&b, 1000);
        f.track = wrong == 0 ? 0 : wrong == 1 ? TRACK_MAX + 1 : 1;
        f.timescale = wrong == 2 ? 0 : 90000;
        f.init = wrong == 3 ? 0 : 1;
        link_add_fragment_header(&b, &f);
        struct link_frame frame = frame_of(&b);
        frame.type = wrong == 4 ? LINK_INIT : LINK_FRAGMENT;
        assert_int_equal(link_read_fragment(&frame, &out), -EPROTO);
        assert_null(out.bytes);
    }
    bytes_unref(good.bytes);
}

static void init_round_trip(void **state)
{
    cleanup_buf struct buf b;
    buf_init(&b, 1000);
    struct track_init in = {
        .track = 1,
        .number = 3,
        .timescale = 90000,
        .width = 1280,
        .height = 65535,
        .codec = "avc1.64001f",
        .bytes = bytes_copy("ftypmoov", 8),
    };
    assert_int_equal(link_add_init(&b, &in), 0);
    struct link_frame frame = frame_of(&b);
    struct track_init out = {0};
    assert_int_equal(link_read_init(&frame, &out), 0);
    assert_int_equal(out.track, 1);
    assert_int_equal(out.number, 3);
    assert_int_equal(out.timescale, 90000);
    assert_int_equal(out.width, 1280);
    assert_int_equal(out.height, 65535);
    assert_string_equal(out.codec, "avc1.64001f");
    assert_memory_equal(out.bytes->data, "ftypmoov", 8);
    bytes_unref(out.bytes);
    out.bytes = NULL;

    for (size_t size = 0; size < b.size - LINK_FRAME_HEADER_BYTES - 8; size++) {
        frame.size = size;
        assert_int_equal(link_read_init(&frame, &out), -EPROTO);
    }
    frame = frame_of(&b);
    memset(b.data + LINK_FRAME_HEADER_BYTES + 13, 'x', 32); /* a codec without its NUL */
    assert_int_equal(link_read_init(&frame, &out), -EPROTO);
    assert_null(out.bytes);
    bytes_unref(in.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wire_bytes),
        cmocka_unit_test(byte_by_byte),
        cmocka_unit_test(every_cut_in_three),
        cmocka_unit_test(too_long_is_refused_before_it_is_held),
        cmocka_unit_test(decoder_holds_no_more_than_its_cap),
        cmocka_unit_test(writer_refuses_what_the_reader_would),
        cmocka_unit_test(fragment_round_trip),
        cmocka_unit_test(fragment_fields_are_checked),
        cmocka_unit_test(init_round_trip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
