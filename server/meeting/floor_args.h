/* The floor's commands, and the bodies of its facts. */
#ifndef MECLIS_MEETING_FLOOR_ARGS_H
#define MECLIS_MEETING_FLOOR_ARGS_H

#include "meeting/floor.h"

struct floor_request { /* for oneself */
    enum speech_kind kind;
    uint64_t item;
    char about[200];
};
struct floor_enter { /* by the desk, for another; also the fact floor.requested */
    uint64_t person;
    enum speech_kind kind;
    uint64_t item;
    char about[200];
};
struct floor_request_only {
    uint64_t request;
};
struct floor_decline {
    uint64_t request;
    char reason[TEXT_NOTE];
};
struct floor_reorder {
    uint64_t request, before; /* 0: to the end */
};
struct floor_grant {
    uint64_t request;
    uint64_t from; /* the turn that is on as the sender knows it, 0: none; it ends */
    bool start;
};
struct floor_give { /* without a request */
    uint64_t person;
    enum speech_kind kind;
    uint64_t item, from;
    int64_t seconds; /* 0: as the rules say */
    bool start;
};
struct floor_granted {
    uint64_t request, person;
    enum speech_kind kind;
    uint64_t item;
    int64_t allotted_us;
};
struct floor_turn_only { /* start, pause, end */
    uint64_t turn;
};
struct floor_extend {
    uint64_t turn;
    int64_t seconds;
};
/* A correction of when a turn began and ended; names the times it was made for. */
struct floor_retime {
    uint64_t turn;
    int64_t was_from_media_us, was_to_media_us;
    int64_t from_media_us, to_media_us;
    char reason[TEXT_NOTE];
};
struct floor_warn {
    uint64_t turn;
    char text[200];
};
struct floor_close {
    char reason[TEXT_NOTE];
    uint64_t motion; /* the adopted motion to close debate: what waits lapses */
};
struct floor_invite {
    uint64_t person, item;
    char note[TEXT_NOTE]; /* who invited, and why */
};
struct floor_budget {
    char group[TEXT_NAME];
    int64_t seconds;
};
struct floor_air { /* air.put, air.take */
    uint64_t person;
};
extern const struct shape floor_request_shape, floor_enter_shape, floor_request_only_shape,
    floor_decline_shape, floor_reorder_shape, floor_grant_shape, floor_give_shape,
    floor_granted_shape, floor_turn_only_shape, floor_extend_shape, floor_retime_shape,
    floor_warn_shape, floor_close_shape, floor_invite_shape, floor_budget_shape, floor_air_shape;

#endif
