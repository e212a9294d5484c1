/* The pool: threads for everything slow that only reads. */
#ifndef MECLIS_APP_POOL_H
#define MECLIS_APP_POOL_H

#include "base/mailbox.h"

#include <stdbool.h>

struct pool;

/* What one thread of the pool has for itself. */
struct pool_thread;

/* At most `cap` letters wait; beyond it posting fails. `data` is DATA, copied. Returns 0 or a
 * negative errno. */
int pool_create(int threads, size_t cap, const char *data, struct pool **ret);

/* Discards what waits, lets what runs finish. */
void pool_destroy(struct pool *p);

/* Any thread. The letter is opened on one of the threads with its struct pool_thread as owner.
 * Returns 0, or -ENOBUFS: then the letter is still the caller's. */
int pool_post(struct pool *p, struct letter *letter);

/* The thread's own connection to the log, opened at its first use; NULL where that fails. */
struct store *pool_thread_store(struct pool_thread *t);

/* Its own connection to the search index, likewise. */
struct search *pool_thread_search(struct pool_thread *t);

/* The thread's handle of a meeting's recording, refreshed; NULL where there is none. Borrowed until
 * the next call. A thread keeps POOL_RECORDINGS of them, the least used goes first. */
struct recording *pool_thread_recording(struct pool_thread *t, const char *meeting);

/* Whether the pool ends: what takes long gives up. */
bool pool_thread_is_ending(struct pool_thread *t);

#define POOL_RECORDINGS 4

DEFINE_CLEANUP(struct pool *, pool_destroy)

#endif
