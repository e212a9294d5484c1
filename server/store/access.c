#include "store/access.h"
#include "base/clock.h"
#include "store/migrations.h"
#include "store/sqlite.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define BUSY_MS 250

struct access {
    sqlite3 *db;
    int64_t seen; /* SQLite's number of other connections' commits */
};

void access_close(struct access *a)
{
    if (!a)
        return;
    sqlite3_close(a->db);
    free(a);
}

int access_open(const char *path, struct access **ret, char ret_reason[256])
{
    snprintf(ret_reason, 256, "no memory");
    cleanup(access_close_p) struct access *a = calloc(1, sizeof *a);
    if (!a)
        return -ENOMEM;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    int r = sqlite3_open_v2(path, &a->db, flags, NULL);
    if (r == SQLITE_OK)
        r = sqlite3_busy_timeout(a->db, BUSY_MS);
    if (r == SQLITE_OK)
        r = sqlite3_exec(a->db,
                         "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                         "PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON;",
                         NULL, NULL, NULL);
    if (r == SQLITE_OK)
        r = migrations_apply(a->db, &access_migrations, clock_utc_us());
    if (r == -1) {
        snprintf(ret_reason, 256, "%.150s was written by a newer version of this program", path);
        return -EPROTO;
    }
    if (r != SQLITE_OK) {
        if (a->db)
            snprintf(ret_reason, 256, "%.150s: %.80s", path, sqlite3_errmsg(a->db));
        return sqlite_error(r);
    }
    *ret = take_ptr(a);
    return 0;
}

/* ---- statements ---- */

/* Binds by kind: t a text, i an int64_t, h a hash of ACCESS_HASH_BYTES, o one-time secret, each a
 * pointer or NULL but for i. */
static int bind(sqlite3_stmt *q, const char *kinds, va_list values)
{
    int r = SQLITE_OK;
    for (int i = 1; *kinds && r == SQLITE_OK; i++, kinds++) {
        if (*kinds == 'i')
            r = sqlite3_bind_int64(q, i, va_arg(values, int64_t));
        else if (*kinds == 't')
            r = sqlite3_bind_text(q, i, va_arg(values, const char *), -1, SQLITE_STATIC);
        else
            r = sqlite3_bind_blob(q, i, va_arg(values, const void *),
                                  *kinds == 'h' ? ACCESS_HASH_BYTES : ACCESS_TOTP_BYTES,
                                  SQLITE_STATIC);
    }
    return r;
}

static void finalize(sqlite3_stmt **q)
{
    sqlite3_finalize(*q);
}

/* A statement made ready; its values are borrowed until it is finalized. */
static int ask(struct access *a, sqlite3_stmt **ret, const char *text, const char *kinds, ...)
{
    va_list values;
    va_start(values, kinds);
    int r = sqlite3_prepare_v2(a->db, text, -1, ret, NULL);
    if (r == SQLITE_OK)
        r = bind(*ret, kinds, values);
    va_end(values);
    return sqlite_error(r);
}

/* The only row: 0, -ENOENT, or an error. */
static int one_row(sqlite3_stmt *q)
{
    int r = sqlite3_step(q);
    return r == SQLITE_ROW ? 0 : r == SQLITE_DONE ? -ENOENT : sqlite_error(r);
}

/* Runs a statement that gives no row. Returns how many rows it changed, or an error. */
static int change(struct access *a, const char *text, const char *kinds, ...)
{
    cleanup(finalize) sqlite3_stmt *q = NULL;
    va_list values;
    va_start(values, kinds);
    int r = sqlite3_prepare_v2(a->db, text, -1, &q, NULL);
    if (r == SQLITE_OK)
        r = bind(q, kinds, values);
    va_end(values);
    if (r == SQLITE_OK)
        r = sqlite3_step(q);
    if ((r & 0xff) == SQLITE_CONSTRAINT)
        return -EEXIST;
    return r == SQLITE_DONE ? sqlite3_changes(a->db) : sqlite_error(r);
}

/* Ends the transaction that `r` is the result of. */
static int finish(struct access *a, int r)
{
    int e = r < 0 ? r : change(a, "COMMIT", "");
    if (e < 0 && !sqlite3_get_autocommit(a->db))
        change(a, "ROLLBACK", "");
    return e < 0 ? e : r;
}

