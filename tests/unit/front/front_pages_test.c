/* The built pages and their slots: what the application says stands in its place, and nothing else
 * of the page changes. */
#include "../cmocka_all.h"
#include "fixture.h"
#include "front/pages.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PAGE                                                                                       \
    "<head><!-- server: head --><title>as built</title><!-- /server --></head>"                    \
    "<body><!-- server: facts --><!-- /server --><p>rest</p></body>"

/* A folder with one page, /m.html. */
static void write_page(char folder[32], const char *text)
{
    char path[64];
    strcpy(folder, "/tmp/meclis-pages-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/m.html", folder);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void remove_page(const char *folder)
{
    char path[64];
    snprintf(path, sizeof path, "%s/m.html", folder);
    unlink(path);
    rmdir(folder);
}

static int load(const char *text, struct pages **ret)
{
    char folder[32];
    write_page(folder, text);
    int r = pages_load(folder, ret);
    remove_page(folder);
    return r;
}

static bool is(const struct bytes *b, const char *text)
{
    return b->size == strlen(text) && memcmp(b->data, text, b->size) == 0;
}

static void a_page_is_cut_at_its_slots(void **state)
{
    struct pages *p;
    assert_int_equal(load(PAGE, &p), 0);
    const struct page *page = pages_find(p, "/m/demo");
    assert_non_null(page);
    assert_int_equal(page->slot_count, 2);
    assert_string_equal(page->slots[0].name, "head");
    assert_true(is(page->slots[0].before, "<head>"));
    assert_true(is(page->slots[0].built, "<title>as built</title>"));
    assert_string_equal(page->slots[1].name, "facts");
    assert_true(is(page->slots[1].before, "</head><body>"));
    assert_true(is(page->slots[1].built, ""));
    assert_true(is(page->after, "<p>rest</p></body>"));
    pages_destroy(p);
    assert_int_equal(load("<p>none</p>", &p), 0);
    assert_int_equal(pages_find(p, "/m/demo")->slot_count, 0);
    pages_destroy(p);
}

static void a_page_that_is_cut_wrong_is_refused(void **state)
{
    static const char *const wrong[] = {
        "<!-- server: head -->never ended",
        "<!-- server: head",
        "<!-- server: a name far too long for one -->x<!-- /server -->",
        "<!-- server: <!-- /server --> -->",
        "<!-- server: a -->1<!-- /server --><!-- server: b -->2<!-- /server -->"
        "<!-- server: c -->3<!-- /server --><!-- server: d -->4<!-- /server -->"
        "<!-- server: e -->5<!-- /server -->",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct pages *p = NULL;
        assert_int_equal(load(wrong[i], &p), -EBADMSG);
        assert_null(p);
    }
}

/* What the query asks for: none, one, both, or one that the page does not have. */
static void fill(void *ctx, struct front_request *r)
{
    const char *query = front_request_query(r);
    struct front_response page = {.page = true};
    if (strstr(query, "head"))
        page.fillings[0] = (struct front_filling){"head", bytes_copy("<title>told</title>", 19)};
    if (strstr(query, "facts"))
        page.fillings[3] = (struct front_filling){"facts", bytes_copy("<p>fact</p>", 11)};
    if (strstr(query, "other"))
        page.fillings[1] = (struct front_filling){"other", bytes_copy("never", 5)};
    if (strstr(query, "unknown"))
        page.status = 404;
    front_reply(r, &page);
}

static const struct front_ops ops = {.request = fill};

static void expect(const struct fixture *x, const char *path, const char *body, const char *cache)
{
    struct client_response r;
    client_get(x->port, path, "Accept-Encoding: identity\r\n", &r);
    assert_int_equal(r.status, 200);
    assert_string_equal(buf_text(&r.body), body);
    assert_string_equal(client_header(&r, "Cache-Control"), cache);
    assert_non_null(strstr(client_header(&r, "Content-Security-Policy"), "script-src 'self'"));
    client_response_finish(&r);
}

static void the_application_fills_them(void **state)
{
    struct fixture x;
    char folder[32];
    write_page(folder, PAGE);
    fixture_init(&x);
    x.ops = &ops;
    x.config.web_folder = folder;
    fixture_start(&x);
    remove_page(folder); /* all is in memory */
    expect(&x, "/m/demo?head,facts",
           "<head><title>told</title></head><body><p>fact</p><p>rest</p></body>", "no-store");
    expect(&x, "/m/demo?facts",
           "<head><title>as built</title></head><body><p>fact</p><p>rest</p></body>", "no-store");
    expect(&x, "/m/demo?other", "<head><title>as built</title></head><body><p>rest</p></body>",
           "no-store");
    expect(&x, "/m/demo", PAGE, "no-cache");
    struct client_response r;
    client_get(x.port, "/m/demo?unknown", "If-None-Match: *\r\nRange: bytes=0-1\r\n", &r);
    assert_int_equal(r.status, 404);
    assert_string_equal(buf_text(&r.body), PAGE);
    client_response_finish(&r);
    int fd = client_connect(x.port);
    client_send_text(fd, "HEAD /m/demo?facts HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    char head[2048] = "";
    for (int n, at = 0; (n = client_read(fd, head + at, (int)sizeof head - 1 - at, 3000)) > 0;)
        at += n;
    close(fd);
    assert_non_null(strstr(head, "Content-Length: 71\r\n"));
    assert_string_equal(strstr(head, "\r\n\r\n"), "\r\n\r\n");
    fixture_stop(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_is_cut_at_its_slots),
        cmocka_unit_test(a_page_that_is_cut_wrong_is_refused),
        cmocka_unit_test(the_application_fills_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
