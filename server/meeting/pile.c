#include "meeting/state.h"

#include <string.h>

const struct pile_kind pile_kinds[PILES] = {
    [PILE_RULE] = {"rules", &rule_shape, 1000, false, true, NULL},
    [PILE_PERSON] = {"people", &person_shape, 3000, false, true, NULL},
    [PILE_CONSENT] = {"consents", &consent_shape, 3000, true, false, consent_sees},
    [PILE_ATTENDANCE] = {"attendance", &attendance_shape, 60000, false, false, NULL},
    [PILE_ROLLCALL] = {"rollcalls", &rollcall_shape, 500, false, false, NULL},
    [PILE_CHAIR] = {"chairs", &chair_shape, 500, false, false, NULL},
    [PILE_PART] = {"parts", &part_shape, 1000, false, true, NULL},
    [PILE_PERMISSION] = {"permissions", &permission_shape, 100, false, true, NULL},
    [PILE_ITEM] = {"items", &item_shape, 500, false, false, NULL},
    [PILE_SPAN] = {"spans", &span_shape, 5000, false, false, NULL},
    [PILE_DOCUMENT] = {"documents", &document_shape, 5000, false, false, NULL},
    [PILE_REFERRAL] = {"referrals", &referral_shape, 2000, false, false, NULL},
    [PILE_REQUEST] = {"requests", &request_shape, 20000, false, false, NULL},
    [PILE_TURN] = {"turns", &turn_shape, 10000, false, false, NULL},
    [PILE_INVITATION] = {"invitations", &invitation_shape, 1000, false, false, NULL},
    [PILE_BUDGET] = {"budgets", &budget_shape, 100, false, false, NULL},
    [PILE_ON_AIR] = {"on_air", &on_air_shape, 10000, false, false, NULL},
    [PILE_QUESTION] = {"questions", &question_shape, 5000, false, false, question_sees},
    [PILE_MARK] = {"marks", &mark_shape, 200000, true, false, marks_sees},
    [PILE_MOTION] = {"motions", &motion_shape, 1000, false, false, NULL},
    [PILE_VOTE] = {"votes", &vote_shape, 1000, false, false, NULL},
    [PILE_CAST] = {"casts", &cast_shape, 200000, false, false, NULL},
    [PILE_DISSENT] = {"dissents", &dissent_shape, 1000, false, false, NULL},
    [PILE_POLL] = {"polls", &poll_shape, 200, false, false, NULL},
    [PILE_NOTICE] = {"notices", &notice_shape, 1000, false, true, NULL},
    [PILE_LINK] = {"links", &personal_link_shape, 5000, true, true, link_sees},
    [PILE_REDACTION] = {"redactions", &redaction_shape, 500, false, true, NULL},
};

const struct single_kind single_kinds[SINGLES] = {
    [SINGLE_SITTING] = {"sitting", &sitting_shape},
    [SINGLE_BODY] = {"body", &body_shape},
    [SINGLE_BROADCAST] = {"broadcast", &broadcast_shape},
    [SINGLE_DECISIONS] = {"decisions", &vote_numbering_shape},
};

const void *meeting_single(const struct meeting *m, enum single single)
{
    const void *const all[SINGLES] = {&m->sitting, &m->body, &m->broadcast, &m->decisions};
    return all[single];
}

_Static_assert(sizeof(struct sitting) <= SINGLE_MAX_BYTES, "a copy has room");

const void *meeting_single_seen(const struct meeting *m, enum single single,
                                const struct actor *actor, union single_room *room)
{
    const struct outside *o = &m->outside;
    if (!m->sitting.closed || meeting_sits_in_closed(m, actor))
        return meeting_single(m, single);
    if (single == SINGLE_DECISIONS)
        return &o->decisions;
    if (single != SINGLE_SITTING)
        return meeting_single(m, single);
    struct sitting *s = (struct sitting *)room->bytes;
    *s = m->sitting;
    s->floor_closed = o->floor_closed;
    s->asking_closed = o->asking_closed;
    return s;
}

size_t pile_count(const struct meeting *m, enum pile pile)
{
    return m->piles[pile].count;
}

static char *place(const struct meeting *m, enum pile pile, size_t index)
{
    return (char *)m->piles[pile].at + index * pile_kinds[pile].shape->size;
}

const void *pile_at(const struct meeting *m, enum pile pile, size_t index)
{
    return place(m, pile, index);
}

/* The first thing whose seq is not below: things lie in the order of their seqs. */
static size_t lower(const struct meeting *m, enum pile pile, uint64_t seq)
{
    size_t low = 0, high = m->piles[pile].count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct pile_head *head = pile_at(m, pile, middle);
        if (head->seq < seq)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static char *find(const struct meeting *m, enum pile pile, uint64_t seq)
{
    size_t index = lower(m, pile, seq);
    if (seq == 0 || index == m->piles[pile].count)
        return NULL;
    char *thing = place(m, pile, index);
    return ((struct pile_head *)thing)->seq == seq ? thing : NULL;
}

const void *pile_find(const struct meeting *m, enum pile pile, uint64_t seq)
{
    return find(m, pile, seq);
}

void *pile_add(struct meeting *m, enum pile pile, const struct meeting_event *event)
{
    const struct pile_kind *kind = &pile_kinds[pile];
    struct pile_store *store = &m->piles[pile];
    if (store->count == kind->cap)
        return NULL;
    if (store->count == store->room) {
        uint32_t room = store->room ? store->room * 2 : 8;
        if (room > kind->cap)
            room = kind->cap;
        void *at = realloc(store->at, room * kind->shape->size);
        if (!at)
            return NULL;
        store->at = at;
        store->room = room;
    }
    struct pile_head *head = (struct pile_head *)place(m, pile, store->count++);
    memset(head, 0, kind->shape->size);
    head->seq = head->last = event->seq;
    return head;
}

void *pile_edit(struct meeting *m, enum pile pile, uint64_t seq, const struct meeting_event *event)
{
    struct pile_head *head = (struct pile_head *)find(m, pile, seq);
    if (head)
        head->last = event->seq;
    return head;
}

void *pile_move_at(struct meeting *m, enum pile pile, size_t index)
{
    return place(m, pile, index);
}

void *pile_edit_at(struct meeting *m, enum pile pile, size_t index,
                   const struct meeting_event *event)
{
    struct pile_head *head = (struct pile_head *)place(m, pile, index);
    head->last = event->seq;
    return head;
}

void piles_finish(struct meeting *m)
{
    for (size_t i = 0; i < PILES; i++)
        free(m->piles[i].at);
    free(m->marks.slots);
}

bool pile_sees(const struct meeting *m, enum pile pile, const void *thing,
               const struct actor *actor)
{
    const struct pile_head *head = thing;
    bool closed = sitting_was_closed_at(m, head->seq) || sitting_was_closed_at(m, head->last);
    if (closed && !pile_kinds[pile].always && !meeting_sits_in_closed(m, actor))
        return false;
    return !pile_kinds[pile].sees || pile_kinds[pile].sees(m, thing, actor);
}
