#include "srtin.h"

#include "cmocka_all.h"

#include <errno.h>
#include <string.h>

static void expect(const char *url, const char *host, int port)
{
    struct srtin_address a = {.stream_id = "kept"};
    assert_int_equal(srtin_parse_url(url, &a), 0);
    assert_string_equal(a.host, host);
    assert_int_equal(a.port, port);
    assert_string_equal(a.stream_id, "kept");
}

static void test_addresses(void **state)
{
    expect("srt://127.0.0.1:7001", "127.0.0.1", 7001);
    expect("srt://encoder.example:1?mode=caller&latency=200", "encoder.example", 1);
    expect("srt://:9000", "", 9000);
    expect("srt://[::]:9000", "::", 9000);
    expect("srt://[::1]:65535/", "::1", 65535);
}

static void test_what_is_no_address(void **state)
{
    static const char *const wrong[] = {
        "",
        "srt:",
        "srt://",
        "srt://host",
        "srt://host:",
        "srt://h:0",
        "srt://h:65536",
        "srt://h:99999999",
        "udp://h:1",
        "srt://h:1x",
        "srt://::1:7",
        "srt://user@h:1",
        "srt://h:-1",
        "srt://h:184467440737095516170",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct srtin_address a = {0};
        assert_int_equal(srtin_parse_url(wrong[i], &a), -EINVAL);
    }
    char longest[600] = "srt://";
    memset(longest + 6, 'a', 500);
    memcpy(longest + 506, ":7001", 6);
    struct srtin_address a = {0};
    assert_int_equal(srtin_parse_url(longest, &a), -EINVAL);
}

static void test_passphrases(void **state)
{
    struct srtin_address a = {.listen = true, .port = 7001};
    struct srtin *s = NULL;
    static const struct srtin_events none = {0};
    strcpy(a.passphrase, "too short");
    assert_int_equal(srtin_create(&a, &none, NULL, &s), -EINVAL);
    assert_null(s);
    strcpy(a.passphrase, "long enough");
    assert_int_equal(srtin_create(&a, &none, NULL, &s), 0);
    srtin_destroy(s);
    srtin_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_what_is_no_address),
        cmocka_unit_test(test_passphrases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
