/* A server for app-faults: its core with a log in a file, with listeners, without its threads but
 * the front's; what is said there, and what has to hold after it. */
#ifndef MECLIS_TESTS_APP_FAULTS_STAGE_H
#define MECLIS_TESTS_APP_FAULTS_STAGE_H

#include "../cmocka_all.h"
#include "app/broadcast.h"
#include "core_house.h"

struct visit;

struct stage {
    struct house *x;
    struct front *front;
    struct visit *viewer, *desk;      /* who listen */
    struct store *reader;             /* of the same log: sees what is durable */
    struct hall *replayed;            /* what the meeting is by that; nobody listens to it */
    struct broadcast_state programme; /* likewise */
    struct principal member;
    int turn;
    uint64_t vote; /* that is open */
};

/* `live`: the sitting is open; else it is announced. */
void stage_begin(struct stage *s, bool live);
void stage_end(struct stage *s);

/* As after a restart of the server. */
void stage_restart(struct stage *s);

/* Says a command as the clerk, or as somebody, which must be accepted; its first event. */
uint64_t stage_must(struct stage *s, const char *id, const char *verb, const void *args);
uint64_t stage_must_as(struct stage *s, const struct principal *who, const char *id,
                       const char *verb, const void *args);

/* Puts the turn's commands in line, always the same ones; the last of them is refused by the
 * meeting in any case where `refused`. */
struct scene {
    const char *name;
    void (*before)(struct stage *s);
    void (*say)(struct stage *s);
    void (*run)(struct stage *s);
    void (*after)(struct stage *s);
    int commands;
    bool refused;
    bool electronic; /* a box is open while it is said */
    bool planned;    /* it is said before the sitting is opened */
};

enum {
    SCENE_MIXTURE,
    SCENE_VOTE,
    SCENE_PAPERS,
    SCENE_COUNT,
    SCENE_CLOSED_PART,
    SCENE_ON_AIR,
    SCENE_SWITCHES,
    SCENE_AGENDA,
    SCENES
};
extern const struct scene scenes[SCENES];

/* The answers, the log, the state, the programme and the box agree; `before`: the newest event when
 * it was said, `at`: for who reads of a failure. */
void stage_check(struct stage *s, const struct scene *scene, uint64_t before, const char *at);

#endif
