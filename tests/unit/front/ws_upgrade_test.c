#include "../cmocka_all.h"
#include "front/ws_upgrade.h"

#include <string.h>

static bool allowed(const char *origin, const char *host, const char *list)
{
    return ws_origin_allowed((struct http_text){origin, strlen(origin)},
                             (struct http_text){host, strlen(host)}, list);
}

static void own_pages(void **state)
{
    assert_true(allowed("http://meclis.example", "meclis.example", ""));
    assert_true(allowed("https://meclis.example", "Meclis.Example", ""));
    assert_true(allowed("http://127.0.0.1:8080", "127.0.0.1:8080", NULL));
    assert_true(allowed("http://[::1]:8080", "[::1]:8080", NULL));
}

static void programs(void **state)
{
    assert_true(allowed("", "meclis.example", ""));
}

static void strangers(void **state)
{
    static const char *const origins[] = {
        "null",
        "http://",
        "https://",
        "https://evil.example",
        "https://meclis.example.evil.example",
        "https://evilmeclis.example",
        "https://meclis.example:8443",
        "https://meclis.exampl",
        "ftp://meclis.example",
        "meclis.example",
        "https://meclis.example/",
        "https://user@meclis.example",
        "https://meclis.example https://evil.example",
    };
    for (size_t i = 0; i < sizeof origins / sizeof *origins; i++)
        assert_false(allowed(origins[i], "meclis.example", ""));
    assert_false(allowed("http://", "", ""));
}

static void listed(void **state)
{
    const char *list = "https://a.example, https://b.example:8443";
    assert_true(allowed("https://a.example", "meclis.example", list));
    assert_true(allowed("https://b.example:8443", "meclis.example", list));
    assert_true(allowed("https://meclis.example", "meclis.example", list));
    assert_false(allowed("http://a.example", "meclis.example", list));
    assert_false(allowed("https://b.example", "meclis.example", list));
    assert_false(allowed("https://a.example,", "meclis.example", list));
    assert_false(allowed("a.example", "meclis.example", list));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_pages),
        cmocka_unit_test(programs),
        cmocka_unit_test(strangers),
        cmocka_unit_test(listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
