/* What holds where nobody set anything. The law is cited where it is the source; the rest are
 * defaults that a council's own decision replaces (body.rule). */
#include "meeting/body.h"

#define COUNCIL (1u << BODY_COUNCIL)
#define COMMISSION (1u << BODY_COMMISSION)
#define CHILDREN (1u << BODY_CHILDREN)
#define ALL (~1u)
#define ASSEMBLIES (ALL & ~(COUNCIL | COMMISSION))
#define LAW_22 "5393 sayılı Belediye Kanunu md. 22"
#define LAW_24 "5393 sayılı Belediye Kanunu md. 24"
#define LAW_20 "5393 sayılı Belediye Kanunu md. 20"
#define BY_DEFAULT "Varsayılan; yetkili organın kararıyla değiştirilir"

struct row {
    unsigned kinds;
    struct rule rule;
};

#define SHARE(kinds_, rule_, part_, whole_, more_, base_, source_)                                 \
    {                                                                                              \
        kinds_,                                                                                    \
        {                                                                                          \
            .rule = rule_, .part = part_, .whole = whole_, .more_than = more_, .base = base_,      \
            .source = source_                                                                      \
        }                                                                                          \
    }
#define NUMBER(kinds_, rule_, number_, source_)                                                    \
    {                                                                                              \
        kinds_,                                                                                    \
        {                                                                                          \
            .rule = rule_, .number = number_, .source = source_                                    \
        }                                                                                          \
    }
#define SPEECH(kind_, seconds_, precedence_)                                                       \
    NUMBER(ALL, RULE_TIME_FIRST + kind_ - 1, seconds_, BY_DEFAULT),                                \
        NUMBER(ALL, RULE_PRECEDENCE_FIRST + kind_ - 1, precedence_, BY_DEFAULT)

static const struct row rows[] = {
    /* A council meets with the absolute majority of its full membership and decides by that of
     * those who take part, never with less than a quarter of its full membership. */
    SHARE(COUNCIL, RULE_QUORUM_TO_MEET, 1, 2, true, BASE_FULL_MEMBERSHIP, LAW_22),
    SHARE(COUNCIL, RULE_DECISION_FLOOR, 1, 4, false, BASE_FULL_MEMBERSHIP, LAW_22),
    SHARE(COUNCIL, RULE_MAJORITY_ORDINARY, 1, 2, true, BASE_PARTICIPANTS, LAW_22),
    SHARE(ALL, RULE_QUORUM_TO_MEET, 1, 2, true, BASE_FULL_MEMBERSHIP, BY_DEFAULT),
    SHARE(ALL, RULE_MAJORITY_ORDINARY, 1, 2, true, BASE_PARTICIPANTS, BY_DEFAULT),
    SHARE(ALL, RULE_MAJORITY_FULL, 1, 2, true, BASE_FULL_MEMBERSHIP, BY_DEFAULT),
    SHARE(ALL, RULE_MAJORITY_TWO_THIRDS, 2, 3, false, BASE_FULL_MEMBERSHIP, BY_DEFAULT),
    SHARE(ALL, RULE_MAJORITY_THREE_QUARTERS, 3, 4, false, BASE_FULL_MEMBERSHIP, BY_DEFAULT),
    SHARE(ALL, RULE_MAJORITY_RELATIVE, 1, 2, true, BASE_VOTES, BY_DEFAULT),
    /* A council's sittings may be recorded in sound and picture by its decision. */
    NUMBER(COUNCIL, RULE_BROADCAST_NEEDS_DECISION, 1, LAW_20),
    NUMBER(COMMISSION, RULE_BROADCAST_NEEDS_DECISION, 1, BY_DEFAULT),
    NUMBER(CHILDREN, RULE_BROADCAST_NEEDS_CONSENTS, 1, BY_DEFAULT),
    /* Heads of neighbourhoods and representatives take part in commissions on matters of their own
     * field, without a vote. */
    NUMBER(COMMISSION, RULE_FIELD_NEEDED, 1, LAW_24),
    NUMBER(COUNCIL, RULE_INVITATION_NEEDED, 1, BY_DEFAULT),
    NUMBER(ASSEMBLIES, RULE_REMOTE_COUNTS, 1, BY_DEFAULT),
    NUMBER(ALL, RULE_WHO_ASKS, ROLE_VIEWER | ROLE_REPRESENTATIVE | ROLE_OBSERVER, BY_DEFAULT),
    NUMBER(ALL, RULE_WHO_REQUESTS, ROLE_REPRESENTATIVE | ROLE_MEMBER | ROLE_OBSERVER | ROLE_CHAIR,
           BY_DEFAULT),
    NUMBER(ALL, RULE_QUESTIONS_EACH, 5, BY_DEFAULT),
    SPEECH(SPEECH_POINT_OF_ORDER, 180, 1),
    SPEECH(SPEECH_PERSONAL_ATTACK, 180, 2),
    SPEECH(SPEECH_CHAIR, 0, 3),
    SPEECH(SPEECH_PROPOSER, 600, 4),
    SPEECH(SPEECH_COMMISSION_CHAIR, 600, 5),
    SPEECH(SPEECH_GROUP, 600, 6),
    SPEECH(SPEECH_MEMBER, 600, 7),
    SPEECH(SPEECH_REPRESENTATIVE, 300, 7),
    SPEECH(SPEECH_OFF_AGENDA, 300, 8),
};

static const struct rule none = {.rule = RULE_QUORUM_TO_MEET};

const struct rule *body_default(enum body_kind kind, enum body_rule rule)
{
    /* Before a body is described nothing is demanded, but speaking has its times. */
    unsigned bit = kind ? 1u << kind : 1u << BODY_NEIGHBOURHOOD;
    if (!kind && rule <= RULE_MAJORITY_RELATIVE && rule != RULE_MAJORITY_ORDINARY)
        return &none;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].rule.rule == rule && (rows[i].kinds & bit))
            return &rows[i].rule;
    }
    return &none;
}
