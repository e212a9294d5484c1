#include "../cmocka_all.h"
#include "front/http_parse.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Parses a copy of exactly that size, so that reading beyond it is seen. */
static int parse(const char *text, struct http_head *ret)
{
    static char *copy;
    size_t size = strlen(text);
    free(copy);
    copy = malloc(size ? size : 1);
    memcpy(copy, text, size);
    int r = http_parse(copy, size, ret);
    if (r != 0) {
        free(copy);
        copy = NULL;
    }
    return r;
}

static void expect(struct http_text t, const char *text)
{
    assert_int_equal(t.size, strlen(text));
    assert_memory_equal(t.at, text, t.size);
}

static struct http_text text_of(const char *s)
{
    return (struct http_text){s, strlen(s)};
}

static void reads_a_head(void **state)
{
    struct http_head h;
    assert_int_equal(parse("GET /m/demo?t=3 HTTP/1.1\r\nHost: x:1\r\nRange: bytes=0-1\r\n"
                           "Accept-Encoding: br, gzip;q=0.5\r\nAUTHORIZATION:  Bearer t \r\n\r\n",
                           &h),
                     0);
    assert_int_equal(h.method, HTTP_GET);
    assert_true(h.keep_alive);
    assert_true(h.accepts_gzip);
    assert_int_equal(h.content_length, -1);
    expect(h.path, "/m/demo");
    expect(h.query, "t=3");
    expect(h.range, "bytes=0-1");
    expect(h.authorization, "Bearer t");
}

