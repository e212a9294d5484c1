/* The meeting's state from inside: for this room's files only. */
#ifndef MECLIS_MEETING_STATE_H
#define MECLIS_MEETING_STATE_H

#include "meeting/meeting.h"
#include "meeting/pile.h"
#include "meeting/sitting.h"

struct pile_store {
    void *at;
    uint32_t count, room;
};

struct meeting {
    uint64_t seq;
    struct sitting sitting;
    struct pile_store piles[PILES];
};

/* A zeroed thing at the pile's end, made by the event; NULL without memory or at the cap. Pointers
 * into this pile end. */
void *pile_add(struct meeting *m, enum pile pile, const struct meeting_event *event);

/* The thing of that seq, to be changed by the event; NULL where there is none. */
void *pile_edit(struct meeting *m, enum pile pile, uint64_t seq, const struct meeting_event *event);

/* The same by index. */
void *pile_edit_at(struct meeting *m, enum pile pile, size_t index,
                   const struct meeting_event *event);

void piles_finish(struct meeting *m);

/* Whether the event of this seq happened in a closed part. */
bool sitting_was_closed_at(const struct meeting *m, uint64_t seq);

/* Adds an event with a copy of this body. Returns 0 or REFUSED_FULL: too many events at once, or a
 * pile's cap. */
enum meeting_refusal outcome_add(const struct deciding *d, enum fact_id fact, const void *body);

/* The seq that the next added event will have. */
uint64_t outcome_next_seq(const struct deciding *d);

#endif
