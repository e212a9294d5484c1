/* Allocations that fail when a test says so: our own, where the program is linked with
 * failing_link_args (meson.build), and SQLite's. Of the calling thread alone. */
#ifndef MECLIS_UNIT_FAILING_H
#define MECLIS_UNIT_FAILING_H

#include <stdbool.h>
#include <stddef.h>

/* Call number `call` from now on (1: the next one) fails, and when `lasting` every later one too;
 * 0: none. */
void failing_own(size_t call, bool lasting);
void failing_sqlite(size_t call, bool lasting);

/* None fails any more. Returns whether one did since it was last told to. */
bool failing_end(void);

/* How many allocations of ours were asked for since the last failing_own(). */
size_t failing_asked(void);

/* malloc() for what a test can't let fail. */
void *failing_not(size_t size);

/* The test's hooks into SQLite's allocator (failing_sqlite.c): before anything else of SQLite. */
void failing_sqlite_install(void);

/* For failing_sqlite.c: whether this one fails. */
bool failing_sqlite_now(void);

#endif
