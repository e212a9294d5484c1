/* A meeting as a test plays it: commands by name, applied at once; and commands made at random. */
#ifndef MECLIS_UNIT_MEETING_PLAY_H
#define MECLIS_UNIT_MEETING_PLAY_H

#include "meeting/meeting.h"
#include "meeting/pile.h"
#include "meeting/sitting.h"

#include "../cmocka_all.h"

struct play {
    struct meeting *m;
    struct actor actor;
    struct now now;
    struct outcome outcome;
    struct meeting_command command;
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

/* Fills a struct with good values; refs are mostly of what there is: 1 to newest. */
void play_fill(const struct shape *shape, void *ret, uint64_t newest, uint64_t *seed);

#endif
