/* The newest events of a meeting as they are told, kept for listeners that come again.
 *
 * Cap: TAIL_EVENTS and TAIL_BYTES; beyond, the oldest go, and are read from the log where they are
 * asked for. */
#ifndef MECLIS_APP_TAIL_H
#define MECLIS_APP_TAIL_H

#include "base/buf.h"
#include "front/front_events.h"
#include "store/event.h"

#define TAIL_EVENTS 2048
#define TAIL_BYTES (2u << 20)

struct tail_entry {
    uint64_t seq;
    enum audience audience;
    struct bytes *shown, *hidden; /* as objects; hidden is NULL for public ones */
};

struct tail {
    struct tail_entry *entries; /* a ring of TAIL_EVENTS, by seq; NULL: empty */
    uint64_t first, next;       /* seqs held: first to next - 1 */
    size_t bytes;
};

/* Appends the event, which follows the one before. Returns 0 or -ENOMEM: then it is empty. */
int tail_add(struct tail *t, const struct store_event *e);
void tail_finish(struct tail *t);

/* Whether the class may see the body of an event of that audience. An author's own comes to them
 * by another way. */
bool tail_class_sees(enum front_class class, enum audience audience);

/* Appends the event as the class sees it. */
void tail_print_event(struct buf *out, const struct store_event *e, enum front_class class);

/* Appends the events after `since` up to `last`, with commas; all must be held. */
void tail_print(struct buf *out, const struct tail *t, uint64_t since, uint64_t last,
                enum front_class class);

static inline bool tail_holds(const struct tail *t, uint64_t since)
{
    return since + 1 >= t->first && since < t->next;
}

#endif
