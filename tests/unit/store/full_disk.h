/* An SQLite VFS over the usual one, on which the disk can be full. */
#ifndef MECLIS_STORE_FULL_DISK_H
#define MECLIS_STORE_FULL_DISK_H

#include <stdbool.h>

/* Becomes the default of what is opened from now on. */
void full_disk_install(void);
void full_disk_remove(void);

/* While full, no write succeeds. */
void full_disk_set(bool full);

#endif
