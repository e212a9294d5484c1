#include "../cmocka_all.h"
#include "front/ws_frame.h"

#include <errno.h>
#include <string.h>

static void writes_headers_of_each_size(void **state)
{
    uint8_t h[WS_HEADER_MAX];
    assert_int_equal(ws_header_write(WS_BINARY, 125, h), 2);
    assert_int_equal(h[0], 0x82);
    assert_int_equal(h[1], 125);
    assert_int_equal(ws_header_write(WS_TEXT, 126, h), 4);
    assert_memory_equal(h, "\x81\x7e\x00\x7e", 4);
    assert_int_equal(ws_header_write(WS_BINARY, 65535, h), 4);
    assert_memory_equal(h, "\x82\x7e\xff\xff", 4);
    assert_int_equal(ws_header_write(WS_BINARY, 65536, h), 10);
    assert_memory_equal(h, "\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00", 10);
}

static void reads_a_masked_frame(void **state)
{
    /* "Hello", of RFC 6455, 5.7 */
    static const uint8_t hello[] = {0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d,
                                    0x7f, 0x9f, 0x4d, 0x51, 0x58};
    struct ws_frame f;
    for (size_t size = 0; size < sizeof hello; size++) {
        uint8_t copy[sizeof hello];
        memcpy(copy, hello, size);
        assert_int_equal(ws_frame_read(copy, size, 1024, &f), -EAGAIN);
        assert_memory_equal(copy, hello, size); /* not unmasked before it is whole */
    }
    uint8_t copy[sizeof hello];
    memcpy(copy, hello, sizeof hello);
    assert_int_equal(ws_frame_read(copy, sizeof copy, 1024, &f), 0);
    assert_int_equal(f.size, sizeof hello);
    assert_int_equal(f.opcode, WS_TEXT);
    assert_true(f.final);
    assert_memory_equal(f.payload, "Hello", 5);
}

static void refuses(void **state)
{
    static const struct {
        uint8_t data[12];
        size_t size;
        int status;
    } bad[] = {
        {{0x81, 0x05}, 2, WS_STATUS_PROTOCOL},            /* not masked */
        {{0xc1, 0x85}, 2, WS_STATUS_PROTOCOL},            /* an extension's bit */
        {{0x83, 0x80}, 2, WS_STATUS_PROTOCOL},            /* unknown */
        {{0x8b, 0x80}, 2, WS_STATUS_PROTOCOL},            /* unknown control */
        {{0x09, 0x80}, 2, WS_STATUS_PROTOCOL},            /* a ping in pieces */
        {{0x89, 0xfe}, 2, WS_STATUS_PROTOCOL},            /* a long ping */
        {{0x81, 0xfe, 0x04, 0x01}, 4, WS_STATUS_TOO_BIG}, /* 1025 */
        {{0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, 10, WS_STATUS_TOO_BIG},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint8_t copy[12];
        struct ws_frame f;
        memcpy(copy, bad[i].data, sizeof copy);
        assert_int_equal(ws_frame_read(copy, bad[i].size, 1024, &f), bad[i].status);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_headers_of_each_size),
        cmocka_unit_test(reads_a_masked_frame),
        cmocka_unit_test(refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
