/* The tables, version by version. A migration that has been released is never changed. */
#ifndef MECLIS_STORE_MIGRATIONS_H
#define MECLIS_STORE_MIGRATIONS_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

struct migrations {
    const char *const *steps;
    int count;
};

extern const struct migrations log_migrations, access_migrations;

/* Brings the database to the newest version, each step a transaction of its own. Returns an SQLite
 * code, or -1 when the database is of a newer version than this program. */
int migrations_apply(sqlite3 *db, const struct migrations *m, int64_t now_utc_us);

#endif
