#include "store/backup.h"
#include "base/bytes.h"
#include "base/io.h"
#include "store/sqlite.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_KEPT_BYTES (256u << 20)
#define BUSY_MS 10000

/* What is kept beside the log. A database is copied as SQLite sees it, since others may write. */
static const struct kept {
    const char *name;
    bool database;
    const char *forget; /* SQL that is run on the copy */
} kept_files[] = {
    {"access.db", true, "DELETE FROM session; DELETE FROM link; VACUUM;"},
    {"admin-token", false, NULL},
    {"log-key", false, NULL},
};
#define KEPT (sizeof kept_files / sizeof *kept_files)

static void close_db(sqlite3 *db)
{
    sqlite3_close(db);
}

DEFINE_CLEANUP(sqlite3 *, close_db)

static int failed(char reason[BACKUP_REASON], const char *what, int r)
{
    if (!reason[0])
        snprintf(reason, BACKUP_REASON, "%.400s: %.100s", what, strerror(-r));
    return r;
}

static int open_db(const char *path, int flags, sqlite3 **ret)
{
    int code = sqlite3_open_v2(path, ret, flags, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_busy_timeout(*ret, BUSY_MS);
    return sqlite_error(code);
}

/* One database into another, at one moment of the first. */
static int copy(sqlite3 *from, sqlite3 *to)
{
    sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
    if (!b)
        return sqlite_error(sqlite3_errcode(to));
    int code = sqlite3_backup_step(b, -1), finished = sqlite3_backup_finish(b);
    return code == SQLITE_DONE ? sqlite_error(finished)
           : code == SQLITE_OK ? -EIO
                               : sqlite_error(code);
}

static int join(char ret[PATH_MAX], const char *folder, const char *name)
{
    return snprintf(ret, PATH_MAX, "%s/%s", folder, name) < PATH_MAX ? 0 : -ENAMETOOLONG;
}

/* ---- what is kept beside the log ---- */

static int put(sqlite3 *db, const char *name, const void *content, size_t size)
{
    sqlite3_stmt *q = NULL;
    int code = sqlite3_prepare_v2(db, "INSERT INTO kept_file VALUES (?, ?)", -1, &q, NULL);
    if (code == SQLITE_OK) {
        sqlite3_bind_text(q, 1, name, -1, SQLITE_STATIC);
        sqlite3_bind_blob64(q, 2, content, size, SQLITE_STATIC);
        code = sqlite3_step(q);
    }
    sqlite3_finalize(q);
    return sqlite_error(code);
}

/* The database is copied into memory, forgets what it should, and is kept as a file's bytes. */
static int keep_database(sqlite3 *to, const struct kept *kept, const char *path)
{
    cleanup(close_db_p) sqlite3 *from = NULL, *memory = NULL;
    int r = open_db(path, SQLITE_OPEN_READWRITE, &from);
    if (r == 0)
        r = open_db(":memory:", SQLITE_OPEN_READWRITE, &memory);
    if (r == 0)
        r = copy(from, memory);
    if (r == 0)
        r = sqlite_error(sqlite3_exec(memory, kept->forget, NULL, NULL, NULL));
    sqlite3_int64 size = 0;
    unsigned char *content = r == 0 ? sqlite3_serialize(memory, "main", &size, 0) : NULL;
    if (r == 0)
        r = content ? put(to, kept->name, content, (size_t)size) : -ENOMEM;
    sqlite3_free(content);
    return r;
}

static int keep(sqlite3 *to, const struct kept *kept, const char *data)
{
    char path[PATH_MAX];
    cleanup(bytes_unref_p) struct bytes *b = NULL;
    int r = join(path, data, kept->name);
    if (r == 0 && access(path, F_OK) < 0)
        return errno == ENOENT ? 0 : -errno;
    if (r == 0 && kept->database)
        return keep_database(to, kept, path);
    if (r == 0)
        r = io_read_file(path, MAX_KEPT_BYTES, &b);
    return r < 0 ? r : put(to, kept->name, b->data, b->size);
}

/* ---- verifying ---- */

/* Opens the copy as a store would, and computes every chain anew. */
static int verify(const char *path, char reason[BACKUP_REASON])
{
    char words[256] = "";
    cleanup(store_close_p) struct store *s = NULL;
    cleanup(close_db_p) sqlite3 *db = NULL;
    sqlite3_stmt *q = NULL;
    int r = store_open(path, STORE_READ, &s, words);
    if (r < 0) {
        snprintf(reason, BACKUP_REASON, "%s", words);
        return r;
    }
    r = open_db(path, SQLITE_OPEN_READONLY, &db);
    if (r == 0)
        r = sqlite_error(sqlite3_prepare_v2(db, "SELECT meeting FROM log", -1, &q, NULL));
    int code = SQLITE_DONE;
    while (r == 0 && (code = sqlite3_step(q)) == SQLITE_ROW) {
        const char *meeting = (const char *)sqlite3_column_text(q, 0);
        uint64_t wrong = 0;
        r = meeting ? store_verify(s, meeting, &wrong) : -ENOMEM;
        if (r == -EBADMSG)
            snprintf(reason, BACKUP_REASON, "%.60s: event %llu is wrong", meeting,
                     (unsigned long long)wrong);
    }
    sqlite3_finalize(q);
    return r < 0 ? r : sqlite_error(code);
}

/* ---- writing ---- */

static int sync_path(const char *path)
{
    cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC);
    return fd < 0 || fsync(fd) < 0 ? -errno : 0;
}

