#include "../cmocka_all.h"

#include "base/io.h"
#include "house.h"
#include "store/log_key.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static void path_of(char ret[128])
{
    snprintf(ret, 128, "%s/log-key", house_folder());
}

static void it_is_made_once(void **state)
{
    char path[128];
    struct log_key a, b;
    struct stat st;
    path_of(path);
    assert_int_equal(log_key_load_or_create(path, &a), 0);
    assert_int_equal(log_key_load_or_create(path, &b), 0);
    assert_memory_equal(&a, &b, sizeof a);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    static const char *const bad[] = {"", "00", "zz",
                                      "a longer text than sixty-four hex digits are, "
                                      "which is a mistake of somebody's"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(io_replace_file(path, bad[i], strlen(bad[i]), 0600), 0);
        assert_int_equal(log_key_load_or_create(path, &b), -EINVAL);
    }
}

#define SIGNATURE                                                                                  \
    "097712cc607282d55fd3707d89044aa731fbd970782f8b347a3ac1e3082ed620"                             \
    "4b05a598d8bb6d912f2b8e8c7faa44ae88a39fef0def18fff36ac5f91a6dbf08"

/* RFC 8032's first test key, and a signature computed with another implementation. */
static void what_is_signed_is_as_described(void **state)
{
    static const char seed[] = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60\n";
    char path[128], hex[129];
    struct log_key k;
    path_of(path);
    assert_int_equal(io_replace_file(path, seed, sizeof seed - 1, 0600), 0);
    assert_int_equal(log_key_load_or_create(path, &k), 0);
    sodium_bin2hex(hex, sizeof hex, k.public_part, sizeof k.public_part);
    assert_string_equal(hex, "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    struct signed_head head = {.meeting = "demo", .seq = 7, .at_utc_us = 1700000000000000};
    memset(head.hash, 0xab, sizeof head.hash);
    log_key_sign(&k, &head);
    sodium_bin2hex(hex, sizeof hex, head.signature, sizeof head.signature);
    assert_string_equal(hex, SIGNATURE);
    assert_int_equal(log_key_check(k.public_part, &head), 0);
    head.seq++;
    assert_int_equal(log_key_check(k.public_part, &head), -EBADMSG);
    head.seq--;
    head.meeting[3]++;
    assert_int_equal(log_key_check(k.public_part, &head), -EBADMSG);
    head.meeting[3]--;
    head.at_utc_us++;
    assert_int_equal(log_key_check(k.public_part, &head), -EBADMSG);
    head.at_utc_us--;
    head.hash[31]++;
    assert_int_equal(log_key_check(k.public_part, &head), -EBADMSG);
    head.hash[31]--;
    k.public_part[0] ^= 1;
    assert_int_equal(log_key_check(k.public_part, &head), -EBADMSG);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, house_set_up, house_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(it_is_made_once),
        TEST(what_is_signed_is_as_described),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
