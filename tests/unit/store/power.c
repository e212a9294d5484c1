#include "../cmocka_all.h"

#include "power.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECTOR 512
#define MAX_FILE (4u << 20)

enum { LOG = 0, WAL, JOURNAL, OTHER, FILES };
static const char *const ends[] = {"", "-wal", "-journal"};

enum kind { WRITE = 1, TRUNCATE, SYNC, REMOVE };

struct operation {
    enum kind kind;
    int file;
    size_t at, size;
    char *data; /* owned */
};

static sqlite3_vfs vfs, *usual;
static const sqlite3_io_methods *usual_methods[FILES];
static sqlite3_io_methods methods[FILES];
static struct operation *operations;
static size_t count, room;
static bool recording, skips_syncs, lasting, has_failed;
static size_t fail_call;
static int fail_code;

static void note(enum kind kind, int file, size_t at, const void *data, size_t size)
{
    if (!recording || file == OTHER)
        return;
    if (count == room) {
        room = room ? 2 * room : 1024;
        operations = realloc(operations, room * sizeof *operations);
        assert_non_null(operations);
    }
    struct operation *o = &operations[count++];
    *o = (struct operation){.kind = kind, .file = file, .at = at, .size = size};
    if (data) {
        o->data = malloc(size);
        assert_non_null(o->data);
        memcpy(o->data, data, size);
    }
}

static int file_of(sqlite3_file *file)
{
    return (int)(file->pMethods - methods);
}

/* The code with which this call fails, or SQLITE_OK. */
static int fails(void)
{
    if (fail_call == 0)
        return SQLITE_OK;
    if (fail_call > 1) {
        fail_call--;
        return SQLITE_OK;
    }
    has_failed = true;
    fail_call = lasting ? 1 : 0;
    return fail_code;
}

static int do_write(sqlite3_file *file, const void *data, int size, sqlite3_int64 at)
{
    int code = fails();
    if (code != SQLITE_OK)
        return code;
    note(WRITE, file_of(file), (size_t)at, data, (size_t)size);
    return usual_methods[file_of(file)]->xWrite(file, data, size, at);
}

static int do_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    int code = fails();
    if (code != SQLITE_OK)
        return code;
    note(TRUNCATE, file_of(file), (size_t)size, NULL, 0);
    return usual_methods[file_of(file)]->xTruncate(file, size);
}

static int do_sync(sqlite3_file *file, int flags)
{
    int code = fails();
    if (code != SQLITE_OK)
        return code;
    note(SYNC, file_of(file), 0, NULL, 0);
    return skips_syncs ? SQLITE_OK : usual_methods[file_of(file)]->xSync(file, flags);
}

static int do_read(sqlite3_file *file, void *data, int size, sqlite3_int64 at)
{
    int code = fails();
    return code != SQLITE_OK ? code : usual_methods[file_of(file)]->xRead(file, data, size, at);
}

static int do_size(sqlite3_file *file, sqlite3_int64 *ret)
{
    int code = fails();
    return code != SQLITE_OK ? code : usual_methods[file_of(file)]->xFileSize(file, ret);
}

static int do_lock(sqlite3_file *file, int lock)
{
    int code = fails();
    return code != SQLITE_OK ? code : usual_methods[file_of(file)]->xLock(file, lock);
}

/* Giving a lock back can't fail. */
static int do_shm_lock(sqlite3_file *file, int at, int count_, int flags)
{
    int code = flags & SQLITE_SHM_LOCK ? fails() : SQLITE_OK;
    return code != SQLITE_OK ? code
                             : usual_methods[file_of(file)]->xShmLock(file, at, count_, flags);
}

static int do_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **ret)
{
    int code = fails();
    return code != SQLITE_OK ? code
                             : usual_methods[file_of(file)]->xShmMap(file, page, size, extend, ret);
}

static int do_open(sqlite3_vfs *self, const char *name, sqlite3_file *file, int flags,
                   int *ret_flags)
{
    int code = fails();
    file->pMethods = NULL;
    if (code != SQLITE_OK)
        return code;
    code = usual->xOpen(usual, name, file, flags, ret_flags);
    if (code != SQLITE_OK || !file->pMethods)
        return code;
    int which = flags & SQLITE_OPEN_MAIN_DB        ? LOG
                : flags & SQLITE_OPEN_WAL          ? WAL
                : flags & SQLITE_OPEN_MAIN_JOURNAL ? JOURNAL
                                                   : OTHER;
    usual_methods[which] = file->pMethods;
    methods[which] = *file->pMethods;
    methods[which].xWrite = do_write;
    methods[which].xTruncate = do_truncate;
    methods[which].xSync = do_sync;
    methods[which].xRead = do_read;
    methods[which].xFileSize = do_size;
    methods[which].xLock = do_lock;
    methods[which].xShmLock = do_shm_lock;
    methods[which].xShmMap = do_shm_map;
    file->pMethods = &methods[which];
    return code;
}

