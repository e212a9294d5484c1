/* The SQLite engine's inside: one connection and its prepared statements. */
#ifndef MECLIS_STORE_SQLITE_H
#define MECLIS_STORE_SQLITE_H

#include "store/engine.h"

#include <sqlite3.h>

enum statement {
    SQL_BEGIN = 0,
    SQL_COMMIT,
    SQL_ROLLBACK,
    SQL_SAVE,
    SQL_KEEP,
    SQL_UNDO,
    SQL_HEAD,
    SQL_PUT_LOG,
    SQL_PUT_EVENT,
    SQL_PUT_SIDE,
    SQL_READ,
    SQL_FIND_SIDE,
    SQL_ERASE_SIDE,
    SQL_PUT_OUTCOME,
    SQL_FIND_OUTCOME,
    SQL_STATEMENTS,
};

struct sqlite {
    sqlite3 *db;
    sqlite3_stmt *statements[SQL_STATEMENTS];
    sqlite3_stmt *sides[STORE_MAX_SIDES]; /* one for each place, so that all their texts stay */
};

/* The negative errno of an SQLite code; 0 for OK, ROW and DONE. */
int sqlite_error(int code);

/* Steps a statement that gives no rows, and makes it ready for the next time. */
int sqlite_run(struct sqlite *s, enum statement which);

/* Resets and forgets what was bound. */
void sqlite_done(sqlite3_stmt *q);

/* In sqlite_log.c */
int sqlite_head(void *e, const char *meeting, struct store_head *ret);
int sqlite_put_log(void *e, const char *meeting, int scheme);
int sqlite_put_event(void *e, const char *meeting, const struct store_event *event);
int sqlite_read(void *e, const char *meeting, uint64_t since, size_t max,
                int (*each)(void *ctx, const struct store_event *event), void *ctx);
int sqlite_erase(void *e, const char *meeting, uint64_t seq, const char *side);
int sqlite_put_outcome(void *e, const struct store_key *key, const struct store_outcome *outcome);
int sqlite_find_outcome(void *e, const struct store_key *key, struct store_outcome *ret);

#endif
