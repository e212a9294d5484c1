/* Who chairs the sitting; it may pass from one to another, and each is remembered. */
#ifndef MECLIS_MEETING_CHAIR_H
#define MECLIS_MEETING_CHAIR_H

#include "meeting/sitting.h"

struct chair { /* a pile's thing: "chairs"; the last is who chairs */
    struct pile_head head;
    uint64_t person;
    int64_t from_utc_us, from_media_us;
};
struct chair_hand {
    uint64_t from; /* who chairs as the sender knows it: 0, nobody yet */
    uint64_t person;
};
extern const struct shape chair_shape, chair_hand_shape;

uint64_t chair_now(const struct meeting *m); /* a person; 0: nobody yet */

verb_decide chair_decide_hand;
int chair_handed(struct meeting *m, const struct meeting_event *event);

#endif
