/* The log and where it is kept: append-only, per meeting gap-free from 1, each event's hash
 * covering everything before it. SQLite stands behind it; nobody above sees that.
 *
 * A store is used by the thread that opened it. One process writes (the core thread); any number of
 * readers read beside it. */
#ifndef MECLIS_STORE_STORE_H
#define MECLIS_STORE_STORE_H

#include "base/cleanup.h"

#include <stddef.h>
#include <stdint.h>

#define STORE_HASH_BYTES 32
#define STORE_MAX_BODY_BYTES (64u << 10)
#define STORE_MAX_NAME_BYTES 63 /* of an actor or a type */

struct store;

enum store_mode { STORE_READ = 1, STORE_WRITE };

/* What is to be appended. All texts are borrowed; the body is JSON, kept to the byte. */
struct store_draft {
    const char *meeting; /* id_valid() */
    int64_t at_utc_us;
    int64_t media_us; /* media time; 0 before the meeting has an epoch */
    const char *actor;
    const char *type;
    const char *body;
    uint64_t seq; /* filled by store_append() */
};

struct store_event {
    uint64_t seq; /* from 1, rising by one */
    int64_t at_utc_us, media_us;
    const char *actor, *type, *body;
    const uint8_t *hash; /* STORE_HASH_BYTES */
};

/* Opens the file, made and migrated where the mode is STORE_WRITE. Returns 0, -EPROTO for a file of
 * a newer version, or what store_append() returns; the reason is a sentence for people. */
int store_open(const char *path, enum store_mode mode, struct store **ret, char ret_reason[256]);

void store_close(struct store *s);

/* Appends all drafts in one transaction and returns 0 once it is durable; the drafts' seq are
 * filled. Otherwise nothing is appended: -EINVAL (a text that is too long or no id), -ENOSPC,
 * -EBUSY (another process writes), -EIO, -ENOMEM, -EUCLEAN (the file is damaged). */
int store_append(struct store *s, struct store_draft *drafts, size_t count);

/* Gives each event after `since` to `each`, at most `max`, in order; its texts are borrowed for the
 * call. `each` returns 0 to go on, anything else ends the reading and is returned. Returns 0 or an
 * error as above. */
int store_read(struct store *s, const char *meeting, uint64_t since, size_t max,
               int (*each)(void *ctx, const struct store_event *event), void *ctx);

/* The newest event's seq and hash; 0 and the meeting's first link for an empty log. */
int store_head(struct store *s, const char *meeting, uint64_t *ret_seq,
               uint8_t ret_hash[STORE_HASH_BYTES]);

/* Computes the chain anew. Returns 0, -EBADMSG with the first wrong event in *ret_seq, or an error
 * as above. */
int store_verify(struct store *s, const char *meeting, uint64_t *ret_seq);

/* What an event's hash covers, in this order: the hash before it, then seq, at_utc_us, media_us
 * (64-bit big-endian), then actor, type and body, each with its length (32-bit big-endian) before
 * it; BLAKE2b-256. The first event's "hash before" is BLAKE2b-256 of "meclis.log.1 " and the
 * meeting's id. */
void store_hash_first(const char *meeting, uint8_t ret_hash[STORE_HASH_BYTES]);
void store_hash_next(const uint8_t before[STORE_HASH_BYTES], const struct store_event *event,
                     uint8_t ret_hash[STORE_HASH_BYTES]);

DEFINE_CLEANUP(struct store *, store_close)

#endif
