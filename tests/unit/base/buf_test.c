#include "../cmocka_all.h"

#include "base/buf.h"

#include <errno.h>
#include <string.h>

static void appends_in_order(void **state)
{
    cleanup_buf struct buf b;
    buf_init(&b, 100);
    assert_int_equal(buf_add_u8(&b, 1), 0);
    assert_int_equal(buf_add_be16(&b, 0x0203), 0);
    assert_int_equal(buf_add_be32(&b, 0x04050607), 0);
    assert_int_equal(buf_add_be64(&b, 0x08090a0b0c0d0e0f), 0);
    static const uint8_t expected[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    assert_int_equal(b.size, sizeof expected);
    assert_memory_equal(b.data, expected, sizeof expected);
}

static void holds_exactly_its_limit(void **state)
{
    cleanup_buf struct buf b;
    buf_init(&b, 5);
    assert_int_equal(buf_add(&b, "12345", 5), 0);
    assert_string_equal(buf_text(&b), "12345");
    assert_int_equal(buf_add(&b, "6", 1), -EMSGSIZE);
    assert_int_equal(b.size, 5);
}

static void error_sticks_and_contents_stay(void **state)
{
    cleanup_buf struct buf b;
    buf_init(&b, 4);
    assert_int_equal(buf_add_str(&b, "abc"), 0);
    assert_int_equal(buf_add_str(&b, "de"), -EMSGSIZE);
    assert_int_equal(buf_add_str(&b, "d"), -EMSGSIZE); /* it would fit */
    assert_int_equal(buf_addf(&b, "%d", 1), -EMSGSIZE);
    assert_null(buf_extend(&b, 0));
    assert_null(buf_text(&b));
    assert_null(buf_to_bytes(&b));
    assert_int_equal(b.size, 3);
    assert_memory_equal(b.data, "abc", 3);

    buf_clear(&b);
    assert_int_equal(buf_add_str(&b, "d"), 0);
    assert_string_equal(buf_text(&b), "d");
}

static void size_cannot_overflow(void **state)
{
    cleanup_buf struct buf b;
    buf_init(&b, 16);
    assert_int_equal(buf_add_u8(&b, 7), 0);
    assert_null(buf_extend(&b, SIZE_MAX));
    assert_int_equal(b.error, -EMSGSIZE);
    buf_clear(&b);
    assert_null(buf_extend(&b, SIZE_MAX - 1));
    assert_int_equal(b.error, -EMSGSIZE);

    cleanup_buf struct buf endless;
    buf_init(&endless, SIZE_MAX);
    assert_int_equal(buf_add_u8(&endless, 7), 0);
    assert_null(buf_extend(&endless, SIZE_MAX - 1)); /* size + size + 1 would be 0 */
    assert_true(endless.error == -ENOMEM || endless.error == -EMSGSIZE);
    assert_int_equal(endless.size, 1);
}

static void grows_over_many_appends(void **state)
{
    cleanup_buf struct buf b;
    buf_init(&b, 1 << 20);
    for (int i = 0; i < 100000; i++)
        assert_int_equal(buf_add_u8(&b, (uint8_t)i), 0);
    for (int i = 0; i < 100000; i++)
        assert_int_equal(b.data[i], (uint8_t)i);
}

static void drops_from_the_front(void **state)
{
    cleanup_buf struct buf b;
    buf_init(&b, 100);
    buf_add_str(&b, "abcdef");
    buf_drop(&b, 2);
    assert_string_equal(buf_text(&b), "cdef");
    buf_drop(&b, 0);
    assert_string_equal(buf_text(&b), "cdef");
    buf_drop(&b, 4);
    assert_string_equal(buf_text(&b), "");
    buf_add_str(&b, "x");
    buf_drop(&b, 1000);
    assert_int_equal(b.size, 0);
}

static void empty_is_a_text_and_bytes(void **state)
{
    cleanup_buf struct buf b;
    buf_init(&b, 0);
    assert_string_equal(buf_text(&b), "");
    assert_int_equal(buf_add(&b, NULL, 0), 0);
    buf_drop(&b, 3);
    cleanup(bytes_unref_p) struct bytes *bytes = buf_to_bytes(&b);
    assert_non_null(bytes);
    assert_int_equal(bytes->size, 0);

    cleanup_buf struct buf untouched;
    buf_init(&untouched, 10);
    buf_drop(&untouched, 3);
    cleanup(bytes_unref_p) struct bytes *none = buf_to_bytes(&untouched);
    assert_non_null(none);
    assert_int_equal(none->size, 0);
}

static void formats(void **state)
{
    cleanup_buf struct buf b;
    buf_init(&b, 20);
    assert_int_equal(buf_addf(&b, "%s=%d", "birleşim", 7), 0);
    assert_string_equal(buf_text(&b), "birleşim=7");
    assert_int_equal(buf_addf(&b, "%100d", 1), -EMSGSIZE);
    assert_int_equal(b.size, strlen("birleşim=7"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appends_in_order),
        cmocka_unit_test(holds_exactly_its_limit),
        cmocka_unit_test(error_sticks_and_contents_stay),
        cmocka_unit_test(size_cannot_overflow),
        cmocka_unit_test(grows_over_many_appends),
        cmocka_unit_test(drops_from_the_front),
        cmocka_unit_test(empty_is_a_text_and_bytes),
        cmocka_unit_test(formats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
