#include "store/search.h"

#include "base/fold.h"
#include "store/sqlite.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Raised with every change of tables, or of what is put in them. */
#define VERSION 1

#define BUSY_MS 2000
#define MAX_EXPRESSION_BYTES 8192
/* Of one thing; longer texts are found by their beginning. */
#define MAX_FOLDED_BYTES (64u << 10)

static const char tables[] =
    "CREATE TABLE meeting (id TEXT PRIMARY KEY, seq INTEGER NOT NULL, title TEXT NOT NULL,"
    " body TEXT NOT NULL, language TEXT NOT NULL, at_utc_us INTEGER NOT NULL, year INTEGER NOT "
    "NULL,"
    " recorded INTEGER NOT NULL)"
    " STRICT, WITHOUT ROWID;"
    "CREATE TABLE thing (id INTEGER PRIMARY KEY, meeting TEXT NOT NULL, kind TEXT NOT NULL,"
    " seq INTEGER NOT NULL, media_us INTEGER NOT NULL, item TEXT NOT NULL, person TEXT NOT NULL,"
    " text TEXT NOT NULL, more TEXT NOT NULL, folded TEXT NOT NULL, folded_person TEXT NOT NULL,"
    " round INTEGER NOT NULL, UNIQUE (meeting, kind, seq)) STRICT;"
    "CREATE VIRTUAL TABLE word USING fts5(folded, content = 'thing', content_rowid = 'id',"
    " prefix = '3 5', tokenize = 'unicode61 remove_diacritics 0');"
    "CREATE TRIGGER thing_comes AFTER INSERT ON thing BEGIN"
    "  INSERT INTO word (rowid, folded) VALUES (NEW.id, NEW.folded); END;"
    "CREATE TRIGGER thing_goes AFTER DELETE ON thing BEGIN"
    "  INSERT INTO word (word, rowid, folded) VALUES ('delete', OLD.id, OLD.folded); END;"
    "CREATE TRIGGER thing_changes AFTER UPDATE OF folded ON thing"
    "  WHEN OLD.folded IS NOT NEW.folded BEGIN"
    "  INSERT INTO word (word, rowid, folded) VALUES ('delete', OLD.id, OLD.folded);"
    "  INSERT INTO word (rowid, folded) VALUES (NEW.id, NEW.folded); END;";

enum { PUT_MEETING, PUT_THING, DROP_THINGS, MEETINGS, FIND, STATEMENTS };

static const char *const statements[STATEMENTS] = {
    [PUT_MEETING] = "INSERT OR REPLACE INTO meeting VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    [PUT_THING] =
        "INSERT INTO thing (meeting, kind, seq, media_us, item, person, text, more, folded,"
        " folded_person, round) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET media_us = excluded.media_us, item = excluded.item,"
        " person = excluded.person, text = excluded.text, more = excluded.more,"
        " folded = excluded.folded, folded_person = excluded.folded_person,"
        " round = excluded.round",
    [DROP_THINGS] = "DELETE FROM thing WHERE meeting = ? AND round <> ?",
    [MEETINGS] = "SELECT id, seq FROM meeting",
    [FIND] = "SELECT m.id, m.title, m.body, m.language, m.at_utc_us, m.year, m.seq, t.kind, t.seq,"
             " t.media_us, t.item, t.person, t.text, t.more, m.recorded"
             " FROM word JOIN thing t ON t.id = word.rowid JOIN meeting m ON m.id = t.meeting"
             " WHERE word MATCH ?1 AND (?2 = '' OR m.body = ?2) AND (?3 = 0 OR m.year = ?3)"
             " AND (?4 = '' OR t.kind = ?4) AND (?5 = '' OR instr(t.folded_person, ?5) > 0)"
             " ORDER BY word.rank LIMIT ?6 OFFSET ?7",
};

struct search {
    sqlite3 *db;
    sqlite3_stmt *q[STATEMENTS];
};

