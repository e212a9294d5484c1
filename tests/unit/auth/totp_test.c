#include "../cmocka_all.h"

#include "auth/totp.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const uint8_t rfc_secret[TOTP_SECRET_BYTES + 1] = "12345678901234567890";

/* RFC 6238, appendix B: the last six of its eight digits. */
static void the_standards_own_vectors(void **state)
{
    static const struct {
        int64_t utc_s;
        int code;
    } vectors[] = {{59, 287082},       {1111111109, 81804},  {1111111111, 50471},
                   {1234567890, 5924}, {2000000000, 279037}, {20000000000, 353130}};
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
        assert_int_equal(totp_at(rfc_secret, vectors[i].utc_s / 30), vectors[i].code);
}

static void printed_for_a_phone(void **state)
{
    char text[TOTP_SECRET_TEXT_MAX];
    totp_print(rfc_secret, text);
    assert_string_equal(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
}

static void each_code_is_good_once_and_for_a_while(void **state)
{
    const int64_t now = 1234567890ll * 1000000;
    int64_t step = 0;
    assert_int_equal(totp_check(rfc_secret, "005924", now, 0, &step), 0);
    assert_int_equal(step, now / TOTP_STEP_US);
    assert_int_equal(totp_check(rfc_secret, "005924", now, step, &step), -EACCES); /* again */
    assert_int_equal(totp_check(rfc_secret, "005924", now + TOTP_STEP_US, 0, &step), 0);
    assert_int_equal(totp_check(rfc_secret, "005924", now - TOTP_STEP_US, 0, &step), 0);
    assert_int_equal(totp_check(rfc_secret, "005924", now + 2 * TOTP_STEP_US, 0, &step), -EACCES);
    assert_int_equal(totp_check(rfc_secret, "005924", now - 2 * TOTP_STEP_US, 0, &step), -EACCES);
    for (const char *const *p =
             (const char *const[]){"", "5924", "0059240", "00592a", "+05924", NULL};
         *p; p++)
        assert_int_equal(totp_check(rfc_secret, *p, now, 0, &step), -EACCES);
}

static void secrets_differ(void **state)
{
    uint8_t a[TOTP_SECRET_BYTES], b[TOTP_SECRET_BYTES];
    totp_make(a);
    totp_make(b);
    assert_memory_not_equal(a, b, sizeof a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_standards_own_vectors),
        cmocka_unit_test(printed_for_a_phone),
        cmocka_unit_test(each_code_is_good_once_and_for_a_while),
        cmocka_unit_test(secrets_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
