/* Ballot boxes in SQLite, and their keys in files of mode 0600 in the folder `ballots` beside it.
 */
#include "base/io.h"
#include "store/sqlite.h"

#include <dirent.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

static void bind_vote(sqlite3_stmt *q, const char *meeting, const char *vote)
{
    sqlite3_bind_text(q, 1, meeting, -1, SQLITE_STATIC);
    sqlite3_bind_text(q, 2, vote, -1, SQLITE_STATIC);
}

int sqlite_put_box(void *e, const char *meeting, const char *vote, const struct engine_box *box)
{
    struct sqlite *s = e;
    sqlite3_stmt *q = s->statements[SQL_PUT_BOX];
    bind_vote(q, meeting, vote);
    sqlite3_bind_blob(q, 3, box->id, sizeof box->id, SQLITE_STATIC);
    sqlite3_bind_int64(q, 4, (sqlite3_int64)box->generation);
    sqlite3_bind_blob(q, 5, box->sealed->data, (int)box->sealed->size, SQLITE_STATIC);
    int r = sqlite_run(s, SQL_PUT_BOX);
    sqlite3_clear_bindings(q);
    return r;
}

static int take_box(struct sqlite *s, sqlite3_stmt *q, struct engine_box *ret)
{
    const void *id = sqlite3_column_blob(q, 0);
    if (!id && sqlite3_column_type(q, 0) == SQLITE_NULL)
        return -ENOENT; /* closed */
    if (!id || sqlite3_column_bytes(q, 0) != ENGINE_BOX_ID_BYTES)
        return sqlite_missing(s);
    const void *sealed = sqlite3_column_blob(q, 2);
    if (!sealed)
        return sqlite_missing(s);
    struct bytes *copy = bytes_copy(sealed, (size_t)sqlite3_column_bytes(q, 2));
    if (!copy)
        return -ENOMEM;
    memcpy(ret->id, id, sizeof ret->id);
    ret->generation = (uint64_t)sqlite3_column_int64(q, 1);
    ret->sealed = copy;
    return 0;
}

int sqlite_get_box(void *e, const char *meeting, const char *vote, struct engine_box *ret)
{
    struct sqlite *s = e;
    sqlite3_stmt *q = s->statements[SQL_GET_BOX];
    bind_vote(q, meeting, vote);
    int code = sqlite3_step(q), r = code == SQLITE_DONE ? -ENOENT : sqlite_error(code);
    if (code == SQLITE_ROW)
        r = take_box(s, q, ret);
    sqlite_done(q);
    return r;
}

int sqlite_close_box(void *e, const char *meeting, const char *vote)
{
    struct sqlite *s = e;
    bind_vote(s->statements[SQL_CLOSE_BOX], meeting, vote);
    int r = sqlite_run(s, SQL_CLOSE_BOX);
    sqlite3_clear_bindings(s->statements[SQL_CLOSE_BOX]);
    return r;
}

int sqlite_find_vote(void *e, const char *meeting, const char *vote, size_t *ret_count)
{
    struct sqlite *s = e;
    sqlite3_stmt *q = s->statements[SQL_GET_BOX];
    bind_vote(q, meeting, vote);
    int code = sqlite3_step(q);
    *ret_count = code == SQLITE_ROW;
    sqlite_done(q);
    return sqlite_error(code);
}

int sqlite_box_generation(void *e, const uint8_t id[ENGINE_BOX_ID_BYTES], uint64_t *ret)
{
    struct sqlite *s = e;
    sqlite3_stmt *q = s->statements[SQL_BOX_GENERATION];
    sqlite3_bind_blob(q, 1, id, ENGINE_BOX_ID_BYTES, SQLITE_STATIC);
    int code = sqlite3_step(q), r = code == SQLITE_DONE ? -ENOENT : sqlite_error(code);
    if (code == SQLITE_ROW)
        *ret = (uint64_t)sqlite3_column_int64(q, 0);
    sqlite_done(q);
    return r;
}

int sqlite_put_paper(void *e, const char *meeting, const char *vote,
                     const struct ballot_paper *paper)
{
    struct sqlite *s = e;
    sqlite3_stmt *q = s->statements[SQL_PUT_PAPER];
    bind_vote(q, meeting, vote);
    sqlite3_bind_blob(q, 3, paper->key, BALLOT_KEY_BYTES, SQLITE_STATIC);
    sqlite3_bind_text(q, 4, paper->choice, -1, SQLITE_STATIC);
    int r = sqlite_run(s, SQL_PUT_PAPER);
    sqlite3_clear_bindings(q);
    return r;
}