static void waits_for_the_end(void **state)
{
    static const char whole[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    struct http_head h;
    for (size_t size = 0; size < sizeof whole - 1; size++)
        assert_int_equal(http_parse(whole, size, &h), -EAGAIN);
    assert_int_equal(http_parse(whole, sizeof whole - 1, &h), 0);
    assert_int_equal(h.size, sizeof whole - 1);
}

static void keeps_alive_as_said(void **state)
{
    struct http_head h;
    assert_int_equal(parse("GET / HTTP/1.0\r\n\r\n", &h), 0);
    assert_false(h.keep_alive);
    assert_int_equal(parse("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", &h), 0);
    assert_true(h.keep_alive);
    assert_int_equal(parse("GET / HTTP/1.1\r\nHost: x\r\nConnection: foo, close\r\n\r\n", &h), 0);
    assert_false(h.keep_alive);
}

static void sees_a_websocket(void **state)
{
    struct http_head h;
    assert_int_equal(parse("GET / HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\n"
                           "Upgrade: websocket\r\n\r\n",
                           &h),
                     0);
    assert_true(h.upgrade_websocket);
    assert_int_equal(parse("POST / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
                           "Upgrade: websocket\r\n\r\n",
                           &h),
                     0);
    assert_false(h.upgrade_websocket);
    assert_int_equal(parse("GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n\r\n", &h), 0);
    assert_false(h.upgrade_websocket);
}

/* Each is refused with this status: many are ways of smuggling a request past a proxy. */
static void refuses(void **state)
{
    static const struct {
        const char *text;
        int status;
    } bad[] = {
        {"GET / HTTP/1.1\r\n\r\n", 400}, /* no Host */
        {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        {"GET / HTTP/1.1\nHost: a\n\r\n\r\n", 400}, /* bare newlines */
        {"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a\r\nX: a\001b\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a\rb: c\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999999999999\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", 411},
        {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: x\r\n\r\n", 411},
        {"GET  HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"GET x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"GET /\tHTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"GET http://a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"GET /\r\n\r\n", 400},
        {"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
        {"GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505},
        {"GET / HTTP/1.10\r\nHost: a\r\n\r\n", 400},
        {"G\x80T / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
        {"\x16\x03\x01\x02\r\n\r\n", 400}, /* TLS */
    };
    struct http_head h;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int r = parse(bad[i].text, &h);
        if (r != bad[i].status)
            print_message("%s -> %d\n", bad[i].text, r);
        assert_int_equal(r, bad[i].status);
    }
}

static void refuses_what_is_too_long(void **state)
{
    static char text[HTTP_MAX_HEAD + 100];
    struct http_head h;
    memset(text, 'a', sizeof text - 1);
    memcpy(text, "GET /", 5);
    assert_int_equal(http_parse(text, sizeof text, &h), 414);
    memcpy(text + HTTP_MAX_LINE, " HTTP/1.1\r\nHost: a\r\n\r\n", 23);
    assert_int_equal(http_parse(text, HTTP_MAX_LINE + 23, &h), 414);
    memset(text, 'a', sizeof text - 1);
    memcpy(text, "GET / HTTP/1.1\r\nX: ", 19);
    assert_int_equal(http_parse(text, sizeof text, &h), 431);
    char many[3000] = "GET / HTTP/1.1\r\n";
    for (int i = 0; i < HTTP_MAX_HEADERS + 1; i++)
        memcpy(many + 16 + i * 6, "A: b\r\n", 7);
    memcpy(many + 16 + (HTTP_MAX_HEADERS + 1) * 6, "\r\n", 3);
    assert_int_equal(http_parse(many, strlen(many), &h), 431);
    memset(text, '\n', sizeof text);
    assert_true(http_parse(text, sizeof text, &h) > 0);
}

static void takes_the_absolute_form(void **state)
{
    struct http_head h;
    assert_int_equal(parse("GET http://x.y/a?b HTTP/1.1\r\nHost: a\r\n\r\n", &h), 0);
    expect(h.path, "/a");
    expect(h.query, "b");
    assert_int_equal(parse("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", &h), 0);
    assert_int_equal(parse("BREW / HTTP/1.1\r\nHost: a\r\n\r\n", &h), 0);
    assert_int_equal(h.method, HTTP_OTHER);
}

static void decodes(void **state)
{
    char out[16];
    assert_int_equal(http_decode("/a%20%C3%A7", 11, out, sizeof out), 5);
    assert_string_equal(out, "/a \xc3\xa7");
    assert_int_equal(http_decode("%0", 2, out, sizeof out), -EINVAL);
    assert_int_equal(http_decode("%zz", 3, out, sizeof out), -EINVAL);
    assert_int_equal(http_decode("a%00b", 5, out, sizeof out), -EINVAL);
    assert_int_equal(http_decode("a%0ab", 5, out, sizeof out), -EINVAL);
    assert_int_equal(http_decode("0123456789abcdef", 16, out, sizeof out), -EMSGSIZE);
    assert_int_equal(http_decode("0123456789abcde", 15, out, sizeof out), 15);
}

static void finds_query_values(void **state)
{
    char out[16];
    const char *q = "a=1&bb=x+y%26&flag&=z&a=2";
    size_t size = strlen(q);
    assert_int_equal(http_query_value(q, size, "a", out, sizeof out), 1);
    assert_string_equal(out, "1");
    assert_int_equal(http_query_value(q, size, "bb", out, sizeof out), 4);
    assert_string_equal(out, "x y&");
    assert_int_equal(http_query_value(q, size, "flag", out, sizeof out), 0);
    assert_int_equal(http_query_value(q, size, "b", out, sizeof out), -ENOENT);
    assert_int_equal(http_query_value("", 0, "a", out, sizeof out), -ENOENT);
    assert_int_equal(http_query_value("a=12345678901234567", 19, "a", out, sizeof out), -EMSGSIZE);
}

static void reads_ranges(void **state)
{
    uint64_t first, last;
    static const struct {
        const char *text;
        int r;
        uint64_t first, last;
    } cases[] = {{"bytes=0-0", 0, 0, 0},
                 {"bytes=5-", 0, 5, 99},
                 {"bytes=-10", 0, 90, 99},
                 {"bytes=-1000", 0, 0, 99},
                 {"bytes=90-1000", 0, 90, 99},
                 {"bytes=100-", -ERANGE, 0, 0},
                 {"bytes=-0", -ERANGE, 0, 0},
                 {"bytes=5-4", -ENOENT, 0, 0},
                 {"bytes=1-2,4-5", -ENOENT, 0, 0},
                 {"bytes=-", -ENOENT, 0, 0},
                 {"bytes=x", -ENOENT, 0, 0},
                 {"items=0-1", -ENOENT, 0, 0},
                 {"bytes=99999999999999999999-", -ENOENT, 0, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(http_range(text_of(cases[i].text), 100, &first, &last), cases[i].r);
        if (cases[i].r == 0) {
            assert_int_equal(first, cases[i].first);
            assert_int_equal(last, cases[i].last);
        }
    }
    assert_int_equal(http_range(text_of("bytes=0-"), 0, &first, &last), -ERANGE);
}

static void matches_tags_and_lists(void **state)
{
    assert_true(http_etag_matches(text_of("\"a\""), "\"a\""));
    assert_true(http_etag_matches(text_of("\"b\", W/\"a\""), "\"a\""));
    assert_true(http_etag_matches(text_of("*"), "\"a\""));
    assert_false(http_etag_matches(text_of("\"ab\""), "\"a\""));
    assert_false(http_etag_matches(text_of(""), "\"a\""));
    assert_true(http_list_has(text_of("a, B;q=1,c"), "b"));
    assert_false(http_list_has(text_of("abc"), "b"));
    struct http_head h;
    assert_int_equal(parse("GET / HTTP/1.0\r\nAccept-Encoding: gzip;q=0\r\n\r\n", &h), 0);
    assert_false(h.accepts_gzip);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_head),
        cmocka_unit_test(waits_for_the_end),
        cmocka_unit_test(keeps_alive_as_said),
        cmocka_unit_test(sees_a_websocket),
        cmocka_unit_test(refuses),
        cmocka_unit_test(refuses_what_is_too_long),
        cmocka_unit_test(takes_the_absolute_form),
        cmocka_unit_test(decodes),
        cmocka_unit_test(finds_query_values),
        cmocka_unit_test(reads_ranges),
        cmocka_unit_test(matches_tags_and_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
