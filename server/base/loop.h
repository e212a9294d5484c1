/* A thread's event loop: timers, descriptors, a wake-up. The home of libuv.
 *
 * All calls are for the loop's own thread, save loop_wake() and loop_stop(). Callbacks may destroy
 * any timer or watch, their own included. */
#ifndef MECLIS_BASE_LOOP_H
#define MECLIS_BASE_LOOP_H

#include "base/cleanup.h"

#include <stdint.h>

struct loop;
struct loop_timer;
struct loop_watch;

enum { LOOP_READABLE = 1, LOOP_WRITABLE = 2 };

/* `woken` is called on the loop's thread after loop_wake(). Returns 0 or a negative errno. */
int loop_create(void (*woken)(void *ctx), void *ctx, struct loop **ret);

/* Its timers and watches must be destroyed before. */
void loop_destroy(struct loop *l);

/* Runs until loop_stop(). */
void loop_run(struct loop *l);

/* Runs what is due now, without waiting, also after loop_stop(): for a library that must close what
 * it has on the loop before it is destroyed. */
void loop_turn(struct loop *l);

/* `turned` is called with the context of loop_create() after each turn of the loop that did
 * something, with how long it took, waiting not counted. Once, before loop_run(). Returns 0 or a
 * negative errno. */
int loop_measure(struct loop *l, void (*turned)(void *ctx, int64_t took_us));

/* Any thread; several calls may become one. */
void loop_wake(void *loop);
void loop_stop(struct loop *l);

/* The uv_loop_t inside, borrowed, for a library that joins it. */
void *loop_native(struct loop *l);

/* Returned owned, not started. */
int loop_timer_create(struct loop *l, void (*due)(void *ctx), void *ctx, struct loop_timer **ret);
void loop_timer_start(struct loop_timer *t, uint64_t delay_ms, uint64_t repeat_ms);
void loop_timer_stop(struct loop_timer *t);
void loop_timer_destroy(struct loop_timer *t);

/* Watches a descriptor, borrowed, for any of LOOP_READABLE and LOOP_WRITABLE (0: nothing for now).
 * Destroy the watch before the descriptor is closed. */
int loop_watch_create(struct loop *l, int fd, int events, void (*ready)(void *ctx, int events),
                      void *ctx, struct loop_watch **ret);
void loop_watch_set(struct loop_watch *w, int events);
void loop_watch_destroy(struct loop_watch *w);

DEFINE_CLEANUP(struct loop *, loop_destroy)

#endif
