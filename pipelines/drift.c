#include "drift.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SECOND_NS 1000000000
/* A second this far from the line may be a step of the delay; so many in a row are. */
#define STEP_NS 8000000
#define STEP_SECONDS 4
#define PAIRS (DRIFT_SECONDS * (DRIFT_SECONDS - 1) / 2)

void drift_init(struct drift *d)
{
    memset(d, 0, sizeof *d);
}

/* The middle value, by quickselect: sorting thousands of slopes each second is too dear. Moves them
 * about. */
static double median(double *values, int count)
{
    int low = 0, high = count - 1, middle = count / 2;
    while (low < high) {
        double pivot = values[(low + high) / 2];
        int i = low, j = high;
        while (i <= j) {
            while (values[i] < pivot)
                i++;
            while (values[j] > pivot)
                j--;
            if (i > j)
                break;
            double swap = values[i];
            values[i++] = values[j];
            values[j--] = swap;
        }
        if (middle <= j)
            high = j;
        else if (middle >= i)
            low = i;
        else
            break;
    }
    return values[middle];
}

static void fit(struct drift *d)
{
    double *slopes = malloc(PAIRS * sizeof *slopes);
    if (!slopes)
        return;
    int count = 0;
    for (int i = 0; i < d->count; i++) {
        for (int j = i + 1; j < d->count; j++)
            slopes[count++] = (double)(d->level[j] - d->level[i]) / (double)(d->at[j] - d->at[i]);
    }
    double slope = median(slopes, count);
    double limit = DRIFT_MAX_PPM * 1e-6;
    slope = fmin(fmax(slope, -limit), limit);
    for (int i = 0; i < d->count; i++)
        slopes[i] = (double)(d->level[i] - d->level[0]) - slope * (double)(d->at[i] - d->at[0]);
    d->line_level = median(slopes, d->count);
    d->ppm = -slope * 1e6;
    for (int i = 0; i < d->count; i++)
        slopes[i] = fabs(slopes[i] - d->line_level);
    /* A median deviation is two thirds of a standard one; N values evenly spread over a span. */
    double wavering = 1.5 * median(slopes, d->count);
    double span = (double)(d->at[d->count - 1] - d->at[0]);
    d->sure = wavering * sqrt(12.0 / d->count) / span < DRIFT_SURE_PPM * 1e-6;
    free(slopes);
}

/* The newest STEP_SECONDS are all on one side: the older ones move over to them. */
static void take_step(struct drift *d)
{
    double by[STEP_SECONDS];
    int first = d->count - STEP_SECONDS;
    for (int i = 0; i < STEP_SECONDS; i++)
        by[i] = (double)(d->level[first + i] - drift_level(d, d->at[first + i]));
    int64_t step = (int64_t)median(by, STEP_SECONDS);
    for (int i = 0; i < first; i++)
        d->level[i] += step;
    d->stepped = 0;
    d->steps++;
}

static void complete_second(struct drift *d)
{
    bool known = drift_known(d);
    if (d->count == DRIFT_SECONDS) {
        /* The line is told relative to the oldest second, which goes. */
        int64_t level = drift_level(d, d->at[1]);
        memmove(d->at, d->at + 1, (DRIFT_SECONDS - 1) * sizeof d->at[0]);
        memmove(d->level, d->level + 1, (DRIFT_SECONDS - 1) * sizeof d->level[0]);
        d->line_level = (double)(level - d->level[0]);
        d->count--;
    }
    d->at[d->count] = d->second_at;
    d->level[d->count] = d->second_level;
    d->count++;
    if (known) {
        int64_t away = d->second_level - drift_level(d, d->second_at);
        int side = away > STEP_NS ? 1 : away < -STEP_NS ? -1 : 0;
        d->stepped = side == 0 || d->stepped * side < 0 ? side : d->stepped + side;
        if (abs(d->stepped) >= STEP_SECONDS)
            take_step(d);
    }
    if (d->count >= DRIFT_MIN_SECONDS)
        fit(d);
}

bool drift_add(struct drift *d, int64_t arrival_ns, int64_t pts_ns)
{
    bool completed = false;
    int64_t level = arrival_ns - pts_ns;
    if (d->gathering && arrival_ns - d->second_began >= SECOND_NS) {
        complete_second(d);
        d->gathering = false;
        completed = true;
    }
    if (!d->gathering || level < d->second_level) {
        if (!d->gathering)
            d->second_began = arrival_ns;
        d->second_at = arrival_ns;
        d->second_level = level;
        d->gathering = true;
    }
    return completed;
}

bool drift_known(const struct drift *d)
{
    return d->count >= DRIFT_MIN_SECONDS && d->sure;
}

double drift_ppm(const struct drift *d)
{
    return drift_known(d) ? d->ppm : 0;
}

int64_t drift_level(const struct drift *d, int64_t at_ns)
{
    return d->level[0] + (int64_t)(d->line_level - d->ppm * 1e-6 * (double)(at_ns - d->at[0]));
}