static int fill(const char *data, const char *log, const char *path)
{
    cleanup(close_db_p) sqlite3 *from = NULL, *to = NULL;
    int r = open_db(log, SQLITE_OPEN_READWRITE, &from);
    if (r == 0)
        r = open_db(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &to);
    if (r == 0)
        r = copy(from, to);
    if (r == 0) /* one file, without a journal beside it */
        r = sqlite_error(sqlite3_exec(to,
                                      "PRAGMA journal_mode = DELETE;"
                                      "CREATE TABLE kept_file (name TEXT PRIMARY KEY,"
                                      " content BLOB NOT NULL) STRICT;",
                                      NULL, NULL, NULL));
    for (size_t i = 0; i < KEPT && r == 0; i++)
        r = keep(to, &kept_files[i], data);
    return r;
}

int backup_write(const char *data, const char *file, char ret_reason[BACKUP_REASON])
{
    char log[PATH_MAX], path[PATH_MAX];
    ret_reason[0] = 0;
    if (access(file, F_OK) == 0)
        return failed(ret_reason, file, -EEXIST);
    int r = join(log, data, "meclis.db");
    if (r == 0 && snprintf(path, sizeof path, "%s.part", file) >= (int)sizeof path)
        r = -ENAMETOOLONG;
    if (r == 0 && access(log, R_OK) < 0)
        r = -errno;
    if (r < 0)
        return failed(ret_reason, data, r);
    unlink(path); /* of one that was killed */
    cleanup_close int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    r = fd < 0 ? -errno : fill(data, log, path);
    if (r == 0)
        r = verify(path, ret_reason);
    if (r == 0)
        r = sync_path(path);
    /* link() and not rename(): it refuses where the name was taken meanwhile. */
    if (r == 0 && link(path, file) < 0)
        r = -errno;
    if (fd >= 0)
        unlink(path);
    return r < 0 ? failed(ret_reason, file, r) : 0;
}

/* ---- restoring ---- */

static int check_empty(const char *data, bool force)
{
    DIR *d = opendir(data);
    if (!d)
        return errno == ENOENT ? 0 : -errno;
    int r = 0;
    for (struct dirent *e; r == 0 && !force && (e = readdir(d));) {
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            r = -ENOTEMPTY;
    }
    closedir(d);
    return r;
}

