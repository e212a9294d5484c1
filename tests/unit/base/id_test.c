#include "../cmocka_all.h"

#include "base/id.h"

#include <errno.h>
#include <string.h>

static void valid(void **state)
{
    static const char *const good[] = {"a", "demo", "2026-03-04", "720p", "a-", "0"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(id_valid(good[i]));
}

static void invalid(void **state)
{
    static const char *const bad[] = {
        "",    "-a",    "A",   "a/b", "..",   ".",         "a.b", "a b",   "çay",
        "a\n", "a%2fb", "a_b", "\"",  "a{b}", "../../etc", " a",  "a\x7f", "a\xff",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(id_valid(bad[i]));
}

static void length_is_bounded(void **state)
{
    char text[ID_MAX + 2];
    memset(text, 'a', sizeof text);
    text[ID_MAX - 1] = 0;
    assert_true(id_valid(text));
    text[ID_MAX - 1] = 'a';
    text[ID_MAX] = 0;
    assert_false(id_valid(text));
    text[ID_MAX] = 'a'; /* without its NUL where one would be looked for */
    text[ID_MAX + 1] = 0;
    assert_false(id_valid(text));
}

static void random_hex(void **state)
{
    char a[33], b[33];
    memset(a, 'x', sizeof a);
    assert_int_equal(id_random_hex(a, sizeof a), 0);
    assert_int_equal(id_random_hex(b, sizeof b), 0);
    assert_int_equal(strlen(a), 32);
    assert_int_equal(strspn(a, "0123456789abcdef"), 32);
    assert_string_not_equal(a, b);
}

static void random_hex_refuses_sizes(void **state)
{
    char text[200] = "kept";
    assert_int_equal(id_random_hex(text, 0), -EINVAL);
    assert_int_equal(id_random_hex(text, 1), -EINVAL);
    assert_int_equal(id_random_hex(text, sizeof text), -EINVAL);
    assert_string_equal(text, "kept");
    assert_int_equal(id_random_hex(text, 2), 0);
    assert_int_equal(strlen(text), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(valid),
        cmocka_unit_test(invalid),
        cmocka_unit_test(length_is_bounded),
        cmocka_unit_test(random_hex),
        cmocka_unit_test(random_hex_refuses_sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
