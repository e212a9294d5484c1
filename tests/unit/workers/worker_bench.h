/* A worker with a fake one at the other end of a real socket: core and media thread as in the
 * server, the test's own thread looking on. */
#ifndef MECLIS_UNIT_WORKER_BENCH_H
#define MECLIS_UNIT_WORKER_BENCH_H

#include "../cmocka_all.h"

#include "base/loop.h"
#include "base/mailbox.h"
#include "workers/worker.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <unistd.h>

struct worker_bench {
    char folder[64];
    struct workers_env env;
    struct mailbox *core_box, *media_box;
    pthread_t core_thread, media_thread;
    struct worker *worker;
    struct spec spec;
    atomic_int ups, found, lost, statuses, notices, replies, ended, tracks, inits, fragments;
    char reason[128];              /* of the last loss; the core thread's */
    struct worker_figures figures; /* as bench_take_figures() found them; likewise */
    sem_t done;
};

/* Of the running test. */
extern struct worker_bench bench;

/* Of cmocka. */
int bench_set_up(void **state);
int bench_tear_down(void **state);

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_set_up, bench_tear_down)

/* Runs it on the core thread and waits. */
void bench_on_core(void (*f)(void));

/* To be run there: starts the worker with the bench's spec, ends it, leaves it; and a new one in
 * the place of one that was left, as in a server started anew. */
void bench_start(void);
void bench_stop(void);
void bench_release(void);
void bench_renew(void);
void bench_take_figures(void);

/* Waits until one of the bench's counts is so high. */
void bench_wait_for(const char *what, atomic_int *value, int at_least, int ms);
#define WAIT(member, at_least, ms) bench_wait_for(#member, &bench.member, at_least, ms)

void bench_write_file(const char *name, const char *text);
pid_t bench_pid(void);

/* Ends it, and waits until it has. */
void bench_end(void);

#endif
