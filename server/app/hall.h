/* A meeting as it is held: its state, made from the log, and what its listeners on the events
 * socket are told of it. Core thread.
 *
 * What is told is read from the log after the commit, so that live, after a reconnect and after a
 * restart everybody is told the same. */
#ifndef MECLIS_APP_HALL_H
#define MECLIS_APP_HALL_H

#include "app/broadcast.h"
#include "app/tail.h"
#include "base/list.h"
#include "front/front_events.h"
#include "media/late.h"
#include "meeting/meeting.h"

struct principal;

struct hall {
    struct broadcast *b;
    struct meeting *held; /* by hall_meeting() or hall_outline() only */
    bool asleep;          /* it is over, and only its outline is held */
    bool used;            /* since the last tick */
    int idle_ticks;
    int64_t logged_until_us; /* media time of the events that were read */
    struct late late;        /* of the picture, as the log says what was on air; while awake */
    bool broken; /* the log holds what the state can't be made from: commands are refused */
    bool acting; /* what is told are commands' events: their effects are gathered */
    uint32_t effects;
    int64_t tried_us; /* boot clock, when it was last made anew */
    uint64_t told;    /* the newest event that the listeners were told */
    struct tail tail;
    struct list visits; /* of struct visit.node: who has said hello */
    int listeners[FRONT_CLASSES];
    uint64_t snapshot_seq[FRONT_CLASSES];
    struct bytes *snapshot[FRONT_CLASSES]; /* cached while the seq is the same */
};

/* Empty; hall_load() fills it. */
int hall_create(struct broadcast *b, struct hall **ret);
void hall_destroy(struct hall *h);

/* Reads the log, telling nobody of it: first the outline, each event of which is given to `each`
 * too; then, unless the meeting is over, all of it. Blocks. Returns 0, -ENOMEM or store_read()'s
 * error. */
int hall_load(struct hall *h, void (*each)(struct broadcast *b, const struct store_event *e));

/* The next event of the log. One that does not fit leaves the hall broken. Returns 0, -EINVAL (a
 * gap), or -ENOMEM. */
int hall_take(struct hall *h, const struct store_event *e);

/* The whole meeting. One that sleeps wakes up: a few milliseconds. */
struct meeting *hall_meeting(struct hall *h);

/* What a list of meetings needs of it, whether it sleeps or not: the sitting, the body, the agenda;
 * nothing of who spoke, asked and voted. */
const struct meeting *hall_outline(const struct hall *h);

/* It was woken for a moment: where it is over and nobody listens, it sleeps again at once. */
void hall_rest(struct hall *h);

/* Each second: one that is over and that nobody looked at for ten minutes falls asleep. */
void hall_tick(struct hall *h);

/* A batch failed after the state was changed: makes it anew from the log. */
int hall_reload(struct hall *h);

/* Whether it is whole; a broken one is tried again now and then. */
bool hall_mend(struct hall *h);

/* Something outside of the meeting's commands was logged: takes it into the state and tells it. */
void hall_follow(struct hall *h);

/* Commands were committed: tells the listeners, and does what they bring about. */
void hall_committed(struct hall *h);

/* Whether a closed part is on, through its breaks too: no worker may run. */
bool hall_is_closed(const struct hall *h);

/* Nobody in particular of that class, for what the class may see. */
struct actor hall_nobody(enum front_class class);

/* Who somebody is here and now: in the hall, where they say so or the desk has marked them present.
 */
struct actor hall_actor(struct hall *h, const struct principal *who);
enum front_class hall_class_of(struct hall *h, const struct actor *actor);

/* Returned owned, NULL without memory; the whole state as that class sees it. */
struct bytes *hall_snapshot(struct hall *h, enum front_class class);

DEFINE_CLEANUP(struct hall *, hall_destroy)

#endif
