/* Why the meeting refuses a command. The codes are stable: clients and translations hold on to
 * them. */
#ifndef MECLIS_MEETING_REFUSED_H
#define MECLIS_MEETING_REFUSED_H

enum meeting_refusal {
    REFUSED_ALREADY = 1,      /* it is so already */
    REFUSED_ASKING_CLOSED,    /* questions to this are not, or no longer, taken */
    REFUSED_BAD_ARGS,         /* not of the shape */
    REFUSED_BUDGET_SPENT,     /* the group's speaking time is used up */
    REFUSED_COUNTS_WRONG,     /* votes and those who may vote do not add up */
    REFUSED_CLOSED_PART,      /* closed part: only who sits in it acts */
    REFUSED_FORBIDDEN,        /* not with this role */
    REFUSED_FULL,             /* a cap is reached */
    REFUSED_LIST_CLOSED,      /* the list of speakers is closed */
    REFUSED_MAY_NOT_VOTE,     /* this person has no vote here, or not in this vote */
    REFUSED_NEEDS_CHAIR_SIDE, /* an open vote's tie: the chair's side is to be entered */
    REFUSED_NEEDS_CONSENT,    /* somebody has not consented to being broadcast */
    REFUSED_NEEDS_DECISION,   /* only after a recorded decision */
    REFUSED_NO_INVITATION,    /* a representative speaks in a plenary on invitation only */
    REFUSED_NO_QUORUM,        /* too few are present */
    REFUSED_NOT_BY_RULES,     /* the body's rules do not provide for this */
    REFUSED_NOT_FOUND,        /* no such thing */
    REFUSED_NOT_NOW,          /* it is over, or not yet time for it */
    REFUSED_NOT_SEALED,       /* the ballot's box is to be sealed first; the server does that */
    REFUSED_NOT_YOUR_FIELD,   /* the item is not of the representative's field */
    REFUSED_NOT_YOURS,        /* another person's */
    REFUSED_STALE,            /* made for a state that has passed: look again */
    REFUSED_TOO_MANY,         /* this author's limit */
    REFUSED_WRONG_STATE,      /* not in this state of the meeting */
    REFUSED_COUNT_,           /* one more than the last */
};

/* "no_quorum". */
const char *meeting_refusal_code(enum meeting_refusal refusal);

#endif
