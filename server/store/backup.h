/* Copies of what the server cannot do without: the log, the accounts, the keys.
 *
 * A backup is one SQLite file: the log's database as it was at one moment, and a table `kept_file`
 * with the rest. Recordings are not in it: they only grow, and are copied as files. Nor are the
 * keys of open ballot boxes (ballot.h), nor sessions and links, which must not come back. */
#ifndef MECLIS_STORE_BACKUP_H
#define MECLIS_STORE_BACKUP_H

#include <stdbool.h>

#define BACKUP_REASON 512

/* Copies DATA into the file, which must not exist, while others write. The copy's chains are
 * verified before the file gets its name. Returns 0, or a negative errno with a sentence: -EEXIST,
 * -ENOENT (no log there), -EBADMSG (a chain does not hold), or any other. Blocks. */
int backup_write(const char *data, const char *file, char ret_reason[BACKUP_REASON]);

/* Puts a backup into DATA, which must be empty or missing. With `force` it may hold something: what
 * is replaced is kept as NAME.before-restore. The backup's chains are verified first. Returns 0, or
 * a negative errno with a sentence: -ENOTEMPTY, -EWOULDBLOCK (a server is using it), -EBADMSG, or
 * any other. Blocks. */
int backup_restore(const char *file, const char *data, bool force, char ret_reason[BACKUP_REASON]);

#endif
