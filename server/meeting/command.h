/* Commands: what someone wants done. A verb is a row of one alphabetical table (verbs.c). */
#ifndef MECLIS_MEETING_COMMAND_H
#define MECLIS_MEETING_COMMAND_H

#include "meeting/event.h"
#include "meeting/refused.h"
#include "meeting/roles.h"
#include "meeting/shape.h"

struct meeting;

/* When it is, by the server. Times are given, never read: the domain has no clock. */
struct now {
    int64_t utc_us;
    int64_t media_us; /* media time: durations are measured in it alone */
};

#define OUTCOME_MAX_EVENTS 32
#define OUTCOME_MAX_BODIES_BYTES (32u << 10)

/* What a command brings about. Some 36 KB: keep one and use it again; it needs no finish. The
 * events borrow their bodies from it and their actor from the call's. */
struct outcome {
    size_t count;
    struct meeting_event events[OUTCOME_MAX_EVENTS];
    size_t used_bytes;
    _Alignas(8) unsigned char bodies[OUTCOME_MAX_BODIES_BYTES];
};

/* One decision in the making: what every verb's function is given. */
struct deciding {
    const struct meeting *m;
    const struct actor *actor;
    const struct now *now;
    struct outcome *ret;
};

/* Whether a correction puts something later than now. What it was stays allowed: a meeting whose
 * media time is no longer known can be corrected all the same. */
static inline bool command_is_to_come(const struct deciding *d, int64_t to_us, int64_t was_us)
{
    return to_us > d->now->media_us && to_us > was_us;
}

/* Returns 0 or a refusal; the shape of args, the role and the state are checked before. */
typedef enum meeting_refusal verb_decide(const struct deciding *d, const void *args);

struct verb {
    const char *name;         /* "agenda.advance" */
    const struct shape *args; /* &empty_shape where there are none */
    uint32_t roles;           /* who may, of enum meeting_role */
    uint32_t states;          /* when, of IN(enum meeting_state) */
    bool from_outside;        /* in a closed part also for those who do not sit in it */
    verb_decide *decide;
};

extern const struct verb meeting_verbs[];
extern const size_t meeting_verbs_count;

/* The verb of that name, or NULL. */
const struct verb *verb_find(const char *name);

#define MEETING_MAX_ARGS_BYTES 6144 /* no verb's args are larger */

/* A command as a decoder fills it: args zeroed, then written by the verb's shape. */
struct meeting_command {
    const struct verb *verb;
    _Alignas(8) unsigned char args[MEETING_MAX_ARGS_BYTES];
};

#endif
