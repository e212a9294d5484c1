/* What a net thread must not wait for: threads that read files.
 *
 * A net thread that finds a place of a file out of the kernel's memory asks here, once at a time
 * for each connection, and goes on with others; what was read comes back as a letter. So at most as
 * many reads wait as there are connections, in the order they were asked for; and at most
 * DISK_MAX_CHUNKS chunks have been read and are not sent yet, beyond which the threads wait. */
#ifndef MECLIS_FRONT_DISK_H
#define MECLIS_FRONT_DISK_H

#include "base/file.h"
#include "front/conn.h"

/* What is read at once, from a disk or the kernel's memory. Twice of it a turn is what a quick peer
 * takes; a slow one, who takes less than was read, has it read again. */
#define DISK_CHUNK_BYTES (128u << 10)

#define DISK_THREADS 4
#define DISK_MAX_CHUNKS 256

struct disk;

/* One read. */
struct disk_read;

/* Returns 0 or a negative errno. */
int disk_create(struct disk **ret);

/* Lets what is being read finish, drops the rest and ends the threads. No net thread may run any
 * more. Idempotent; NULL is fine. */
void disk_stop(struct disk *d);

/* Stops and frees it; no mailbox may hold an answer any more. */
void disk_destroy(struct disk *d);

/* Net thread. Reads a place of a file, at most DISK_CHUNK_BYTES; response_read() is called with it
 * on the same thread. Borrows the file. Returns a handle for disk_abandon(), or NULL without
 * memory. */
struct disk_read *disk_ask(struct disk *d, struct conn *c, struct file *file, uint64_t offset,
                           size_t size);

/* Nobody waits for it any more; NULL is fine. */
void disk_abandon(struct disk_read *r);

#endif
