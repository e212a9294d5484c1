#include "media/fragment.h"

static int64_t scale(int64_t value, int64_t to, int64_t from)
{
    __int128 product = (__int128)value * to;
    __int128 half = from / 2;
    return (int64_t)((product >= 0 ? product + half : product - half) / from);
}

int64_t ticks_to_us(int64_t ticks, uint32_t timescale)
{
    return scale(ticks, 1000000, timescale);
}

int64_t us_to_ticks(int64_t us, uint32_t timescale)
{
    return scale(us, timescale, 1000000);
}

int64_t fragment_time_us(const struct fragment *f)
{
    return ticks_to_us(f->dts + f->cts, f->timescale);
}

uint64_t segment_number(int64_t time_us, int64_t grid_us)
{
    return time_us < 0 ? 0 : (uint64_t)(time_us / grid_us);
}
