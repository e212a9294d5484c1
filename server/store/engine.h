/* What an engine must do for a store: keep rows and give them back, in transactions. Limits,
 * hashes, salts and the order of calls are the store's (store.c, batch.c), which every engine gets
 * for nothing; tests/unit/store/contract_test.c is what each has to pass. */
#ifndef MECLIS_STORE_ENGINE_H
#define MECLIS_STORE_ENGINE_H

#include "base/bytes.h"
#include "store/ballot.h"

#include <stdbool.h>

#define ENGINE_BOX_ID_BYTES 16

struct projection;

struct engine_box {
    uint8_t id[ENGINE_BOX_ID_BYTES];
    uint64_t generation;
    struct bytes *sealed;
};

/* Functions return 0 or an error as in store.h. `e` is the engine's own, from open(). */
struct engine {
    const char *scheme; /* of an address, with the colon */
    /* The projections end with NULL, and are borrowed for the engine's life. */
    int (*open)(const char *place, enum store_mode mode,
                const struct projection *const *projections, void **ret_e, char ret_reason[256]);
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
    int (*read_logs)(void *e, int (*each)(void *ctx, const char *meeting), void *ctx);
    int (*put_event)(void *e, const char *meeting, const struct store_event *event);
    /* As store_read(); the body's commitment is not filled. */
    int (*read)(void *e, const char *meeting, uint64_t since, size_t max,
                int (*each)(void *ctx, const struct store_event *event), void *ctx);
    /* As store_read_outline(). */
    int (*read_outline)(void *e, const char *meeting,
                        int (*each)(void *ctx, const struct store_event *event), void *ctx);
    /* 0, -ENOENT, -EALREADY */
    int (*erase)(void *e, const char *meeting, uint64_t seq, const char *side);

    int (*put_head)(void *e, const struct signed_head *head);
    /* -ENOENT */
    int (*last_head)(void *e, const char *meeting, struct signed_head *ret);
    int (*read_heads)(void *e, const char *meeting, uint64_t since, size_t max,
                      int (*each)(void *ctx, const struct signed_head *head), void *ctx);

    int (*put_outcome)(void *e, const struct store_key *key, const struct store_outcome *outcome);
    int (*find_outcome)(void *e, const struct store_key *key, struct store_outcome *ret);

    /* Ballot boxes; put_box() replaces. The row's `sealed` is returned owned. -ENOENT for a box
     * that is not open. */
    int (*put_box)(void *e, const char *meeting, const char *vote, const struct engine_box *box);
    int (*get_box)(void *e, const char *meeting, const char *vote, struct engine_box *ret);
    /* The box goes; that there was one stays. */
    int (*close_box)(void *e, const char *meeting, const char *vote);
    /* 1 where the vote was ever opened */
    int (*find_vote)(void *e, const char *meeting, const char *vote, size_t *ret_count);
    int (*box_generation)(void *e, const uint8_t id[ENGINE_BOX_ID_BYTES], uint64_t *ret);
    int (*put_paper)(void *e, const char *meeting, const char *vote,
                     const struct ballot_paper *paper);
    int (*read_papers)(void *e, const char *meeting, const char *vote,
                       int (*each)(void *ctx, const struct ballot_paper *paper), void *ctx);

    /* Boxes' keys, which are no part of a transaction: durable, replaced at once, and nothing of
     * the older one is left. */
    int (*keep_key)(void *e, const uint8_t id[ENGINE_BOX_ID_BYTES], const void *key, size_t size);
    int (*read_key)(void *e, const uint8_t id[ENGINE_BOX_ID_BYTES], void *ret_key, size_t size);
    int (*drop_key)(void *e, const uint8_t id[ENGINE_BOX_ID_BYTES]);
    int (*each_key)(void *e, int (*each)(void *ctx, const uint8_t id[ENGINE_BOX_ID_BYTES]),
                    void *ctx);

    /* Outside of a transaction: leaves nothing of what was erased. As store_tidy(). */
    int (*scrub)(void *e);
};

extern const struct engine memory_engine, sqlite_engine;

/* The newest generation of a box that this process has sealed; 0: free. */
struct ballot_top {
    uint8_t id[ENGINE_BOX_ID_BYTES];
    uint64_t generation;
};

struct store {
    const struct engine *engine;
    void *e;
    bool in_batch, in_command;
    int broken; /* the error that dooms the batch */
    const struct store_key *key;
    uint64_t first_seq, last_seq; /* of the command, in its key's meeting */
    bool erases;                  /* the batch does */
    bool scrub_due;
    bool ballots_touched; /* by the batch */
    bool settle_due;
    struct ballot_top ballot_tops[BALLOT_MAX_OPEN];
};

/* Returns the error, having doomed the batch where it is the engine's and not the caller's. */
int store_doom(struct store *s, int r);

#endif
