/* What a meeting's log says about its broadcast: the reading that the core thread acts on. Pure. */
#ifndef MECLIS_APP_BROADCAST_STATE_H
#define MECLIS_APP_BROADCAST_STATE_H

#include "base/id.h"
#include "link/spec.h"
#include "protocol/api.h"

#include <stdbool.h>
#include <stdint.h>

struct broadcast_state {
    bool created;               /* the log has begun */
    enum broadcast_phase state; /* BROADCAST_IDLE before the first event */
    bool record;                /* the recording is wanted */
    bool recorded;              /* something of it was */
    int64_t began_utc_us;       /* first; 0: never */
    int64_t stopped_utc_us;     /* last; 0: it never was */
    bool muted, slate;          /* what viewers get instead of what is on air */
    enum layout layout;
    char selected[ID_MAX]; /* a source kept to; "": by priority */
    /* UTC minus media time as last logged; 0: never */
    int64_t utc_offset_us;
};

void broadcast_state_init(struct broadcast_state *s);

/* Applies one event; types it does not know change nothing. Returns 0, or -EBADMSG where its body
 * can't be read, for want of memory too: then what it says is left out. */
int broadcast_state_apply(struct broadcast_state *s, const char *type, int64_t at_utc_us,
                          int64_t media_us, const char *body);

#endif
