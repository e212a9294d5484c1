/* Who may come in: accounts of the staff, personal links, sessions. Kept apart from the log, in a
 * file of its own: the log is for everybody to check, this is for nobody to see, and restoring an
 * old log must not bring back a session that was ended. Of secrets it holds hashes only
 * (auth/secret.h).
 *
 * Core thread. Each call that writes is durable when it returns. Errors are store.h's; *ret is
 * untouched on failure. */
#ifndef MECLIS_STORE_ACCESS_H
#define MECLIS_STORE_ACCESS_H

#include "base/cleanup.h"
#include "base/id.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ACCESS_HASH_BYTES 32
#define ACCESS_PASSWORD_HASH_MAX 128
#define ACCESS_TOTP_BYTES 20

struct access;

/* Returns 0, -EPROTO for a file of a newer version, or an error, with a sentence for people. */
int access_open(const char *path, struct access **ret, char ret_reason[256]);
void access_close(struct access *a);

/* Whether somebody else has written to the file since this was last asked (an operator's tool
 * beside the server). Returns 1, 0, or an error. */
int access_changed(struct access *a);

/* ---- accounts ---- */

struct access_account {
    char name[ID_MAX];      /* id_valid(): what its owner types */
    char principal[ID_MAX]; /* opaque, never reused: what the log calls them */
    uint32_t roles;         /* of enum meeting_role, in every meeting */
    char password_hash[ACCESS_PASSWORD_HASH_MAX];
    bool has_totp, disabled;
    uint8_t totp[ACCESS_TOTP_BYTES];
    int64_t totp_step; /* the last that was used */
};

/* Writes a new account, or the one of this name anew; its principal stays what it was. */
int access_put_account(struct access *a, const struct access_account *account);
int access_find_account(struct access *a, const char *name, struct access_account *ret);
/* In the order of their names; `each` returns 0 to go on. */
int access_list_accounts(struct access *a,
                         int (*each)(void *ctx, const struct access_account *account), void *ctx);
/* 1 when the step was used before (two sign-ins with one code), 0 otherwise. */
int access_use_totp(struct access *a, const char *name, int64_t step);

/* ---- personal links ---- */

struct access_link {
    uint8_t hash[ACCESS_HASH_BYTES];
    char meeting[ID_MAX];
    char principal[ID_MAX];
    uint32_t roles;
    uint64_t person; /* of the meeting's roster; 0: none */
    int64_t made_utc_us;
    /* The code that the desk can read out instead: good until then, 0 for none. */
    uint8_t code_hash[ACCESS_HASH_BYTES];
    int64_t code_until_utc_us;
};

/* -EEXIST when the hash is there already. A principal has one link in a meeting: an older one is
 * revoked with its sessions. */
int access_put_link(struct access *a, const struct access_link *link);
int access_find_link(struct access *a, const uint8_t hash[ACCESS_HASH_BYTES],
                     struct access_link *ret);
/* The principal's link in that meeting, or -ENOENT. */
int access_link_of(struct access *a, const char *meeting, const char *principal,
                   struct access_link *ret);
/* The meeting's, in the order of their making; `each` returns 0 to go on. */
int access_list_links(struct access *a, const char *meeting,
                      int (*each)(void *ctx, const struct access_link *link), void *ctx);
/* Sets the principal's code, or takes it away (NULL). -ENOENT without such a link; -EEXIST when
 * another principal's code is the same: make another one. */
int access_set_code(struct access *a, const char *meeting, const char *principal,
                    const uint8_t *code_hash, int64_t until_utc_us);
/* Finds the link by its code and takes the code away: it is good once. */
int access_use_code(struct access *a, const char *meeting,
                    const uint8_t code_hash[ACCESS_HASH_BYTES], int64_t utc_us,
                    struct access_link *ret);
int access_revoke_link(struct access *a, const char *meeting, const char *principal);
/* The meeting has ended: its links and their sessions are good no more. */
int access_end_meeting(struct access *a, const char *meeting);

/* ---- sessions ---- */

struct access_session {
    uint8_t hash[ACCESS_HASH_BYTES];
    char account[ID_MAX]; /* "": by a link */
    char meeting[ID_MAX]; /* "": any; of an account */
    char principal[ID_MAX];
    uint32_t roles;
    uint64_t person;
    int64_t begun_utc_us, until_utc_us;
};

/* Sessions of one account, or of one link: of the next the longest ago begun is over. */
#define ACCESS_MAX_SESSIONS 32

int access_put_session(struct access *a, const struct access_session *session);
/* Roles are the account's own of now. -ENOENT also where it is over or its account disabled. */
int access_find_session(struct access *a, const uint8_t hash[ACCESS_HASH_BYTES], int64_t utc_us,
                        struct access_session *ret);
int access_drop_session(struct access *a, const uint8_t hash[ACCESS_HASH_BYTES]);
/* All of a principal's. */
int access_drop_sessions(struct access *a, const char *principal);
/* Removes what is over. */
int access_purge(struct access *a, int64_t utc_us);

DEFINE_CLEANUP(struct access *, access_close)

#endif
