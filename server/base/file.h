/* A file that is open for reading, shared by reference count, and places in it.
 *
 * Whoever has a reference may read, from any thread; the last one closes the descriptor. Dropping
 * NULL is fine. */
#ifndef MECLIS_BASE_FILE_H
#define MECLIS_BASE_FILE_H

#include "base/bytes.h"

struct file {
    atomic_uint refs;
    int fd;
};

/* Takes the descriptor, which is closed where this fails. Returns an owned file, or NULL without
 * memory. */
struct file *file_new(int fd);

struct file *file_ref(struct file *f);

/* Takes a reference and drops it. */
void file_unref(struct file *f);

/* A piece of a body: bytes in memory, or a place in a file whose contents there never change. It
 * owns one reference to the one or the other. */
struct piece {
    struct bytes *bytes; /* NULL: of the file */
    struct file *file;
    uint64_t offset, size; /* in the file; of bytes it is all */
};

/* Drops its reference. */
void piece_finish(struct piece *p);

/* Drops the references of an array of them, and the array; NULL is fine. */
void pieces_free(struct piece *pieces, uint32_t count);

/* One more reference to the same. */
struct piece piece_ref(const struct piece *p);

static inline uint64_t piece_size(const struct piece *p)
{
    return p->bytes ? p->bytes->size : p->size;
}

/* What is read at a place, until all of it is there or the file ends. Returns how many bytes, or a
 * negative errno. Blocks. */
ssize_t file_read(int fd, void *data, size_t size, uint64_t offset);

/* The same, of what is in the kernel's memory already. Returns how many bytes from the beginning,
 * at least one, 0 at the end of the file, or -EAGAIN where the disk would have to be asked. Never
 * waits for a disk; where the file system can't promise that, it is always -EAGAIN. */
ssize_t file_read_cached(int fd, void *data, size_t size, uint64_t offset);

DEFINE_CLEANUP(struct file *, file_unref)

#endif
