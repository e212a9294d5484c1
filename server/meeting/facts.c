/* Every fact, in the order of facts.h, which is that of their names. */
#include "meeting/state.h"

#define PART PILE_BIT(PILE_PART)

const struct fact meeting_facts[] = {
    {"sitting.announced", &empty_shape, 1, AUDIENCE_PUBLIC, true, 0, sitting_announced, NULL},
    {"sitting.cancelled", &sitting_cancel_shape, 1, AUDIENCE_PUBLIC, true, 0, sitting_was_cancelled,
     NULL},
    {"sitting.described", &sitting_describe_shape, 1, AUDIENCE_PUBLIC, true, 0, sitting_described,
     NULL},
    {"sitting.ended", &empty_shape, 1, AUDIENCE_PUBLIC, true, 0, sitting_ended, NULL},
    {"sitting.opened", &empty_shape, 1, AUDIENCE_PUBLIC, true, PART, sitting_opened, NULL},
    {"sitting.paused", &sitting_pause_shape, 1, AUDIENCE_PUBLIC, true, 0, sitting_paused, NULL},
    {"sitting.resumed", &empty_shape, 1, AUDIENCE_PUBLIC, true, PART, sitting_resumed, NULL},
};

const size_t meeting_facts_count = sizeof meeting_facts / sizeof *meeting_facts;
_Static_assert(sizeof meeting_facts / sizeof *meeting_facts == FACTS, "a row for each of facts.h");
