#include "store/sqlite.h"
#include "base/clock.h"
#include "store/migrations.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* How long a commit waits for another process's (a backup's) lock: the core thread stands still
 * meanwhile. */
#define BUSY_MS 250

static const char *const texts[SQL_STATEMENTS] = {
    [SQL_BEGIN] = "BEGIN IMMEDIATE",
    [SQL_COMMIT] = "COMMIT",
    [SQL_ROLLBACK] = "ROLLBACK",
    [SQL_SAVE] = "SAVEPOINT command",
    [SQL_KEEP] = "RELEASE command",
    [SQL_UNDO] = "ROLLBACK TO command",
    [SQL_HEAD] = "SELECT scheme, seq, hash FROM log LEFT JOIN event ON event.meeting = log.meeting"
                 " WHERE log.meeting = ? ORDER BY seq DESC LIMIT 1",
    [SQL_PUT_LOG] = "INSERT INTO log VALUES (?, ?)",
    [SQL_READ_LOGS] = "SELECT meeting FROM log ORDER BY meeting",
    [SQL_PUT_EVENT] = "INSERT INTO event (meeting, seq, at_utc_us, media_us, actor, type, body,"
                      " hash, audience, version, side_count, salt)"
                      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [SQL_PUT_SIDE] = "INSERT INTO side VALUES (?, ?, ?, ?, ?, ?, ?)",
    [SQL_READ] = "SELECT seq, at_utc_us, media_us, actor, type, body, hash, audience, version,"
                 " side_count, salt FROM event WHERE meeting = ? AND seq > ? ORDER BY seq LIMIT ?",
    [SQL_READ_OUTLINE] =
        "SELECT seq, at_utc_us, media_us, actor, type, body, hash, audience, version,"
        " side_count, salt FROM event WHERE meeting = ? AND " STORE_OUTLINE " ORDER BY seq",
    [SQL_READ_ALL] = "SELECT seq, at_utc_us, media_us, actor, type, body, hash, audience, version,"
                     " side_count, salt, meeting FROM event ORDER BY rowid",
    [SQL_FIND_SIDE] = "SELECT salt IS NULL FROM side WHERE meeting = ? AND seq = ? AND name = ?",
    [SQL_ERASE_SIDE] =
        "UPDATE side SET salt = NULL, text = NULL WHERE meeting = ? AND seq = ? AND name = ?",
    [SQL_PUT_OUTCOME] = "INSERT INTO command VALUES (?, ?, ?, ?, ?, ?)",
    [SQL_FIND_OUTCOME] = "SELECT first_seq, last_seq, outcome FROM command"
                         " WHERE meeting = ? AND principal = ? AND key = ?",
    [SQL_PUT_SIGNED] = "INSERT OR IGNORE INTO head VALUES (?, ?, ?, ?, ?)",
    [SQL_LAST_SIGNED] = "SELECT meeting, seq, hash, at_utc_us, signature FROM head"
                        " WHERE meeting = ? ORDER BY seq DESC LIMIT 1",
    [SQL_READ_SIGNED] = "SELECT meeting, seq, hash, at_utc_us, signature FROM head"
                        " WHERE meeting = ? AND seq > ? ORDER BY seq LIMIT ?",
    [SQL_PUT_BOX] = "INSERT OR REPLACE INTO ballot VALUES (?, ?, ?, ?, ?)",
    [SQL_GET_BOX] = "SELECT id, generation, sealed FROM ballot WHERE meeting = ? AND vote = ?",
    [SQL_CLOSE_BOX] = "UPDATE ballot SET id = NULL, generation = NULL, sealed = NULL"
                      " WHERE meeting = ? AND vote = ?",
    [SQL_BOX_GENERATION] = "SELECT generation FROM ballot WHERE id = ?",
    [SQL_PUT_PAPER] = "INSERT INTO paper VALUES (?, ?, ?, ?)",
    [SQL_READ_PAPERS] = "SELECT key, choice FROM paper WHERE meeting = ? AND vote = ? ORDER BY key",
};

int sqlite_error(int code)
{
    switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return 0;
    case SQLITE_FULL:
        return -ENOSPC;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return -EBUSY;
    case SQLITE_NOMEM:
        return -ENOMEM;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return -EUCLEAN;
    case SQLITE_READONLY:
        return -EROFS;
    default:
        return -EIO;
    }
}

int sqlite_run(struct sqlite *s, enum statement which)
{
    int r = sqlite3_step(s->statements[which]);
    sqlite3_reset(s->statements[which]);
    return sqlite_error(r);
}

int sqlite_missing(struct sqlite *s)
{
    return sqlite3_errcode(s->db) == SQLITE_NOMEM ? -ENOMEM : -EUCLEAN;
}

void sqlite_done(sqlite3_stmt *q)
{
    sqlite3_reset(q);
    sqlite3_clear_bindings(q);
}

static void close_db(void *e)
{
    struct sqlite *s = e;
    for (int i = 0; i < SQL_STATEMENTS; i++)
        sqlite3_finalize(s->statements[i]);
    for (int i = 0; i < STORE_MAX_SIDES; i++)
        sqlite3_finalize(s->sides[i]);
    sqlite3_close(s->db);
    free(s);
}

static int prepare(struct sqlite *s, const char *text, sqlite3_stmt **ret)
{
    return sqlite3_prepare_v3(s->db, text, -1, SQLITE_PREPARE_PERSISTENT, ret, NULL);
}

