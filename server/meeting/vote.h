/* Votes: by show of hands (işaretle), by roll call (ad okunarak), secret (gizli). The result is
 * computed by the body's rules and kept with its arithmetic; only a further event corrects it. */
#ifndef MECLIS_MEETING_VOTE_H
#define MECLIS_MEETING_VOTE_H

#include "meeting/body.h"

enum vote_method { VOTE_HANDS = 1, VOTE_ROLL_CALL, VOTE_SECRET_PAPER, VOTE_SECRET_ELECTRONIC };
extern const char *const vote_method_names[4];

/* Which rule decides: RULE_MAJORITY_ORDINARY + this - 1. */
enum vote_majority {
    MAJORITY_ORDINARY = 1,
    MAJORITY_FULL,
    MAJORITY_TWO_THIRDS,
    MAJORITY_THREE_QUARTERS,
    MAJORITY_RELATIVE,
};
extern const char *const vote_majority_names[5];

enum vote_choice { CHOICE_FOR = 1, CHOICE_AGAINST, CHOICE_ABSTAIN };
extern const char *const vote_choice_names[3];

enum vote_state { VOTE_OPEN = 1, VOTE_DECIDED, VOTE_TIED, VOTE_CANCELLED };
extern const char *const vote_state_names[4];

enum vote_outcome { VOTE_ADOPTED = 1, VOTE_REJECTED, VOTE_TIE };
extern const char *const vote_outcome_names[3];

enum vote_ground { GROUND_MAJORITY = 1, GROUND_CHAIR_SIDE, GROUND_LOT };
extern const char *const vote_ground_names[3];

struct vote_excluded {
    uint16_t count;
    uint64_t at[64];
};
struct vote_counts {
    int64_t in_favour, against, abstain, invalid;
};

/* Args of vote.open. */
struct vote_begin {
    uint64_t item, motion; /* what is voted on; neither: the subject alone */
    char subject[TEXT_TITLE];
    enum vote_method method;
    enum vote_majority majority;
    bool numbered;                 /* a decision: it is given the next number */
    struct vote_excluded excluded; /* may not take part: left out of every count */
};
struct vote_opened { /* the fact */
    struct vote_begin is;
    int64_t round;  /* 1; 2: taken again after a tie */
    uint64_t first; /* then: the vote that was tied */
};

/* The arithmetic, as it was when the vote was closed: what the pages show and the record keeps. */
struct vote_result {
    struct vote_counts counts;
    int64_t members;      /* full membership */
    int64_t participants; /* present with a vote, without the excluded */
    enum rule_base base;
    int64_t base_count, part, whole;
    bool more_than;
    int64_t needed; /* of the base, by the majority's rule */
    int64_t floor;  /* at least so many for, whatever the majority */
    enum vote_choice chair_side;
    enum vote_outcome outcome;
    enum vote_ground ground;
    bool unanimous;
    char decision[TEXT_CODE]; /* "2026/57"; "": not numbered, or not decided */
};
struct vote { /* a pile's thing: "votes" */
    struct pile_head head;
    struct vote_begin is;
    int64_t round;
    uint64_t first;
    enum vote_state state;
    bool counted; /* counts were entered, or a ballot sealed */
    struct vote_counts counts;
    struct vote_result result; /* once closed */
    bool corrected;
    char papers[TEXT_NAME];             /* of an electronic ballot: what its papers' digest is */
    int64_t from_media_us, to_media_us; /* opened; decided, tied or cancelled (the last of them) */
};
struct cast { /* "casts"; of one event several */
    struct pile_head head;
    uint64_t vote, person;
    enum vote_choice choice; /* 0 in a secret ballot: who voted, not what */
};
struct dissent { /* "dissents": şerh */
    struct pile_head head;
    uint64_t vote, person;
    char text[TEXT_LONG];
};

extern const struct shape vote_counts_shape, vote_begin_shape, vote_opened_shape, vote_result_shape,
    vote_shape, cast_shape, dissent_shape;

const struct vote *vote_open(const struct meeting *m); /* the one that is on, or NULL */

#endif
