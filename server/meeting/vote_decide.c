/* What may be done with votes. */
#include "meeting/state.h"

#include <inttypes.h>
#include <stdio.h>

#define DECISIONS_MAX 1000000

SHAPE(vote_count_args, F_REF(vote_count_args, vote),
      F_STRUCT(vote_count_args, counts, vote_counts));
SHAPE(vote_entry, F_REF(vote_entry, person), F_ENUM(vote_entry, choice, vote_choice_names));
SHAPE(vote_cast, F_REF(vote_cast, vote), F_LIST(vote_cast, entries, vote_entry));
SHAPE(vote_only, F_REF(vote_only, vote));
SHAPE(vote_hand_in, F_REF(vote_hand_in, vote), F_ENUM(vote_hand_in, choice, vote_choice_names));
SHAPE(vote_handed_in, F_REF(vote_handed_in, vote), F_REF(vote_handed_in, person));
SHAPE(vote_seal, F_REF(vote_seal, vote), F_STRUCT(vote_seal, counts, vote_counts),
      F_TEXT(vote_seal, papers));
SHAPE(vote_close, F_REF(vote_close, vote), F_OPT_ENUM(vote_close, chair_side, vote_choice_names));
SHAPE(vote_decided, F_REF(vote_decided, vote), F_STRUCT(vote_decided, result, vote_result));
SHAPE(vote_correct, F_REF(vote_correct, vote), F_STRUCT(vote_correct, counts, vote_counts),
      F_OPT_LIST(vote_correct, entries, vote_entry),
      F_OPT_ENUM(vote_correct, chair_side, vote_choice_names), F_TEXT(vote_correct, reason));
SHAPE(vote_corrected, F_REF(vote_corrected, vote), F_STRUCT(vote_corrected, result, vote_result),
      F_OPT_LIST(vote_corrected, entries, vote_entry), F_TEXT(vote_corrected, reason));
SHAPE(vote_lot, F_REF(vote_lot, vote), F_ENUM(vote_lot, drawn, vote_choice_names));
SHAPE(vote_cancel, F_REF(vote_cancel, vote), F_TEXT(vote_cancel, reason));
SHAPE(vote_dissent, F_REF(vote_dissent, vote), F_REF(vote_dissent, person),
      F_TEXT(vote_dissent, text));
SHAPE(vote_numbering, F_OPT_TEXT(vote_numbering, prefix),
      F_OPT_NUMBER(vote_numbering, next, 1, DECISIONS_MAX));

static const struct vote *find(const struct deciding *d, uint64_t vote)
{
    return pile_find(d->m, PILE_VOTE, vote);
}

/* What was voted in a closed part is not brought into the open by what is said of it later. */
static enum meeting_refusal check_past(const struct deciding *d, const struct vote *v)
{
    if (!v)
        return REFUSED_NOT_FOUND;
    bool behind = !d->m->sitting.closed && sitting_was_closed_at(d->m, v->head.seq);
    return behind ? REFUSED_CLOSED_PART : 0;
}

static enum meeting_refusal check_subject(const struct deciding *d, const struct vote_begin *a)
{
    const struct item *item = agenda_item(d->m, a->item);
    const struct motion *motion = pile_find(d->m, PILE_MOTION, a->motion);
    if ((a->item && !item) || (a->motion && !motion))
        return REFUSED_NOT_FOUND;
    bool settled = item && !a->motion && !agenda_takeable(item) && item->state != ITEM_PROPOSED;
    if (settled || (motion && motion->state != MOTION_OPEN))
        return REFUSED_NOT_NOW;
    for (size_t i = 0; i < a->excluded.count; i++) {
        const struct person *p = roster_person(d->m, a->excluded.at[i]);
        if (!p || !roster_votes(p))
            return REFUSED_NOT_FOUND;
        for (size_t k = 0; k < i; k++) {
            if (a->excluded.at[k] == a->excluded.at[i])
                return REFUSED_BAD_ARGS;
        }
    }
    return 0;
}

static enum meeting_refusal check_quorum(const struct deciding *d)
{
    const struct rule *rule = body_rule(d->m, RULE_QUORUM_TO_MEET, d->now->utc_us);
    int64_t needed = body_share(rule, roster_members(d->m));
    bool known = pile_count(d->m, PILE_ATTENDANCE) > 0;
    return known && attendance_voters(d->m, d->now->utc_us) < needed ? REFUSED_NO_QUORUM : 0;
}

