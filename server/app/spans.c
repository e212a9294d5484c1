#include "app/spans.h"

#include "meeting/agenda.h"
#include "meeting/floor.h"
#include "meeting/question.h"
#include "meeting/vote.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What everybody may have of the pile; NULL for what is somebody's alone. */
static const void *seen(const struct meeting *m, enum pile pile, const void *thing)
{
    const struct actor public = hall_nobody(FRONT_PUBLIC);
    return thing && pile_sees(m, pile, thing, &public) ? thing : NULL;
}

static int compare(const void *left, const void *right)
{
    const struct span_of_item *a = left, *b = right;
    return (a->from_us > b->from_us) - (a->from_us < b->from_us);
}

size_t spans_of_items(struct hall *h, struct span_of_item **ret)
{
    const struct meeting *m = hall_meeting(h);
    size_t all = pile_count(m, PILE_SPAN), count = 0;
    struct span_of_item *list = all ? calloc(all, sizeof *list) : NULL;
    for (size_t i = 0; list && i < all; i++) {
        const struct span *s = seen(m, PILE_SPAN, pile_at(m, PILE_SPAN, i));
        const struct item *item = s ? seen(m, PILE_ITEM, agenda_item(m, s->item)) : NULL;
        if (!item)
            continue;
        struct span_of_item *to = &list[count++];
        *to = (struct span_of_item){.from_us = late_seen(&h->late, s->from_media_us),
                                    .to_us =
                                        s->over ? late_seen(&h->late, s->to_media_us) : INT64_MAX,
                                    .item = s->item};
        memcpy(to->number, item->is.number, sizeof to->number);
        memcpy(to->title, item->is.title, sizeof to->title);
    }
    if (count)
        qsort(list, count, sizeof *list, compare);
    *ret = list;
    return count;
}

static int find_item(struct hall *h, const char *number, int place, int64_t *ret_from_us,
                     int64_t *ret_to_us)
{
    struct span_of_item *list;
    size_t count = spans_of_items(h, &list);
    int r = -ENOENT;
    for (size_t i = 0; i < count && r < 0; i++) {
        if (strcmp(list[i].number, number) != 0 || --place > 0)
            continue;
        *ret_from_us = list[i].from_us;
        *ret_to_us = list[i].to_us;
        r = 0;
    }
    free(list);
    return r;
}

static int find_thing(const struct meeting *m, enum span_what what, uint64_t seq,
                      int64_t *ret_from_us, int64_t *ret_to_us)
{
    static const enum pile piles[] = {
        [SPAN_TURN] = PILE_TURN, [SPAN_QUESTION] = PILE_QUESTION, [SPAN_VOTE] = PILE_VOTE};
    const void *thing = seen(m, piles[what], pile_find(m, piles[what], seq));
    if (!thing)
        return -ENOENT;
    const struct turn *t = thing;
    const struct question *q = thing;
    const struct vote *v = thing;
    bool begun = what == SPAN_TURN       ? t->started
                 : what == SPAN_QUESTION ? q->put_media_us > 0
                                         : v->from_media_us > 0;
    int64_t from = what == SPAN_TURN       ? t->from_media_us
                   : what == SPAN_QUESTION ? q->put_media_us
                                           : v->from_media_us;
    int64_t to = what == SPAN_TURN       ? (t->over ? t->to_media_us : 0)
                 : what == SPAN_QUESTION ? q->answered_media_us
                                         : v->to_media_us;
    if (!begun)
        return -ENOENT;
    *ret_from_us = from;
    *ret_to_us = to ? to : INT64_MAX;
    return 0;
}

int spans_find(struct hall *h, enum span_what what, const char *name, int place,
               int64_t *ret_from_us, int64_t *ret_to_us)
{
    if (h->broken)
        return -ENOENT;
    if (what == SPAN_ITEM)
        return find_item(h, name, place, ret_from_us, ret_to_us);
    char *end;
    errno = 0;
    uint64_t seq = strtoull(name, &end, 10);
    if (errno || *end || end == name)
        return -ENOENT;
    int64_t from_us, to_us;
    int r = find_thing(hall_meeting(h), what, seq, &from_us, &to_us);
    if (r < 0)
        return r;
    *ret_from_us = late_seen(&h->late, from_us);
    *ret_to_us = late_seen(&h->late, to_us);
    return 0;
}
