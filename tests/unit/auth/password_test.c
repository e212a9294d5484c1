#include "../cmocka_all.h"

#include "auth/password.h"

#include <errno.h>
#include <string.h>

static void the_right_one_opens_and_no_other(void **state)
{
    char hash[PASSWORD_HASH_MAX], other[PASSWORD_HASH_MAX];
    assert_int_equal(password_hash("uzun ve özel bir söz", hash), 0);
    assert_int_equal(strncmp(hash, "$argon2id$", 10), 0);
    assert_int_equal(password_check(hash, "uzun ve özel bir söz"), 0);
    assert_int_equal(password_check(hash, "uzun ve özel bir soz"), -EACCES);
    assert_int_equal(password_check(hash, ""), -EACCES);
    assert_int_equal(password_hash("uzun ve özel bir söz", other), 0);
    assert_string_not_equal(hash, other); /* salted */
    assert_false(password_hash_is_old(hash));
}

static void nothing_to_check_against_opens_nothing(void **state)
{
    assert_int_equal(password_check(NULL, "uzun ve özel bir söz"), -EACCES);
    assert_int_equal(password_check("", "uzun ve özel bir söz"), -EINVAL);
    assert_int_equal(password_check("$argon2id$v=19$m=65536", "x"), -EINVAL);
    char huge[8192];
    memset(huge, 'a', sizeof huge - 1);
    huge[sizeof huge - 1] = 0;
    assert_int_equal(password_check(NULL, huge), -EACCES);
    assert_int_equal(password_check(huge, "x"), -EINVAL);
}

static void a_weaker_hash_is_told(void **state)
{
    assert_true(password_hash_is_old("$argon2id$v=19$m=19456,t=2,p=1$"
                                     "MTIzNDU2Nzg5MDEyMzQ1Ng$"
                                     "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI"));
}

static void flaws_have_names(void **state)
{
    assert_int_equal(password_flaw("kısa", "ornek"), PASSWORD_TOO_SHORT);
    assert_int_equal(password_flaw("ışığışığışı", "ornek"),
                     PASSWORD_TOO_SHORT); /* 11, in 18 bytes */
    assert_int_equal(password_flaw("on iki harf!", "ornek"), 0);
    assert_int_equal(password_flaw("aaaaaaaaaaaaaaaa", "ornek"), PASSWORD_MONOTONOUS);
    assert_int_equal(password_flaw("Ornek-Katip-Uye", "ornek-katip-uye"), PASSWORD_IS_NAME);
    assert_int_equal(password_flaw("yarısı \xff bozuk söz", "ornek"), PASSWORD_NOT_TEXT);
    assert_int_equal(password_flaw("sekme\tile ayrılmış", "ornek"), PASSWORD_NOT_TEXT);
    char long_one[PASSWORD_MAX_BYTES + 2];
    for (size_t i = 0; i < sizeof long_one - 1; i++)
        long_one[i] = (char)('a' + i % 26);
    long_one[sizeof long_one - 1] = 0;
    assert_int_equal(password_flaw(long_one, "ornek"), PASSWORD_TOO_LONG);
    long_one[PASSWORD_MAX_BYTES] = 0;
    assert_int_equal(password_flaw(long_one, "ornek"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_right_one_opens_and_no_other),
        cmocka_unit_test(nothing_to_check_against_opens_nothing),
        cmocka_unit_test(a_weaker_hash_is_told),
        cmocka_unit_test(flaws_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
