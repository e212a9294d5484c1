/* Other programs, that make documents of ours: each for itself, with its input and its output as
 * files in memory, bounded in time and in what it writes, without a shell. Pool thread; blocks. */
#ifndef MECLIS_APP_CONVERT_H
#define MECLIS_APP_CONVERT_H

#include "app/pool.h"
#include "base/bytes.h"

/* Starts argv[0] (looked for in PATH) with the input at its standard input, and gives what it wrote
 * to its standard output. Returns 0, -ENOENT (no such program), -ETIME (it took too long, or the
 * server ends: it is killed), -EBADMSG (it failed, or wrote nothing), or a negative errno. */
int convert_run(struct pool_thread *t, const char *const argv[], const void *input, size_t size,
                struct bytes **ret);

#endif
