/* Coming in over HTTP: a link is made for somebody, and exchanged for a session. */
#ifndef MECLIS_PROTOCOL_ENTRY_MESSAGE_H
#define MECLIS_PROTOCOL_ENTRY_MESSAGE_H

#include "base/buf.h"
#include "meeting/roles.h"
#include "protocol/client_message.h"

#define ENTRY_PASSWORD_BYTES 257

struct entry_link {
    int32_t role;    /* 1 + the bit of enum meeting_role */
    uint64_t person; /* of the roster; 0: none */
};
/* By a link alone; by account and password (and code, where the account asks for one); or by the
 * meeting and a code that was read out. */
struct entry_session {
    char link[CLIENT_TOKEN_BYTES];
    char account[64], meeting[64], code[16];
    char password[ENTRY_PASSWORD_BYTES];
};

/* The administrator's account, at the first start. */
struct entry_setup {
    char key[72], account[64];
    char password[ENTRY_PASSWORD_BYTES];
};

extern const struct shape entry_link_shape, entry_session_shape, entry_setup_shape;

/* Each returns 0 or -EPROTO with what is wrong. */
int entry_link_read(const struct bytes *body, struct entry_link *ret,
                    struct client_wrong *ret_wrong);
int entry_setup_read(const struct bytes *body, struct entry_setup *ret,
                     struct client_wrong *ret_wrong);
int entry_session_read(const struct bytes *body, struct entry_session *ret,
                       struct client_wrong *ret_wrong);

/* Who somebody is. Texts are borrowed, and hold nothing that JSON would have to escape. */
struct entry_who {
    const char *principal, *account; /* account: "": none */
    uint32_t roles;                  /* of enum meeting_role */
    uint64_t person;                 /* of the roster; 0: none */
    int64_t until_utc_us;            /* 0: not bounded */
};

/* A link as it is listed: its secret is known to nobody. */
struct entry_listed_link {
    const char *principal;
    uint32_t roles;
    uint64_t person;
    int64_t made_utc_us;
};

/* {meeting, links: [...]}: initialises the buffer; then each link; returned owned at the end, NULL
 * when it was too much (4 MiB) or without memory. */
void entry_links_begin(struct buf *out, const char *meeting);
int entry_links_add(struct buf *out, const struct entry_listed_link *link);
struct bytes *entry_links_end(struct buf *out);

/* Returned owned, NULL without memory. */
struct bytes *entry_code_text(const char *code, int64_t until_utc_us);
struct bytes *entry_who_text(const struct entry_who *who);
struct bytes *entry_left_text(int sessions);
struct bytes *entry_link_text(const char *meeting, const char *principal, const char *secret);
struct bytes *entry_session_text(const char *token, const char *meeting, const char *principal,
                                 int64_t until_utc_us);

#endif
