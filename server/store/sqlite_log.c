/* The log's rows in SQLite, and the outcomes of commands. */
#include "store/chain.h"
#include "store/sqlite.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void bind_text(sqlite3_stmt *q, int at, const char *text)
{
    sqlite3_bind_text(q, at, text, -1, SQLITE_STATIC);
}

/* What must not be missing or of another size, since it was checked when it went in. */
static const uint8_t *column_blob(sqlite3_stmt *q, int column, int size)
{
    const void *blob = sqlite3_column_blob(q, column);
    return blob && sqlite3_column_bytes(q, column) == size ? blob : NULL;
}

int sqlite_head(void *e, const char *meeting, struct store_head *ret)
{
    struct sqlite *s = e;
    sqlite3_stmt *q = s->statements[SQL_HEAD];
    bind_text(q, 1, meeting);
    int code = sqlite3_step(q), r = sqlite_error(code);
    if (code == SQLITE_ROW) {
        *ret = (struct store_head){.scheme = sqlite3_column_int(q, 0),
                                   .seq = (uint64_t)sqlite3_column_int64(q, 1)};
        const uint8_t *hash = column_blob(q, 2, STORE_HASH_BYTES);
        if (hash)
            memcpy(ret->hash, hash, STORE_HASH_BYTES);
        else if (ret->seq)
            r = sqlite_missing(s);
    } else if (r == 0) {
        *ret = (struct store_head){0};
    }
    sqlite_done(q);
    return r;
}

int sqlite_put_log(void *e, const char *meeting, int scheme)
{
    struct sqlite *s = e;
    sqlite3_stmt *q = s->statements[SQL_PUT_LOG];
    bind_text(q, 1, meeting);
    sqlite3_bind_int(q, 2, scheme);
    int r = sqlite_run(s, SQL_PUT_LOG);
    sqlite3_clear_bindings(q);
    return r;
}

static int put_side(struct sqlite *s, const char *meeting, uint64_t seq, int place,
                    const struct store_side *side)
{
    sqlite3_stmt *q = s->statements[SQL_PUT_SIDE];
    bind_text(q, 1, meeting);
    sqlite3_bind_int64(q, 2, (sqlite3_int64)seq);
    sqlite3_bind_int(q, 3, place);
    bind_text(q, 4, side->name);
    sqlite3_bind_blob(q, 5, side->commitment, STORE_HASH_BYTES, SQLITE_STATIC);
    sqlite3_bind_blob(q, 6, side->salt, STORE_SALT_BYTES, SQLITE_STATIC);
    bind_text(q, 7, side->text);
    int r = sqlite_run(s, SQL_PUT_SIDE);
    sqlite3_clear_bindings(q);
    return r;
}

int sqlite_put_event(void *e, const char *meeting, const struct store_event *event)
{
    struct sqlite *s = e;
    sqlite3_stmt *q = s->statements[SQL_PUT_EVENT];
    bind_text(q, 1, meeting);
    sqlite3_bind_int64(q, 2, (sqlite3_int64)event->seq);
    sqlite3_bind_int64(q, 3, event->at_utc_us);
    sqlite3_bind_int64(q, 4, event->media_us);
    bind_text(q, 5, event->actor);
    bind_text(q, 6, event->type);
    bind_text(q, 7, event->body);
    sqlite3_bind_blob(q, 8, event->hash, STORE_HASH_BYTES, SQLITE_STATIC);
    sqlite3_bind_int(q, 9, (int)event->audience);
    sqlite3_bind_int64(q, 10, event->version);
    sqlite3_bind_int64(q, 11, (sqlite3_int64)event->side_count);
    sqlite3_bind_blob(q, 12, event->salt, STORE_SALT_BYTES, SQLITE_STATIC); /* NULL is NULL */
    int r = sqlite_run(s, SQL_PUT_EVENT);
    sqlite3_clear_bindings(q);
    for (size_t i = 0; i < event->side_count && r == 0; i++)
        r = put_side(s, meeting, event->seq, (int)i, &event->sides[i]);
    return r < 0 ? r : projections_apply(s, meeting, event);
}