enum meeting_refusal vote_decide_open(const struct deciding *d, const void *args)
{
    const struct vote_begin *a = args;
    bool electronic = a->method == VOTE_SECRET_ELECTRONIC;
    if (d->m->sitting.kind == SITTING_BRIEFING || d->m->sitting.kind == SITTING_CONSULTATION ||
        (electronic && !body_number(d->m, RULE_ELECTRONIC_SECRET, d->now->utc_us)))
        return REFUSED_NOT_BY_RULES;
    if (vote_open(d->m))
        return REFUSED_NOT_NOW;
    enum meeting_refusal refusal = check_subject(d, a);
    if (!refusal)
        refusal = check_quorum(d);
    struct vote_opened opened = {.is = *a, .round = 1};
    return refusal ? refusal : outcome_add(d, FACT_VOTE_OPENED, &opened);
}

/* A secret vote's tie is taken again, once, with the same words. */
enum meeting_refusal vote_decide_repeat(const struct deciding *d, const void *args)
{
    const struct vote_only *a = args;
    const struct vote *v = find(d, a->vote);
    enum meeting_refusal past = check_past(d, v);
    if (past)
        return past;
    if (v->state != VOTE_TIED || v->round != 1 || vote_open(d->m))
        return REFUSED_NOT_NOW;
    for (size_t i = 0; i < pile_count(d->m, PILE_VOTE); i++) {
        const struct vote *other = pile_at(d->m, PILE_VOTE, i);
        if (other->first == a->vote && other->state != VOTE_CANCELLED)
            return REFUSED_ALREADY;
    }
    enum meeting_refusal refusal = check_quorum(d);
    struct vote_opened opened = {.is = v->is, .round = 2, .first = a->vote};
    return refusal ? refusal : outcome_add(d, FACT_VOTE_OPENED, &opened);
}

static enum meeting_refusal check_counts(const struct deciding *d, const struct vote *v,
                                         const struct vote_counts *c)
{
    bool known, secret = v->is.method >= VOTE_SECRET_PAPER;
    int64_t most = vote_participants(d->m, v, d->now->utc_us, &known);
    if (!known)
        most = roster_members(d->m);
    int64_t sum = c->in_favour + c->against + c->abstain + c->invalid;
    bool too_many = (known || most) && sum > most;
    return too_many || (c->invalid && !secret) ? REFUSED_COUNTS_WRONG : 0;
}

static enum meeting_refusal check_open(const struct deciding *d, uint64_t vote)
{
    const struct vote *v = vote_open(d->m);
    return v && v->head.seq == vote ? 0 : REFUSED_STALE;
}

enum meeting_refusal vote_decide_count(const struct deciding *d, const void *args)
{
    const struct vote_count_args *a = args;
    enum meeting_refusal refusal = check_open(d, a->vote);
    if (refusal)
        return refusal;
    const struct vote *v = vote_open(d->m);
    if (v->is.method != VOTE_HANDS && v->is.method != VOTE_SECRET_PAPER)
        return REFUSED_NOT_BY_RULES;
    refusal = check_counts(d, v, &a->counts);
    return refusal ? refusal : outcome_add(d, FACT_VOTE_COUNTED, a);
}

/* Whether this person may take part: on the roster with a vote, not excluded, and there. */
static enum meeting_refusal check_voter(const struct deciding *d, const struct vote *v,
                                        uint64_t person)
{
    const struct person *p = roster_person(d->m, person);
    if (!p)
        return REFUSED_NOT_FOUND;
    bool there =
        pile_count(d->m, PILE_ATTENDANCE) == 0 || attendance_counts(d->m, person, d->now->utc_us);
    return roster_votes(p) && !vote_excludes(v, person) && there ? 0 : REFUSED_MAY_NOT_VOTE;
}

static enum meeting_refusal check_entries(const struct deciding *d, const struct vote *v,
                                          const struct vote_entries *entries)
{
    for (size_t i = 0; i < entries->count; i++) {
        enum meeting_refusal refusal = check_voter(d, v, entries->at[i].person);
        if (refusal)
            return refusal;
        for (size_t k = 0; k < i; k++) {
            if (entries->at[k].person == entries->at[i].person)
                return REFUSED_BAD_ARGS;
        }
    }
    return 0;
}

enum meeting_refusal vote_decide_cast(const struct deciding *d, const void *args)
{
    const struct vote_cast *a = args;
    enum meeting_refusal refusal = check_open(d, a->vote);
    if (refusal)
        return refusal;
    const struct vote *v = vote_open(d->m);
    if (v->is.method != VOTE_ROLL_CALL)
        return REFUSED_NOT_BY_RULES;
    refusal = check_entries(d, v, &a->entries);
    return refusal ? refusal : outcome_add(d, FACT_VOTE_CAST, a);
}

