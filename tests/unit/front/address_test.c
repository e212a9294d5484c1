#include "../cmocka_all.h"
#include "front/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

static struct address of(const char *text)
{
    struct address a;
    assert_int_equal(address_parse(text, strlen(text), &a), 0);
    return a;
}

static void reads_and_prints(void **state)
{
    static const char *const same[] = {"127.0.0.1", "10.1.2.3", "::1", "2001:db8::5"};
    char text[ADDRESS_TEXT_MAX];
    for (int i = 0; i < 4; i++) {
        struct address a = of(same[i]);
        address_format(&a, text);
        assert_string_equal(text, same[i]);
    }
    struct address mapped = of("::ffff:10.0.0.1"), plain = of(" 10.0.0.1\t"),
                   brackets = of("[::1]");
    assert_memory_equal(&mapped, &plain, sizeof mapped);
    assert_true(address_is_loopback(&brackets));
}

static void refuses_what_is_no_address(void **state)
{
    static const char *const bad[] = {
        "",      " ",         "x",
        "1.2.3", "1.2.3.4.5", "1.2.3.4:80",
        "::1::", "unknown",   "[",
        "[]",    "300.1.1.1", "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000"};
    struct address a;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(address_parse(bad[i], strlen(bad[i]), &a), -EINVAL);
}

static void knows_loopback(void **state)
{
    struct address a = of("127.9.9.9"), b = of("::1"), c = of("128.0.0.1"), d = of("::2");
    assert_true(address_is_loopback(&a));
    assert_true(address_is_loopback(&b));
    assert_false(address_is_loopback(&c));
    assert_false(address_is_loopback(&d));
}

static void reads_lists(void **state)
{
    struct address_list l;
    assert_int_equal(address_list_parse(NULL, &l), 0);
    assert_int_equal(l.count, 0);
    assert_int_equal(address_list_parse("127.0.0.1, ::1", &l), 0);
    assert_int_equal(l.count, 2);
    assert_int_equal(address_list_parse("127.0.0.1,,::1", &l), -EINVAL);
    char many[ADDRESS_MAX_TRUSTED * 10 + 32] = "";
    for (int i = 0; i <= ADDRESS_MAX_TRUSTED; i++)
        memcpy(many + i * 10, "127.0.0.1,", 11);
    assert_int_equal(address_list_parse(many, &l), -E2BIG);
}

static void expect_client(const char *peer, const char *forwarded, const char *expected)
{
    struct address_list trusted;
    struct address p = of(peer);
    char text[ADDRESS_TEXT_MAX];
    assert_int_equal(address_list_parse("127.0.0.1,10.0.0.1", &trusted), 0);
    struct address a = address_forwarded(&p, forwarded, strlen(forwarded), &trusted);
    address_format(&a, text);
    assert_string_equal(text, expected);
}

static void believes_only_trusted_proxies(void **state)
{
    expect_client("127.0.0.1", "", "127.0.0.1");
    expect_client("127.0.0.1", "8.8.8.8", "8.8.8.8");
    expect_client("9.9.9.9", "8.8.8.8", "9.9.9.9");
    /* what the client wrote there itself comes before what the proxy added */
    expect_client("127.0.0.1", "1.1.1.1, 8.8.8.8", "8.8.8.8");
    expect_client("127.0.0.1", "8.8.8.8, 10.0.0.1", "8.8.8.8");
    expect_client("127.0.0.1", "10.0.0.1", "10.0.0.1");
    expect_client("127.0.0.1", "8.8.8.8, unknown", "127.0.0.1");
    expect_client("127.0.0.1", ",,,", "127.0.0.1");
    expect_client("127.0.0.1", "8.8.8.8:443", "8.8.8.8");
    expect_client("127.0.0.1", "1.1.1.1, 8.8.8.8:65535 ", "8.8.8.8");
    expect_client("127.0.0.1", "[2001:db8::7]:443", "2001:db8::7");
    expect_client("127.0.0.1", "[2001:db8::7]", "2001:db8::7");
    expect_client("127.0.0.1", "2001:db8::7", "2001:db8::7");
    expect_client("127.0.0.1", "2001:db8::443", "2001:db8::443");
    expect_client("127.0.0.1", "1.1.1.1, 10.0.0.1:80", "1.1.1.1");
    expect_client("127.0.0.1", "8.8.8.8:", "127.0.0.1");
    expect_client("127.0.0.1", "8.8.8.8:x", "127.0.0.1");
    expect_client("127.0.0.1", "8.8.8.8:123456", "127.0.0.1");
    expect_client("127.0.0.1", ":80", "127.0.0.1");
    expect_client("127.0.0.1", "[:80", "127.0.0.1");
    expect_client("127.0.0.1", "8.8.8.8;1.1.1.1", "127.0.0.1");
    expect_client("::ffff:127.0.0.1", "8.8.8.8", "8.8.8.8");
}

static void limits_ipv6_by_its_network(void **state)
{
    struct address a = of("2001:db8:1:2::1"), b = of("2001:db8:1:2:ffff::9"),
                   c = of("2001:db8:1:3::1");
    assert_true(address_limit_hash(&a, 7) == address_limit_hash(&b, 7));
    assert_true(address_limit_hash(&a, 7) != address_limit_hash(&c, 7));
    assert_true(address_limit_hash(&a, 7) != address_limit_hash(&a, 8));
    struct address d = of("10.0.0.1"), e = of("10.0.0.2");
    assert_true(address_limit_hash(&d, 7) != address_limit_hash(&e, 7));
}

static void spreads_over_its_slots(void **state)
{
    unsigned char hit[65536] = {0};
    int slots = 0;
    for (unsigned i = 0; i < 20000; i++) {
        struct sockaddr_in sa = {.sin_family = AF_INET, .sin_addr = {htonl(0x0a000000u + i)}};
        struct address a;
        assert_int_equal(address_from_socket((struct sockaddr *)&sa, &a), 0);
        slots += !hit[address_limit_hash(&a, 12345) >> 48]++;
    }
    assert_true(slots > 16000); /* of 17,200 that chance gives */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_and_prints),
        cmocka_unit_test(refuses_what_is_no_address),
        cmocka_unit_test(knows_loopback),
        cmocka_unit_test(reads_lists),
        cmocka_unit_test(believes_only_trusted_proxies),
        cmocka_unit_test(limits_ipv6_by_its_network),
        cmocka_unit_test(spreads_over_its_slots),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
