/* Files and descriptors: the few calls that must never stop halfway. */
#ifndef MECLIS_BASE_IO_H
#define MECLIS_BASE_IO_H

#include "base/bytes.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

/* Writes all of it, over short writes and EINTR. Returns 0 or a negative errno. Blocks. */
int io_write_all(int fd, const void *data, size_t size);

/* Reads a whole file of at most max_bytes. Returns 0, -EFBIG when it is larger, or a negative
 * errno; *ret is owned by the caller. Blocks. */
int io_read_file(const char *path, size_t max_bytes, struct bytes **ret);

/* Replaces a file at once: a temporary file beside it, synced, renamed, folder synced. After any
 * crash the old or the new contents are there, whole. Blocks. */
int io_replace_file(const char *path, const void *data, size_t size, int mode);

/* Makes the folder and its parents. Returns 0 or a negative errno. */
int io_make_folders(const char *path, int mode);

/* An open descriptor holding an exclusive lock (flock) on the file, which is made where missing.
 * Returns it (the caller closes it, which unlocks), -EWOULDBLOCK when another holds it, or an
 * errno. */
int io_lock_file(const char *path);

/* Fills a unix socket's address for a path of any length: a path over 107 bytes goes through the
 * folder's descriptor, kept in *ret_folder_fd (the caller closes it after bind or connect; -1 where
 * not needed). Returns 0 or a negative errno. */
int io_unix_address(const char *path, struct sockaddr_un *ret_address, int *ret_folder_fd);

#endif
