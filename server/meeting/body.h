/* The body that meets, and its rules: data with a source and a date from which they hold, since
 * councils differ and law changes. What nobody set is a default of the body's kind (body_rules.c).
 */
#ifndef MECLIS_MEETING_BODY_H
#define MECLIS_MEETING_BODY_H

#include "meeting/sitting.h"

enum body_kind {
    BODY_COUNCIL = 1,
    BODY_COMMISSION,
    BODY_CITY_ASSEMBLY, /* kent konseyi */
    BODY_NEIGHBOURHOOD,
    BODY_WOMEN,
    BODY_YOUTH,
    BODY_CHILDREN,
    BODY_DISABLED,
    BODY_SENIORS, /* 65 and over */
};
extern const char *const body_kind_names[9];

/* Kinds of speech, each with its own time and precedence. */
enum speech_kind {
    SPEECH_POINT_OF_ORDER = 1, /* usul */
    SPEECH_PERSONAL_ATTACK,    /* sataşma: a reply to it */
    SPEECH_CHAIR,
    SPEECH_PROPOSER,
    SPEECH_COMMISSION_CHAIR,
    SPEECH_GROUP,
    SPEECH_MEMBER,
    SPEECH_REPRESENTATIVE,
    SPEECH_OFF_AGENDA,
};
#define SPEECH_KINDS 9
extern const char *const speech_kind_names[SPEECH_KINDS];

enum body_rule {
    RULE_QUORUM_TO_MEET = 1, /* a share of the full membership */
    RULE_DECISION_FLOOR,     /* a share: fewer votes for never decide */
    RULE_MAJORITY_ORDINARY,  /* the five majorities: shares */
    RULE_MAJORITY_FULL,
    RULE_MAJORITY_TWO_THIRDS,
    RULE_MAJORITY_THREE_QUARTERS,
    RULE_MAJORITY_RELATIVE,
    RULE_BROADCAST_NEEDS_DECISION, /* 0 or 1, as those below */
    RULE_BROADCAST_NEEDS_CONSENTS,
    RULE_ELECTRONIC_SECRET, /* whether secret votes may be electronic */
    RULE_FIELD_NEEDED,      /* representatives speak on items of their own field only */
    RULE_INVITATION_NEEDED, /* representatives speak on a recorded invitation only */
    RULE_REMOTE_COUNTS,     /* whether remote people count as present */
    RULE_ALTERNATING,       /* the floor alternates between groups; 0: first come */
    RULE_WHO_ASKS,          /* roles, as bits of enum meeting_role */
    RULE_WHO_REQUESTS,      /* the same */
    RULE_QUESTIONS_EACH,    /* of one author in one sitting */
    RULE_TIME_FIRST,        /* + enum speech_kind - 1: seconds; 0: without end */
    RULE_PRECEDENCE_FIRST = RULE_TIME_FIRST + SPEECH_KINDS, /* the same: lower goes first */
    RULES_END = RULE_PRECEDENCE_FIRST + SPEECH_KINDS,
};
extern const char *const body_rule_names[RULES_END - 1];

enum rule_base {
    BASE_FULL_MEMBERSHIP = 1,
    BASE_PARTICIPANTS, /* who is present and may vote */
    BASE_VOTES,        /* for and against alone */
};
extern const char *const rule_base_names[3];

/* A share: part/whole of the base, rounded up, or more than that. Otherwise a number. */
struct rule {
    struct pile_head head; /* zero in a default */
    enum body_rule rule;
    int64_t number;
    int64_t part, whole; /* whole 0: the rule asks for nothing */
    bool more_than;
    enum rule_base base;
    char source[TEXT_NOTE]; /* the law's article, the regulation, the council's decision */
    int64_t from_utc_us;
};
/* Also the args of body.rule and the fact's body, with head left out. */
struct body_rule_args {
    enum body_rule rule;
    int64_t number, part, whole;
    bool more_than;
    enum rule_base base;
    char source[TEXT_NOTE];
    int64_t from_utc_us;
};
struct body {
    enum body_kind kind; /* 0 until described: no rules */
    char name[TEXT_NAME];
    int64_t members; /* full membership (üye tam sayısı) */
};
extern const struct shape rule_shape, body_rule_args_shape, body_shape, body_describe_shape;

const struct body *meeting_body(const struct meeting *m);

/* The rule that holds at that time: the newest that has come into force, or the kind's default (a
 * borrowed constant); never NULL. */
const struct rule *body_rule(const struct meeting *m, enum body_rule rule, int64_t at_utc_us);
int64_t body_number(const struct meeting *m, enum body_rule rule, int64_t at_utc_us);

/* How many a share asks for out of so many: part/whole rounded up, or the next above it. */
int64_t body_share(const struct rule *rule, int64_t base);

const struct rule *body_default(enum body_kind kind, enum body_rule rule);

verb_decide body_decide_describe, body_decide_rule;
int body_described(struct meeting *m, const struct meeting_event *event);
int body_ruled(struct meeting *m, const struct meeting_event *event);

#endif
