/* How fast a sender's clock runs against ours, from when its time stamps arrive.
 *
 * arrival - pts falls when the sender's clock is fast. Delay only ever adds to it, so the least of
 * each second is what to look at (the lower envelope); a Theil–Sen line through the last
 * DRIFT_SECONDS of these is blind to a third of them being wrong. A lasting step of the path's
 * delay moves the older ones along and leaves the slope. Pure; nanoseconds. */
#ifndef MECLIS_PIPELINES_DRIFT_H
#define MECLIS_PIPELINES_DRIFT_H

#include <stdbool.h>
#include <stdint.h>

#define DRIFT_SECONDS 90
/* With fewer the slope says nothing; with more it does when its standard error is below
 * DRIFT_SURE_PPM, which takes the longer the more the least of a second wavers. */
#define DRIFT_MIN_SECONDS 20
#define DRIFT_SURE_PPM 40.0
/* No clock is worse than this; what seems so is something else. */
#define DRIFT_MAX_PPM 500.0

struct drift {
    bool sure;                    /* the slope is worth using */
    int count;                    /* seconds held */
    int64_t at[DRIFT_SECONDS];    /* arrival, the oldest first */
    int64_t level[DRIFT_SECONDS]; /* arrival - pts, the second's least */
    int64_t second_began;         /* arrival; of the second that is gathered now */
    int64_t second_at, second_level;
    bool gathering;
    int stepped;       /* seconds in a row away from the line, signed by the side */
    int steps;         /* of the path's delay that were seen */
    double ppm;        /* the sender's clock is so much faster than ours */
    double line_level; /* the line over level[0], at at[0] */
};

void drift_init(struct drift *d);

/* One time stamp. Returns whether a second was completed, so that the estimate is new. */
bool drift_add(struct drift *d, int64_t arrival_ns, int64_t pts_ns);

/* Whether there is an estimate; the sender's speed, and the level that the line has at a time. */
bool drift_known(const struct drift *d);
double drift_ppm(const struct drift *d);
int64_t drift_level(const struct drift *d, int64_t at_ns);

#endif
