/* The pace: when a viewer is to go down a rendition, jump ahead, come up again, or be let go. Pure.
 *
 * How far it is behind comes from what its socket has not taken and from what it reports to have
 * received, since a proxy in front hides the socket's truth. */
#ifndef MECLIS_FRONT_PACE_H
#define MECLIS_FRONT_PACE_H

#include <stdbool.h>
#include <stdint.h>

/* Behind by more is too slow; a viewer within this is keeping up. */
#define PACE_SLOW_US 1000000
#define PACE_GOOD_US 300000

/* So far behind, it does not wait for a keyframe any more, nor stay where a jump does not help. */
#define PACE_LOST_US 3000000

/* After joining, a change or a jump, its first seconds do not count. */
#define PACE_SETTLE_US 3000000

/* It keeps up for so long before it comes up again; doubled each time that was too much. */
#define PACE_UP_US 15000000
#define PACE_UP_MAX_US 240000000
#define PACE_RELAPSE_US 30000000

/* Jumps within a minute after which it is let go; those that did not help count too. */
#define PACE_MAX_JUMPS 8

enum pace_action { PACE_STAY = 1, PACE_DOWN, PACE_UP, PACE_JUMP };

struct pace {
    int64_t settle_until_us, good_since_us, up_wait_us, came_up_us;
    int64_t reported_us, reported_at_us; /* behind by, when */
    int64_t jumps_since_us;
    int jumps;
};

/* Times are of the boot clock. */
void pace_init(struct pace *p, int64_t now_us);
void pace_report(struct pace *p, int64_t now_us, int64_t behind_us);

/* `changing`: it was told to change and waits for the keyframe. */
enum pace_action pace_judge(struct pace *p, int64_t now_us, int64_t behind_us, bool can_go_down,
                            bool can_go_up, bool changing);

/* It has changed rendition for another reason. */
void pace_settle(struct pace *p, int64_t now_us);

/* It was to jump, and did, or there was nothing newer to jump to: what it lacks waits in a proxy's
 * buffers, or its line does not carry even this. Far behind, that counts as a jump: a connection of
 * its own anew begins with empty buffers. `behind_us`: by all that is known. Returns false when
 * that was once too often. */
bool pace_jumped(struct pace *p, int64_t now_us, bool did, int64_t behind_us);

/* How far behind it is by all that is known. */
int64_t pace_behind_us(const struct pace *p, int64_t now_us, int64_t behind_us);

#endif
