/* Secret ballots: who voted is in the log, what was voted is here, and nothing joins the two.
 *
 * Papers must survive a crash, each committed with the event that says who voted. So they lie in
 * one sealed box per vote, a row that is written anew with each paper: its papers in the order of
 * their random keys, padded to one size. A table of papers would not do, random keys or not:
 * SQLite's pages show in which order rows came, and the write-ahead log keeps older pages, so two
 * states of the table give away the paper between them. Therefore each state of the box is sealed
 * with a key of its own, each key is the hash of the one before, and once a state is committed the
 * older key is replaced in the engine's key file: older states of the box, wherever they remain,
 * can not be opened any more. Between the commit and the replacement (milliseconds; ended at the
 * next start after a crash) two states can be opened.
 *
 * What this cannot do: who copies all of DATA before and after a paper sees the difference. Nobody
 * who stores papers durably in one place can prevent that. A backup holds no key: an open vote is
 * to be taken again after restoring one.
 *
 * All but ballot_read() are called within a command (store.h), with its errors. */
#ifndef MECLIS_STORE_BALLOT_H
#define MECLIS_STORE_BALLOT_H

#include "base/buf.h"
#include "store/store.h"

#define BALLOT_MAX_PAPERS 4096 /* in one box; beyond it -ENOBUFS */
#define BALLOT_MAX_CHOICE_BYTES 63
#define BALLOT_KEY_BYTES 16
#define BALLOT_MAX_OPEN 32 /* boxes at the same time; beyond it -ENOBUFS */

/* Opens a vote's box; the vote is any id_valid() text, used once in its meeting. -EEXIST where it
 * was opened before. */
int ballot_open(struct store *s, const char *meeting, const char *vote);

/* Puts a paper in. -ENOENT without an open box, -ENOKEY where its key was lost: the vote is to be
 * taken again. */
int ballot_add(struct store *s, const char *meeting, const char *vote, const char *choice);

/* How many papers are in the open box: nothing else is told of it. -ENOENT, -ENOKEY. */
int ballot_count(struct store *s, const char *meeting, const char *vote, size_t *ret_count);

/* Closes the box: its papers can be read from now on, the key is destroyed with the commit.
 * -ENOENT, -ENOKEY. */
int ballot_close(struct store *s, const char *meeting, const char *vote);

/* Throws the box away, its key lost or not: the vote is taken again, under another id. -ENOENT. */
int ballot_discard(struct store *s, const char *meeting, const char *vote);

struct ballot_paper {
    const uint8_t *key; /* BALLOT_KEY_BYTES, random */
    const char *choice;
};

/* Gives the papers of a closed vote in the order of their keys; `each` as in store_read(). */
int ballot_read(struct store *s, const char *meeting, const char *vote,
                int (*each)(void *ctx, const struct ballot_paper *paper), void *ctx);

#define BALLOT_LINE_BYTES (2 * BALLOT_KEY_BYTES + 1 + BALLOT_MAX_CHOICE_BYTES + 1)
#define BALLOT_DIGEST_BYTES 65 /* of BLAKE2b-256 in hex, with its NUL */

/* The papers of a closed vote as they are published: a line each, the key in hex, a space and the
 * choice, in the order of the keys. Adds them to `out` (BALLOT_MAX_PAPERS lines at the most) and
 * tells the digest of the lines: what `b2sum -l 256` says of them. */
int ballot_publish(struct store *s, const char *meeting, const char *vote, struct buf *out,
                   char ret_digest[BALLOT_DIGEST_BYTES]);

#endif