static int set_up(struct sqlite *s, enum store_mode mode)
{
    int r = sqlite3_busy_timeout(s->db, BUSY_MS);
    /* What is erased is overwritten, and no temporary file keeps a copy. */
    if (mode == STORE_WRITE && r == SQLITE_OK)
        r = sqlite3_exec(s->db,
                         "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                         "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;",
                         NULL, NULL, NULL);
    if (mode == STORE_WRITE && r == SQLITE_OK)
        r = migrations_apply(s->db, &log_migrations, clock_utc_us());
    for (int i = 0; i < SQL_STATEMENTS && r == SQLITE_OK; i++)
        r = prepare(s, texts[i], &s->statements[i]);
    for (int i = 0; i < STORE_MAX_SIDES && r == SQLITE_OK; i++)
        r = prepare(s,
                    "SELECT name, commitment, salt, text FROM side"
                    " WHERE meeting = ? AND seq = ? AND place = ?",
                    &s->sides[i]);
    return r;
}

DEFINE_CLEANUP(struct sqlite *, close_db)

static int find_folder(struct sqlite *s, const char *place)
{
    const char *slash = strrchr(place, '/');
    int size = slash ? (int)(slash - place) : 1;
    int n = snprintf(s->ballots, sizeof s->ballots, "%.*s/ballots", size, slash ? place : ".");
    return n < (int)sizeof s->ballots ? 0 : -ENAMETOOLONG;
}

static int open_db(const char *place, enum store_mode mode,
                   const struct projection *const *projections, void **ret_e, char ret_reason[256])
{
    cleanup(close_db_p) struct sqlite *s = calloc(1, sizeof *s);
    if (!s) {
        snprintf(ret_reason, 256, "no memory");
        return -ENOMEM;
    }
    s->projections = projections;
    if (find_folder(s, place) < 0) {
        snprintf(ret_reason, 256, "the path is too long");
        return -ENAMETOOLONG;
    }
    int flags = mode == STORE_WRITE ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                    : SQLITE_OPEN_READWRITE; /* reading WAL writes its index */
    int r = sqlite3_open_v2(place, &s->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
    if (r == SQLITE_OK)
        r = set_up(s, mode);
    if (r == -1) {
        snprintf(ret_reason, 256, "%.150s was written by a newer version of this program", place);
        return -EPROTO;
    }
    if (r != SQLITE_OK) {
        snprintf(ret_reason, 256, "%.150s: %.80s", place,
                 s->db ? sqlite3_errmsg(s->db) : "no memory");
        return sqlite_error(r);
    }
    int prepared = mode == STORE_WRITE ? projections_prepare(s) : 0;
    if (prepared < 0) {
        snprintf(ret_reason, 256, "%.120s: what is derived from the log can't be made: %.60s",
                 place, strerror(-prepared));
        return prepared;
    }
    *ret_e = take_ptr(s);
    return 0;
}

static int begin(void *e)
{
    return sqlite_run(e, SQL_BEGIN);
}

static void rollback(void *e)
{
    struct sqlite *s = e;
    if (!sqlite3_get_autocommit(s->db)) /* a full disk has rolled back by itself */
        sqlite_run(s, SQL_ROLLBACK);
}

static int commit(void *e)
{
    struct sqlite *s = e;
    if (sqlite3_get_autocommit(s->db))
        return -EIO; /* an error that was not told has rolled back: nothing is there to commit */
    int r = sqlite_run(s, SQL_COMMIT);
    if (r < 0)
        rollback(s);
    return r;
}

static int save(void *e)
{
    return sqlite_run(e, SQL_SAVE);
}

static int keep(void *e)
{
    return sqlite_run(e, SQL_KEEP);
}

static int undo(void *e)
{
    int r = sqlite_run(e, SQL_UNDO);
    return r < 0 ? r : sqlite_run(e, SQL_KEEP);
}

/* The overwritten pages go into the database, and the journal, where the older ones are, is cut to
 * nothing. */
static int scrub(void *e)
{
    struct sqlite *s = e;
    return sqlite_error(
        sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL));
}

const struct engine sqlite_engine = {
    .scheme = "sqlite:",
    .open = open_db,
    .close = close_db,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .save = save,
    .keep = keep,
    .undo = undo,
    .head = sqlite_head,
    .put_log = sqlite_put_log,
    .read_logs = sqlite_read_logs,
    .put_event = sqlite_put_event,
    .read = sqlite_read,
    .read_outline = sqlite_read_outline,
    .erase = sqlite_erase,
    .put_head = sqlite_put_head,
    .last_head = sqlite_last_head,
    .read_heads = sqlite_read_heads,
    .put_outcome = sqlite_put_outcome,
    .find_outcome = sqlite_find_outcome,
    .put_box = sqlite_put_box,
    .get_box = sqlite_get_box,
    .close_box = sqlite_close_box,
    .find_vote = sqlite_find_vote,
    .box_generation = sqlite_box_generation,
    .put_paper = sqlite_put_paper,
    .read_papers = sqlite_read_papers,
    .keep_key = sqlite_keep_key,
    .read_key = sqlite_read_key,
    .drop_key = sqlite_drop_key,
    .each_key = sqlite_each_key,
    .scrub = scrub,
};
