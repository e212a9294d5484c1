#include "../cmocka_all.h"
#include "base/clock.h"
#include "fixture.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A folder of pages, as the web's build lays it out. */
struct site {
    char folder[64];
};

static void write_file(const struct site *s, const char *name, const char *text)
{
    char path[160];
    snprintf(path, sizeof path, "%s/%s", s->folder, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static const char *const files[] = {"index.html",         "m.html",      "embed.html",
                                    "assets/app-1234.js", "favicon.svg", ".secret"};

static void site_create(struct site *s)
{
    char script[5000];
    snprintf(s->folder, sizeof s->folder, "/tmp/meclis-site-XXXXXX");
    assert_non_null(mkdtemp(s->folder));
    char assets[80];
    snprintf(assets, sizeof assets, "%s/assets", s->folder);
    assert_int_equal(mkdir(assets, 0700), 0);
    memset(script, 'x', sizeof script - 1);
    script[sizeof script - 1] = 0;
    write_file(s, "index.html", "<!doctype html>ana sayfa");
    write_file(s, "m.html", "<!doctype html>toplantı");
    write_file(s, "embed.html", "<!doctype html>gömülü");
    write_file(s, "assets/app-1234.js", script);
    write_file(s, "favicon.svg", "<svg/>");
    write_file(s, ".secret", "no");
}

static void site_remove(const struct site *s)
{
    char path[160];
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", s->folder, files[i]);
        unlink(path);
    }
    snprintf(path, sizeof path, "%s/assets", s->folder);
    rmdir(path);
    rmdir(s->folder);
}

static void start_with_pages(struct fixture *x, struct site *s)
{
    site_create(s);
    fixture_init(x);
    x->config.web_folder = s->folder;
    x->config.embed_ancestors = "https://gazete.example";
    fixture_start(x);
    site_remove(s); /* all is in memory */
}

static void starts_and_ends(void **state)
{
    struct fixture x;
    fixture_init(&x);
    x.config.threads = 3;
    fixture_start(&x);
    assert_true(x.port > 0);
    fixture_stop(&x);
    front_destroy(NULL);
}

static void a_taken_port_is_said(void **state)
{
    struct fixture x;
    struct front *second = NULL;
    fixture_init(&x);
    fixture_start(&x);
    struct front_config config = x.config;
    config.port = x.port;
    assert_int_equal(front_create(&config, &test_app_ops, &x.app, &second), -EADDRINUSE);
    assert_null(second);
    fixture_stop(&x);
    /* and free again */
    assert_int_equal(front_create(&config, &test_app_ops, &x.app, &second), 0);
    assert_int_equal(front_port(second), config.port);
    front_destroy(second);
}

static void refuses_a_wrong_configuration(void **state)
{
    struct fixture x;
    struct front *f = NULL;
    fixture_init(&x);
    struct front_config c = x.config;
    c.threads = 0;
    assert_int_equal(front_create(&c, &test_app_ops, &x.app, &f), -EINVAL);
    c = x.config;
    snprintf(c.address, sizeof c.address, "localhost");
    assert_int_equal(front_create(&c, &test_app_ops, &x.app, &f), -EINVAL);
    c = x.config;
    c.trusted_proxies = "10.0.0.1,nonsense";
    assert_int_equal(front_create(&c, &test_app_ops, &x.app, &f), -EINVAL);
    c = x.config;
    c.embed_ancestors = "*; script-src *";
    assert_int_equal(front_create(&c, &test_app_ops, &x.app, &f), -EINVAL);
    assert_null(f);
}

static void expect_body(struct fixture *x, const char *path, int status, const char *body)
{
    struct client_response r;
    client_get(x->port, path, NULL, &r);
    assert_int_equal(r.status, status);
    if (body)
        assert_string_equal(buf_text(&r.body), body);
    client_response_finish(&r);
}

static void serves_pages(void **state)
{
    struct fixture x;
    struct site s;
    struct client_response r;
    start_with_pages(&x, &s);
    expect_body(&x, "/", 200, "<!doctype html>ana sayfa");
    expect_body(&x, "/m/demo?item=4", 200, "<!doctype html>toplantı");
    expect_body(&x, "/favicon.svg", 200, "<svg/>");
    static const char *const none[] = {"/m/",
                                       "/m/..",
                                       "/m/a/b",
                                       "/m/Demo",
                                       "/x",
                                       "/desk/demo",
                                       "/assets/../index.html",
                                       "/assets/%2e%2e/index.html",
                                       "/.secret",
                                       "/assets",
                                       "/assets/",
                                       "//",
                                       "/index.html/",
                                       "/%2fetc/passwd"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        expect_body(&x, none[i], 404, NULL);
    expect_body(&x, "/%", 400, NULL);
    expect_body(&x, "/%00", 400, NULL);
    client_get(x.port, "/m/demo", NULL, &r);
    const char *csp = client_header(&r, "Content-Security-Policy");
    assert_non_null(strstr(csp, "frame-ancestors 'none'"));
    assert_non_null(strstr(csp, "default-src 'self'; script-src 'self';"));
    assert_null(strstr(csp, "unsafe"));
    assert_string_equal(client_header(&r, "X-Content-Type-Options"), "nosniff");
    assert_string_equal(client_header(&r, "Cache-Control"), "no-cache");
    assert_true(client_header(&r, "Referrer-Policy")[0]);
    assert_string_equal(client_header(&r, "Access-Control-Allow-Origin"), "");
    client_response_finish(&r);
    client_get(x.port, "/embed/demo", NULL, &r);
    assert_non_null(strstr(client_header(&r, "Content-Security-Policy"),
                           "frame-ancestors https://gazete.example"));
    client_response_finish(&r);
    fixture_stop(&x);
}

static void serves_assets_compressed_and_forever(void **state)
{
    struct fixture x;
    struct site s;
    struct client_response plain, zipped, again;
    char etag[64], headers[128];
    start_with_pages(&x, &s);
    client_get(x.port, "/assets/app-1234.js", NULL, &plain);
    client_get(x.port, "/assets/app-1234.js", "Accept-Encoding: gzip\r\n", &zipped);
    assert_string_equal(client_header(&plain, "Content-Encoding"), "");
    assert_string_equal(client_header(&zipped, "Content-Encoding"), "gzip");
    assert_string_equal(client_header(&plain, "Vary"), "Accept-Encoding");
    assert_non_null(strstr(client_header(&plain, "Cache-Control"), "immutable"));
    assert_int_equal(plain.body.size, 4999);
    assert_true(zipped.body.size < 200);
    assert_memory_equal(zipped.body.data, "\x1f\x8b", 2);
    snprintf(etag, sizeof etag, "%s", client_header(&zipped, "ETag"));
    assert_string_not_equal(etag, client_header(&plain, "ETag"));
    snprintf(headers, sizeof headers, "Accept-Encoding: gzip\r\nIf-None-Match: %s\r\n", etag);
    client_get(x.port, "/assets/app-1234.js", headers, &again);
    assert_int_equal(again.status, 304);
    client_response_finish(&again);
    client_get(x.port, "/assets/app-1234.js", "Range: bytes=10-19\r\n", &again);
    assert_int_equal(again.status, 206);
    assert_int_equal(again.body.size, 10);
    assert_string_equal(client_header(&again, "Content-Range"), "bytes 10-19/4999");
    client_response_finish(&again);
    client_get(x.port, "/assets/app-1234.js", "Range: bytes=5000-\r\n", &again);
    assert_int_equal(again.status, 416);
    client_response_finish(&again);
    client_response_finish(&plain);
    client_response_finish(&zipped);
    fixture_stop(&x);
}

static void hands_requests_over(void **state)
{
    struct fixture x;
    fixture_init(&x);
    fixture_start(&x);
    expect_body(&x, "/api/v1/a%20b?q", 200, "/api/v1/a b");
    expect_body(&x, "/healthz", 200, "/healthz");
    expect_body(&x, "/metrics", 200, "/metrics");
    expect_body(&x, "/hls/nobody/master.m3u8", 200, "/hls/nobody/master.m3u8");
    fixture_stop(&x);
}

/* Several requests in one packet, one in many, a body in the middle: answered in their order. */
static void keeps_connections_alive(void **state)
{
    struct fixture x;
    struct client_response r;
    fixture_init(&x);
    fixture_start(&x);
    int fd = client_connect(x.port);
    client_send_text(fd, "GET /api/1 HTTP/1.1\r\nHost: x\r\n\r\n"
                         "POST /api/2 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
                         "HEAD /api/3 HTTP/1.1\r\nHost: x\r\n\r\n"
                         "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n");
    static const char *const bodies[] = {"/api/1", "hello", ""};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(client_response_read(fd, i == 2, &r), 0);
        assert_int_equal(r.status, 200);
        assert_string_equal(buf_text(&r.body), bodies[i]);
        client_response_finish(&r);
    }
    assert_int_equal(client_response_read(fd, false, &r), 0);
    assert_int_equal(r.status, 404);
    client_response_finish(&r);
    static const char slow[] = "POST /api/x HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcGET "
                               "/api/y HTTP/1.1\r\nHost: x\r\n\r\n";
    for (size_t i = 0; i < sizeof slow - 1; i++)
        client_send(fd, slow + i, 1);
    assert_int_equal(client_response_read(fd, false, &r), 0);
    assert_string_equal(buf_text(&r.body), "abc");
    client_response_finish(&r);
    assert_int_equal(client_response_read(fd, false, &r), 0);
    assert_string_equal(buf_text(&r.body), "/api/y");
    client_response_finish(&r);
    close(fd);
    fixture_stop(&x);
}

static void takes_bodies_up_to_their_limit(void **state)
{
    struct fixture x;
    struct client_response r;
    char head[200];
    cleanup_free char *body = malloc(FRONT_MAX_BODY_BYTES);
    feed_fill((uint8_t *)body, FRONT_MAX_BODY_BYTES, 1, 1);
    fixture_init(&x);
    fixture_start(&x);
    int fd = client_connect(x.port);
    snprintf(head, sizeof head,
             "PUT /api/big HTTP/1.1\r\nHost: x\r\nContent-Length: %u\r\n"
             "Expect: 100-continue\r\n\r\n",
             FRONT_MAX_BODY_BYTES);
    client_send_text(fd, head);
    assert_int_equal(client_response_read(fd, true, &r), 0);
    assert_int_equal(r.status, 100);
    client_response_finish(&r);
    client_send(fd, body, FRONT_MAX_BODY_BYTES);
    assert_int_equal(client_response_read(fd, false, &r), 0);
    assert_int_equal(r.body.size, FRONT_MAX_BODY_BYTES);
    assert_memory_equal(r.body.data, body, FRONT_MAX_BODY_BYTES);
    client_response_finish(&r);
    snprintf(head, sizeof head, "PUT /api/big HTTP/1.1\r\nHost: x\r\nContent-Length: %u\r\n\r\n",
             FRONT_MAX_BODY_BYTES + 1);
    client_send_text(fd, head);
    client_send(fd, body, 100000); /* it goes on sending: the answer comes all the same */
    assert_int_equal(client_response_read(fd, false, &r), 0);
    assert_int_equal(r.status, 413);
    assert_string_equal(client_header(&r, "Connection"), "close");
    client_response_finish(&r);
    close(fd);
    fixture_stop(&x);
}

static void refuses_by_name(void **state)
{
    struct fixture x;
    fixture_init(&x);
    fixture_start(&x);
    static const struct {
        const char *request;
        int status;
    } cases[] = {
        {"nonsense\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", 405},
        {"DELETE /hls/demo/master.m3u8 HTTP/1.1\r\nHost: x\r\n\r\n", 405},
        {"BREW /api/ HTTP/1.1\r\nHost: x\r\n\r\n", 405},
        {"GET /api/ HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", 400},
        {"POST /api/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411},
        {"GET /ws/demo/media HTTP/1.1\r\nHost: x\r\n\r\n", 426},
        {"GET /ws/demo/other HTTP/1.1\r\nHost: x\r\n\r\n", 404},
        {"GET /ws/demo HTTP/1.1\r\nHost: x\r\n\r\n", 404},
        {"GET /ws/ HTTP/1.1\r\nHost: x\r\n\r\n", 404},
        {"GET /hls/demo/x HTTP/1.1\r\nHost: x\r\n\r\n", 404},
        {"GET / HTTP/3.0\r\nHost: x\r\n\r\n", 505},
        {"OPTIONS /hls/demo/master.m3u8 HTTP/1.1\r\nHost: x\r\n\r\n", 204},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int status = client_say(x.port, cases[i].request);
        if (status != cases[i].status)
            print_message("%s -> %d\n", cases[i].request, status);
        assert_int_equal(status, cases[i].status);
    }
    fixture_stop(&x);
}

static void header_bombs_are_told(void **state)
{
    struct fixture x;
    cleanup_free char *bomb = malloc(2 << 20);
    fixture_init(&x);
    fixture_start(&x);
    memset(bomb, 'a', 2 << 20);
    bomb[(2 << 20) - 1] = 0;
    memcpy(bomb, "GET / HTTP/1.1\r\nX: ", 19);
    assert_int_equal(client_say(x.port, bomb), 431);
    memcpy(bomb, "GET /aaaaaaaaaaaaaaaaaaa", 24);
    assert_int_equal(client_say(x.port, bomb), 414);
    for (size_t i = 16; i + 6 < 1 << 20; i += 6)
        memcpy(bomb + i, "A: b\r\n", 6);
    memcpy(bomb, "GET / HTTP/1.1\r\n", 16);
    assert_int_equal(client_say(x.port, bomb), 431);
    assert_int_equal(client_status(x.port, "/healthz"), 200);
    fixture_stop(&x);
}

/* Halves of requests, silence, and peers that leave in the middle: others are served meanwhile, and
 * nothing is kept. */
static void half_requests_hold_nobody(void **state)
{
    struct fixture x;
    int fds[200];
    struct front_stats stats;
    fixture_init(&x);
    fixture_start(&x);
    static const char *const halves[] = {
        "", "G",
        "GET / HTTP/1.1\r\nHost:", "POST /api/ HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab",
        "GET /api/slow HTTP/1.1\r\nHost: x\r\n\r\n"};
    for (int i = 0; i < 200; i++) {
        fds[i] = client_connect(x.port);
        client_send_text(fds[i], halves[i % 5]);
    }
    wait_until((front_stats(x.front, &stats), stats.connections >= 200));
    assert_int_equal(client_status(x.port, "/healthz"), 200);
    for (int i = 0; i < 200; i++)
        close(fds[i]);
    /* those that wait for an answer are not read, and end with it */
    wait_until((front_stats(x.front, &stats), stats.connections <= 40));
    test_app_flush(&x.app);
    wait_until((front_stats(x.front, &stats), stats.connections == 0));
    assert_int_equal(client_status(x.port, "/healthz"), 200);
    fixture_stop(&x);
}

static void ends_while_requests_are_held(void **state)
{
    struct fixture x;
    fixture_init(&x);
    fixture_start(&x);
    int fd = client_connect(x.port);
    client_send_text(fd, "GET /api/slow HTTP/1.1\r\nHost: x\r\n\r\n");
    wait_until(x.app.count == 1);
    front_destroy(x.front);
    test_app_flush(&x.app); /* answered after the end: no error */
    close(fd);
}

/* The rest of the program still speaks to it while it ends itself. */
static void a_stopped_front_is_deaf(void **state)
{
    struct fixture x;
    struct front_stats stats;
    fixture_init(&x);
    fixture_start(&x);
    fixture_publish(&x, 10);
    int fd = client_connect(x.port);
    client_send_text(fd, "GET /api/slow HTTP/1.1\r\nHost: x\r\n\r\n");
    wait_until(x.app.count == 1);
    front_stop(x.front);
    char byte;
    assert_int_equal(client_read(fd, &byte, 1, 3000), 0);
    fixture_publish(&x, 10);
    front_stats(x.front, &stats);
    assert_int_equal(stats.connections, 0);
    assert_int_equal(front_viewers(x.front, "demo"), 0);
    test_app_flush(&x.app);
    front_channel_close(x.front, "demo");
    close(fd);
    fixture_stop(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_and_ends),
        cmocka_unit_test(a_taken_port_is_said),
        cmocka_unit_test(refuses_a_wrong_configuration),
        cmocka_unit_test(serves_pages),
        cmocka_unit_test(serves_assets_compressed_and_forever),
        cmocka_unit_test(hands_requests_over),
        cmocka_unit_test(keeps_connections_alive),
        cmocka_unit_test(takes_bodies_up_to_their_limit),
        cmocka_unit_test(refuses_by_name),
        cmocka_unit_test(header_bombs_are_told),
        cmocka_unit_test(half_requests_hold_nobody),
        cmocka_unit_test(ends_while_requests_are_held),
        cmocka_unit_test(a_stopped_front_is_deaf),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
