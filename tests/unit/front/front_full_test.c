/* A full house: who is let in, who is told so, and in which form. */
#include "../cmocka_all.h"
#include "base/clock.h"
#include "fixture.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static void a_full_server_says_so(void **state)
{
    struct fixture x;
    struct client_response r;
    int fds[20];
    struct front_stats stats;
    fixture_init(&x);
    x.config.max_connections = 20;
    x.config.threads = 1;
    fixture_start(&x);
    for (int i = 0; i < 20; i++)
        fds[i] = client_connect(x.port);
    wait_until((front_stats(x.front, &stats), stats.connections == 20));
    client_get(x.port, "/m/demo", NULL, &r);
    assert_int_equal(r.status, 503);
    assert_non_null(strstr(buf_text(&r.body), "/hls/demo/master.m3u8"));
    assert_true(client_header(&r, "Retry-After")[0]);
    client_response_finish(&r);
    static const struct {
        const char *path, *headers, *type, *text;
    } kinds[] = {
        {"/m/demo", "Accept: text/html,*/*;q=0.8\r\n", "text/html; charset=utf-8",
         "href=\"/hls/demo/master.m3u8\""},
        {"/", "Accept: text/html\r\n", "text/html; charset=utf-8", "Şu anda yer yok"},
        {"/m/%3Cscript%3E", "Accept: text/html\r\n", "text/html; charset=utf-8", "no room"},
        {"/api/v1/meetings", "Accept: text/html\r\n", "application/json; charset=utf-8",
         "\"code\":\"full\""},
        {"/ws/demo/media", "Upgrade: websocket\r\n", "application/json; charset=utf-8",
         "\"hls\":\"/hls/demo/master.m3u8\""},
        {"/m/demo", "Accept: application/json\r\n", "application/json; charset=utf-8", "demo"},
        {"/m/demo", "", "text/plain; charset=utf-8", "/hls/demo/master.m3u8"},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        client_get(x.port, kinds[i].path, kinds[i].headers, &r);
        assert_int_equal(r.status, 503);
        assert_string_equal(client_header(&r, "Content-Type"), kinds[i].type);
        assert_non_null(strstr(buf_text(&r.body), kinds[i].text));
        assert_null(strstr(buf_text(&r.body), "<script"));
        assert_string_equal(client_header(&r, "Retry-After"), "15");
        client_response_finish(&r);
    }
    assert_int_equal(client_say(x.port, "POST /api/x HTTP/1.1\r\nHost: x\r\n"
                                        "Content-Length: 999999999999\r\n\r\n"),
                     503);
    for (int i = 0; i < 20; i++)
        close(fds[i]);
    wait_until((front_stats(x.front, &stats), stats.connections == 0));
    assert_int_equal(client_status(x.port, "/healthz"), 200);
    front_stats(x.front, &stats);
    assert_true(stats.refused_full >= 2);
    fixture_stop(&x);
}

/* Peers that connect and say nothing have a share, and a second where others wait: whoever speaks
 * comes through all the same. */
static void silent_peers_keep_nobody_out(void **state)
{
    enum { SILENT = 60, CAP = 20 };
    struct fixture x;
    int fds[SILENT];
    struct front_stats stats;
    fixture_init(&x);
    x.config.threads = 1;
    x.config.max_greeting = CAP;
    fixture_start(&x);
    int speaks = client_connect(x.port); /* one that has spoken is not among them */
    struct client_response r;
    client_send_text(speaks, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_int_equal(client_response_read(speaks, false, &r), 0);
    client_response_finish(&r);
    for (int i = 0; i < SILENT; i++)
        fds[i] = client_connect(x.port);
    wait_until((front_stats(x.front, &stats), stats.connections == CAP + 1));
    fixture_sleep_us(200000);
    front_stats(x.front, &stats);
    assert_true(stats.connections <= CAP + 1);
    client_send_text(speaks, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_int_equal(client_response_read(speaks, false, &r), 0);
    client_response_finish(&r);
    int64_t from = clock_boot_us();
    assert_int_equal(client_status(x.port, "/healthz"), 200);
    print_message("let in after %lld ms\n", (long long)(clock_boot_us() - from) / 1000);
    assert_true(clock_boot_us() - from < 9000000);
    char byte;
    assert_int_equal(client_read(fds[0], &byte, 1, 1000), 0); /* it was sent away */
    for (int i = 0; i < SILENT; i++)
        close(fds[i]);
    close(speaks);
    wait_until((front_stats(x.front, &stats), stats.connections == 0));
    assert_int_equal(client_status(x.port, "/healthz"), 200);
    fixture_stop(&x);
}

/* A town that comes back in the same second. */
static void a_thousand_come_at_once(void **state)
{
    enum { COMING = 1500 };
    static int fds[COMING];
    struct fixture x;
    struct client_response r;
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    fixture_init(&x);
    x.config.max_connections = x.config.max_connections_per_address = COMING;
    fixture_start(&x);
    int64_t from = clock_boot_us();
    for (int i = 0; i < COMING; i++)
        fds[i] = client_connect(x.port);
    for (int i = 0; i < COMING; i++)
        client_send_text(fds[i], "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    for (int i = 0; i < COMING; i++) {
        assert_int_equal(client_response_read(fds[i], false, &r), 0);
        assert_int_equal(r.status, 200);
        client_response_finish(&r);
        close(fds[i]);
    }
    print_message("%d served in %lld ms\n", COMING, (long long)(clock_boot_us() - from) / 1000);
    fixture_stop(&x);
}

static void an_address_has_its_share(void **state)
{
    struct fixture x;
    int fds[5];
    struct front_stats stats;
    fixture_init(&x);
    x.config.max_connections_per_address = 5;
    fixture_start(&x);
    for (int i = 0; i < 5; i++)
        fds[i] = client_connect(x.port);
    wait_until((front_stats(x.front, &stats), stats.connections == 5));
    assert_int_equal(client_status(x.port, "/healthz"), 503);
    for (int i = 0; i < 5; i++)
        close(fds[i]);
    wait_until((front_stats(x.front, &stats), stats.connections == 0));
    assert_int_equal(client_status(x.port, "/healthz"), 200);
    fixture_stop(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_server_says_so),
        cmocka_unit_test(silent_peers_keep_nobody_out),
        cmocka_unit_test(a_thousand_come_at_once),
        cmocka_unit_test(an_address_has_its_share),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
