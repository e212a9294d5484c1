/* Files that a killed program was about to put in another's place, in a recording's folder: none of
 * them was ever read, and nobody else will ever take them away. */
#ifndef MECLIS_ARCHIVE_LEFTOVER_H
#define MECLIS_ARCHIVE_LEFTOVER_H

#include <stdbool.h>
#include <stdint.h>

/* Whether a file of that name is one that was being written: io_replace_file()'s of a JSON or MP4
 * file, or fsck's index. Gives the process that its name tells, 0 where it tells none. */
bool leftover_name(const char *name, int32_t *ret_process);

/* Each that is there, and whose process is not; with `remove` it is gone, or `error` says why not.
 * Folders and links are nobody's leftovers. The folder's lock is held meanwhile by the caller.
 * Returns 0 or a negative errno where the folder can't be read. Blocks. */
int leftover_each(const char *folder, bool remove,
                  void (*each)(void *ctx, const char *name, uint64_t bytes, int error), void *ctx);

#endif
