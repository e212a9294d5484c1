#include "front/audience.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

struct player {
    uint64_t who, meeting;
    int64_t until_us;         /* boot clock; 0: nobody was here */
    int64_t picture_until_us; /* until then `rendition` is of a picture */
    char rendition[16];
};

struct audience {
    pthread_mutex_t lock;
    struct player players[AUDIENCE_SLOTS];
};

int audience_create(struct audience **ret)
{
    struct audience *a = calloc(1, sizeof *a);
    if (!a)
        return -ENOMEM;
    pthread_mutex_init(&a->lock, NULL);
    *ret = a;
    return 0;
}

void audience_destroy(struct audience *a)
{
    if (!a)
        return;
    pthread_mutex_destroy(&a->lock);
    free(a);
}

/* The player's place, or a free one; NULL: there is none. */
static struct player *place_of(struct audience *a, uint64_t who, int64_t now_us)
{
    struct player *empty = NULL;
    for (unsigned i = 0; i < AUDIENCE_PROBES; i++) {
        struct player *p = &a->players[((who >> 20) + i) % AUDIENCE_SLOTS];
        if (p->until_us > now_us && p->who == who)
            return p;
        if (p->until_us <= now_us && !empty)
            empty = p;
    }
    return empty;
}

void audience_see(struct audience *a, const struct audience_seen *seen)
{
    pthread_mutex_lock(&a->lock);
    struct player *p = place_of(a, seen->who, seen->now_us);
    if (p && p->until_us <= seen->now_us)
        *p = (struct player){.who = seen->who, .meeting = seen->meeting};
    if (p) {
        p->until_us = seen->now_us + seen->for_us;
        if (seen->picture || p->picture_until_us <= seen->now_us) {
            size_t size = strnlen(seen->rendition, sizeof p->rendition - 1);
            memcpy(p->rendition, seen->rendition, size);
            p->rendition[size] = 0;
        }
        if (seen->picture)
            p->picture_until_us = p->until_us;
    }
    pthread_mutex_unlock(&a->lock);
}

struct front_watching *audience_entry(struct front_watching *entries, int max, int *count,
                                      const char *rendition)
{
    for (int i = 0; i < *count; i++)
        if (strcmp(entries[i].rendition, rendition) == 0)
            return &entries[i];
    if (*count == max)
        return NULL;
    struct front_watching *e = &entries[(*count)++];
    *e = (struct front_watching){.media = 0};
    memcpy(e->rendition, rendition, strnlen(rendition, sizeof e->rendition - 1));
    return e;
}

int64_t audience_count(struct audience *a, uint64_t meeting, int64_t now_us,
                       struct front_watching *entries, int max, int *count)
{
    int64_t all = 0;
    pthread_mutex_lock(&a->lock);
    for (int i = 0; i < AUDIENCE_SLOTS; i++) {
        const struct player *p = &a->players[i];
        if (p->until_us <= now_us || (meeting && p->meeting != meeting))
            continue;
        all++;
        struct front_watching *e = max ? audience_entry(entries, max, count, p->rendition) : NULL;
        if (e)
            e->hls++;
    }
    pthread_mutex_unlock(&a->lock);
    return all;
}
