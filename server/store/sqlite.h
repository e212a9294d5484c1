/* The SQLite engine's inside: one connection and its prepared statements. */
#ifndef MECLIS_STORE_SQLITE_H
#define MECLIS_STORE_SQLITE_H

#include "store/engine.h"
#include "store/projection.h"

#include <limits.h>
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
    SQL_READ_LOGS,
    SQL_PUT_EVENT,
    SQL_PUT_SIDE,
    SQL_READ,
    SQL_READ_OUTLINE,
    SQL_READ_ALL,
    SQL_FIND_SIDE,
    SQL_ERASE_SIDE,
    SQL_PUT_OUTCOME,
    SQL_FIND_OUTCOME,
    SQL_PUT_SIGNED,
    SQL_LAST_SIGNED,
    SQL_READ_SIGNED,
    SQL_PUT_BOX,
    SQL_GET_BOX,
    SQL_CLOSE_BOX,
    SQL_BOX_GENERATION,
    SQL_PUT_PAPER,
    SQL_READ_PAPERS,
    SQL_STATEMENTS,
};

struct sqlite {
    sqlite3 *db;
    const struct projection *const *projections; /* borrowed; end with NULL */
    char ballots[PATH_MAX - 64];                 /* the folder of boxes' keys */
    sqlite3_stmt *statements[SQL_STATEMENTS];
    sqlite3_stmt *sides[STORE_MAX_SIDES]; /* one for each place, so that all their texts stay */
};

/* The negative errno of an SQLite code; 0 for OK, ROW and DONE. */
int sqlite_error(int code);

/* Steps a statement that gives no rows, and makes it ready for the next time. */
int sqlite_run(struct sqlite *s, enum statement which);

/* The error where a column that can't be missing is: no memory, or a damaged file. */
int sqlite_missing(struct sqlite *s);

/* Resets and forgets what was bound. */
void sqlite_done(sqlite3_stmt *q);

/* In sqlite_log.c */
int sqlite_head(void *e, const char *meeting, struct store_head *ret);
int sqlite_put_log(void *e, const char *meeting, int scheme);
int sqlite_put_event(void *e, const char *meeting, const struct store_event *event);
int sqlite_read_outline(void *e, const char *meeting,
                        int (*each)(void *ctx, const struct store_event *event), void *ctx);
int sqlite_read(void *e, const char *meeting, uint64_t since, size_t max,
                int (*each)(void *ctx, const struct store_event *event), void *ctx);
int sqlite_erase(void *e, const char *meeting, uint64_t seq, const char *side);
int sqlite_put_outcome(void *e, const struct store_key *key, const struct store_outcome *outcome);
int sqlite_find_outcome(void *e, const struct store_key *key, struct store_outcome *ret);
int sqlite_put_head(void *e, const struct signed_head *head);
int sqlite_last_head(void *e, const char *meeting, struct signed_head *ret);
int sqlite_read_logs(void *e, int (*each)(void *ctx, const char *meeting), void *ctx);
int sqlite_read_heads(void *e, const char *meeting, uint64_t since, size_t max,
                      int (*each)(void *ctx, const struct signed_head *head), void *ctx);

/* Every event of every meeting, in the order in which they were committed. */
int sqlite_read_all(struct sqlite *s,
                    int (*each)(void *ctx, const char *meeting, const struct store_event *event),
                    void *ctx);

/* In sqlite_ballot.c */
int sqlite_put_box(void *e, const char *meeting, const char *vote, const struct engine_box *box);
int sqlite_get_box(void *e, const char *meeting, const char *vote, struct engine_box *ret);
int sqlite_close_box(void *e, const char *meeting, const char *vote);
int sqlite_find_vote(void *e, const char *meeting, const char *vote, size_t *ret_count);
int sqlite_box_generation(void *e, const uint8_t id[ENGINE_BOX_ID_BYTES], uint64_t *ret);
int sqlite_put_paper(void *e, const char *meeting, const char *vote,
                     const struct ballot_paper *paper);
int sqlite_read_papers(void *e, const char *meeting, const char *vote,
                       int (*each)(void *ctx, const struct ballot_paper *paper), void *ctx);
int sqlite_keep_key(void *e, const uint8_t id[ENGINE_BOX_ID_BYTES], const void *key, size_t size);
int sqlite_read_key(void *e, const uint8_t id[ENGINE_BOX_ID_BYTES], void *ret_key, size_t size);
int sqlite_drop_key(void *e, const uint8_t id[ENGINE_BOX_ID_BYTES]);
int sqlite_each_key(void *e, int (*each)(void *ctx, const uint8_t id[ENGINE_BOX_ID_BYTES]),
                    void *ctx);

/* In projection.c */
int projections_prepare(struct sqlite *s); /* drops, makes and fills what is not current */
int projections_apply(struct sqlite *s, const char *meeting, const struct store_event *event);
int projections_erase(struct sqlite *s, const char *meeting, uint64_t seq, const char *side);

#endif
