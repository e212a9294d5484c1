/* The log and where it is kept: append-only, per meeting gap-free from 1, each event's hash
 * covering everything before it (chain.h). An engine stands behind it (engine.h); nobody above sees
 * which.
 *
 * A store is used by the thread that opened it. One process writes (the core thread); others read.
 *
 * Errors, where nothing else is said: -EINVAL (what was given breaks a limit), -ENOSPC, -EBUSY
 * (another process writes), -EIO, -ENOMEM, -EROFS, -EUCLEAN (the file is damaged). */
#ifndef MECLIS_STORE_STORE_H
#define MECLIS_STORE_STORE_H

#include "base/cleanup.h"
#include "store/event.h"
#include "store/log_key.h"

#define STORE_MAX_OUTCOME_BYTES 1023

struct store;

enum store_mode { STORE_READ = 1, STORE_WRITE };

/* Opens what the address names: "sqlite:PATH" or a bare path (a file, made and migrated where the
 * mode is STORE_WRITE), or "memory:" (nothing lasts: for tests). Returns 0, -EPROTO for a file of a
 * newer version, -EPROTONOSUPPORT for an engine that is not known, or an error; the reason is a
 * sentence for people. */
int store_open(const char *address, enum store_mode mode, struct store **ret, char ret_reason[256]);

void store_close(struct store *s);

/* ---- writing ----
 *
 * All commands that wait are one batch, and durable together:
 *
 *     store_begin(s);
 *     for each command:
 *         if (store_command_begin(s, &key, &known) == 1)
 *             ... it was said before: `known` is how it ended then
 *         else if (... store_add(s, &draft, &seq) ... go well)
 *             store_command_end(s, outcome);
 *         else
 *             store_command_undo(s);
 *     if (store_commit(s) == 0)
 *         ... now, and not before, say "accepted"
 *     else
 *         ... nothing of the batch has happened: refuse all, load the state anew
 *
 * An error of the engine (not -EINVAL, -EOPNOTSUPP) within a batch dooms it: every later call
 * returns it, the commit too. */

/* Who said it, and the client's own name for what was said: any texts of up to 63 bytes. */
struct store_key {
    const char *meeting, *principal, *key;
};

struct store_outcome {
    uint64_t first_seq, last_seq; /* its events in the key's meeting; 0: none */
    char text[STORE_MAX_OUTCOME_BYTES + 1];
};

int store_begin(struct store *s);

/* Begins a command; the key (borrowed until its end) may be NULL. Returns 0, or 1 when the key
 * was committed before, or earlier in this batch: then no command has begun. */
int store_command_begin(struct store *s, const struct store_key *key,
                        struct store_outcome *ret_known);

/* Appends an event. -EINVAL for a draft beyond the limits, -EOPNOTSUPP for one that a log of scheme
 * 1 can't hold (side data, an audience that is not public): the command is to be undone. */
int store_add(struct store *s, const struct store_draft *draft, uint64_t *ret_seq);

/* Ends the command; its key, if any, is kept with the outcome, which is text of the caller's. */
int store_command_end(struct store *s, const char *outcome);

/* Takes back what the command wrote. */
void store_command_undo(struct store *s);

/* Returns 0 once the batch is durable. Otherwise nothing of it has happened: what a commit that
 * failed at its very end has left on the disk is taken away at once, or by store_tidy() or the next
 * commit. (A crash before one of them could is the only way in which it could come back, whole.) */
int store_commit(struct store *s);

/* Gives the batch up; where there is none nothing happens. */
void store_abandon(struct store *s);

/* A batch of one command without a key. */
int store_append(struct store *s, const struct store_draft *drafts, size_t count);

/* The outcome kept under the key. Returns 0, -ENOENT, or an error. */
int store_find_outcome(struct store *s, const struct store_key *key, struct store_outcome *ret);

/* Within a command: erases the text and the salt of a piece of side data, and appends the notice,
 * whose type must be "side.erased" and whose body names what was erased and by which authority.
 * Returns 0, -ENOENT where there is no such piece, -EALREADY where it was erased before. Once
 * committed, nothing of it is left in the engine's files, as soon as no reader reads what was
 * before: store_tidy() sees to that. */
int store_erase(struct store *s, const char *meeting, uint64_t seq, const char *side,
                const struct store_draft *notice, uint64_t *ret_seq);

/* Outside of a batch, each second or so: what could not be done at once (overwriting what was
 * erased, replacing the keys of ballot boxes). Returns 0 when nothing is left
 * to do, -EBUSY while a reader prevents it, or an error. */
int store_tidy(struct store *s);

/* ---- reading ---- */

/* Gives each event after `since` to `each`, at most `max`, in order; the event is borrowed for the
 * call, which must not use this store. `each` returns 0 to go on, anything else ends the reading
 * and is returned. Returns 0 or an error. */
int store_read(struct store *s, const char *meeting, uint64_t since, size_t max,
               int (*each)(void *ctx, const struct store_event *event), void *ctx);

/* The same of the few events of STORE_OUTLINE alone, from the first one. */
int store_read_outline(struct store *s, const char *meeting,
                       int (*each)(void *ctx, const struct store_event *event), void *ctx);

struct store_head {
    int scheme; /* chain.h; of an empty log the newest */
    uint64_t seq;
    uint8_t hash[STORE_HASH_BYTES];
};

/* The newest event's seq and hash; 0 and the meeting's first link for an empty log. */
int store_head(struct store *s, const char *meeting, struct store_head *ret);

/* The hash of one event; of 0 the meeting's first link. -ENOENT where there is no such event. */
int store_hash_at(struct store *s, const char *meeting, uint64_t seq,
                  uint8_t ret_hash[STORE_HASH_BYTES]);

/* The ids of all logs, in their order; `each` as in store_read(). */
int store_read_logs(struct store *s, int (*each)(void *ctx, const char *meeting), void *ctx);

/* Computes the chain anew. Returns 0, -EBADMSG with the first wrong event in *ret_seq, or an error.
 */
int store_verify(struct store *s, const char *meeting, uint64_t *ret_seq);

/* ---- signed heads ---- */

/* Outside of a batch: keeps the head, durably. One of the same meeting and seq stays as it is. */
int store_put_head(struct store *s, const struct signed_head *head);

/* The newest; -ENOENT where none was signed. */
int store_last_head(struct store *s, const char *meeting, struct signed_head *ret);

/* Those of events after `since`, as store_read(). */
int store_read_heads(struct store *s, const char *meeting, uint64_t since, size_t max,
                     int (*each)(void *ctx, const struct signed_head *head), void *ctx);

DEFINE_CLEANUP(struct store *, store_close)

#endif
