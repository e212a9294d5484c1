#include "media/late.h"

void late_change(struct late *l, int64_t from_us, int64_t delay_us)
{
    size_t n = l->count;
    if (delay_us == (n ? l->list[n - 1].delay_us : 0))
        return;
    if (n && from_us < l->list[n - 1].from_us)
        from_us = l->list[n - 1].from_us;
    if (n == LATE_MAX)
        n--;
    l->list[n].from_us = from_us;
    l->list[n].delay_us = delay_us;
    l->count = n + 1;
}

int64_t late_seen(const struct late *l, int64_t at_us)
{
    if (at_us == INT64_MAX)
        return at_us;
    if (l->count == 0 || at_us < l->list[0].from_us)
        return at_us;
    for (size_t i = 0; i < l->count; i++) {
        int64_t from = l->list[i].from_us, seen = at_us + l->list[i].delay_us;
        int64_t to = i + 1 < l->count ? l->list[i + 1].from_us : INT64_MAX;
        if (seen < from)
            seen = from;
        if (seen < to)
            return seen;
    }
    return at_us;
}
