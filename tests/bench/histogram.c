#include "histogram.h"

#include <string.h>

void histogram_clear(struct histogram *h)
{
    memset(h, 0, sizeof *h);
    h->least_us = INT64_MAX;
}

/* Below 64 each microsecond has its cell; beyond, the highest seven bits choose it. */
static int cell_of(int64_t us)
{
    uint64_t v = us < 0 ? 0 : (uint64_t)us;
    if (v < HISTOGRAM_STEPS)
        return (int)v;
    int power = 63 - __builtin_clzll(v) - 6;
    int cell = (power + 1) * HISTOGRAM_STEPS + (int)((v >> power) - HISTOGRAM_STEPS);
    int last = HISTOGRAM_STEPS * HISTOGRAM_POWERS - 1;
    return cell < last ? cell : last;
}

static int64_t start_of(int cell)
{
    if (cell < HISTOGRAM_STEPS)
        return cell;
    int power = cell / HISTOGRAM_STEPS - 1;
    return (int64_t)(HISTOGRAM_STEPS + cell % HISTOGRAM_STEPS) << power;
}

void histogram_add(struct histogram *h, int64_t us)
{
    h->count++;
    h->cells[cell_of(us)]++;
    if (us > h->most_us)
        h->most_us = us;
    if (us < h->least_us)
        h->least_us = us;
}

int64_t histogram_share(const struct histogram *h, double share)
{
    uint64_t wanted = (uint64_t)((double)h->count * share), seen = 0;
    for (int i = 0; i < HISTOGRAM_STEPS * HISTOGRAM_POWERS && h->count; i++) {
        seen += h->cells[i];
        if (seen > wanted || (seen == h->count && seen == wanted))
            return start_of(i);
    }
    return h->count ? h->most_us : -1;
}
