/* The events socket, as the application speaks to it. All calls are made on one thread (the core
 * thread) and posted to the net threads.
 *
 * A peer is known by a number that is never given twice; who is spoken to after it has gone does
 * not hear it. A peer gets what is sent, joined and published in the order of these calls, or is
 * closed: with 1013 "behind" where it can't keep up, "lost" where memory ran out. */
#ifndef MECLIS_FRONT_FRONT_EVENTS_H
#define MECLIS_FRONT_FRONT_EVENTS_H

#include "base/bytes.h"
#include "front/front.h"

#define FRONT_EVENTS_MAX_BYTES (64u << 10) /* of what a client says */

/* What a client of the events socket said when it came. */
struct front_events_facts {
    const char *meeting; /* an id; whether there is such a meeting the front does not know */
    const char *address; /* the client's, proxies undone */
    const char *cookies, *origin, *accept_language, *authorization; /* "" where none */
    bool https; /* by our own TLS, or by a trusted proxy's word */
};

/* Who may see what: staff, who sits in a closed part, both. What a class may not see is not in the
 * text it gets. */
enum front_class {
    FRONT_PUBLIC = 0,
    FRONT_STAFF = 1,
    FRONT_CLOSED = 2,
    FRONT_STAFF_CLOSED = FRONT_STAFF | FRONT_CLOSED,
    FRONT_CLASSES
};

/* A text for one peer. Takes the reference; NULL stands for one that there was no memory for. */
void front_events_send(struct front *f, uint64_t peer, struct bytes *text);

/* From now on the peer gets what is published to the class with events after this one, what was
 * published before included where it is still in memory (else it is closed: "behind"). */
void front_events_join(struct front *f, uint64_t peer, const char *meeting, enum front_class class,
                       uint64_t after_seq);

/* A text for each class, of the events first_seq to last_seq (0, 0: it is of none). Borrows the
 * texts; the same one may stand for several classes; NULL: that class is not told. */
void front_events_publish(struct front *f, const char *meeting, uint64_t first_seq,
                          uint64_t last_seq, struct bytes *const texts[FRONT_CLASSES]);

/* Closes it once all before has been sent. The code is a WebSocket's, the reason a short name. */
void front_events_close(struct front *f, uint64_t peer, int code, const char *reason);

#endif
