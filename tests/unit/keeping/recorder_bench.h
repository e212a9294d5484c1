/* A recorder of picture (track 1) and sound (track 2) in a folder of its own, on a disk that does
 * as it is told. */
#ifndef MECLIS_TESTS_RECORDER_BENCH_H
#define MECLIS_TESTS_RECORDER_BENCH_H

#include "folder.h"
#include "recorder.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/types.h>

/* A disk that does as it is told. */
struct disk {
    atomic_llong free;      /* what it says is free */
    atomic_llong left;      /* bytes until its writes fail; writes may be short */
    atomic_int write_error; /* then, positive */
    atomic_bool sync_fails;
    atomic_bool stuck;
};

struct bench {
    struct folder *folder;
    struct disk disk;
    struct recorder_io io;
    struct recorder_config config;
    struct recorder *recorder;
    pthread_mutex_t lock; /* of the notices */
    int notices;
    struct link_notice notice[64];
};

/* Nothing is waited for longer than this. */
#define BENCH_PATIENCE_US 40000000

/* Notes the notices; the context is a struct bench. */
extern const struct recorder_ops bench_ops;

/* For cmocka; the state is a struct bench whose recorder is not created yet. */
int bench_set_up(void **state);
int bench_tear_down(void **state);
#define BENCH_TEST(name) cmocka_unit_test_setup_teardown(name, bench_set_up, bench_tear_down)

/* Creates it with both inits; ends it. */
void bench_start(struct bench *b);
void bench_end(struct bench *b);

void bench_add_init_of(struct bench *b, uint8_t track, uint32_t number, int width);
void bench_add_of(struct bench *b, uint8_t track, uint32_t init, uint64_t seq, int64_t time_ms);
/* Picture and sound number from..to-1, 40 ms each. */
void bench_add(struct bench *b, uint64_t from, uint64_t to);

/* A whole recording of these. */
void bench_record(struct bench *b, uint64_t from, uint64_t to);

enum recorder_state bench_state_of(struct bench *b);
void bench_wait_for_state(struct bench *b, enum recorder_state wanted);
void bench_wait_for_seconds(double seconds);
int bench_count_notices(struct bench *b, const char *type, const char *detail);

/* Of the folder's file of that name; the size is -1 where there is none. */
void bench_append_to(struct bench *b, const char *name, const void *data, size_t size);
off_t bench_size_of(struct bench *b, const char *name);
void bench_cut_off(struct bench *b, const char *name, off_t bytes); /* the last ones */

#endif
