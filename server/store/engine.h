/* What an engine must do for a store: keep rows and give them back, in transactions. Limits,
 * hashes, salts and the order of calls are the store's (store.c, batch.c), which every engine gets
 * for nothing; tests/unit/store/contract_test.c is what each has to pass. */
#ifndef MECLIS_STORE_ENGINE_H
#define MECLIS_STORE_ENGINE_H

#include "store/store.h"

#include <stdbool.h>

/* Functions return 0 or an error as in store.h. `e` is the engine's own, from open(). */
struct engine {
    const char *scheme; /* of an address, with the colon */
    int (*open)(const char *place, enum store_mode mode, void **ret_e, char ret_reason[256]);
    void (*close)(void *e);

    /* A transaction; what it wrote is seen by its own reads. rollback() where there is none is
     * fine. commit() that fails leaves none open. */
    int (*begin)(void *e);
    int (*commit)(void *e);
    void (*rollback)(void *e);
    /* One savepoint in it: kept, or gone back to. */
    int (*save)(void *e);
    int (*keep)(void *e);
    int (*undo)(void *e);

    /* scheme 0: there is no such log */
    int (*head)(void *e, const char *meeting, struct store_head *ret);
    int (*put_log)(void *e, const char *meeting, int scheme);
    int (*put_event)(void *e, const char *meeting, const struct store_event *event);
    /* As store_read(); the body's commitment is not filled. */
    int (*read)(void *e, const char *meeting, uint64_t since, size_t max,
                int (*each)(void *ctx, const struct store_event *event), void *ctx);
    /* 0, -ENOENT, -EALREADY */
    int (*erase)(void *e, const char *meeting, uint64_t seq, const char *side);

    int (*put_outcome)(void *e, const struct store_key *key, const struct store_outcome *outcome);
    int (*find_outcome)(void *e, const struct store_key *key, struct store_outcome *ret);

    /* Outside of a transaction: leaves nothing of what was erased. As store_tidy(). */
    int (*scrub)(void *e);
};

extern const struct engine sqlite_engine;

struct store {
    const struct engine *engine;
    void *e;
    bool in_batch, in_command;
    int broken; /* the error that dooms the batch */
    const struct store_key *key;
    uint64_t first_seq, last_seq; /* of the command, in its key's meeting */
    bool erases;                  /* the batch does */
    bool scrub_due;
};

#endif
