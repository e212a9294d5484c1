/* An SQLite VFS over the usual one that remembers every write and sync, so that a test can see what
 * a disk would hold had the power failed at any of them; and that fails any of its calls. */
#ifndef MECLIS_STORE_POWER_H
#define MECLIS_STORE_POWER_H

#include <stdbool.h>
#include <stddef.h>

/* Becomes the default of what is opened from now on; remembers nothing yet. */
void power_install(void);

/* The usual VFS again, and all that was remembered is forgotten. */
void power_remove(void);

/* Begins to remember, or stops. */
void power_record(bool on);

/* How many writes, truncations, syncs and deletions were remembered. */
size_t power_count(void);

/* What becomes of writes that were not synced when the power fails. */
enum power_loss {
    POWER_DROPS_ALL = 1,
    POWER_KEEPS_ALL,
    POWER_KEEPS_SOME, /* each by chance, in whatever order the disk liked */
    POWER_TEARS_LAST, /* all, but of the last one its first sectors only */
    POWER_LOSSES,
};

/* Writes into the folder what the disk holds when the power fails before operation number `at`. */
void power_replay(const char *folder, size_t at, enum power_loss loss, unsigned seed);

/* Call number `call` from now (1: the next one) that writes, syncs, truncates, reads, measures,
 * locks, maps or opens fails with the SQLite code, and when `lasting` every later one too; 0: none.
 */
void power_fail(size_t call, int code, bool lasting);

/* Whether it came to that call. */
bool power_failed(void);

/* Syncs do nothing: for tests that open many files. */
void power_skip_syncs(bool skip);

#endif
