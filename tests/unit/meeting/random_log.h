/* A log made by random commands, to be replayed. */
#ifndef MECLIS_UNIT_MEETING_RANDOM_LOG_H
#define MECLIS_UNIT_MEETING_RANDOM_LOG_H

#include "play.h"

struct random_log {
    bool voting;                  /* this one says mostly votes' commands */
    struct meeting_event *events; /* each with a body of its own */
    uint64_t *digests;            /* of the state after each */
    size_t count, room;
    size_t accepted, refused;
    unsigned refusals[REFUSED_COUNT_]; /* how often each */
    unsigned facts[FACTS];
};

/* Says that many random commands, upon a council that is in session or (each fourth seed) from
 * nothing. Each event is applied, and `check` (may be NULL) is called after each command. */
void random_log_make(struct random_log *ret, uint64_t seed, size_t commands,
                     void (*check)(const struct play *p));
void random_log_finish(struct random_log *log);

/* Replays it. Returns the first error, or 0 with the meeting, owned. */
int random_log_replay(const struct random_log *log, struct meeting **ret);

#endif
