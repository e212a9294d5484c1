/* The queue's order: one, the same on every screen, so it is computed here and nowhere else. */
#include "meeting/state.h"

#include <string.h>

/* What a request waits behind: its precedence, then the desk's own order, then when it came. */
static bool goes_before(const struct request *a, const struct request *b)
{
    if (a->precedence != b->precedence)
        return a->precedence < b->precedence;
    if (a->place != b->place)
        return a->place && (!b->place || a->place < b->place);
    return a->head.seq < b->head.seq;
}

static size_t waiting(const struct meeting *m, const struct request *ret[FLOOR_MAX_WAITING])
{
    size_t count = 0;
    for (size_t i = 0; i < pile_count(m, PILE_REQUEST) && count < FLOOR_MAX_WAITING; i++) {
        const struct request *r = pile_at(m, PILE_REQUEST, i);
        if (r->state != REQUEST_WAITING)
            continue;
        size_t at = count++;
        for (; at > 0 && goes_before(r, ret[at - 1]); at--)
            ret[at] = ret[at - 1];
        ret[at] = r;
    }
    return count;
}

static const char *group_of(const struct meeting *m, uint64_t person)
{
    const struct person *p = pile_find(m, PILE_PERSON, person);
    return p ? p->is.group : "";
}

/* Whether two people count as of one group: those without one are each their own. */
static bool one_group(const char *a, const char *b)
{
    return *a && strcmp(a, b) == 0;
}

/* From `at` on, brings the first of another group than the last speaker's to the front. */
static void alternate(const struct meeting *m, const struct request **queue, size_t count,
                      size_t at, const char *last)
{
    size_t next = at;
    while (next < count && queue[next]->precedence == queue[at]->precedence &&
           one_group(last, group_of(m, queue[next]->person)))
        next++;
    if (next == count || queue[next]->precedence != queue[at]->precedence)
        return; /* nobody else waits */
    const struct request *chosen = queue[next];
    memmove(queue + at + 1, queue + at, (next - at) * sizeof *queue);
    queue[at] = chosen;
}

size_t floor_order(const struct meeting *m, int64_t now_utc_us,
                   const struct request *ret[FLOOR_MAX_WAITING])
{
    size_t count = waiting(m, ret);
    if (!body_number(m, RULE_ALTERNATING, now_utc_us))
        return count;
    size_t turns = pile_count(m, PILE_TURN);
    const struct turn *spoke = turns ? pile_at(m, PILE_TURN, turns - 1) : NULL;
    const char *last = spoke ? group_of(m, spoke->person) : "";
    for (size_t i = 0; i < count; i++) {
        if (!ret[i]->place) /* what the desk put stays */
            alternate(m, ret, count, i, last);
        last = group_of(m, ret[i]->person);
    }
    return count;
}
