#include "meeting/meeting.h"

#include "meeting/state.h"

#include <errno.h>
#include <string.h>

struct meeting *meeting_create(void)
{
    struct meeting *m = calloc(1, sizeof *m);
    if (m)
        sitting_init(&m->sitting);
    return m;
}

void meeting_destroy(struct meeting *m)
{
    if (!m)
        return;
    piles_finish(m);
    free(m);
}

static int by_name(const void *key, const void *row)
{
    return strcmp(key, *(const char *const *)row);
}

const struct verb *verb_find(const char *name)
{
    _Static_assert(offsetof(struct verb, name) == 0, "by_name() reads a row's first member");
    return bsearch(name, meeting_verbs, meeting_verbs_count, sizeof *meeting_verbs, by_name);
}

const struct fact *fact_find(const char *name)
{
    _Static_assert(offsetof(struct fact, name) == 0, "by_name() reads a row's first member");
    return bsearch(name, meeting_facts, meeting_facts_count, sizeof *meeting_facts, by_name);
}

static enum meeting_refusal check(const struct meeting *m, const struct meeting_command *command,
                                  const struct actor *actor)
{
    const struct verb *verb = command->verb;
    if (!(verb->roles & actor->roles))
        return REFUSED_FORBIDDEN;
    if (!(verb->states & IN(meeting_state(m))))
        return REFUSED_WRONG_STATE;
    if (m->sitting.closed && !verb->from_outside && !meeting_sits_in_closed(m, actor))
        return REFUSED_CLOSED_PART;
    return shape_check(verb->args, command->args) ? REFUSED_BAD_ARGS : 0;
}

enum meeting_refusal meeting_decide(const struct meeting *m, const struct meeting_command *command,
                                    const struct actor *actor, const struct now *now,
                                    struct outcome *ret)
{
    ret->count = 0;
    ret->used_bytes = 0;
    enum meeting_refusal refusal = check(m, command, actor);
    if (refusal)
        return refusal;
    const struct deciding d = {.m = m, .actor = actor, .now = now, .ret = ret};
    return command->verb->decide(&d, command->args);
}

uint64_t outcome_next_seq(const struct deciding *d)
{
    return d->m->seq + d->ret->count + 1;
}

/* A pile is full a little early: a command may add to it several times, an event several things. */
static bool has_room(const struct meeting *m, uint64_t grows)
{
    for (unsigned i = 0; i < PILES; i++) {
        uint32_t spare = pile_kinds[i].cap > 1000 ? pile_kinds[i].cap / 10 : 1;
        if ((grows & PILE_BIT(i)) && pile_count(m, i) + spare >= pile_kinds[i].cap)
            return false;
    }
    return true;
}

enum meeting_refusal outcome_add(const struct deciding *d, enum fact_id id, const void *body)
{
    struct outcome *ret = d->ret;
    const struct fact *fact = &meeting_facts[id];
    size_t size = (fact->body->size + 7) & ~(size_t)7;
    if (ret->count == OUTCOME_MAX_EVENTS || ret->used_bytes + size > sizeof ret->bodies ||
        !has_room(d->m, fact->grows))
        return REFUSED_FULL;
    unsigned char *copy = ret->bodies + ret->used_bytes;
    if (fact->body->size)
        memcpy(copy, body, fact->body->size);
    ret->used_bytes += size;
    ret->events[ret->count] = (struct meeting_event){
        .seq = outcome_next_seq(d),
        .at_utc_us = d->now->utc_us,
        .media_us = d->now->media_us,
        .actor = d->actor->principal,
        .fact = fact,
        .audience = meeting_audience(d->m, fact),
        .body = copy,
    };
    ret->count++;
    return 0;
}

int meeting_apply(struct meeting *m, const struct meeting_event *event)
{
    if (event->seq != m->seq + 1)
        return -EINVAL;
    if (shape_check(event->fact->body, event->body))
        return -EBADMSG;
    int r = event->fact->apply(m, event);
    if (r == 0) {
        m->seq = event->seq;
        m->utc_us = event->at_utc_us;
    }
    return r;
}

int meeting_pass(struct meeting *m, uint64_t seq)
{
    if (seq != m->seq + 1)
        return -EINVAL;
    m->seq = seq;
    return 0;
}

int64_t meeting_utc_us(const struct meeting *m)
{
    return m->utc_us;
}

uint64_t meeting_seq(const struct meeting *m)
{
    return m->seq;
}

enum meeting_state meeting_state(const struct meeting *m)
{
    return m->sitting.state;
}

enum audience meeting_audience(const struct meeting *m, const struct fact *fact)
{
    return m->sitting.closed && !fact->always ? AUDIENCE_CLOSED : fact->audience;
}

bool meeting_sees(const struct meeting *m, const struct meeting_event *event,
                  const struct actor *actor)
{
    switch (event->audience) {
    case AUDIENCE_PUBLIC:
        return true;
    case AUDIENCE_STAFF:
        return actor->roles & ROLES_STAFF;
    case AUDIENCE_CLOSED:
        return meeting_sits_in_closed(m, actor);
    case AUDIENCE_AUTHOR: {
        const struct fact *fact = event->fact;
        const char *author = fact->author ? fact->author(m, event->body) : event->actor;
        return (actor->roles & ROLES_STAFF) || (author && strcmp(author, actor->principal) == 0);
    }
    }
    return false;
}

uint64_t meeting_digest(const struct meeting *m)
{
    uint64_t digest = SHAPE_DIGEST_START ^ m->seq;
    for (unsigned i = 0; i < SINGLES; i++)
        digest = shape_digest(single_kinds[i].shape, meeting_single(m, i), digest);
    for (unsigned pile = 0; pile < PILES; pile++) {
        digest = digest * 0x100000001b3u + pile_count(m, pile);
        for (size_t i = 0; i < pile_count(m, pile); i++)
            digest = shape_digest(pile_kinds[pile].shape, pile_at(m, pile, i), digest);
    }
    return digest;
}
