/* Processes that outlive us: started detached, watched by descriptor, ours or found again. */
#ifndef MECLIS_WORKERS_PROCESS_H
#define MECLIS_WORKERS_PROCESS_H

#include "base/loop.h"

#include <stdbool.h>
#include <sys/types.h>

struct process;

/* Starts argv[0] (a path) in a session of its own, with no descriptor of ours, standard output and
 * error appended to the log (made with mode 0600). Returns 0 or a negative errno; blocks only for
 * the exec. */
int process_spawn(const char *const argv[], const char *log_path, pid_t *ret_pid);

/* Watches a process on the loop's thread: `exited` is called once, with its wait status, or -1
 * where it is no child of ours. Returns 0, -ESRCH when there is none, or a negative errno. */
int process_watch(struct loop *l, pid_t pid, void (*exited)(void *ctx, int status), void *ctx,
                  struct process **ret);

/* To this process and no other, even if its number was used again. Returns 0 or a negative errno.
 */
int process_signal(struct process *p, int signal);

pid_t process_pid(const struct process *p);

/* Stops watching; the process runs on. */
void process_unwatch(struct process *p);

/* Whether a process runs with this number and this text among its arguments. */
bool process_is(pid_t pid, const char *argument);

/* Kills every process of that name (as /proc/PID/comm tells it) that has the file open: children
 * that a killed parent left behind. Returns how many. Blocks for a moment. */
int process_kill_holders(const char *name, const char *path);

/* Reads a pid file. Returns the number, or a negative errno. */
pid_t process_read_pid(const char *path);

/* Empties a log that has grown over the limit, keeping its last half beside it as LOG.1. */
void process_cap_log(const char *path, off_t max_bytes);

#endif