static int do_delete(sqlite3_vfs *self, const char *name, int sync_folder)
{
    size_t size = strlen(name);
    for (int i = WAL; i <= JOURNAL; i++) {
        if (size > strlen(ends[i]) && strcmp(name + size - strlen(ends[i]), ends[i]) == 0)
            note(REMOVE, i, 0, NULL, 0);
    }
    return usual->xDelete(usual, name, sync_folder);
}

void power_install(void)
{
    usual = sqlite3_vfs_find(NULL);
    vfs = *usual;
    vfs.zName = "power";
    vfs.pNext = NULL;
    vfs.xOpen = do_open;
    vfs.xDelete = do_delete;
    sqlite3_vfs_register(&vfs, 1);
}

void power_remove(void)
{
    sqlite3_vfs_register(usual, 1);
    for (size_t i = 0; i < count; i++)
        free(operations[i].data);
    free(operations);
    operations = NULL;
    count = room = 0;
    recording = skips_syncs = false;
    fail_call = 0;
}

void power_record(bool on)
{
    recording = on;
}

size_t power_count(void)
{
    return count;
}

void power_skip_syncs(bool skip)
{
    skips_syncs = skip;
}

void power_fail(size_t call, int code, bool last)
{
    fail_call = call;
    fail_code = code;
    lasting = last;
    has_failed = false;
}

bool power_failed(void)
{
    return has_failed;
}

/* ---- what the disk holds ---- */

struct image {
    bool there;
    size_t size;
    char *data;
};

static void apply(struct image *f, const struct operation *o, size_t size)
{
    if (o->kind == REMOVE) {
        f->there = false;
        f->size = 0;
    } else if (o->kind == TRUNCATE) {
        f->size = o->at < f->size ? o->at : f->size;
    } else if (o->kind == WRITE) {
        assert_true(o->at + size <= MAX_FILE);
        if (o->at > f->size)
            memset(f->data + f->size, 0, o->at - f->size);
        memcpy(f->data + o->at, o->data, size);
        f->size = o->at + size > f->size ? o->at + size : f->size;
        f->there = true;
    }
}

/* Whether the operation was made durable, by a later sync of its file, before the power failed. */
static bool is_durable(size_t i, size_t at)
{
    if (operations[i].kind == REMOVE)
        return true; /* the folder is synced with it */
    for (size_t j = i + 1; j < at; j++) {
        if (operations[j].file == operations[i].file && operations[j].kind == SYNC)
            return true;
    }
    return false;
}

static void build(struct image *files, size_t at, enum power_loss loss, unsigned seed)
{
    for (size_t i = 0; i < at; i++) {
        const struct operation *o = &operations[i];
        size_t size = o->size;
        bool kept = loss != POWER_DROPS_ALL;
        if (loss == POWER_KEEPS_SOME)
            kept = rand_r(&seed) % 2;
        if (loss == POWER_TEARS_LAST && i + 1 == at)
            size = o->size / 2 / SECTOR * SECTOR;
        if (is_durable(i, at))
            apply(&files[o->file], o, o->size);
        else if (kept)
            apply(&files[o->file], o, size);
    }
}

void power_replay(const char *folder, size_t at, enum power_loss loss, unsigned seed)
{
    struct image files[3] = {0};
    char path[256];
    for (int i = 0; i < 3; i++) {
        files[i].data = calloc(1, MAX_FILE);
        assert_non_null(files[i].data);
    }
    build(files, at, loss, seed);
    snprintf(path, sizeof path, "%s/log.db-shm", folder);
    remove(path);
    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/log.db%s", folder, ends[i]);
        remove(path);
        FILE *f = files[i].there ? fopen(path, "wb") : NULL;
        if (f) {
            assert_int_equal(fwrite(files[i].data, 1, files[i].size, f), files[i].size);
            fclose(f);
        }
        free(files[i].data);
    }
}