void search_close(struct search *s)
{
    if (!s)
        return;
    for (int i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(s->q[i]);
    sqlite3_close(s->db);
    free(s);
}

/* ---- opening ---- */

static int exec(struct search *s, const char *sql)
{
    return sqlite_error(sqlite3_exec(s->db, sql, NULL, NULL, NULL));
}

static int read_version(struct search *s, int *ret)
{
    sqlite3_stmt *q = NULL;
    int code = sqlite3_prepare_v2(s->db, "PRAGMA user_version", -1, &q, NULL);
    if (code == SQLITE_OK && (code = sqlite3_step(q)) == SQLITE_ROW)
        *ret = sqlite3_column_int(q, 0);
    sqlite3_finalize(q);
    return sqlite_error(code);
}

static int make_tables(struct search *s)
{
    char version[64];
    snprintf(version, sizeof version, "PRAGMA user_version = %d; COMMIT", VERSION);
    int r = exec(s, "BEGIN IMMEDIATE");
    r = r < 0 ? r : exec(s, tables);
    return r < 0 ? r : exec(s, version);
}

/* Returns -EPROTO for a file of another version. */
static int prepare(struct search *s, enum search_mode mode)
{
    int version = 0, r = 0;
    sqlite3_busy_timeout(s->db, BUSY_MS);
    if (mode == SEARCH_WRITE)
        r = exec(s, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
                    "PRAGMA secure_delete = ON; PRAGMA cache_size = -16000;");
    if (r == 0)
        r = read_version(s, &version);
    if (r == 0 && version == 0 && mode == SEARCH_WRITE) {
        r = make_tables(s);
        version = VERSION;
    }
    if (r == 0 && version != VERSION)
        r = -EPROTO;
    for (int i = 0; i < STATEMENTS && r == 0; i++)
        if (mode == SEARCH_WRITE || i >= MEETINGS)
            r = sqlite_error(sqlite3_prepare_v2(s->db, statements[i], -1, &s->q[i], NULL));
    return r;
}

static int open_once(const char *path, enum search_mode mode, struct search **ret,
                     char ret_reason[256])
{
    snprintf(ret_reason, 256, "no memory");
    cleanup(search_close_p) struct search *s = calloc(1, sizeof *s);
    if (!s)
        return -ENOMEM;
    int flags =
        mode == SEARCH_WRITE ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    int r = sqlite_error(sqlite3_open_v2(path, &s->db, flags | SQLITE_OPEN_NOMUTEX, NULL));
    if (r == 0)
        r = prepare(s, mode);
    if (r < 0) {
        snprintf(ret_reason, 256, "%.150s: %.80s", path,
                 r == -EPROTO ? "of another version" : sqlite3_errmsg(s->db));
        return r;
    }
    *ret = take_ptr(s);
    return 0;
}

static void remove_all(const char *path)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    char name[4096];
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        snprintf(name, sizeof name, "%s%s", path, ends[i]);
        unlink(name);
    }
}

int search_open(const char *path, enum search_mode mode, struct search **ret, char ret_reason[256])
{
    if (mode == SEARCH_READ && access(path, F_OK) < 0)
        return -ENOENT;
    int r = open_once(path, mode, ret, ret_reason);
    if (mode == SEARCH_READ || (r != -EPROTO && r != -EUCLEAN))
        return r;
    remove_all(path);
    return open_once(path, mode, ret, ret_reason);
}

/* ---- writing ---- */

static void bind_text(sqlite3_stmt *q, int at, const char *text)
{
    sqlite3_bind_text(q, at, text, -1, SQLITE_STATIC);
}

static int run(sqlite3_stmt *q)
{
    int code = sqlite3_step(q);
    sqlite3_reset(q);
    sqlite3_clear_bindings(q);
    return sqlite_error(code);
}

static int put_meeting(struct search *s, const struct search_meeting *m)
{
    sqlite3_stmt *q = s->q[PUT_MEETING];
    bind_text(q, 1, m->id);
    sqlite3_bind_int64(q, 2, (sqlite3_int64)m->seq);
    bind_text(q, 3, m->title);
    bind_text(q, 4, m->body);
    bind_text(q, 5, m->language);
    sqlite3_bind_int64(q, 6, m->at_utc_us);
    sqlite3_bind_int(q, 7, m->year);
    sqlite3_bind_int(q, 8, m->recorded);
    return run(q);
}

static void add_folded(struct buf *out, const char *text)
{
    size_t size = strlen(text);
    if (size == 0 || size + 1 > MAX_FOLDED_BYTES - out->size)
        return;
    uint8_t *at = buf_extend(out, size + 1);
    if (!at)
        return;
    size_t used = fold_text(text, size, (char *)at);
    at[used++] = ' ';
    out->size -= size + 1 - used; /* never longer than it was */
}

static int put_thing(struct search *s, const char *meeting, const struct search_row *row,
                     uint64_t round)
{
    sqlite3_stmt *q = s->q[PUT_THING];
    cleanup_buf struct buf folded, person;
    buf_init(&folded, MAX_FOLDED_BYTES);
    buf_init(&person, MAX_FOLDED_BYTES);
    add_folded(&folded, row->text);
    add_folded(&folded, row->more);
    add_folded(&folded, row->person);
    add_folded(&folded, row->item);
    add_folded(&person, row->person);
    const char *words = buf_text(&folded), *who = buf_text(&person);
    if (!words || !who)
        return -ENOMEM;
    bind_text(q, 1, meeting);
    bind_text(q, 2, row->kind);
    sqlite3_bind_int64(q, 3, (sqlite3_int64)row->seq);
    sqlite3_bind_int64(q, 4, row->media_us);
    bind_text(q, 5, row->item);
    bind_text(q, 6, row->person);
    bind_text(q, 7, row->text);
    bind_text(q, 8, row->more);
    bind_text(q, 9, words);
    bind_text(q, 10, who);
    sqlite3_bind_int64(q, 11, (sqlite3_int64)round);
    return run(q);
}

