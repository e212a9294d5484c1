/* Tables that are derived from the log: readings of it that SQLite can search.
 *
 * Each is kept up in the transaction of the events it is made from. When its version is another one
 * than the database's, its tables are dropped and made anew from the whole log, at the start. */
#ifndef MECLIS_STORE_PROJECTION_H
#define MECLIS_STORE_PROJECTION_H

#include "store/store.h"

#include <sqlite3.h>

struct projection {
    const char *name;   /* of a-z; its tables are called NAME_something */
    int version;        /* raised with every change of tables or meaning */
    const char *tables; /* the SQL that makes them */
    /* Returns an SQLite code; anything but SQLITE_OK dooms the batch. */
    int (*apply)(sqlite3 *db, const char *meeting, const struct store_event *event);
    /* A piece of side data was erased: nothing of it may stay. NULL where none is held. */
    int (*erase)(sqlite3 *db, const char *meeting, uint64_t seq, const char *side);
};

/* Those of this program, ending with NULL. */
extern const struct projection *const projections_all[];

/* store_open() with others, for tests. */
int store_open_with(const char *address, enum store_mode mode,
                    const struct projection *const *projections, struct store **ret,
                    char ret_reason[256]);

#endif
