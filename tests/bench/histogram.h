/* How often which delay was seen: 64 steps for each power of two, so a percentile is right to 1.6 %
 * and nothing grows. */
#ifndef MECLIS_BENCH_HISTOGRAM_H
#define MECLIS_BENCH_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_STEPS 64
#define HISTOGRAM_POWERS 34

struct histogram {
    uint64_t count;
    int64_t most_us, least_us;
    uint32_t cells[HISTOGRAM_STEPS * HISTOGRAM_POWERS];
};

void histogram_clear(struct histogram *h);
void histogram_add(struct histogram *h, int64_t us);

/* Below which this share (0 to 1) lies, microseconds; -1: nothing was seen. */
int64_t histogram_share(const struct histogram *h, double share);

#endif
