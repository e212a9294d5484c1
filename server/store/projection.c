#include "store/projection.h"
#include "store/sqlite.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const struct projection *const projections_all[] = {NULL};

int projections_apply(struct sqlite *s, const char *meeting, const struct store_event *event)
{
    int code = SQLITE_OK;
    for (size_t i = 0; s->projections[i] && code == SQLITE_OK; i++)
        code = s->projections[i]->apply(s->db, meeting, event);
    return sqlite_error(code);
}

int projections_erase(struct sqlite *s, const char *meeting, uint64_t seq, const char *side)
{
    int code = SQLITE_OK;
    for (size_t i = 0; s->projections[i] && code == SQLITE_OK; i++) {
        if (s->projections[i]->erase)
            code = s->projections[i]->erase(s->db, meeting, seq, side);
    }
    return sqlite_error(code);
}

static int exec(struct sqlite *s, const char *sql)
{
    return sqlite_error(sqlite3_exec(s->db, sql, NULL, NULL, NULL));
}

/* Executes a statement with one name in it, which the format quotes. */
static int exec_name(struct sqlite *s, const char *format, const char *name)
{
    char *sql = sqlite3_mprintf(format, name);
    int r = sql ? exec(s, sql) : -ENOMEM;
    sqlite3_free(sql);
    return r;
}

/* Finds one name by a query with one text to bind. Returns 0, -ENOENT or an error. */
static int find_name(struct sqlite *s, const char *sql, const char *text, char ret[128])
{
    sqlite3_stmt *q = NULL;
    int code = sqlite3_prepare_v2(s->db, sql, -1, &q, NULL);
    int r = sqlite_error(code);
    if (code == SQLITE_OK) {
        if (text)
            sqlite3_bind_text(q, 1, text, -1, SQLITE_STATIC);
        code = sqlite3_step(q);
        r = code == SQLITE_DONE ? -ENOENT : sqlite_error(code);
    }
    if (code == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(q, 0);
        r = name ? 0 : -ENOMEM;
        if (name)
            snprintf(ret, 128, "%s", name);
    }
    sqlite3_finalize(q);
    return r;
}

static int drop(struct sqlite *s, const char *name)
{
    char table[128];
    int r;
    while ((r = find_name(s,
                          "SELECT name FROM sqlite_schema WHERE type = 'table'"
                          " AND substr(name, 1, length(?1) + 1) = ?1 || '_'",
                          name, table)) == 0) {
        r = exec_name(s, "DROP TABLE \"%w\"", table);
        if (r < 0)
            return r;
    }
    return r == -ENOENT ? exec_name(s, "DELETE FROM projection WHERE name = %Q", name) : r;
}

struct rebuilding {
    struct sqlite *s;
    const struct projection *projection;
};

static int apply_again(void *ctx, const char *meeting, const struct store_event *event)
{
    struct rebuilding *b = ctx;
    return sqlite_error(b->projection->apply(b->s->db, meeting, event));
}

/* Whether it is there in its version. */
static int is_current(struct sqlite *s, const struct projection *p, bool *ret)
{
    char version[128], own[16];
    int r = find_name(s, "SELECT version FROM projection WHERE name = ?", p->name, version);
    if (r < 0 && r != -ENOENT)
        return r;
    snprintf(own, sizeof own, "%d", p->version);
    *ret = r == 0 && strcmp(version, own) == 0;
    return 0;
}

static int build(struct sqlite *s, const struct projection *p)
{
    bool current;
    int r = is_current(s, p, &current);
    if (r < 0 || current)
        return r;
    r = drop(s, p->name);
    if (r == 0)
        r = exec(s, p->tables);
    struct rebuilding b = {.s = s, .projection = p};
    if (r == 0)
        r = sqlite_read_all(s, apply_again, &b);
    char *sql = sqlite3_mprintf("INSERT INTO projection (name, version) VALUES (%Q, %d)", p->name,
                                p->version);
    if (r == 0)
        r = sql ? exec(s, sql) : -ENOMEM;
    sqlite3_free(sql);
    return r;
}

/* Those that this program does not know any more. */
static int drop_unknown(struct sqlite *s)
{
    char name[128], after[128] = "";
    int r;
    while ((r = find_name(s, "SELECT name FROM projection WHERE name > ? ORDER BY name LIMIT 1",
                          after, name)) == 0) {
        bool known = false;
        for (size_t i = 0; s->projections[i]; i++)
            known = known || strcmp(s->projections[i]->name, name) == 0;
        if (!known && (r = drop(s, name)) < 0)
            return r;
        memcpy(after, name, sizeof after);
    }
    return r == -ENOENT ? 0 : r;
}

int projections_prepare(struct sqlite *s)
{
    int r = sqlite_run(s, SQL_BEGIN);
    if (r == 0)
        r = drop_unknown(s);
    for (size_t i = 0; s->projections[i] && r == 0; i++)
        r = build(s, s->projections[i]);
    if (r == 0)
        r = sqlite_run(s, SQL_COMMIT);
    if (r < 0 && !sqlite3_get_autocommit(s->db))
        sqlite_run(s, SQL_ROLLBACK);
    return r;
}
