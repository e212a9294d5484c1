/* Who watches by HLS: players that fetched media of late. Of all net threads together, since a
 * player's connections may meet several of them. Any thread; its lock is held for a look at the
 * table and never waits for anything.
 *
 * A player is an address (of IPv6: its /64), a program and a meeting: two alike behind one address
 * are one. What was sent counts, a segment or a part, not what was asked about: a player that has
 * stopped, or whose tab is asleep, at most has its playlist looked at. */
#ifndef MECLIS_FRONT_AUDIENCE_H
#define MECLIS_FRONT_AUDIENCE_H

#include "base/cleanup.h"
#include "front/front.h"

/* Places for players, and how many of them one may be in; who finds none is not counted. */
#define AUDIENCE_SLOTS 16384
#define AUDIENCE_PROBES 16

/* So long after its last media it still watches, or two segments where those are longer. */
#define AUDIENCE_US 10000000

struct audience;

/* Returns 0 or -ENOMEM. */
int audience_create(struct audience **ret);
void audience_destroy(struct audience *a);

struct audience_seen {
    uint64_t who;           /* a hash of the player and the meeting */
    uint64_t meeting;       /* a hash */
    const char *rendition;  /* the track's name */
    bool picture;           /* else sound: only who fetches nothing else watches that */
    int64_t now_us, for_us; /* boot clock; so long it counts */
};

void audience_see(struct audience *a, const struct audience_seen *seen);

/* Adds the meeting's players to `hls` of the rendition's entry, made where there is none.
 * `meeting` 0: all meetings'. Returns how many there are; those beyond `max` entries count too. */
int64_t audience_count(struct audience *a, uint64_t meeting, int64_t now_us,
                       struct front_watching *entries, int max, int *count);

/* The entry of that rendition, made where there is none; NULL beyond `max`. */
struct front_watching *audience_entry(struct front_watching *entries, int max, int *count,
                                      const char *rendition);

DEFINE_CLEANUP(struct audience *, audience_destroy)

#endif
