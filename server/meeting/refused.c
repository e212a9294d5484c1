#include "meeting/refused.h"

static const char *const codes[REFUSED_COUNT_] = {
    [REFUSED_ALREADY] = "already",
    [REFUSED_ASKING_CLOSED] = "asking_closed",
    [REFUSED_BAD_ARGS] = "bad_args",
    [REFUSED_BUDGET_SPENT] = "budget_spent",
    [REFUSED_COUNTS_WRONG] = "counts_wrong",
    [REFUSED_CLOSED_PART] = "closed_part",
    [REFUSED_FORBIDDEN] = "forbidden",
    [REFUSED_FULL] = "full",
    [REFUSED_LIST_CLOSED] = "list_closed",
    [REFUSED_MAY_NOT_VOTE] = "may_not_vote",
    [REFUSED_NEEDS_CHAIR_SIDE] = "needs_chair_side",
    [REFUSED_NEEDS_CONSENT] = "needs_consent",
    [REFUSED_NEEDS_DECISION] = "needs_decision",
    [REFUSED_NO_INVITATION] = "no_invitation",
    [REFUSED_NO_QUORUM] = "no_quorum",
    [REFUSED_NOT_BY_RULES] = "not_by_rules",
    [REFUSED_NOT_FOUND] = "not_found",
    [REFUSED_NOT_NOW] = "not_now",
    [REFUSED_NOT_SEALED] = "not_sealed",
    [REFUSED_NOT_YOUR_FIELD] = "not_your_field",
    [REFUSED_NOT_YOURS] = "not_yours",
    [REFUSED_STALE] = "stale",
    [REFUSED_TOO_MANY] = "too_many",
    [REFUSED_WRONG_STATE] = "wrong_state",
};

const char *meeting_refusal_code(enum meeting_refusal refusal)
{
    return codes[refusal];
}
