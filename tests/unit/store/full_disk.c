#include "full_disk.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

static bool is_full;
static sqlite3_vfs vfs, *usual;
/* The database itself, which is locked, and its journals, which are not, have tables of their own.
 */
static const sqlite3_io_methods *usual_methods[2];
static sqlite3_io_methods methods[2];

static int refuse_write(sqlite3_file *file, const void *data, int size, sqlite3_int64 at)
{
    return is_full ? SQLITE_FULL
                   : usual_methods[file->pMethods == &methods[1]]->xWrite(file, data, size, at);
}

/* The usual VFS opens the file in our memory; only its table of methods is replaced by a copy. */
static int open_file(sqlite3_vfs *self, const char *name, sqlite3_file *file, int flags,
                     int *ret_flags)
{
    int r = usual->xOpen(usual, name, file, flags, ret_flags);
    if (r != SQLITE_OK || !file->pMethods)
        return r;
    int which = (flags & SQLITE_OPEN_MAIN_DB) != 0;
    usual_methods[which] = file->pMethods;
    methods[which] = *file->pMethods;
    methods[which].xWrite = refuse_write;
    file->pMethods = &methods[which];
    return r;
}

void full_disk_install(void)
{
    usual = sqlite3_vfs_find(NULL);
    vfs = *usual;
    vfs.zName = "full-disk";
    vfs.pNext = NULL;
    vfs.xOpen = open_file;
    is_full = false;
    sqlite3_vfs_register(&vfs, 1);
}

void full_disk_remove(void)
{
    sqlite3_vfs_register(usual, 1);
}

void full_disk_set(bool full)
{
    is_full = full;
}
