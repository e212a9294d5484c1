#include "front/events_private.h"

#include <errno.h>
#include <string.h>

#define FIRST_SLOTS 64
#define NO_SLOT UINT32_MAX
#define MAX_SLOTS (1u << 24)

int events_hub_create(struct net *n, struct events_hub **ret)
{
    struct events_hub *h = calloc(1, sizeof *h);
    if (!h)
        return -ENOMEM;
    h->net = n;
    h->first_free = NO_SLOT;
    list_init(&h->audiences);
    *ret = h;
    return 0;
}

void events_hub_destroy(struct events_hub *h)
{
    if (!h)
        return;
    list_for_each_safe (pos, &h->audiences) {
        struct events_audience *a = list_entry(pos, struct events_audience, node);
        for (int i = 0; i < FRONT_CLASSES; i++)
            events_ring_finish(&a->classes[i].ring);
        free(a);
    }
    free(h->slots);
    free(h);
}

static int grow(struct events_hub *h)
{
    uint32_t room = h->slot_room ? h->slot_room * 2 : FIRST_SLOTS;
    struct events_slot *slots = room <= MAX_SLOTS ? realloc(h->slots, room * sizeof *slots) : NULL;
    if (!slots)
        return -ENOMEM;
    h->slots = slots;
    h->slot_room = room;
    return 0;
}

static unsigned thread_number(const struct net *n)
{
    unsigned i = 0;
    while (n->front->nets[i] != n)
        i++;
    return i;
}

/* Thread (8 bits), slot (24), generation (32): never 0, for generations begin with 1. */
uint64_t events_hub_enter(struct events_hub *h, struct peer *p)
{
    uint32_t i = h->first_free;
    if (i != NO_SLOT) {
        h->first_free = h->slots[i].next_free;
    } else {
        if (h->slot_count == h->slot_room && grow(h) < 0)
            return 0;
        i = h->slot_count++;
        h->slots[i].generation = 1;
    }
    h->slots[i].peer = p;
    p->slot = i;
    return (uint64_t)thread_number(h->net) << 56 | (uint64_t)i << 32 | h->slots[i].generation;
}

void events_hub_leave(struct events_hub *h, struct peer *p)
{
    struct events_slot *s = &h->slots[p->slot];
    s->peer = NULL;
    if (++s->generation == 0)
        s->generation = 1;
    s->next_free = h->first_free;
    h->first_free = p->slot;
}

struct peer *events_hub_find(const struct events_hub *h, uint64_t peer)
{
    uint32_t i = (uint32_t)(peer >> 32) & (MAX_SLOTS - 1);
    if (i >= h->slot_count || h->slots[i].generation != (uint32_t)peer)
        return NULL;
    return h->slots[i].peer;
}

struct events_audience *events_hub_audience(struct events_hub *h, const char *meeting)
{
    list_for_each (pos, &h->audiences) {
        struct events_audience *a = list_entry(pos, struct events_audience, node);
        if (strcmp(a->meeting, meeting) == 0)
            return a;
    }
    struct events_audience *a = calloc(1, sizeof *a);
    if (!a)
        return NULL;
    memcpy(a->meeting, meeting, strlen(meeting) + 1);
    for (int i = 0; i < FRONT_CLASSES; i++) {
        events_ring_init(&a->classes[i].ring);
        list_init(&a->classes[i].due);
        list_init(&a->classes[i].idle);
    }
    list_append(&h->audiences, &a->node);
    return a;
}