static void copy_text(sqlite3_stmt *q, int column, char *ret, size_t size)
{
    const char *text = (const char *)sqlite3_column_text(q, column);
    snprintf(ret, size, "%s", text ? text : "");
}

static bool copy_blob(sqlite3_stmt *q, int column, uint8_t *ret, int size)
{
    const void *blob = sqlite3_column_blob(q, column);
    if (!blob || sqlite3_column_bytes(q, column) != size)
        return false;
    memcpy(ret, blob, (size_t)size);
    return true;
}

int access_changed(struct access *a)
{
    cleanup(finalize) sqlite3_stmt *q = NULL;
    int r = ask(a, &q, "PRAGMA data_version", "");
    if (r == 0)
        r = one_row(q);
    if (r < 0)
        return r;
    int64_t seen = a->seen;
    a->seen = sqlite3_column_int64(q, 0);
    return seen != a->seen;
}

/* ---- accounts ---- */

#define ACCOUNT "name, principal, roles, password_hash, disabled, totp, totp_step"

int access_put_account(struct access *a, const struct access_account *account)
{
    int r = change(a,
                   "INSERT INTO account (" ACCOUNT ") VALUES (?, ?, ?, ?, ?, ?, ?)"
                   " ON CONFLICT (name) DO UPDATE SET roles = excluded.roles,"
                   " password_hash = excluded.password_hash, disabled = excluded.disabled,"
                   " totp = excluded.totp, totp_step = excluded.totp_step",
                   "ttitioi", account->name, account->principal, (int64_t)account->roles,
                   account->password_hash, (int64_t)account->disabled,
                   account->has_totp ? account->totp : NULL, account->totp_step);
    return r < 0 ? r : 0;
}

static int read_account(sqlite3_stmt *q, struct access_account *ret)
{
    struct access_account account = {
        .roles = (uint32_t)sqlite3_column_int64(q, 2),
        .disabled = sqlite3_column_int64(q, 4),
        .totp_step = sqlite3_column_int64(q, 6),
    };
    copy_text(q, 0, account.name, sizeof account.name);
    copy_text(q, 1, account.principal, sizeof account.principal);
    copy_text(q, 3, account.password_hash, sizeof account.password_hash);
    account.has_totp = copy_blob(q, 5, account.totp, sizeof account.totp);
    *ret = account;
    return 0;
}

int access_find_account(struct access *a, const char *name, struct access_account *ret)
{
    cleanup(finalize) sqlite3_stmt *q = NULL;
    int r = ask(a, &q, "SELECT " ACCOUNT " FROM account WHERE name = ?", "t", name);
    if (r == 0)
        r = one_row(q);
    return r < 0 ? r : read_account(q, ret);
}

int access_list_accounts(struct access *a,
                         int (*each)(void *ctx, const struct access_account *account), void *ctx)
{
    cleanup(finalize) sqlite3_stmt *q = NULL;
    int r = ask(a, &q, "SELECT " ACCOUNT " FROM account ORDER BY name", "");
    while (r == 0 && (r = one_row(q)) == 0) {
        struct access_account account;
        read_account(q, &account);
        r = each(ctx, &account);
    }
    return r == -ENOENT ? 0 : r;
}

int access_use_totp(struct access *a, const char *name, int64_t step)
{
    int r = change(a, "UPDATE account SET totp_step = ?2 WHERE name = ?1 AND totp_step < ?2", "ti",
                   name, step);
    return r < 0 ? r : r == 0;
}

/* ---- personal links ---- */

#define LINK "hash, meeting, principal, roles, person, made_utc_us, code_hash, code_until_utc_us"

static int drop_link(struct access *a, const char *meeting, const char *principal)
{
    int r = change(a, "DELETE FROM session WHERE account = '' AND meeting = ? AND principal = ?",
                   "tt", meeting, principal);
    return r < 0 ? r
                 : change(a, "DELETE FROM link WHERE meeting = ? AND principal = ?", "tt", meeting,
                          principal);
}

