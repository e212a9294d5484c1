/* The inside of the engine that keeps everything in memory (memory.c): rows in one sorted array. */
#ifndef MECLIS_STORE_MEMORY_H
#define MECLIS_STORE_MEMORY_H

#include "store/engine.h"

#define MEMORY_MAX_KEY_BYTES 256

/* The first byte of a key. */
enum memory_table {
    MEMORY_LOGS = 1,
    MEMORY_EVENTS,
    MEMORY_SIDES,
    MEMORY_OUTCOMES,
    MEMORY_HEADS,
    MEMORY_BOXES,
    MEMORY_PAPERS,
    MEMORY_KEYS
};

struct memory_key {
    size_t size;
    uint8_t bytes[MEMORY_MAX_KEY_BYTES];
};

struct memory_row {
    struct memory_key key;
    struct bytes *value;
};

struct memory {
    struct memory_row *rows; /* by key */
    size_t count, room;
    struct memory_row *undo; /* what was replaced, oldest first; value NULL: there was none */
    size_t undo_count, undo_room;
    size_t saved; /* the savepoint: so much of `undo` was there */
    bool in_transaction;
};

/* ---- memory_rows.c ---- */

/* Names have at most 63 bytes, so three of them fit. */
struct memory_key memory_key_of(enum memory_table table);
void memory_add_bytes(struct memory_key *k, const void *data, size_t size);
void memory_add_name(struct memory_key *k, const char *name);
void memory_add_number(struct memory_key *k, uint64_t n);

/* The first row that is not before the key; whether that row is there and begins with the key. */
size_t memory_find(const struct memory *m, const struct memory_key *k);
bool memory_begins(const struct memory *m, size_t at, const struct memory_key *k);

/* Borrowed; NULL: there is none. */
struct bytes *memory_get(const struct memory *m, const struct memory_key *k);

/* Copies a value of exactly that size. Returns 0, -ENOENT or what it says. */
int memory_copy_out(const struct memory *m, const struct memory_key *k, void *ret, size_t size);

/* Copies the value; size 0 with NULL removes the row. Returns 0 or -ENOMEM. */
int memory_put(struct memory *m, const struct memory_key *k, const void *value, size_t size);

/* Undoes until so much of `undo` is left. It needs no memory: what it puts back had its room. */
void memory_go_back(struct memory *m, size_t until);

/* ---- memory_ballot.c: as engine.h says ---- */

int memory_put_box(void *e, const char *meeting, const char *vote, const struct engine_box *box);
int memory_get_box(void *e, const char *meeting, const char *vote, struct engine_box *ret);
int memory_close_box(void *e, const char *meeting, const char *vote);
int memory_find_vote(void *e, const char *meeting, const char *vote, size_t *ret_count);
int memory_box_generation(void *e, const uint8_t id[ENGINE_BOX_ID_BYTES], uint64_t *ret);
int memory_put_paper(void *e, const char *meeting, const char *vote,
                     const struct ballot_paper *paper);
int memory_read_papers(void *e, const char *meeting, const char *vote,
                       int (*each)(void *ctx, const struct ballot_paper *paper), void *ctx);
int memory_keep_key(void *e, const uint8_t id[ENGINE_BOX_ID_BYTES], const void *key, size_t size);
int memory_read_key(void *e, const uint8_t id[ENGINE_BOX_ID_BYTES], void *ret_key, size_t size);
int memory_drop_key(void *e, const uint8_t id[ENGINE_BOX_ID_BYTES]);
int memory_each_key(void *e, int (*each)(void *ctx, const uint8_t id[ENGINE_BOX_ID_BYTES]),
                    void *ctx);

#endif
