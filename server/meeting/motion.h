/* Motions (önerge): what the meeting is asked to decide, apart from the items themselves. */
#ifndef MECLIS_MEETING_MOTION_H
#define MECLIS_MEETING_MOTION_H

#include "meeting/sitting.h"

enum motion_kind {
    MOTION_PROPOSAL = 1,
    MOTION_AMENDMENT,
    MOTION_ADD_ITEM,
    MOTION_CLOSE_DEBATE, /* kifayet önergesi */
    MOTION_CLOSE_PART,   /* to go on in a closed part */
    MOTION_OTHER,
};
extern const char *const motion_kind_names[6];

enum motion_state { MOTION_OPEN = 1, MOTION_ADOPTED, MOTION_REJECTED, MOTION_WITHDRAWN };
extern const char *const motion_state_names[4];

struct motion_refs {
    uint16_t count;
    uint64_t at[16];
};
struct motion_submit {
    enum motion_kind kind;
    uint64_t item; /* 0: to none */
    char title[TEXT_TITLE];
    char text[TEXT_LONG];
    struct motion_refs proposers; /* people with a vote */
};
struct motion_only {
    uint64_t motion;
};
struct motion { /* a pile's thing: "motions" */
    struct pile_head head;
    struct motion_submit is;
    enum motion_state state;
    uint64_t vote; /* that settled it */
};
extern const struct shape motion_submit_shape, motion_only_shape, motion_shape;

verb_decide motion_decide_submit, motion_decide_withdraw;
int motion_submitted(struct meeting *m, const struct meeting_event *event);
int motion_withdrawn(struct meeting *m, const struct meeting_event *event);

#endif