/* Fills the event's pieces of side data; their texts stay until the statements are reset. */
static int read_sides(struct sqlite *s, const char *meeting, struct store_event *event,
                      struct store_side sides[STORE_MAX_SIDES])
{
    if (event->side_count > STORE_MAX_SIDES)
        return -EUCLEAN;
    for (size_t i = 0; i < event->side_count; i++) {
        sqlite3_stmt *q = s->sides[i];
        bind_text(q, 1, meeting);
        sqlite3_bind_int64(q, 2, (sqlite3_int64)event->seq);
        sqlite3_bind_int(q, 3, (int)i);
        int code = sqlite3_step(q);
        if (code != SQLITE_ROW)
            return code == SQLITE_DONE ? -EUCLEAN : sqlite_error(code);
        bool erased = sqlite3_column_type(q, 2) == SQLITE_NULL;
        sides[i] = (struct store_side){.name = (const char *)sqlite3_column_text(q, 0),
                                       .commitment = column_blob(q, 1, STORE_HASH_BYTES),
                                       .salt = column_blob(q, 2, STORE_SALT_BYTES),
                                       .text = (const char *)sqlite3_column_text(q, 3)};
        if (!sides[i].name || !sides[i].commitment ||
            (!erased && (!sides[i].salt || !sides[i].text)))
            return sqlite_missing(s);
    }
    event->sides = sides;
    return 0;
}

/* Gives the event that the statement stands at. */
static int give(struct sqlite *s, sqlite3_stmt *q, const char *meeting,
                int (*each)(void *ctx, const struct store_event *event), void *ctx)
{
    struct store_side sides[STORE_MAX_SIDES];
    bool salted = sqlite3_column_type(q, 10) != SQLITE_NULL;
    struct store_event event = {
        .seq = (uint64_t)sqlite3_column_int64(q, 0),
        .at_utc_us = sqlite3_column_int64(q, 1),
        .media_us = sqlite3_column_int64(q, 2),
        .actor = (const char *)sqlite3_column_text(q, 3),
        .type = (const char *)sqlite3_column_text(q, 4),
        .body = (const char *)sqlite3_column_text(q, 5),
        .hash = column_blob(q, 6, STORE_HASH_BYTES),
        .audience = (enum audience)sqlite3_column_int(q, 7),
        .version = (uint32_t)sqlite3_column_int64(q, 8),
        .side_count = (size_t)sqlite3_column_int64(q, 9),
        .salt = column_blob(q, 10, STORE_SALT_BYTES),
    };
    if (!event.actor || !event.type || !event.body || !event.hash || (salted && !event.salt))
        return sqlite_missing(s);
    int r = read_sides(s, meeting, &event, sides);
    if (r == 0)
        r = each(ctx, &event);
    for (size_t i = 0; i < STORE_MAX_SIDES && i < event.side_count; i++)
        sqlite_done(s->sides[i]);
    return r;
}

/* Gives the events that the statement, whose values are bound, finds. */
static int give_all(struct sqlite *s, sqlite3_stmt *q, const char *meeting,
                    int (*each)(void *ctx, const struct store_event *event), void *ctx)
{
    int code, ended = 0;
    while ((code = sqlite3_step(q)) == SQLITE_ROW && ended == 0)
        ended = give(s, q, meeting, each, ctx);
    sqlite_done(q);
    return ended ? ended : sqlite_error(code);
}

int sqlite_read_outline(void *e, const char *meeting,
                        int (*each)(void *ctx, const struct store_event *event), void *ctx)
{
    struct sqlite *s = e;
    sqlite3_stmt *q = s->statements[SQL_READ_OUTLINE];
    bind_text(q, 1, meeting);
    return give_all(s, q, meeting, each, ctx);
}

