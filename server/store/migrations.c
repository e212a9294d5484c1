#include "store/migrations.h"

#include "store/event.h"

#include <stdio.h>

static const char *const log_steps[] = {
    /* 1: the log */
    "CREATE TABLE event ("
    "  meeting TEXT NOT NULL,"
    "  seq INTEGER NOT NULL CHECK (seq > 0),"
    "  at_utc_us INTEGER NOT NULL,"
    "  media_us INTEGER NOT NULL,"
    "  actor TEXT NOT NULL,"
    "  type TEXT NOT NULL,"
    "  body TEXT NOT NULL,"
    "  hash BLOB NOT NULL CHECK (length(hash) = 32),"
    "  PRIMARY KEY (meeting, seq)) STRICT;"
    "CREATE TRIGGER event_stays BEFORE UPDATE ON event"
    "  BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;"
    "CREATE TRIGGER event_remains BEFORE DELETE ON event"
    "  BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;",
    /* 2: audiences, side data that can be erased, commands said once. What was logged before keeps
     * its scheme of hashes. */
    "CREATE TABLE log ("
    "  meeting TEXT PRIMARY KEY,"
    "  scheme INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "INSERT INTO log SELECT DISTINCT meeting, 1 FROM event;"
    "ALTER TABLE event ADD COLUMN audience INTEGER NOT NULL DEFAULT 1;"
    "ALTER TABLE event ADD COLUMN version INTEGER NOT NULL DEFAULT 1;"
    "ALTER TABLE event ADD COLUMN side_count INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE event ADD COLUMN salt BLOB;"
    "CREATE TABLE side ("
    "  meeting TEXT NOT NULL,"
    "  seq INTEGER NOT NULL,"
    "  place INTEGER NOT NULL,"
    "  name TEXT NOT NULL,"
    "  commitment BLOB NOT NULL CHECK (length(commitment) = 32),"
    "  salt BLOB,"
    "  text TEXT,"
    "  PRIMARY KEY (meeting, seq, place)) STRICT, WITHOUT ROWID;"
    "CREATE TRIGGER side_stays BEFORE UPDATE ON side"
    "  WHEN NEW.meeting IS NOT OLD.meeting OR NEW.seq IS NOT OLD.seq"
    "    OR NEW.place IS NOT OLD.place OR NEW.name IS NOT OLD.name"
    "    OR NEW.commitment IS NOT OLD.commitment OR NEW.salt IS NOT NULL"
    "    OR NEW.text IS NOT NULL"
    "  BEGIN SELECT RAISE(ABORT, 'side data can only be erased'); END;"
    "CREATE TRIGGER side_remains BEFORE DELETE ON side"
    "  BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;"
    "CREATE TABLE command ("
    "  meeting TEXT NOT NULL,"
    "  principal TEXT NOT NULL,"
    "  key TEXT NOT NULL,"
    "  first_seq INTEGER NOT NULL,"
    "  last_seq INTEGER NOT NULL,"
    "  outcome TEXT NOT NULL,"
    "  PRIMARY KEY (meeting, principal, key)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE ballot (" /* no id: closed */
    "  meeting TEXT NOT NULL,"
    "  vote TEXT NOT NULL,"
    "  id BLOB,"
    "  generation INTEGER,"
    "  sealed BLOB,"
    "  PRIMARY KEY (meeting, vote)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE paper ("
    "  meeting TEXT NOT NULL,"
    "  vote TEXT NOT NULL,"
    "  key BLOB NOT NULL,"
    "  choice TEXT NOT NULL,"
    "  PRIMARY KEY (meeting, vote, key)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE projection ("
    "  name TEXT PRIMARY KEY,"
    "  version INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE head ("
    "  meeting TEXT NOT NULL,"
    "  seq INTEGER NOT NULL,"
    "  hash BLOB NOT NULL CHECK (length(hash) = 32),"
    "  at_utc_us INTEGER NOT NULL,"
    "  signature BLOB NOT NULL CHECK (length(signature) = 64),"
    "  PRIMARY KEY (meeting, seq)) STRICT, WITHOUT ROWID;",
    /* 3: a thousand meetings are listed without reading all that was said in them */
    "CREATE INDEX event_outline ON event (meeting, seq) WHERE " STORE_OUTLINE ";",
};

