/* A front on a free port of loopback, with the tests' application behind it. */
#ifndef MECLIS_FRONT_FIXTURE_H
#define MECLIS_FRONT_FIXTURE_H

#include "client.h"
#include "tls_relay.h"

#include <pthread.h>
#include <stdatomic.h>

struct fixture {
    struct front_config config;  /* set by fixture_init(), to be changed before fixture_start() */
    const struct front_ops *ops; /* the same */
    struct test_app app;
    struct front *front;
    struct tls_relay *relay; /* by TLS: between `port` and the front */
    int port;
    /* the feeder: publishes a frame each period until it is stopped */
    pthread_t feeder;
    struct feed_options feed;
    int period_us;
    atomic_int frame; /* the next one */
    atomic_bool stop;
};

void fixture_init(struct fixture *x);
void fixture_start(struct fixture *x);
void fixture_stop(struct fixture *x);

/* Publishes that many frames of the meeting "demo" at once; the channel is opened with the first.
 */
void fixture_publish(struct fixture *x, int frames);

/* Publishes on a thread of its own until fixture_feeder_stop(). */
void fixture_feeder_start(struct fixture *x, int period_us);
void fixture_feeder_stop(struct fixture *x);

/* Waits until the condition holds; fails the test after 10 s. */
#define wait_until(condition)                                                                      \
    do {                                                                                           \
        int wait_until_turns = 0;                                                                  \
        while (!(condition)) {                                                                     \
            fixture_sleep_us(10000);                                                               \
            assert_true(wait_until_turns++ < 1000);                                                \
        }                                                                                          \
    } while (0)

void fixture_sleep_us(int us);

#endif
