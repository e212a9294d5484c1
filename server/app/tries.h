/* How often somebody may try to come in. Core thread. */
#ifndef MECLIS_APP_TRIES_H
#define MECLIS_APP_TRIES_H

#include "base/cleanup.h"

#include <stdint.h>

struct tries;

/* Each has limits of its own, and room for so many keys that guessing from many addresses does not
 * push out who tries most (auth/limiter.h). */
enum tries_of {
    TRIES_ENTRY,            /* an address: anything */
    TRIES_PASSWORD_ADDRESS, /* an address: passwords */
    TRIES_PASSWORD,         /* an account */
    TRIES_CODE_ADDRESS,     /* an address: codes read out */
    TRIES_LINK,             /* a personal link: new browsers */
    TRIES_CODE,             /* a meeting, of a million codes */
    TRIES_KINDS
};

struct tries_limit {
    int64_t at_once;    /* so many, */
    int64_t interval_s; /* then one in each such time */
};

/* Returns 0 or -ENOMEM. */
int tries_create(const struct tries_limit limits[TRIES_KINDS], struct tries **ret);
void tries_destroy(struct tries *t);

/* Takes one try of an address (of its /64, where it is IPv6: that is one subscriber). Returns 0, or
 * how many seconds to wait. */
int tries_take_address(struct tries *t, enum tries_of what, const char *address);
/* The same of an account's or a meeting's name. */
int tries_take_name(struct tries *t, enum tries_of what, const char *name);

/* The account's password was right: it has all its tries again. The address has not: else whoever
 * has one account could guess at all others. */
void tries_forgive(struct tries *t, const char *account);

DEFINE_CLEANUP(struct tries *, tries_destroy)

#endif
