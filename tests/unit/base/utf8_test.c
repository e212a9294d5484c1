#include "../cmocka_all.h"
#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

static void good(void **state)
{
    assert_true(utf8_valid("", 0));
    assert_true(utf8_valid("a\0b", 3));
    assert_true(utf8_valid("Söz sırası: Örnek Üye 1 \xe2\x82\xac \xf0\x9f\x97\xb3",
                           strlen("Söz sırası: Örnek Üye 1 \xe2\x82\xac \xf0\x9f\x97\xb3")));
    assert_true(utf8_valid("\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf", 10));
}

static void bad(void **state)
{
    static const char *const texts[] = {
        "\x80",
        "\xbf",
        "\xc0\xaf",
        "\xc1\xbf",
        "\xc3",
        "\xc3(",
        "\xe0\x9f\xbf",
        "\xe2\x82",
        "\xe2\x28\xa1",
        "\xed\xa0\x80",
        "\xed\xbf\xbf",
        "\xf0\x8f\xbf\xbf",
        "\xf0\x9f\x97",
        "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80",
        "\xff",
        "ab\xfe"
        "c",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_false(utf8_valid(texts[i], strlen(texts[i])));
}

/* Every two bytes: what is right, by the definition of the encoding itself. */
static void pairs(void **state)
{
    for (unsigned a = 0; a < 256; a++)
        for (unsigned b = 0; b < 256; b++) {
            const uint8_t text[2] = {(uint8_t)a, (uint8_t)b};
            unsigned point = (a & 0x1f) << 6 | (b & 0x3f);
            bool two = (a & 0xe0) == 0xc0 && (b & 0xc0) == 0x80 && point >= 0x80;
            assert_int_equal(utf8_valid(text, 2), (a < 0x80 && b < 0x80) || two);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(good), cmocka_unit_test(bad),
                                       cmocka_unit_test(pairs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
