/* A meeting as a test plays it: commands by name, applied at once; and commands made at random. */
#ifndef MECLIS_UNIT_MEETING_PLAY_H
#define MECLIS_UNIT_MEETING_PLAY_H

#include "meeting/agenda.h"
#include "meeting/attendance.h"
#include "meeting/body.h"
#include "meeting/broadcast.h"
#include "meeting/chair.h"
#include "meeting/floor_args.h"
#include "meeting/gate.h"
#include "meeting/marks.h"
#include "meeting/meeting.h"
#include "meeting/motion.h"
#include "meeting/notice.h"
#include "meeting/pile.h"
#include "meeting/poll.h"
#include "meeting/question.h"
#include "meeting/redaction.h"
#include "meeting/roster.h"
#include "meeting/vote_args.h"

#include "../cmocka_all.h"

struct play {
    struct meeting *m;
    struct actor actor;
    struct now now;
    struct outcome outcome;
    struct meeting_command command;
    void (*applied)(const struct play *p, const struct meeting_event *event); /* may be NULL */
    void *ctx;
};

/* At 2026-01-05 10:00 UTC, an actor with every role, in the hall. */
void play_init(struct play *p);
void play_finish(struct play *p);

/* Decides (args may be NULL for none) and applies. Returns 0 or the refusal, by which the state is
 * checked not to have changed. */
enum meeting_refusal play_try(struct play *p, const char *verb, const void *args);

/* The same, expecting it to be accepted; returns the seq of its first event. */
uint64_t play_do(struct play *p, const char *verb, const void *args);

void play_wait(struct play *p, int64_t seconds);

/* Said as SAY(p, agenda_add, "agenda.add", .title = "…"). */
#define SAY(p, tag, verb, ...) play_do((p), (verb), &(struct tag){__VA_ARGS__})
#define TRY(p, tag, verb, ...) play_try((p), (verb), &(struct tag){__VA_ARGS__})

/* A small random generator with its seed as state. */
uint64_t play_random(uint64_t *seed);

/* Fills a struct with good values. Refs are mostly things of the meeting that the member's name
 * says ("item", "person"): of its newest ones; where it is NULL, small numbers. */
void play_fill(const struct shape *shape, void *ret, const struct meeting *m, uint64_t *seed);

/* A council of so many members (2 groups, A and B) with its chair and a representative of the field
 * "imar", announced, its roll call taken, everyone present, open; members' seqs are put in order.
 */
struct council {
    uint64_t chair, members[16], representative;
    size_t count;
};
void play_council(struct play *p, size_t members, struct council *ret);

#endif
