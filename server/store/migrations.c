#include "store/migrations.h"

#include <stdio.h>

static const char *const steps[] = {
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
};

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

static int apply(sqlite3 *db, int version, int64_t now_utc_us)
{
    char done[128];
    snprintf(done, sizeof done, "INSERT INTO migration VALUES (%d, %lld)", version,
             (long long)now_utc_us);
    int r = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    if (r != SQLITE_OK)
        return r;
    r = sqlite3_exec(db, steps[version - 1], NULL, NULL, NULL);
    if (r == SQLITE_OK)
        r = sqlite3_exec(db, done, NULL, NULL, NULL);
    if (r == SQLITE_OK)
        r = sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    if (r != SQLITE_OK)
        sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    return r;
}

int migrations_apply(sqlite3 *db, int64_t now_utc_us)
{
    static const int newest = sizeof steps / sizeof *steps;
    int r = sqlite3_exec(db,
                         "CREATE TABLE IF NOT EXISTS migration"
                         " (version INTEGER PRIMARY KEY, at_utc_us INTEGER NOT NULL) STRICT",
                         NULL, NULL, NULL);
    int version = 0;
    if (r == SQLITE_OK)
        r = read_version(db, &version);
    if (r == SQLITE_OK && version > newest)
        return -1;
    while (r == SQLITE_OK && version < newest)
        r = apply(db, ++version, now_utc_us);
    return r;
}