static int put_all(struct search *s, const struct search_meeting *meeting,
                   const struct search_row *rows, size_t count)
{
    int r = put_meeting(s, meeting);
    for (size_t i = 0; i < count && r == 0; i++)
        r = put_thing(s, meeting->id, &rows[i], meeting->seq);
    if (r < 0)
        return r;
    bind_text(s->q[DROP_THINGS], 1, meeting->id);
    sqlite3_bind_int64(s->q[DROP_THINGS], 2, (sqlite3_int64)meeting->seq);
    return run(s->q[DROP_THINGS]);
}

int search_put(struct search *s, const struct search_meeting *meeting,
               const struct search_row *rows, size_t count)
{
    int r = exec(s, "BEGIN IMMEDIATE");
    if (r < 0)
        return r;
    r = put_all(s, meeting, rows, count);
    int dropped = r < 0 ? 0 : sqlite3_changes(s->db);
    r = r < 0 ? r : exec(s, "COMMIT");
    if (r < 0) {
        exec(s, "ROLLBACK");
        return r;
    }
    /* FTS5 only marks what went: its words would stay in the file. */
    return dropped ? exec(s, "INSERT INTO word (word) VALUES ('optimize');"
                             "PRAGMA wal_checkpoint(TRUNCATE)")
                   : 0;
}

int search_meetings(struct search *s, void (*each)(void *ctx, const char *id, uint64_t seq),
                    void *ctx)
{
    sqlite3_stmt *q = s->q[MEETINGS];
    int code;
    while ((code = sqlite3_step(q)) == SQLITE_ROW) {
        const char *id = (const char *)sqlite3_column_text(q, 0);
        if (id)
            each(ctx, id, (uint64_t)sqlite3_column_int64(q, 1));
    }
    sqlite3_reset(q);
    return sqlite_error(code);
}

/* ---- reading ---- */

static const char *text_at(sqlite3_stmt *q, int column)
{
    const char *text = (const char *)sqlite3_column_text(q, column);
    return text ? text : "";
}

static int give(sqlite3_stmt *q, int (*each)(void *ctx, const struct search_hit *hit), void *ctx)
{
    const struct search_hit hit = {
        .meeting = {.id = text_at(q, 0),
                    .title = text_at(q, 1),
                    .body = text_at(q, 2),
                    .language = text_at(q, 3),
                    .at_utc_us = sqlite3_column_int64(q, 4),
                    .year = sqlite3_column_int(q, 5),
                    .seq = (uint64_t)sqlite3_column_int64(q, 6),
                    .recorded = sqlite3_column_int(q, 14) != 0},
        .row = {.kind = text_at(q, 7),
                .seq = (uint64_t)sqlite3_column_int64(q, 8),
                .media_us = sqlite3_column_int64(q, 9),
                .item = text_at(q, 10),
                .person = text_at(q, 11),
                .text = text_at(q, 12),
                .more = text_at(q, 13)},
    };
    return each(ctx, &hit);
}

int search_find(struct search *s, const struct search_wish *wish,
                int (*each)(void *ctx, const struct search_hit *hit), void *ctx)
{
    cleanup_buf struct buf expression;
    buf_init(&expression, MAX_EXPRESSION_BYTES);
    search_words_print(&expression, wish->words);
    const char *match = buf_text(&expression);
    if (!match)
        return -ENOMEM;
    if (wish->words->count == 0)
        return 0;
    sqlite3_stmt *q = s->q[FIND];
    bind_text(q, 1, match);
    bind_text(q, 2, wish->body);
    sqlite3_bind_int(q, 3, wish->year);
    bind_text(q, 4, wish->kind);
    bind_text(q, 5, wish->person);
    sqlite3_bind_int(q, 6, wish->max);
    sqlite3_bind_int(q, 7, wish->skip);
    int code, ended = 0;
    while ((code = sqlite3_step(q)) == SQLITE_ROW && ended == 0)
        ended = give(q, each, ctx);
    sqlite3_reset(q);
    sqlite3_clear_bindings(q);
    return ended ? ended : sqlite_error(code);
}
