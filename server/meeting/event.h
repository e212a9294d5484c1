/* Events: what has happened. A fact is a row of one alphabetical table (facts.c); an event is a
 * fact with its number, time and actor, as the log keeps it. */
#ifndef MECLIS_MEETING_EVENT_H
#define MECLIS_MEETING_EVENT_H

#include "base/audience.h"
#include "meeting/facts.h"
#include "meeting/roles.h"
#include "meeting/shape.h"

struct meeting;
struct meeting_event;

struct fact {
    const char *name;         /* "agenda.advanced" */
    const struct shape *body; /* &empty_shape where there is none */
    int version;              /* of the body, "v" in JSON; raised when its shape changes */
    enum audience audience;   /* outside of closed parts */
    bool always;              /* it is its audience's in closed parts too */
    uint64_t grows; /* the piles that it adds to, of PILE_BIT(): capped before it happens */
    /* 0, -ENOMEM, or -EBADMSG: the event does not fit the state. */
    int (*apply)(struct meeting *m, const struct meeting_event *event);
    /* Who AUDIENCE_AUTHOR is, borrowed from the meeting; NULL: the event's own actor. */
    const char *(*author)(const struct meeting *m, const void *body);
};

extern const struct fact meeting_facts[];
extern const size_t meeting_facts_count;

/* The fact of that name, or NULL. */
const struct fact *fact_find(const char *name);

#define PRINCIPAL_BYTES 64          /* an actor's, with its NUL */
#define MEETING_MAX_BODY_BYTES 6144 /* no fact's body is larger */

struct meeting_event {
    uint64_t seq; /* from 1, rising by one; things are known by their event's */
    int64_t at_utc_us, media_us;
    const char *actor; /* borrowed; shorter than PRINCIPAL_BYTES */
    const struct fact *fact;
    enum audience audience; /* as decided; meeting_audience() tells it again on replay */
    const void *body;       /* borrowed; of the fact's shape, aligned for it */
};

#endif