static const char *const access_steps[] = {
    /* 1 */
    "CREATE TABLE account ("
    "  name TEXT PRIMARY KEY,"
    "  principal TEXT NOT NULL UNIQUE,"
    "  roles INTEGER NOT NULL,"
    "  password_hash TEXT NOT NULL,"
    "  disabled INTEGER NOT NULL,"
    "  totp BLOB CHECK (length(totp) = 20),"
    "  totp_step INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE link ("
    "  hash BLOB PRIMARY KEY CHECK (length(hash) = 32),"
    "  meeting TEXT NOT NULL,"
    "  principal TEXT NOT NULL,"
    "  roles INTEGER NOT NULL,"
    "  person INTEGER NOT NULL,"
    "  made_utc_us INTEGER NOT NULL,"
    "  code_hash BLOB CHECK (length(code_hash) = 32),"
    "  code_until_utc_us INTEGER NOT NULL DEFAULT 0,"
    "  UNIQUE (meeting, principal),"
    "  UNIQUE (meeting, code_hash)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE session ("
    "  hash BLOB PRIMARY KEY CHECK (length(hash) = 32),"
    "  account TEXT NOT NULL,"
    "  meeting TEXT NOT NULL,"
    "  principal TEXT NOT NULL,"
    "  roles INTEGER NOT NULL,"
    "  person INTEGER NOT NULL,"
    "  until_utc_us INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE INDEX session_principal ON session (principal);",
    /* 2: of a browser's sessions the newest counts */
    "ALTER TABLE session ADD COLUMN begun_utc_us INTEGER NOT NULL DEFAULT 0;",
};

const struct migrations log_migrations = {log_steps, sizeof log_steps / sizeof *log_steps};
const struct migrations access_migrations = {access_steps,
                                             sizeof access_steps / sizeof *access_steps};

static int read_version(sqlite3 *db, int *ret)
{
    sqlite3_stmt *q = NULL;
    int r = sqlite3_prepare_v2(db, "SELECT coalesce(max(version), 0) FROM migration", -1, &q, NULL);
    if (r == SQLITE_OK && (r = sqlite3_step(q)) == SQLITE_ROW) {
        *ret = sqlite3_column_int(q, 0);
        r = SQLITE_OK;
    }
    sqlite3_finalize(q);
    return r;
}

static int apply(sqlite3 *db, const char *step, int version, int64_t now_utc_us)
{
    char done[128];
    snprintf(done, sizeof done, "INSERT INTO migration VALUES (%d, %lld)", version,
             (long long)now_utc_us);
    int r = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    if (r != SQLITE_OK)
        return r;
    r = sqlite3_exec(db, step, NULL, NULL, NULL);
    if (r == SQLITE_OK)
        r = sqlite3_exec(db, done, NULL, NULL, NULL);
    if (r == SQLITE_OK)
        r = sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    if (r != SQLITE_OK)
        sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    return r;
}

int migrations_apply(sqlite3 *db, const struct migrations *m, int64_t now_utc_us)
{
    int r = sqlite3_exec(db,
                         "CREATE TABLE IF NOT EXISTS migration"
                         " (version INTEGER PRIMARY KEY, at_utc_us INTEGER NOT NULL) STRICT",
                         NULL, NULL, NULL);
    int version = 0;
    if (r == SQLITE_OK)
        r = read_version(db, &version);
    if (r == SQLITE_OK && version > m->count)
        return -1;
    while (r == SQLITE_OK && version < m->count) {
        version++;
        r = apply(db, m->steps[version - 1], version, now_utc_us);
    }
    return r;
}
