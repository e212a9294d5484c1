/* A folder with a log in it, for one test. */
#ifndef MECLIS_UNIT_STORE_HOUSE_H
#define MECLIS_UNIT_STORE_HOUSE_H

#include "store/store.h"

/* cmocka's setup and teardown. */
int house_set_up(void **state);
int house_tear_down(void **state);

/* The folder of the running test, its log's file. */
const char *house_folder(void);
const char *house_log(void);

struct store *house_open(enum store_mode mode);

/* A draft that everybody may see. */
struct store_draft house_draft(const char *meeting, const char *type, const char *body);

/* Appends one event and returns its number. */
uint64_t house_append(struct store *s, const char *meeting, const char *type);

/* Reads and verifies the whole log, and returns its last number. */
uint64_t house_count(struct store *s, const char *meeting);

/* Changes the file behind the store's back. */
void house_change(const char *sql);
void house_change_at(const char *file, const char *sql);

#endif