int sqlite_read(void *e, const char *meeting, uint64_t since, size_t max,
                int (*each)(void *ctx, const struct store_event *event), void *ctx)
{
    struct sqlite *s = e;
    sqlite3_stmt *q = s->statements[SQL_READ];
    bind_text(q, 1, meeting);
    sqlite3_bind_int64(q, 2, (sqlite3_int64)since);
    sqlite3_bind_int64(q, 3, max > INT64_MAX ? INT64_MAX : (sqlite3_int64)max);
    return give_all(s, q, meeting, each, ctx);
}

struct reading_all {
    int (*each)(void *ctx, const char *meeting, const struct store_event *event);
    void *ctx;
    const char *meeting;
};

static int give_with_meeting(void *ctx, const struct store_event *event)
{
    struct reading_all *r = ctx;
    return r->each(r->ctx, r->meeting, event);
}

int sqlite_read_all(struct sqlite *s,
                    int (*each)(void *ctx, const char *meeting, const struct store_event *event),
                    void *ctx)
{
    sqlite3_stmt *q = s->statements[SQL_READ_ALL];
    struct reading_all reading = {.each = each, .ctx = ctx};
    int code, ended = 0;
    while ((code = sqlite3_step(q)) == SQLITE_ROW && ended == 0) {
        reading.meeting = (const char *)sqlite3_column_text(q, 11);
        ended = reading.meeting ? give(s, q, reading.meeting, give_with_meeting, &reading)
                                : sqlite_missing(s);
    }
    sqlite_done(q);
    return ended ? ended : sqlite_error(code);
}

static void bind_side(sqlite3_stmt *q, const char *meeting, uint64_t seq, const char *side)
{
    bind_text(q, 1, meeting);
    sqlite3_bind_int64(q, 2, (sqlite3_int64)seq);
    bind_text(q, 3, side);
}

int sqlite_erase(void *e, const char *meeting, uint64_t seq, const char *side)
{
    struct sqlite *s = e;
    sqlite3_stmt *q = s->statements[SQL_FIND_SIDE];
    bind_side(q, meeting, seq, side);
    int code = sqlite3_step(q), r = sqlite_error(code);
    if (code == SQLITE_DONE)
        r = -ENOENT;
    else if (code == SQLITE_ROW && sqlite3_column_int(q, 0))
        r = -EALREADY;
    sqlite_done(q);
    if (r < 0)
        return r;
    bind_side(s->statements[SQL_ERASE_SIDE], meeting, seq, side);
    r = sqlite_run(s, SQL_ERASE_SIDE);
    sqlite3_clear_bindings(s->statements[SQL_ERASE_SIDE]);
    return r < 0 ? r : projections_erase(s, meeting, seq, side);
}

static void bind_key(sqlite3_stmt *q, const struct store_key *key)
{
    bind_text(q, 1, key->meeting);
    bind_text(q, 2, key->principal);
    bind_text(q, 3, key->key);
}

int sqlite_put_outcome(void *e, const struct store_key *key, const struct store_outcome *outcome)
{
    struct sqlite *s = e;
    sqlite3_stmt *q = s->statements[SQL_PUT_OUTCOME];
    bind_key(q, key);
    sqlite3_bind_int64(q, 4, (sqlite3_int64)outcome->first_seq);
    sqlite3_bind_int64(q, 5, (sqlite3_int64)outcome->last_seq);
    bind_text(q, 6, outcome->text);
    int r = sqlite_run(s, SQL_PUT_OUTCOME);
    sqlite3_clear_bindings(q);
    return r;
}

int sqlite_find_outcome(void *e, const struct store_key *key, struct store_outcome *ret)
{
    struct sqlite *s = e;
    sqlite3_stmt *q = s->statements[SQL_FIND_OUTCOME];
    bind_key(q, key);
    int code = sqlite3_step(q), r = code == SQLITE_DONE ? -ENOENT : sqlite_error(code);
    if (code == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(q, 2);
        struct store_outcome outcome = {.first_seq = (uint64_t)sqlite3_column_int64(q, 0),
                                        .last_seq = (uint64_t)sqlite3_column_int64(q, 1)};
        if (text) {
            snprintf(outcome.text, sizeof outcome.text, "%s", text);
            *ret = outcome;
        } else {
            r = sqlite_missing(s);
        }
    }
    sqlite_done(q);
    return r;
}

