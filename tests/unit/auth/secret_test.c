#include "../cmocka_all.h"

#include "auth/secret.h"

#include <errno.h>
#include <string.h>

static void each_is_new_and_found_by_its_hash(void **state)
{
    char a[SECRET_TEXT_MAX], b[SECRET_TEXT_MAX];
    uint8_t ha[SECRET_HASH_BYTES], again[SECRET_HASH_BYTES], hb[SECRET_HASH_BYTES];
    secret_make(a);
    secret_make(b);
    assert_int_equal(strlen(a), SECRET_TEXT_MAX - 1);
    assert_string_not_equal(a, b);
    assert_int_equal(secret_hash(SECRET_LINK, a, ha), 0);
    assert_int_equal(secret_hash(SECRET_LINK, a, again), 0);
    assert_int_equal(secret_hash(SECRET_LINK, b, hb), 0);
    assert_true(secret_hash_equal(ha, again));
    assert_false(secret_hash_equal(ha, hb));
}

static void a_links_secret_is_no_sessions(void **state)
{
    char text[SECRET_TEXT_MAX];
    uint8_t link[SECRET_HASH_BYTES], session[SECRET_HASH_BYTES];
    secret_make(text);
    assert_int_equal(secret_hash(SECRET_LINK, text, link), 0);
    assert_int_equal(secret_hash(SECRET_SESSION, text, session), 0);
    assert_false(secret_hash_equal(link, session));
}

static void what_was_not_made_here_is_refused(void **state)
{
    uint8_t hash[SECRET_HASH_BYTES] = {7};
    char text[SECRET_TEXT_MAX + 8];
    assert_int_equal(secret_hash(SECRET_LINK, "", hash), -EINVAL);
    secret_make(text);
    text[10] = '!';
    assert_int_equal(secret_hash(SECRET_LINK, text, hash), -EINVAL);
    secret_make(text);
    text[SECRET_TEXT_MAX - 2] = 0;
    assert_int_equal(secret_hash(SECRET_LINK, text, hash), -EINVAL);
    secret_make(text);
    strcpy(text + SECRET_TEXT_MAX - 1, "=");
    assert_int_equal(secret_hash(SECRET_LINK, text, hash), -EINVAL);
    assert_int_equal(hash[0], 7); /* untouched */
}

static void a_code_is_read_as_it_is_spoken(void **state)
{
    char code[SECRET_CODE_DIGITS + 1];
    secret_make_code(code);
    assert_int_equal(strspn(code, "0123456789"), SECRET_CODE_DIGITS);
    uint8_t plain[SECRET_HASH_BYTES], spoken[SECRET_HASH_BYTES], elsewhere[SECRET_HASH_BYTES];
    assert_int_equal(secret_hash_code("012345", "demo", plain), 0);
    assert_int_equal(secret_hash_code(" 012-345 ", "demo", spoken), 0);
    assert_true(secret_hash_equal(plain, spoken));
    assert_int_equal(secret_hash_code("012345", "another", elsewhere), 0);
    assert_false(secret_hash_equal(plain, elsewhere));
    assert_int_equal(secret_hash_code("01234", "demo", plain), -EINVAL);
    assert_int_equal(secret_hash_code("0123456", "demo", plain), -EINVAL);
    assert_int_equal(secret_hash_code("01234a", "demo", plain), -EINVAL);
    assert_int_equal(secret_hash_code("", "demo", plain), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_new_and_found_by_its_hash),
        cmocka_unit_test(a_links_secret_is_no_sessions),
        cmocka_unit_test(what_was_not_made_here_is_refused),
        cmocka_unit_test(a_code_is_read_as_it_is_spoken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