int access_put_link(struct access *a, const struct access_link *link)
{
    int r = change(a, "BEGIN IMMEDIATE", "");
    if (r < 0)
        return r;
    r = drop_link(a, link->meeting, link->principal);
    if (r >= 0)
        r = change(a,
                   "INSERT INTO link (hash, meeting, principal, roles, person, made_utc_us)"
                   " VALUES (?, ?, ?, ?, ?, ?)",
                   "httiii", link->hash, link->meeting, link->principal, (int64_t)link->roles,
                   (int64_t)link->person, link->made_utc_us);
    r = finish(a, r);
    return r < 0 ? r : 0;
}

static void read_link(sqlite3_stmt *q, struct access_link *ret)
{
    struct access_link link = {
        .roles = (uint32_t)sqlite3_column_int64(q, 3),
        .person = (uint64_t)sqlite3_column_int64(q, 4),
        .made_utc_us = sqlite3_column_int64(q, 5),
        .code_until_utc_us = sqlite3_column_int64(q, 7),
    };
    copy_blob(q, 0, link.hash, sizeof link.hash);
    copy_text(q, 1, link.meeting, sizeof link.meeting);
    copy_text(q, 2, link.principal, sizeof link.principal);
    copy_blob(q, 6, link.code_hash, sizeof link.code_hash);
    *ret = link;
}

int access_find_link(struct access *a, const uint8_t hash[ACCESS_HASH_BYTES],
                     struct access_link *ret)
{
    cleanup(finalize) sqlite3_stmt *q = NULL;
    int r = ask(a, &q, "SELECT " LINK " FROM link WHERE hash = ?", "h", hash);
    if (r == 0 && (r = one_row(q)) == 0)
        read_link(q, ret);
    return r;
}

int access_link_of(struct access *a, const char *meeting, const char *principal,
                   struct access_link *ret)
{
    cleanup(finalize) sqlite3_stmt *q = NULL;
    int r = ask(a, &q, "SELECT " LINK " FROM link WHERE meeting = ? AND principal = ?", "tt",
                meeting, principal);
    if (r == 0 && (r = one_row(q)) == 0)
        read_link(q, ret);
    return r;
}

int access_list_links(struct access *a, const char *meeting,
                      int (*each)(void *ctx, const struct access_link *link), void *ctx)
{
    cleanup(finalize) sqlite3_stmt *q = NULL;
    int r =
        ask(a, &q, "SELECT " LINK " FROM link WHERE meeting = ? ORDER BY made_utc_us, principal",
            "t", meeting);
    while (r == 0 && (r = one_row(q)) == 0) {
        struct access_link link;
        read_link(q, &link);
        r = each(ctx, &link);
    }
    return r == -ENOENT ? 0 : r;
}

int access_set_code(struct access *a, const char *meeting, const char *principal,
                    const uint8_t *code_hash, int64_t until_utc_us)
{
    int r = change(a,
                   "UPDATE link SET code_hash = ?, code_until_utc_us = ?"
                   " WHERE meeting = ? AND principal = ?",
                   "hitt", code_hash, code_hash ? until_utc_us : 0, meeting, principal);
    return r < 0 ? r : r == 0 ? -ENOENT : 0;
}

static int take_code(struct access *a, const char *meeting, const uint8_t *code_hash,
                     int64_t utc_us, struct access_link *ret)
{
    cleanup(finalize) sqlite3_stmt *q = NULL;
    int r = ask(a, &q,
                "SELECT " LINK " FROM link"
                " WHERE meeting = ? AND code_hash = ? AND code_until_utc_us > ?",
                "thi", meeting, code_hash, utc_us);
    if (r == 0)
        r = one_row(q);
    if (r < 0)
        return r;
    struct access_link link;
    read_link(q, &link);
    sqlite3_reset(q);
    r = access_set_code(a, meeting, link.principal, NULL, 0);
    if (r == 0)
        *ret = link;
    return r;
}

int access_use_code(struct access *a, const char *meeting,
                    const uint8_t code_hash[ACCESS_HASH_BYTES], int64_t utc_us,
                    struct access_link *ret)
{
    struct access_link link;
    int r = change(a, "BEGIN IMMEDIATE", "");
    if (r >= 0)
        r = finish(a, take_code(a, meeting, code_hash, utc_us, &link));
    if (r >= 0)
        *ret = link;
    return r < 0 ? r : 0;
}

