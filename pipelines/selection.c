#include "selection.h"

#include <limits.h>
#include <string.h>

static struct selection_source *find(struct selection *s, const char *id)
{
    for (int i = 0; i < s->count; i++)
        if (!strcmp(s->sources[i].id, id))
            return &s->sources[i];
    return NULL;
}

static bool lives(const struct selection_source *source)
{
    return source->since_ns != 0;
}

static bool steady(const struct selection_source *source, int64_t now_ns)
{
    bool lately = source->fell_ns && source->since_ns - source->fell_ns < SELECTION_LATELY_NS;
    return now_ns - source->since_ns >= (lately ? SELECTION_STEADY_AGAIN_NS : SELECTION_STEADY_NS);
}

static void fall(struct selection_source *source, int64_t now_ns)
{
    if (!lives(source))
        return;
    source->since_ns = 0;
    source->fell_ns = now_ns;
}

void selection_delivered(struct selection *s, const char *id, int64_t now_ns)
{
    struct selection_source *source = find(s, id);
    if (!source)
        return;
    source->last_ns = now_ns;
    if (!lives(source))
        source->since_ns = now_ns;
}

void selection_pictured(struct selection *s, const char *id, int64_t now_ns)
{
    struct selection_source *source = find(s, id);
    if (source)
        source->picture_ns = now_ns;
}

void selection_broke_off(struct selection *s, const char *id, int64_t now_ns)
{
    struct selection_source *source = find(s, id);
    if (source)
        fall(source, now_ns);
}

/* The lower the better; a selected source is before all. */
static int64_t rank(const struct selection *s, const struct selection_source *source)
{
    return s->selected[0] && !strcmp(s->selected, source->id) ? INT64_MIN : source->priority;
}

static bool has_picture(const struct selection_source *source, int64_t now_ns)
{
    return source->picture_ns && now_ns - source->picture_ns <= SELECTION_DEAD_NS;
}

/* The best of those that live, `but` apart (NULL: of all), where `current` is the choice so far. */
static const struct selection_source *choose(struct selection *s, const char *current,
                                             const struct selection_source *but, int64_t now_ns)
{
    const struct selection_source *best = current[0] ? find(s, current) : NULL;
    if (best && (!lives(best) || best == but || (but && !has_picture(best, now_ns))))
        best = NULL;
    bool replaces = best != NULL;
    for (int i = 0; i < s->count; i++) {
        const struct selection_source *source = &s->sources[i];
        if (source == but || !lives(source) || (but && !has_picture(source, now_ns)) ||
            (replaces && !steady(source, now_ns)))
            continue;
        if (!best || rank(s, source) < rank(s, best))
            best = source;
    }
    return best;
}

bool selection_decide(struct selection *s, int64_t now_ns)
{
    for (int i = 0; i < s->count; i++)
        if (now_ns - s->sources[i].last_ns > SELECTION_DEAD_NS)
            fall(&s->sources[i], now_ns);

    const struct selection_source *best = choose(s, s->on_air, NULL, now_ns);
    const struct selection_source *second = best ? choose(s, s->beside, best, now_ns) : NULL;
    const char *id = best ? best->id : "";
    bool changed = strcmp(id, s->on_air) != 0;
    memcpy(s->on_air, id, strlen(id) + 1);
    id = second ? second->id : "";
    memcpy(s->beside, id, strlen(id) + 1);
    return changed;
}

void selection_set_sources(struct selection *s, const struct spec *spec)
{
    struct selection old = *s;
    s->count = spec->source_count;
    for (int i = 0; i < s->count; i++) {
        const struct spec_source *from = &spec->sources[i];
        struct selection_source *to = &s->sources[i];
        const struct selection_source *known = find(&old, from->id);
        if (known)
            *to = *known;
        else
            memset(to, 0, sizeof(*to));
        memcpy(to->id, from->id, sizeof(to->id));
        to->priority = from->priority;
    }
    if (!find(s, s->on_air))
        s->on_air[0] = 0;
    if (!find(s, s->beside))
        s->beside[0] = 0;
}