/* Who voted, in a ballot whose papers are kept apart: the choice is nowhere in what comes of it. */
enum meeting_refusal vote_decide_hand_in(const struct deciding *d, const void *args)
{
    const struct vote_hand_in *a = args;
    enum meeting_refusal refusal = check_open(d, a->vote);
    if (refusal)
        return refusal;
    const struct vote *v = vote_open(d->m);
    if (v->is.method != VOTE_SECRET_ELECTRONIC)
        return REFUSED_NOT_BY_RULES;
    if (v->counted)
        return REFUSED_NOT_NOW; /* sealed */
    refusal = d->actor->person ? check_voter(d, v, d->actor->person) : REFUSED_MAY_NOT_VOTE;
    if (!refusal && vote_cast_of(d->m, a->vote, d->actor->person) < pile_count(d->m, PILE_CAST))
        refusal = REFUSED_ALREADY;
    struct vote_handed_in fact = {.vote = a->vote, .person = d->actor->person};
    return refusal ? refusal : outcome_add(d, FACT_VOTE_HANDED_IN, &fact);
}

enum meeting_refusal vote_decide_seal(const struct deciding *d, const void *args)
{
    const struct vote_seal *a = args;
    enum meeting_refusal refusal = check_open(d, a->vote);
    if (refusal)
        return refusal;
    const struct vote *v = vote_open(d->m);
    if (v->is.method != VOTE_SECRET_ELECTRONIC)
        return REFUSED_NOT_BY_RULES;
    if (v->counted)
        return REFUSED_ALREADY;
    int64_t voted = 0;
    for (size_t i = 0; i < pile_count(d->m, PILE_CAST); i++)
        voted += ((const struct cast *)pile_at(d->m, PILE_CAST, i))->vote == a->vote;
    const struct vote_counts *c = &a->counts;
    if (c->in_favour + c->against + c->abstain + c->invalid != voted)
        return REFUSED_COUNTS_WRONG;
    return outcome_add(d, FACT_VOTE_SEALED, a);
}

/* In a roll call the chair's side is what the chair said there. */
static enum vote_choice chair_side(const struct deciding *d, const struct vote *v,
                                   const struct vote_entries *instead, enum vote_choice said)
{
    uint64_t chair = chair_now(d->m);
    size_t i = vote_cast_of(d->m, v->head.seq, chair);
    if (v->is.method != VOTE_ROLL_CALL || i == pile_count(d->m, PILE_CAST))
        return said;
    enum vote_choice choice = ((const struct cast *)pile_at(d->m, PILE_CAST, i))->choice;
    for (size_t k = 0; instead && k < instead->count; k++) {
        if (instead->at[k].person == chair)
            choice = instead->at[k].choice;
    }
    return choice == CHOICE_ABSTAIN ? said : choice;
}

static void number(const struct deciding *d, const struct vote *v, struct vote_result *r)
{
    if (v->is.numbered && r->outcome != VOTE_TIE && d->m->decisions.next &&
        d->m->decisions.next < DECISIONS_MAX)
        snprintf(r->decision, sizeof r->decision, "%s%" PRId64, d->m->decisions.prefix,
                 d->m->decisions.next);
}

enum meeting_refusal vote_decide_close(const struct deciding *d, const void *args)
{
    const struct vote_close *a = args;
    enum meeting_refusal refusal = check_open(d, a->vote);
    if (refusal)
        return refusal;
    const struct vote *v = vote_open(d->m);
    bool electronic = v->is.method == VOTE_SECRET_ELECTRONIC;
    if (!v->counted)
        return electronic ? REFUSED_NOT_SEALED : REFUSED_NOT_NOW;
    refusal = electronic ? 0 : check_counts(d, v, &v->counts);
    if (refusal)
        return refusal; /* somebody left meanwhile: count again; a paper in the box stays there */
    struct vote_decided fact = {.vote = a->vote};
    vote_compute(d->m, v, &v->counts, chair_side(d, v, NULL, a->chair_side), d->now->utc_us,
                 &fact.result);
    if (fact.result.outcome == VOTE_TIE && v->is.method < VOTE_SECRET_PAPER)
        return REFUSED_NEEDS_CHAIR_SIDE;
    number(d, v, &fact.result);
    return outcome_add(d, FACT_VOTE_DECIDED, &fact);
}

