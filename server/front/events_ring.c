#include "front/events_ring.h"

#include <errno.h>

#define FIRST_ROOM 16

void events_ring_init(struct events_ring *r)
{
    *r = (struct events_ring){0};
}

static struct events_entry *place(const struct events_ring *r, uint64_t position)
{
    return &r->entries[position & (r->room - 1)];
}

static void drop_oldest(struct events_ring *r)
{
    struct events_entry *e = place(r, r->first++);
    r->bytes -= e->frame->size;
    if (e->last_seq > r->lost_seq)
        r->lost_seq = e->last_seq;
    bytes_unref(e->frame);
    e->frame = NULL;
}

void events_ring_finish(struct events_ring *r)
{
    while (r->first < r->next)
        drop_oldest(r);
    free(r->entries);
    events_ring_init(r);
}

static int grow(struct events_ring *r)
{
    size_t room = r->room ? r->room * 2 : FIRST_ROOM;
    struct events_entry *entries = calloc(room, sizeof *entries);
    if (!entries)
        return -ENOMEM;
    for (uint64_t p = r->first; p < r->next; p++)
        entries[p & (room - 1)] = *place(r, p);
    free(r->entries);
    r->entries = entries;
    r->room = room;
    return 0;
}

void events_ring_push(struct events_ring *r, struct bytes *frame, uint64_t first_seq,
                      uint64_t last_seq)
{
    while (r->next > r->first && (r->next - r->first == EVENTS_RING_MESSAGES ||
                                  (frame && r->bytes + frame->size > EVENTS_RING_BYTES)))
        drop_oldest(r);
    if (!frame || (r->next - r->first == r->room && grow(r) < 0)) {
        bytes_unref(frame);
        while (r->first < r->next)
            drop_oldest(r);
        r->first = ++r->next;
        r->lost_seq = last_seq > r->lost_seq ? last_seq : r->lost_seq;
        return;
    }
    *place(r, r->next++) =
        (struct events_entry){.frame = frame, .first_seq = first_seq, .last_seq = last_seq};
    r->bytes += frame->size;
}

const struct events_entry *events_ring_at(const struct events_ring *r, uint64_t position)
{
    return position < r->next ? place(r, position) : NULL;
}

int events_ring_find(const struct events_ring *r, uint64_t after_seq, uint64_t *ret_position)
{
    if (after_seq < r->lost_seq)
        return -ERANGE;
    uint64_t position = r->next;
    while (position > r->first) {
        const struct events_entry *e = place(r, position - 1);
        if (e->last_seq != 0 && e->last_seq <= after_seq)
            break;
        if (e->last_seq != 0 && e->first_seq <= after_seq)
            return -ERANGE; /* in the middle of a commit: its beginning would come again */
        position--;
    }
    *ret_position = position;
    return 0;
}
