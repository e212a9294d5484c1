#include "app/listing.h"

#include "app/broadcast.h"
#include "app/hall.h"
#include "meeting/sitting.h"

#include <stdlib.h>
#include <string.h>

const char *listing_title(const struct broadcast *b)
{
    const struct sitting *s = meeting_sitting(hall_outline(b->hall));
    return s->title[0] ? s->title : b->config->title;
}

static bool is_listed(const struct broadcast *b)
{
    return !b->own_config || b->state.state != BROADCAST_IDLE ||
           meeting_sitting(hall_outline(b->hall))->state != MEETING_DRAFT;
}

static int place_of(const struct broadcast *b)
{
    return b->state.state == BROADCAST_LIVE ? 0 : b->state.state == BROADCAST_IDLE ? 1 : 2;
}

/* When it is or was; one that nobody said anything of comes after the others. */
static int64_t time_of(const struct broadcast *b)
{
    const struct sitting *s = meeting_sitting(hall_outline(b->hall));
    int64_t time = s->opened_utc_us ? s->opened_utc_us : s->starts_utc_us;
    if (b->state.state == BROADCAST_ENDED)
        return time ? time : b->state.utc_offset_us;
    return time ? time : INT64_MAX;
}

static int compare(const void *left, const void *right)
{
    const struct broadcast *a = *(const struct broadcast *const *)left,
                           *b = *(const struct broadcast *const *)right;
    int place = place_of(a) - place_of(b);
    if (place)
        return place;
    int64_t at = time_of(a), bt = time_of(b);
    int later = (at > bt) - (at < bt);
    if (later)
        return a->state.state == BROADCAST_ENDED ? -later : later;
    return strcmp(a->config->id, b->config->id);
}

size_t listing_take(const struct core *c, bool drafts, const struct broadcast **ret)
{
    size_t count = 0;
    for (int i = 0; i < c->broadcast_count; i++) {
        if (drafts || is_listed(c->broadcasts[i]))
            ret[count++] = c->broadcasts[i];
    }
    qsort(ret, count, sizeof *ret, compare);
    return count;
}