/* The second tie of a secret vote is drawn by lot, by the chair's hand; the outcome is entered. */
enum meeting_refusal vote_decide_lot(const struct deciding *d, const void *args)
{
    const struct vote_lot *a = args;
    const struct vote *v = find(d, a->vote);
    enum meeting_refusal past = check_past(d, v);
    if (past)
        return past;
    if (v->state != VOTE_TIED || v->round != 2)
        return REFUSED_NOT_NOW;
    if (a->drawn == CHOICE_ABSTAIN)
        return REFUSED_BAD_ARGS;
    struct vote_decided fact = {.vote = a->vote, .result = v->result};
    fact.result.outcome = a->drawn == CHOICE_FOR ? VOTE_ADOPTED : VOTE_REJECTED;
    fact.result.ground = GROUND_LOT;
    number(d, v, &fact.result);
    return outcome_add(d, FACT_VOTE_DECIDED, &fact);
}

enum meeting_refusal vote_decide_cancel(const struct deciding *d, const void *args)
{
    const struct vote_cancel *a = args;
    enum meeting_refusal refusal = check_open(d, a->vote);
    return refusal ? refusal : outcome_add(d, FACT_VOTE_CANCELLED, a);
}

/* The same people voted: who was there then is not asked again. */
static enum meeting_refusal correct_counts(const struct deciding *d, const struct vote *v,
                                           const struct vote_correct *a, struct vote_counts *ret)
{
    if (v->is.method != VOTE_ROLL_CALL) {
        bool secret = v->is.method >= VOTE_SECRET_PAPER;
        const struct vote_counts *c = &a->counts;
        int64_t sum = c->in_favour + c->against + c->abstain + c->invalid;
        if (a->entries.count || v->is.method == VOTE_SECRET_ELECTRONIC)
            return REFUSED_NOT_BY_RULES;
        if (sum > v->result.participants || (c->invalid && !secret))
            return REFUSED_COUNTS_WRONG;
        *ret = *c;
        return 0;
    }
    if (!a->entries.count)
        return REFUSED_BAD_ARGS;
    for (size_t i = 0; i < a->entries.count; i++) {
        if (vote_cast_of(d->m, a->vote, a->entries.at[i].person) == pile_count(d->m, PILE_CAST))
            return REFUSED_NOT_FOUND;
    }
    *ret = vote_sum(d->m, a->vote, &a->entries);
    return 0;
}

enum meeting_refusal vote_decide_correct(const struct deciding *d, const void *args)
{
    const struct vote_correct *a = args;
    const struct vote *v = find(d, a->vote);
    enum meeting_refusal past = check_past(d, v);
    if (past)
        return past;
    if (v->state != VOTE_DECIDED || v->result.ground == GROUND_LOT)
        return REFUSED_NOT_NOW;
    struct vote_corrected fact = {.vote = a->vote, .entries = a->entries};
    struct vote_counts counts;
    enum meeting_refusal refusal = correct_counts(d, v, a, &counts);
    if (refusal)
        return refusal;
    vote_recompute(
        v, &counts,
        chair_side(d, v, &a->entries, a->chair_side ? a->chair_side : v->result.chair_side),
        &fact.result);
    if (fact.result.outcome == VOTE_TIE)
        return v->is.method < VOTE_SECRET_PAPER ? REFUSED_NEEDS_CHAIR_SIDE : REFUSED_NOT_NOW;
    text_set(fact.result.decision, v->result.decision);
    text_set(fact.reason, a->reason);
    return outcome_add(d, FACT_VOTE_CORRECTED, &fact);
}

enum meeting_refusal vote_decide_dissent(const struct deciding *d, const void *args)
{
    const struct vote_dissent *a = args;
    const struct vote *v = find(d, a->vote);
    const struct person *p = pile_find(d->m, PILE_PERSON, a->person);
    enum meeting_refusal past = check_past(d, v);
    if (past || !p)
        return past ? past : REFUSED_NOT_FOUND;
    if (!(d->actor->roles & ROLES_DESK) && d->actor->person != a->person)
        return REFUSED_NOT_YOURS;
    if (v->state != VOTE_DECIDED)
        return REFUSED_NOT_NOW;
    size_t i = vote_cast_of(d->m, a->vote, a->person);
    bool with_it = v->is.method == VOTE_ROLL_CALL &&
                   (i == pile_count(d->m, PILE_CAST) ||
                    ((const struct cast *)pile_at(d->m, PILE_CAST, i))->choice ==
                        (v->result.outcome == VOTE_ADOPTED ? CHOICE_FOR : CHOICE_AGAINST));
    if (!roster_votes(p) || vote_excludes(v, a->person) || with_it)
        return REFUSED_MAY_NOT_VOTE; /* dissents from nothing */
    return outcome_add(d, FACT_VOTE_DISSENTED, a);
}

enum meeting_refusal vote_decide_numbering(const struct deciding *d, const void *args)
{
    return outcome_add(d, FACT_VOTE_NUMBERED, args);
}
