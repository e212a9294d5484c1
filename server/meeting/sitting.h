/* The sitting: what it is, and its life from the draft to the end. A body's term has sessions, a
 * session has sittings (a day), a sitting has parts (between breaks); a closed part is one too. */
#ifndef MECLIS_MEETING_SITTING_H
#define MECLIS_MEETING_SITTING_H

#include "meeting/command.h"
#include "meeting/pile.h"

#define TEXT_CODE 40  /* a number such as "2026/41", a date, a term */
#define TEXT_NAME 128 /* a person, group, field, place */
#define TEXT_TITLE 512
#define TEXT_NOTE 512 /* a reason, a remark */
#define TEXT_LONG 2000
#define TIME_MAX INT64_C(4102444800000000) /* the year 2100 in UTC µs */

enum sitting_kind {
    SITTING_ORDINARY = 1,
    SITTING_EXTRAORDINARY,
    SITTING_COMMISSION,
    SITTING_CONSULTATION, /* of the public */
    SITTING_BRIEFING,     /* no quorum, no vote */
};
extern const char *const sitting_kind_names[5];

/* A snapshot's "sitting". */
struct sitting {
    enum meeting_state state;
    bool closed; /* a closed part is on; stays through a break in it */
    bool cancelled;
    bool floor_closed;      /* the list of speakers; opens again with the next item */
    bool asking_closed;     /* viewers' questions, all of them */
    uint64_t item;          /* the current item of the agenda; 0: none */
    enum sitting_kind kind; /* 0 until described */
    char title[TEXT_TITLE], term[TEXT_CODE], session[TEXT_CODE], number[TEXT_CODE];
    char place[TEXT_NAME];
    char reason[TEXT_NOTE];        /* of the break or the cancelling that is on */
    char closed_reason[TEXT_NOTE]; /* of the closed part that is on, through a break too */
    int64_t starts_utc_us;         /* as announced */
    int64_t opened_utc_us, ended_utc_us;
    int64_t resumes_utc_us; /* of the break that is on; 0: not said */
};
extern const struct shape sitting_shape;

/* A pile's thing: "parts". */
struct part {
    struct pile_head head;
    bool closed;
    int64_t from_utc_us, from_media_us;
    int64_t to_utc_us, to_media_us;
    uint64_t to_seq; /* of the event that ended it; 0: it is on */
    /* Of a closed part: the decision (a vote closes one part only), and what the public was told.
     */
    uint64_t vote;
    char number[TEXT_CODE], document[TEXT_TITLE], reason[TEXT_NOTE];
};
extern const struct shape part_shape;

/* Args, and the bodies of the facts of the same name. */
struct sitting_describe {
    enum sitting_kind kind;
    char title[TEXT_TITLE], term[TEXT_CODE], session[TEXT_CODE], number[TEXT_CODE];
    char place[TEXT_NAME];
    int64_t starts_utc_us;
};
struct sitting_pause {
    char reason[TEXT_NOTE];
    int64_t resumes_utc_us;
};
struct sitting_cancel {
    char reason[TEXT_NOTE];
};
extern const struct shape sitting_describe_shape, sitting_pause_shape, sitting_cancel_shape;

const struct sitting *meeting_sitting(const struct meeting *m);

verb_decide sitting_decide_describe, sitting_decide_announce, sitting_decide_open,
    sitting_decide_pause, sitting_decide_resume, sitting_decide_end, sitting_decide_cancel;

int sitting_described(struct meeting *m, const struct meeting_event *event);
int sitting_announced(struct meeting *m, const struct meeting_event *event);
int sitting_opened(struct meeting *m, const struct meeting_event *event);
int sitting_paused(struct meeting *m, const struct meeting_event *event);
int sitting_resumed(struct meeting *m, const struct meeting_event *event);
int sitting_ended(struct meeting *m, const struct meeting_event *event);
int sitting_was_cancelled(struct meeting *m, const struct meeting_event *event);

void sitting_init(struct sitting *s);

#endif
