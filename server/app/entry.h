/* How people come in: the sessions that personal links (links.h), codes and passwords are exchanged
 * for. Core thread. */
#ifndef MECLIS_APP_ENTRY_H
#define MECLIS_APP_ENTRY_H

#include "app/identity.h"
#include "auth/secret.h"
#include "protocol/refusal.h"

/* Who a session's secret stands for in that meeting. Returns 0, -EACCES, or an error of the
 * store. */
int entry_by_session(struct core *c, const char *meeting, const char *secret,
                     struct principal *ret);

struct access_link;

/* A link's session ends with its meeting, which may be announced weeks ahead; an account's with the
 * longest day, for a desk's computer has many users. */
#define ENTRY_LINK_SESSION_US (INT64_C(30) * 24 * 3600 * 1000000)
#define ENTRY_ACCOUNT_SESSION_US (INT64_C(14) * 3600 * 1000000)

/* Answers with a new session; takes the request. */
struct access_session;
struct request;
void entry_give_session(struct core *c, struct request *r, struct access_session *s);

/* By a link: the record tells of it, unless this browser came by it before. */
enum link_way;
void entry_open_link(struct core *c, struct request *r, const struct access_link *link,
                     enum link_way way);

/* Refuses, as JSON; takes the request. */
void entry_refuse(struct request *r, enum refusal code, const char *member);

/* Too many tries: in how many seconds the next may be. Takes the request. */
void entry_refuse_later(struct request *r, int seconds);

/* By account and password: hashes in the pool, then answers. Takes the request. */
struct entry_session;
void sign_in(struct core *c, struct request *r, const struct entry_session *wanted);

#endif