/* Puts a file aside, where there is one. */
static int put_aside(const char *data, const char *name, const char *end)
{
    char from[PATH_MAX], to[PATH_MAX];
    if (snprintf(from, sizeof from, "%s/%s%s", data, name, end) >= (int)sizeof from ||
        snprintf(to, sizeof to, "%s/%s.before-restore%s", data, name, end) >= (int)sizeof to)
        return -ENAMETOOLONG;
    if (rename(from, to) == 0 || errno == ENOENT)
        return 0;
    return -errno;
}

static int put_database_aside(const char *data, const char *name)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    int r = 0;
    for (size_t i = 0; i < sizeof ends / sizeof *ends && r == 0; i++)
        r = put_aside(data, name, ends[i]);
    return r;
}

static int restore_kept(sqlite3 *from, const char *data, const struct kept *kept)
{
    char path[PATH_MAX];
    sqlite3_stmt *q = NULL;
    int r = join(path, data, kept->name);
    if (r < 0)
        return r;
    int code =
        sqlite3_prepare_v2(from, "SELECT content FROM kept_file WHERE name = ?", -1, &q, NULL);
    if (code == SQLITE_OK) {
        sqlite3_bind_text(q, 1, kept->name, -1, SQLITE_STATIC);
        code = sqlite3_step(q);
    }
    r = sqlite_error(code);
    if (code == SQLITE_ROW) {
        const void *content = sqlite3_column_blob(q, 0);
        r = put_database_aside(data, kept->name);
        if (r == 0)
            r = content ? io_replace_file(path, content, (size_t)sqlite3_column_bytes(q, 0), 0600)
                        : -ENOMEM;
    }
    sqlite3_finalize(q);
    return r;
}

/* The log gets its name last: before that nothing of the old one was replaced for good. */
static int restore_log(const char *file, const char *data)
{
    char part[PATH_MAX], path[PATH_MAX];
    cleanup(close_db_p) sqlite3 *from = NULL, *to = NULL;
    int r = join(part, data, "meclis.db.part");
    if (r == 0)
        r = join(path, data, "meclis.db");
    if (r < 0)
        return r;
    unlink(part);
    r = open_db(file, SQLITE_OPEN_READONLY, &from);
    for (size_t i = 0; i < KEPT && r == 0; i++)
        r = restore_kept(from, data, &kept_files[i]);
    if (r == 0)
        r = open_db(part, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &to);
    if (r == 0)
        r = copy(from, to);
    if (r == 0)
        r = sqlite_error(sqlite3_exec(to, "DROP TABLE kept_file; VACUUM;", NULL, NULL, NULL));
    sqlite3_close(to);
    to = NULL;
    if (r == 0)
        r = sync_path(part);
    if (r == 0)
        r = put_database_aside(data, "meclis.db");
    if (r == 0 && rename(part, path) < 0)
        r = -errno;
    return r < 0 ? r : sync_path(data);
}

static int check_backup(const char *file, char reason[BACKUP_REASON])
{
    cleanup(close_db_p) sqlite3 *db = NULL;
    int r = open_db(file, SQLITE_OPEN_READONLY, &db);
    if (r == 0 &&
        sqlite3_exec(db, "SELECT 1 FROM kept_file, log LIMIT 0", NULL, NULL, NULL) != SQLITE_OK) {
        snprintf(reason, BACKUP_REASON, "%.300s: bu bir yedek değil / this is no backup", file);
        return -EINVAL;
    }
    return r < 0 ? r : verify(file, reason);
}

int backup_restore(const char *file, const char *data, bool force, char ret_reason[BACKUP_REASON])
{
    char path[PATH_MAX];
    ret_reason[0] = 0;
    int r = check_backup(file, ret_reason);
    if (r < 0)
        return failed(ret_reason, file, r);
    r = check_empty(data, force);
    if (r == 0)
        r = io_make_folders(data, 0750);
    if (r == 0)
        r = join(path, data, "lock");
    cleanup_close int lock = r == 0 ? io_lock_file(path) : -1;
    if (r == 0 && lock < 0)
        r = lock;
    if (r == 0)
        r = restore_log(file, data);
    return r < 0 ? failed(ret_reason, data, r) : 0;
}
