#include "publisher_memory.h"

#include <errno.h>
#include <stdlib.h>

void memory_init(struct memory *m, int64_t max_us, size_t max_bytes)
{
    *m = (struct memory){.max_us = max_us, .max_bytes = max_bytes};
    list_init(&m->fragments);
    list_init(&m->inits);
}

static struct memory_fragment *fragment_at(const struct list *node)
{
    return list_entry(node, struct memory_fragment, node);
}

static struct memory_init *init_at(const struct list *node)
{
    return list_entry(node, struct memory_init, node);
}

static void forget_fragment(struct memory *m, struct memory_fragment *e)
{
    list_remove(&e->node);
    m->bytes -= memory_cost(&e->fragment);
    bytes_unref(e->fragment.bytes);
    free(e);
}

static void forget_init(struct memory_init *e)
{
    list_remove(&e->node);
    bytes_unref(e->init.bytes);
    free(e);
}

void memory_finish(struct memory *m)
{
    list_for_each_safe (node, &m->fragments)
        forget_fragment(m, fragment_at(node));
    list_for_each_safe (node, &m->inits)
        forget_init(init_at(node));
}

size_t memory_cost(const struct fragment *f)
{
    return f->bytes->size + sizeof(struct memory_fragment);
}

int memory_add_fragment(struct memory *m, const struct fragment *f)
{
    struct memory_fragment *e = calloc(1, sizeof *e);
    if (!e)
        return -ENOMEM;
    e->serial = ++m->last_fragment;
    e->fragment = *f;
    bytes_ref(f->bytes);
    list_append(&m->fragments, &e->node);
    m->bytes += memory_cost(f);
    return 0;
}

/* Forgets the inits that no fragment kept, and no later one, can need: those older than the newest
 * of their track and than what the track's oldest fragment names. */
static void forget_old_inits(struct memory *m)
{
    uint32_t oldest[TRACK_MAX + 1] = {0}, newest[TRACK_MAX + 1] = {0};
    list_for_each (node, &m->fragments) {
        const struct fragment *f = &fragment_at(node)->fragment;
        if (!oldest[f->track])
            oldest[f->track] = f->init;
    }
    list_for_each (node, &m->inits)
        newest[init_at(node)->init.track] = init_at(node)->init.number;
    list_for_each_safe (node, &m->inits) {
        const struct track_init *init = &init_at(node)->init;
        uint32_t needed = oldest[init->track];
        if (init->number < newest[init->track] && (!needed || init->number < needed))
            forget_init(init_at(node));
    }
}

int memory_add_init(struct memory *m, const struct track_init *init)
{
    struct memory_init *e = calloc(1, sizeof *e);
    if (!e)
        return -ENOMEM;
    e->serial = ++m->last_init;
    e->init = *init;
    bytes_ref(init->bytes);
    list_append(&m->inits, &e->node);
    forget_old_inits(m);
    return 0;
}

void memory_trim(struct memory *m)
{
    if (list_empty(&m->fragments))
        return;
    int64_t newest = fragment_time_us(&fragment_at(m->fragments.prev)->fragment);
    list_for_each_safe (node, &m->fragments) {
        struct memory_fragment *e = fragment_at(node);
        if (m->bytes <= m->max_bytes && newest - fragment_time_us(&e->fragment) <= m->max_us)
            break;
        forget_fragment(m, e);
    }
}

const struct memory_fragment *memory_fragment_after(const struct memory *m, uint64_t serial)
{
    /* From the newest back: whoever asks is nearly always close to it. */
    const struct memory_fragment *found = NULL;
    for (const struct list *node = m->fragments.prev; node != &m->fragments; node = node->prev) {
        if (fragment_at(node)->serial <= serial)
            break;
        found = fragment_at(node);
    }
    return found;
}

const struct memory_init *memory_init_after(const struct memory *m, uint64_t serial)
{
    list_for_each (node, &m->inits) {
        if (init_at(node)->serial > serial)
            return init_at(node);
    }
    return NULL;
}
