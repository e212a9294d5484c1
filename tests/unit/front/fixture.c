#include "fixture.h"

#include "../cmocka_all.h"
#include "base/clock.h"

#include <string.h>
#include <time.h>

void fixture_sleep_us(int us)
{
    struct timespec t = {us / 1000000, us % 1000000 * 1000};
    nanosleep(&t, NULL);
}

void fixture_init(struct fixture *x)
{
    memset(x, 0, sizeof *x);
    x->ops = &test_app_ops;
    x->config = (struct front_config){.io_uring = !getenv("MECLIS_TEST_NO_IO_URING"),
                                      .pairs = getenv("MECLIS_TEST_PAIRS") ? 1 : 0,
                                      .address = "127.0.0.1",
                                      .threads = 2,
                                      .max_connections = 1000,
                                      .max_connections_per_address = 1000};
    if (getenv("MECLIS_TEST_TLS"))
        tls_relay_certificate(&x->config.tls.certificate, &x->config.tls.key);
    x->feed = (struct feed_options){
        .high_bytes = 6000, .low_bytes = 2000, .grid_ms = 2000, .epoch_boot_us = clock_boot_us()};
}

void fixture_start(struct fixture *x)
{
    assert_int_equal(front_create(&x->config, x->ops, &x->app, &x->front), 0);
    x->port = front_port(x->front);
    if (x->config.tls.certificate) {
        x->relay = tls_relay_start(front_tls_port(x->front));
        x->port = tls_relay_port(x->relay);
    }
}

void fixture_stop(struct fixture *x)
{
    test_app_flush(&x->app);
    front_destroy(x->front);
    if (x->relay)
        tls_relay_stop(x->relay);
}

void fixture_publish(struct fixture *x, int frames)
{
    if (atomic_load(&x->frame) == 0)
        feed_open(x->front, "demo", &x->feed);
    for (int i = 0; i < frames; i++)
        feed_frame(x->front, "demo", &x->feed, atomic_fetch_add(&x->frame, 1));
}

static void *feed(void *arg)
{
    struct fixture *x = arg;
    while (!atomic_load(&x->stop)) {
        fixture_publish(x, 1);
        fixture_sleep_us(x->period_us);
    }
    return NULL;
}

void fixture_feeder_start(struct fixture *x, int period_us)
{
    x->period_us = period_us;
    atomic_store(&x->stop, false);
    assert_int_equal(pthread_create(&x->feeder, NULL, feed, x), 0);
}

void fixture_feeder_stop(struct fixture *x)
{
    atomic_store(&x->stop, true);
    pthread_join(x->feeder, NULL);
}
