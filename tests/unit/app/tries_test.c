#include "../cmocka_all.h"

#include "app/tries.h"

#include <stdio.h>

static const struct tries_limit limits[TRIES_KINDS] = {{60, 1}, {30, 10}, {8, 30},
                                                       {5, 60}, {20, 60}, {20, 15}};

static int until_refused(struct tries *t, enum tries_of what, const char *format)
{
    char address[64];
    for (int i = 1; i < 1000; i++) {
        snprintf(address, sizeof address, format, i);
        if (tries_take_address(t, what, address) > 0)
            return i - 1;
    }
    return 1000;
}

static void an_ipv6_network_is_one_address(void **state)
{
    cleanup(tries_destroy_p) struct tries *t = NULL;
    assert_int_equal(tries_create(limits, &t), 0);
    assert_int_equal(until_refused(t, TRIES_CODE_ADDRESS, "2001:db8:1:2::%x"), 5);
    assert_true(tries_take_address(t, TRIES_CODE_ADDRESS, "2001:db8:1:2:ffff::1") > 0);
    assert_int_equal(tries_take_address(t, TRIES_CODE_ADDRESS, "2001:db8:1:3::1"), 0);
    assert_int_equal(until_refused(t, TRIES_CODE_ADDRESS, "2001:db8:2:%x::1"), 1000);
}

static void an_ipv4_address_is_itself(void **state)
{
    cleanup(tries_destroy_p) struct tries *t = NULL;
    assert_int_equal(tries_create(limits, &t), 0);
    for (int i = 0; i < 5; i++)
        assert_int_equal(tries_take_address(t, TRIES_CODE_ADDRESS, "192.0.2.1"), 0);
    int wait_s = tries_take_address(t, TRIES_CODE_ADDRESS, "192.0.2.1");
    assert_in_range(wait_s, 50, 60);
    assert_int_equal(tries_take_address(t, TRIES_CODE_ADDRESS, "192.0.2.2"), 0);
    /* of another kind it has not tried */
    assert_int_equal(tries_take_address(t, TRIES_PASSWORD_ADDRESS, "192.0.2.1"), 0);
}

static void what_is_no_address_shares_its_tries(void **state)
{
    cleanup(tries_destroy_p) struct tries *t = NULL;
    assert_int_equal(tries_create(limits, &t), 0);
    assert_int_equal(until_refused(t, TRIES_CODE_ADDRESS, "x%d"), 5);
}

static void a_right_password_gives_the_account_its_tries_again(void **state)
{
    cleanup(tries_destroy_p) struct tries *t = NULL;
    assert_int_equal(tries_create(limits, &t), 0);
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 8; i++)
            assert_int_equal(tries_take_name(t, TRIES_PASSWORD, "ayse"), 0);
        assert_in_range(tries_take_name(t, TRIES_PASSWORD, "ayse"), 25, 30);
        assert_int_equal(tries_take_name(t, TRIES_PASSWORD, round ? "veli" : "ali"), 0);
        tries_forgive(t, "ayse");
    }
}

static void how_many_at_once_and_how_often_then_is_as_set(void **state)
{
    static const struct tries_limit few[TRIES_KINDS] = {{1, 90}, {2, 300}, {3, 7},
                                                        {4, 60}, {5, 600}, {6, 3600}};
    for (int i = 0; i < TRIES_KINDS; i++) {
        cleanup(tries_destroy_p) struct tries *t = NULL;
        assert_int_equal(tries_create(few, &t), 0);
        for (int n = 0; n < few[i].at_once; n++)
            assert_int_equal(tries_take_name(t, (enum tries_of)i, "ornek"), 0);
        int wait_s = tries_take_name(t, (enum tries_of)i, "ornek");
        assert_in_range(wait_s, 1, few[i].interval_s);
        assert_true(i == 2 || wait_s > 30); /* whatever this machine was busy with meanwhile */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(how_many_at_once_and_how_often_then_is_as_set),
        cmocka_unit_test(an_ipv6_network_is_one_address),
        cmocka_unit_test(an_ipv4_address_is_itself),
        cmocka_unit_test(what_is_no_address_shares_its_tries),
        cmocka_unit_test(a_right_password_gives_the_account_its_tries_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
