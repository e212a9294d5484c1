#include "../cmocka_all.h"

#include "auth/cookie.h"

#include <string.h>

static void each_pair_is_found_and_what_is_none_passed_over(void **state)
{
    static const char header[] = ";; a=1;b=; =x; c ;  __Host-d=e=f;a=2 ";
    static const char *const names[] = {"a", "b", "__Host-d", "a"};
    static const char *const values[] = {"1", "", "e=f", "2 "};
    const char *at = header;
    struct cookie c;
    char value[8];
    for (int i = 0; i < 4; i++) {
        assert_true(cookie_next(&at, &c));
        assert_true(cookie_is_named(&c, names[i]));
        assert_true(cookie_value(&c, value, sizeof value));
        assert_string_equal(value, values[i]);
    }
    assert_false(cookie_next(&at, &c));
    assert_false(cookie_next(&at, &c));
    assert_int_equal(*at, 0);
}

static void a_name_is_compared_whole(void **state)
{
    const char *at = "meclis-session=1";
    struct cookie c;
    assert_true(cookie_next(&at, &c));
    assert_true(cookie_is_named(&c, "meclis-session"));
    assert_false(cookie_is_named(&c, "meclis-sessio"));
    assert_false(cookie_is_named(&c, "meclis-session-demo"));
    assert_false(cookie_is_named(&c, ""));
}

static void a_value_that_has_no_room_is_not_cut(void **state)
{
    const char *at = "a=12345678";
    struct cookie c;
    char value[9] = "x";
    assert_true(cookie_next(&at, &c));
    assert_false(cookie_value(&c, value, 8));
    assert_string_equal(value, "x");
    assert_true(cookie_value(&c, value, 9));
    assert_string_equal(value, "12345678");
}

static void nothing_has_no_cookies(void **state)
{
    static const char *const none[] = {"", ";", " ; ;", "a", "=", "a;b;c"};
    struct cookie c;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        const char *at = none[i];
        assert_false(cookie_next(&at, &c));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_pair_is_found_and_what_is_none_passed_over),
        cmocka_unit_test(a_name_is_compared_whole),
        cmocka_unit_test(a_value_that_has_no_room_is_not_cut),
        cmocka_unit_test(nothing_has_no_cookies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
