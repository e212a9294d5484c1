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
    bool started, corrected;
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

extern const struct shape request_shape, turn_shape, invitation_shape, budget_shape, on_air_shape;

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
