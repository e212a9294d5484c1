#include "../cmocka_all.h"
#include "client.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct feed_options small = {.high_bytes = 6000, .low_bytes = 2000, .grid_ms = 2000};

struct fixture {
    struct test_app app;
    struct front *front;
    int port;
};

static void start(struct fixture *x, int threads)
{
    struct front_config config = {.address = "127.0.0.1",
                                  .threads = threads,
                                  .max_connections = 100,
                                  .max_connections_per_address = 50};
    memset(x, 0, sizeof *x);
    assert_int_equal(front_create(&config, &test_app_ops, &x->app, &x->front), 0);
    x->port = front_port(x->front);
}

static void stop(struct fixture *x)
{
    test_app_flush(&x->app);
    front_destroy(x->front);
}

static void starts_and_ends(void **state)
{
    struct fixture x;
    start(&x, 2);
    assert_true(x.port > 0);
    stop(&x);
}

static void answers_http(void **state)
{
    struct fixture x;
    struct client_response r;
    start(&x, 1);
    assert_int_equal(client_status(x.port, "/"), 404);
    client_get(x.port, "/api/v1/x%20y?z", NULL, &r);
    assert_int_equal(r.status, 200);
    assert_string_equal(buf_text(&r.body), "/api/v1/x y");
    client_response_finish(&r);
    stop(&x);
}

static void serves_media(void **state)
{
    struct fixture x;
    struct client_socket s;
    start(&x, 1);
    feed_open(x.front, "demo", &small);
    for (int i = 0; i < 120; i++)
        feed_frame(x.front, "demo", &small, i);
    client_ws_open(x.port, "/ws/demo/media", &s);
    struct bytes *b;
    for (int i = 0; i < 10; i++) {
        int opcode = client_ws_read(&s, 2000, &b);
        if (opcode == 1)
            printf("%.*s\n", (int)b->size, b->data);
        else
            printf("opcode %d size %zu first %d\n", opcode, b->size, b->data[0]);
        bytes_unref(b);
    }
    client_ws_close(&s);
    struct client_response r;
    client_get(x.port, "/hls/demo/master.m3u8", NULL, &r);
    printf("%s%s\n", r.head, buf_text(&r.body));
    client_response_finish(&r);
    client_get(x.port, "/hls/demo/720p/index.m3u8", NULL, &r);
    printf("%s%s\n", r.head, buf_text(&r.body));
    client_response_finish(&r);
    client_get(x.port, "/hls/demo/720p/1.m4s", NULL, &r);
    printf("%s%zu\n", r.head, r.body.size);
    client_response_finish(&r);
    stop(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_and_ends),
        cmocka_unit_test(answers_http),
        cmocka_unit_test(serves_media),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