/* ---- signed heads ---- */

int sqlite_put_head(void *e, const struct signed_head *head)
{
    struct sqlite *s = e;
    sqlite3_stmt *q = s->statements[SQL_PUT_SIGNED];
    bind_text(q, 1, head->meeting);
    sqlite3_bind_int64(q, 2, (sqlite3_int64)head->seq);
    sqlite3_bind_blob(q, 3, head->hash, sizeof head->hash, SQLITE_STATIC);
    sqlite3_bind_int64(q, 4, head->at_utc_us);
    sqlite3_bind_blob(q, 5, head->signature, sizeof head->signature, SQLITE_STATIC);
    int r = sqlite_run(s, SQL_PUT_SIGNED);
    sqlite3_clear_bindings(q);
    return r;
}

static int take_head(struct sqlite *s, sqlite3_stmt *q, struct signed_head *ret)
{
    const char *meeting = (const char *)sqlite3_column_text(q, 0);
    const uint8_t *hash = column_blob(q, 2, STORE_HASH_BYTES);
    const uint8_t *signature = column_blob(q, 4, LOG_KEY_SIGNATURE_BYTES);
    if (!meeting || !hash || !signature)
        return sqlite_missing(s);
    struct signed_head head = {.seq = (uint64_t)sqlite3_column_int64(q, 1),
                               .at_utc_us = sqlite3_column_int64(q, 3)};
    snprintf(head.meeting, sizeof head.meeting, "%s", meeting);
    memcpy(head.hash, hash, sizeof head.hash);
    memcpy(head.signature, signature, sizeof head.signature);
    *ret = head;
    return 0;
}

int sqlite_read_logs(void *e, int (*each)(void *ctx, const char *meeting), void *ctx)
{
    struct sqlite *s = e;
    sqlite3_stmt *q = s->statements[SQL_READ_LOGS];
    int code, ended = 0;
    while ((code = sqlite3_step(q)) == SQLITE_ROW && ended == 0) {
        const char *meeting = (const char *)sqlite3_column_text(q, 0);
        ended = meeting ? each(ctx, meeting) : sqlite_missing(s);
    }
    sqlite_done(q);
    return ended ? ended : sqlite_error(code);
}

int sqlite_last_head(void *e, const char *meeting, struct signed_head *ret)
{
    struct sqlite *s = e;
    sqlite3_stmt *q = s->statements[SQL_LAST_SIGNED];
    bind_text(q, 1, meeting);
    int code = sqlite3_step(q), r = code == SQLITE_DONE ? -ENOENT : sqlite_error(code);
    if (code == SQLITE_ROW)
        r = take_head(s, q, ret);
    sqlite_done(q);
    return r;
}

int sqlite_read_heads(void *e, const char *meeting, uint64_t since, size_t max,
                      int (*each)(void *ctx, const struct signed_head *head), void *ctx)
{
    struct sqlite *s = e;
    sqlite3_stmt *q = s->statements[SQL_READ_SIGNED];
    bind_text(q, 1, meeting);
    sqlite3_bind_int64(q, 2, (sqlite3_int64)since);
    sqlite3_bind_int64(q, 3, max > INT64_MAX ? INT64_MAX : (sqlite3_int64)max);
    int code, ended = 0;
    while ((code = sqlite3_step(q)) == SQLITE_ROW && ended == 0) {
        struct signed_head head;
        ended = take_head(s, q, &head);
        if (ended == 0)
            ended = each(ctx, &head);
    }
    sqlite_done(q);
    return ended ? ended : sqlite_error(code);
}
