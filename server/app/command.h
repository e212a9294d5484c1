/* The commands of a broadcast: one handler each, in one alphabetical table. Core thread. */
#ifndef MECLIS_APP_COMMAND_H
#define MECLIS_APP_COMMAND_H

#include "app/broadcast.h"

/* ROLE_SIGNED_IN: the handler finds out who it is (me.h), and whether they may. */
enum role { ROLE_ANYONE = 1, ROLE_SIGNED_IN, ROLE_ADMIN };

struct command {
    const char *name;
    enum role role; /* what its sender must be at least */
    /* Returns 0 once what it did is durable (or was so already), or the reason why nothing was
     * done. */
    enum refusal (*handler)(struct broadcast *b, const char *actor, const char *source);
};

/* NULL for a name that is none. */
const struct command *command_find(const char *name);

/* One after the other; NULL past the last. */
const struct command *command_at(size_t index);

/* Of an error of the log. */
enum refusal command_refusal_of(int error);

bool broadcast_has_source(const struct broadcast *b, const char *source);

/* The demo's meeting goes on air by itself. */
void command_begin_demo(struct core *c);

#endif