int sqlite_read_papers(void *e, const char *meeting, const char *vote,
                       int (*each)(void *ctx, const struct ballot_paper *paper), void *ctx)
{
    struct sqlite *s = e;
    sqlite3_stmt *q = s->statements[SQL_READ_PAPERS];
    bind_vote(q, meeting, vote);
    int code, ended = 0;
    while ((code = sqlite3_step(q)) == SQLITE_ROW && ended == 0) {
        const struct ballot_paper paper = {.key = sqlite3_column_blob(q, 0),
                                           .choice = (const char *)sqlite3_column_text(q, 1)};
        ended = paper.key && paper.choice && sqlite3_column_bytes(q, 0) == BALLOT_KEY_BYTES
                    ? each(ctx, &paper)
                    : sqlite_missing(s);
    }
    sqlite_done(q);
    return ended ? ended : sqlite_error(code);
}

/* ---- keys ---- */

static int key_path(const struct sqlite *s, const uint8_t id[ENGINE_BOX_ID_BYTES],
                    char ret[PATH_MAX])
{
    char hex[2 * ENGINE_BOX_ID_BYTES + 1];
    sodium_bin2hex(hex, sizeof hex, id, ENGINE_BOX_ID_BYTES);
    return snprintf(ret, PATH_MAX, "%s/%s", s->ballots, hex) < PATH_MAX ? 0 : -ENAMETOOLONG;
}

int sqlite_keep_key(void *e, const uint8_t id[ENGINE_BOX_ID_BYTES], const void *key, size_t size)
{
    struct sqlite *s = e;
    char path[PATH_MAX];
    int r = key_path(s, id, path);
    if (r == 0)
        r = io_make_folders(s->ballots, 0700);
    return r < 0 ? r : io_replace_file(path, key, size, 0600);
}

int sqlite_read_key(void *e, const uint8_t id[ENGINE_BOX_ID_BYTES], void *ret_key, size_t size)
{
    char path[PATH_MAX];
    cleanup(bytes_unref_p) struct bytes *b = NULL;
    int r = key_path(e, id, path);
    if (r == 0)
        r = io_read_file(path, size, &b);
    if (r < 0)
        return r == -EFBIG ? -ENOENT : r;
    if (b->size == size)
        memcpy(ret_key, b->data, size);
    sodium_memzero(b->data, b->size);
    return b->size == size ? 0 : -ENOENT;
}

int sqlite_drop_key(void *e, const uint8_t id[ENGINE_BOX_ID_BYTES])
{
    char path[PATH_MAX];
    int r = key_path(e, id, path);
    return r == 0 && unlink(path) < 0 && errno != ENOENT ? -errno : r;
}

/* What a killed process left of a key that it was replacing goes too. */
static int see_entry(struct sqlite *s, const char *name,
                     int (*each)(void *ctx, const uint8_t id[ENGINE_BOX_ID_BYTES]), void *ctx)
{
    uint8_t id[ENGINE_BOX_ID_BYTES];
    char path[PATH_MAX];
    size_t size;
    const char *end;
    if (name[0] == '.')
        return 0;
    if (strlen(name) == 2 * sizeof id &&
        sodium_hex2bin(id, sizeof id, name, 2 * sizeof id, NULL, &size, &end) == 0 &&
        size == sizeof id && !*end)
        return each(ctx, id);
    if (strstr(name, ".tmp") && snprintf(path, sizeof path, "%s/%s", s->ballots, name) < PATH_MAX)
        unlink(path);
    return 0;
}

int sqlite_each_key(void *e, int (*each)(void *ctx, const uint8_t id[ENGINE_BOX_ID_BYTES]),
                    void *ctx)
{
    struct sqlite *s = e;
    DIR *d = opendir(s->ballots);
    if (!d)
        return errno == ENOENT ? 0 : -errno;
    int r = 0;
    for (struct dirent *entry; r == 0 && (entry = readdir(d));)
        r = see_entry(s, entry->d_name, each, ctx);
    closedir(d);
    return r;
}
