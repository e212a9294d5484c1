/* Many sends of shared bytes to many sockets in one system call, by io_uring (liburing). Net
 * thread.
 *
 * Nothing is under way between two calls of the thread's loop: what was added has been taken, or
 * refused, by its socket when send_batch_run() returns, so buffers and descriptors need no more
 * care than with send(). */
#ifndef MECLIS_FRONT_SEND_BATCH_H
#define MECLIS_FRONT_SEND_BATCH_H

#include "base/cleanup.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/uio.h>

/* Sends in one batch at the most. */
#define SEND_BATCH_MAX 512

#define SEND_BATCH_PARTS 2

struct send_batch;

/* What became of one send: the bytes that the socket took, 0 when it takes none now, or a negative
 * errno. Must not add to the batch. */
typedef void send_batch_done(void *tag, long sent);

/* Sends one by one, by send(). Any thread. Returns 0 or -ENOMEM. */
int send_batch_create(send_batch_done *done, struct send_batch **ret);
void send_batch_destroy(struct send_batch *b);

/* From now on by io_uring, where the kernel has it and lets us (containers often forbid it). To be
 * called by the thread that uses the batch. Returns whether it is so. */
bool send_batch_open_ring(struct send_batch *b);

/* Whether it still goes by io_uring: where the ring is refused later on (a filter that the process
 * was given, no memory), the same sends go by send(), from then on. */
bool send_batch_has_ring(const struct send_batch *b);

/* Adds a send of one or two parts, which are copied; the bytes and the descriptor must stay until
 * send_batch_run(), which is called when the batch is full. */
void send_batch_add(struct send_batch *b, int fd, const struct iovec *parts, int count, void *tag);

/* Sends what was added, and tells of each. */
void send_batch_run(struct send_batch *b);

DEFINE_CLEANUP(struct send_batch *, send_batch_destroy)

#endif
