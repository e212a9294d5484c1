#include "store/store.h"
#include "base/clock.h"
#include "base/id.h"
#include "store/migrations.h"

#include <errno.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* How long a commit waits for another process's (a backup's) lock: the core thread stands still
 * meanwhile. */
#define BUSY_MS 250

enum statement { INSERT = 0, HEAD, READ, BEGIN, COMMIT, ROLLBACK, STATEMENTS };

static const char *const texts[STATEMENTS] = {
    [INSERT] = "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    [HEAD] = "SELECT seq, hash FROM event WHERE meeting = ? ORDER BY seq DESC LIMIT 1",
    [READ] = "SELECT seq, at_utc_us, media_us, actor, type, body, hash FROM event"
             " WHERE meeting = ? AND seq > ? ORDER BY seq LIMIT ?",
    [BEGIN] = "BEGIN IMMEDIATE",
    [COMMIT] = "COMMIT",
    [ROLLBACK] = "ROLLBACK",
};

struct store {
    sqlite3 *db;
    sqlite3_stmt *statements[STATEMENTS];
};

static int error_of(int sqlite_code)
{
    switch (sqlite_code & 0xff) {
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

void store_close(struct store *s)
{
    if (!s)
        return;
    for (int i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(s->statements[i]);
    sqlite3_close(s->db);
    free(s);
}

static int set_up(struct store *s, enum store_mode mode)
{
    int r = sqlite3_busy_timeout(s->db, BUSY_MS);
    if (mode == STORE_WRITE && r == SQLITE_OK)
        r = sqlite3_exec(s->db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;", NULL, NULL,
                         NULL);
    if (mode == STORE_WRITE && r == SQLITE_OK)
        r = migrations_apply(s->db, clock_utc_us());
    for (int i = 0; i < STATEMENTS && r == SQLITE_OK; i++)
        r = sqlite3_prepare_v3(s->db, texts[i], -1, SQLITE_PREPARE_PERSISTENT, &s->statements[i],
                               NULL);
    return r;
}

int store_open(const char *path, enum store_mode mode, struct store **ret, char ret_reason[256])
{
    cleanup(store_close_p) struct store *s = calloc(1, sizeof *s);
    if (!s || sodium_init() < 0)
        return -ENOMEM;
    int flags = mode == STORE_WRITE ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                    : SQLITE_OPEN_READWRITE; /* reading WAL writes its index */
    int r = sqlite3_open_v2(path, &s->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
    if (r == SQLITE_OK)
        r = set_up(s, mode);
    if (r == -1) {
        snprintf(ret_reason, 256, "%.150s was written by a newer version of this program", path);
        return -EPROTO;
    }
    if (r != SQLITE_OK) {
        snprintf(ret_reason, 256, "%.150s: %.80s", path,
                 s->db ? sqlite3_errmsg(s->db) : "no memory");
        return error_of(r);
    }
    *ret = take_ptr(s);
    return 0;
}

/* Steps a statement that gives no rows, and makes it ready for the next time. */
static int run(struct store *s, enum statement which)
{
    int r = sqlite3_step(s->statements[which]);
    sqlite3_reset(s->statements[which]);
    return error_of(r);
}

static bool draft_valid(const struct store_draft *d)
{
    return id_valid(d->meeting) && strlen(d->actor) <= STORE_MAX_NAME_BYTES &&
           strlen(d->type) <= STORE_MAX_NAME_BYTES && strlen(d->body) <= STORE_MAX_BODY_BYTES;
}

int store_head(struct store *s, const char *meeting, uint64_t *ret_seq,
               uint8_t ret_hash[STORE_HASH_BYTES])
{
    sqlite3_stmt *q = s->statements[HEAD];
    sqlite3_bind_text(q, 1, meeting, -1, SQLITE_STATIC);
    int r = sqlite3_step(q);
    if (r == SQLITE_ROW) {
        *ret_seq = (uint64_t)sqlite3_column_int64(q, 0);
        memcpy(ret_hash, sqlite3_column_blob(q, 1), STORE_HASH_BYTES);
    } else if (r == SQLITE_DONE) {
        *ret_seq = 0;
        store_hash_first(meeting, ret_hash);
    }
    sqlite3_reset(q);
    sqlite3_clear_bindings(q);
    return error_of(r);
}

static int insert(struct store *s, const struct store_draft *d, uint64_t *ret_seq)
{
    uint64_t seq;
    uint8_t before[STORE_HASH_BYTES], hash[STORE_HASH_BYTES];
    int r = store_head(s, d->meeting, &seq, before);
    if (r < 0)
        return r;
    struct store_event e = {.seq = ++seq,
                            .at_utc_us = d->at_utc_us,
                            .media_us = d->media_us,
                            .actor = d->actor,
                            .type = d->type,
                            .body = d->body};
    store_hash_next(before, &e, hash);
    sqlite3_stmt *q = s->statements[INSERT];
    sqlite3_bind_text(q, 1, d->meeting, -1, SQLITE_STATIC);
    sqlite3_bind_int64(q, 2, (sqlite3_int64)seq);
    sqlite3_bind_int64(q, 3, d->at_utc_us);
    sqlite3_bind_int64(q, 4, d->media_us);
    sqlite3_bind_text(q, 5, d->actor, -1, SQLITE_STATIC);
    sqlite3_bind_text(q, 6, d->type, -1, SQLITE_STATIC);
    sqlite3_bind_text(q, 7, d->body, -1, SQLITE_STATIC);
    sqlite3_bind_blob(q, 8, hash, sizeof hash, SQLITE_STATIC);
    r = run(s, INSERT);
    sqlite3_clear_bindings(q);
    if (r == 0)
        *ret_seq = seq;
    return r;
}

int store_append(struct store *s, struct store_draft *drafts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!draft_valid(&drafts[i]))
            return -EINVAL;
    }
    if (count == 0)
        return 0;
    cleanup_free uint64_t *seqs = calloc(count, sizeof *seqs);
    if (!seqs)
        return -ENOMEM;
    int r = run(s, BEGIN);
    if (r < 0)
        return r;
    for (size_t i = 0; i < count && r == 0; i++)
        r = insert(s, &drafts[i], &seqs[i]);
    if (r == 0)
        r = run(s, COMMIT);
    if (r < 0) {
        if (!sqlite3_get_autocommit(s->db)) /* a full disk has rolled back by itself */
            run(s, ROLLBACK);
        return r;
    }
    for (size_t i = 0; i < count; i++)
        drafts[i].seq = seqs[i];
    return 0;
}

int store_read(struct store *s, const char *meeting, uint64_t since, size_t max,
               int (*each)(void *ctx, const struct store_event *event), void *ctx)
{
    if (since > INT64_MAX)
        return 0;
    sqlite3_stmt *q = s->statements[READ];
    sqlite3_bind_text(q, 1, meeting, -1, SQLITE_STATIC);
    sqlite3_bind_int64(q, 2, (sqlite3_int64)since);
    sqlite3_bind_int64(q, 3, max > INT64_MAX ? INT64_MAX : (sqlite3_int64)max);
    int r, ended = 0;
    while ((r = sqlite3_step(q)) == SQLITE_ROW && ended == 0) {
        struct store_event e = {
            .seq = (uint64_t)sqlite3_column_int64(q, 0),
            .at_utc_us = sqlite3_column_int64(q, 1),
            .media_us = sqlite3_column_int64(q, 2),
            .actor = (const char *)sqlite3_column_text(q, 3),
            .type = (const char *)sqlite3_column_text(q, 4),
            .body = (const char *)sqlite3_column_text(q, 5),
            .hash = sqlite3_column_blob(q, 6),
        };
        ended = e.actor && e.type && e.body && e.hash ? each(ctx, &e) : -ENOMEM;
    }
    sqlite3_reset(q);
    sqlite3_clear_bindings(q);
    return ended ? ended : error_of(r);
}

struct chain {
    uint8_t hash[STORE_HASH_BYTES];
    uint64_t seq;
};

static int check_link(void *ctx, const struct store_event *event)
{
    struct chain *c = ctx;
    uint8_t hash[STORE_HASH_BYTES];
    store_hash_next(c->hash, event, hash);
    bool right = event->seq == c->seq + 1 && memcmp(hash, event->hash, sizeof hash) == 0;
    c->seq = right ? event->seq : c->seq + 1;
    memcpy(c->hash, hash, sizeof hash);
    return right ? 0 : -EBADMSG;
}

int store_verify(struct store *s, const char *meeting, uint64_t *ret_seq)
{
    struct chain c = {0};
    store_hash_first(meeting, c.hash);
    int r = store_read(s, meeting, 0, SIZE_MAX, check_link, &c);
    if (r == -EBADMSG)
        *ret_seq = c.seq;
    return r;
}
