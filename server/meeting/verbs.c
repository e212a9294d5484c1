/* Every command, by name: who may say it, when, and what decides it. */
#include "meeting/state.h"

#define DESK ROLES_DESK

const struct verb meeting_verbs[] = {
    {"sitting.announce", &empty_shape, DESK, IN(MEETING_DRAFT), false, sitting_decide_announce},
    {"sitting.cancel", &sitting_cancel_shape, DESK, IN_PLAN, false, sitting_decide_cancel},
    {"sitting.describe", &sitting_describe_shape, DESK | ROLE_ADMINISTRATOR, IN_PLAN, false,
     sitting_decide_describe},
    {"sitting.end", &empty_shape, DESK, IN(MEETING_LIVE) | IN(MEETING_BREAK), false,
     sitting_decide_end},
    {"sitting.open", &empty_shape, DESK, IN(MEETING_ANNOUNCED), false, sitting_decide_open},
    {"sitting.pause", &sitting_pause_shape, DESK, IN_SESSION, false, sitting_decide_pause},
    {"sitting.resume", &empty_shape, DESK, IN(MEETING_BREAK), false, sitting_decide_resume},
};

const size_t meeting_verbs_count = sizeof meeting_verbs / sizeof *meeting_verbs;
