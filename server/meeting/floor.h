/* The floor: who asked to speak, in what order, who speaks and how much time is left. One person
 * has the floor; being on air is another thing, and several may be. */
#ifndef MECLIS_MEETING_FLOOR_H
#define MECLIS_MEETING_FLOOR_H

#include "meeting/body.h"

#define FLOOR_MAX_WAITING 500
#define FLOOR_MAX_ON_AIR 9

enum request_state {
    REQUEST_WAITING = 1,
    REQUEST_GRANTED,
    REQUEST_WITHDRAWN,
    REQUEST_DECLINED,
    REQUEST_LAPSED, /* its item was left, or debate was closed */
};
extern const char *const request_state_names[5];

struct request { /* a pile's thing: "requests" */
    struct pile_head head;
    uint64_t person;
    enum speech_kind kind;
    uint64_t item; /* 0: to none */
    char about[200];
    enum request_state state;
    int64_t precedence; /* when it was made */
    int64_t place;      /* given by the desk, from 1; 0: where the rules put it */
    char reason[TEXT_NOTE];
};
struct turn { /* "turns" */
    struct pile_head head;
    uint64_t request; /* 0: given without one */
    uint64_t person;
    enum speech_kind kind;
    uint64_t item;
    int64_t allotted_us;    /* 0: without end */
    int64_t used_us;        /* up to the last pause */
    int64_t since_media_us; /* running since */
    bool running, over;
    int64_t from_media_us, to_media_us; /* from its first start */
    bool started;
    int64_t warnings;
};
struct invitation { /* "invitations" */
    struct pile_head head;
    uint64_t person, item; /* item 0: to all */
    char note[TEXT_NOTE];
};
struct budget { /* "budgets" */
    struct pile_head head;
    char group[TEXT_NAME];
    int64_t seconds;
    int64_t used_us;
};
struct on_air { /* "on_air" */
    struct pile_head head;
    uint64_t person;
    bool off;
};

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
extern const struct shape request_shape, turn_shape, invitation_shape, budget_shape, on_air_shape,
    floor_request_shape, floor_enter_shape, floor_request_only_shape, floor_decline_shape,
    floor_reorder_shape, floor_grant_shape, floor_give_shape, floor_granted_shape,
    floor_turn_only_shape, floor_extend_shape, floor_warn_shape, floor_close_shape,
    floor_invite_shape, floor_budget_shape, floor_air_shape;

/* The turn that is on (running or not), or NULL. */
const struct turn *floor_turn(const struct meeting *m);

/* Of a turn: what was used, and what is left (negative: over; INT64_MAX: without end). */
int64_t floor_used_us(const struct turn *t, int64_t media_us);
int64_t floor_left_us(const struct turn *t, int64_t media_us);

/* The queue, as every screen shows it: first comes the lowest precedence, then what the desk put,
 * then first come or alternating between groups. Returns how many, at most FLOOR_MAX_WAITING. */
size_t floor_order(const struct meeting *m, int64_t now_utc_us,
                   const struct request *ret[FLOOR_MAX_WAITING]);

/* Whether the person has the floor. */
bool floor_busy(const struct meeting *m, uint64_t person);

#endif