int access_revoke_link(struct access *a, const char *meeting, const char *principal)
{
    int r = change(a, "BEGIN IMMEDIATE", "");
    if (r >= 0)
        r = finish(a, drop_link(a, meeting, principal));
    return r < 0 ? r : r == 0 ? -ENOENT : 0;
}

int access_end_meeting(struct access *a, const char *meeting)
{
    int r = change(a, "BEGIN IMMEDIATE", "");
    if (r < 0)
        return r;
    r = change(a, "DELETE FROM session WHERE meeting = ?", "t", meeting);
    if (r >= 0)
        r = change(a, "DELETE FROM link WHERE meeting = ?", "t", meeting);
    r = finish(a, r);
    return r < 0 ? r : 0;
}

/* ---- sessions ---- */

static int add_session(struct access *a, const struct access_session *s)
{
    return change(a,
                  "INSERT INTO session (hash, account, meeting, principal, roles, person,"
                  " begun_utc_us, until_utc_us) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                  "htttiiii", s->hash, s->account, s->meeting, s->principal, (int64_t)s->roles,
                  (int64_t)s->person, s->begun_utc_us, s->until_utc_us);
}

/* The newest of the others stay; this one too, wherever the clock stood. */
static int drop_oldest(struct access *a, const struct access_session *s)
{
    return change(a,
                  "DELETE FROM session WHERE hash IN (SELECT hash FROM session"
                  " WHERE principal = ? AND account = ? AND meeting = ? AND hash <> ?"
                  " ORDER BY begun_utc_us DESC LIMIT -1 OFFSET ?)",
                  "ttthi", s->principal, s->account, s->meeting, s->hash,
                  (int64_t)ACCESS_MAX_SESSIONS - 1);
}

int access_put_session(struct access *a, const struct access_session *s)
{
    int r = change(a, "BEGIN IMMEDIATE", "");
    if (r < 0)
        return r;
    r = add_session(a, s);
    if (r >= 0)
        r = drop_oldest(a, s);
    r = finish(a, r);
    return r < 0 ? r : 0;
}

int access_find_session(struct access *a, const uint8_t hash[ACCESS_HASH_BYTES], int64_t utc_us,
                        struct access_session *ret)
{
    cleanup(finalize) sqlite3_stmt *q = NULL;
    int r = ask(
        a, &q,
        "SELECT s.account, s.meeting, s.principal, coalesce(c.roles, s.roles), s.person,"
        " s.begun_utc_us, s.until_utc_us FROM session s LEFT JOIN account c ON c.name = s.account"
        " WHERE s.hash = ? AND s.until_utc_us > ?"
        " AND (s.account = '' OR (c.name IS NOT NULL AND NOT c.disabled))",
        "hi", hash, utc_us);
    if (r == 0)
        r = one_row(q);
    if (r < 0)
        return r;
    struct access_session s = {
        .roles = (uint32_t)sqlite3_column_int64(q, 3),
        .person = (uint64_t)sqlite3_column_int64(q, 4),
        .begun_utc_us = sqlite3_column_int64(q, 5),
        .until_utc_us = sqlite3_column_int64(q, 6),
    };
    memcpy(s.hash, hash, sizeof s.hash);
    copy_text(q, 0, s.account, sizeof s.account);
    copy_text(q, 1, s.meeting, sizeof s.meeting);
    copy_text(q, 2, s.principal, sizeof s.principal);
    *ret = s;
    return 0;
}

int access_drop_session(struct access *a, const uint8_t hash[ACCESS_HASH_BYTES])
{
    int r = change(a, "DELETE FROM session WHERE hash = ?", "h", hash);
    return r < 0 ? r : r == 0 ? -ENOENT : 0;
}

int access_drop_sessions(struct access *a, const char *principal)
{
    int r = change(a, "DELETE FROM session WHERE principal = ?", "t", principal);
    return r < 0 ? r : 0;
}

int access_purge(struct access *a, int64_t utc_us)
{
    int r = change(a, "DELETE FROM session WHERE until_utc_us <= ?", "i", utc_us);
    return r < 0 ? r : 0;
}
