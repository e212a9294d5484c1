/* A vote's arithmetic. */
#include "meeting/state.h"

bool vote_excludes(const struct vote *v, uint64_t person)
{
    for (size_t i = 0; i < v->is.excluded.count; i++) {
        if (v->is.excluded.at[i] == person)
            return true;
    }
    return false;
}

int64_t vote_participants(const struct meeting *m, const struct vote *v, int64_t now_utc_us,
                          bool *ret_known)
{
    *ret_known = pile_count(m, PILE_ATTENDANCE) > 0;
    int64_t count = attendance_voters(m, now_utc_us);
    for (size_t i = 0; i < v->is.excluded.count; i++)
        count -= attendance_counts(m, v->is.excluded.at[i], now_utc_us);
    return count;
}

struct vote_counts vote_sum(const struct meeting *m, uint64_t vote,
                            const struct vote_entries *instead)
{
    struct vote_counts sum = {0};
    for (size_t i = 0; i < pile_count(m, PILE_CAST); i++) {
        const struct cast *c = pile_at(m, PILE_CAST, i);
        if (c->vote != vote)
            continue;
        enum vote_choice choice = c->choice;
        for (size_t k = 0; instead && k < instead->count; k++) {
            if (instead->at[k].person == c->person)
                choice = instead->at[k].choice;
        }
        sum.in_favour += choice == CHOICE_FOR;
        sum.against += choice == CHOICE_AGAINST;
        sum.abstain += choice == CHOICE_ABSTAIN;
    }
    return sum;
}

static int64_t base_count(const struct vote_result *r)
{
    switch (r->base) {
    case BASE_FULL_MEMBERSHIP:
        return r->members;
    case BASE_VOTES:
        return r->counts.in_favour + r->counts.against;
    case BASE_PARTICIPANTS:
        break;
    }
    return r->participants;
}

/* A tie counts only where for and against are weighed against each other; a qualified majority of
 * the full membership is simply not reached. */
static bool is_tie(const struct vote *v, const struct vote_result *r)
{
    bool weighed = v->is.majority == MAJORITY_ORDINARY || v->is.majority == MAJORITY_RELATIVE;
    return weighed && r->counts.in_favour == r->counts.against && r->counts.in_favour > 0 &&
           r->counts.in_favour >= r->floor;
}

/* An open vote's tie goes to the chair's side, a secret one is taken again and then drawn by lot
 * (Belediye Kanunu 5393, md. 22). */
static void settle(const struct vote *v, struct vote_result *r)
{
    bool tie = is_tie(v, r);
    bool secret = v->is.method >= VOTE_SECRET_PAPER;
    r->ground = GROUND_MAJORITY;
    if (tie && (secret || !r->chair_side)) {
        r->outcome = VOTE_TIE;
        r->ground = 0;
    } else if (tie) {
        r->outcome = r->chair_side == CHOICE_FOR ? VOTE_ADOPTED : VOTE_REJECTED;
        r->ground = GROUND_CHAIR_SIDE;
    } else {
        bool enough = r->counts.in_favour >= r->needed && r->counts.in_favour >= r->floor;
        r->outcome = enough && r->counts.in_favour > 0 ? VOTE_ADOPTED : VOTE_REJECTED;
    }
    r->unanimous = r->counts.abstain == 0 && r->counts.invalid == 0 &&
                   ((r->outcome == VOTE_ADOPTED && r->counts.against == 0) ||
                    (r->outcome == VOTE_REJECTED && r->counts.in_favour == 0));
}

void vote_compute(const struct meeting *m, const struct vote *v, const struct vote_counts *counts,
                  enum vote_choice chair_side, int64_t now_utc_us, struct vote_result *ret)
{
    const struct rule *rule = body_rule(m, RULE_MAJORITY_ORDINARY + v->is.majority - 1, now_utc_us);
    int64_t sum = counts->in_favour + counts->against + counts->abstain + counts->invalid;
    bool known;
    *ret = (struct vote_result){.counts = *counts, .members = roster_members(m)};
    ret->participants = vote_participants(m, v, now_utc_us, &known);
    if (!known || ret->participants < sum)
        ret->participants = sum;
    ret->base = rule->base ? rule->base : BASE_PARTICIPANTS;
    ret->base_count = base_count(ret);
    ret->part = rule->part;
    ret->whole = rule->whole;
    ret->more_than = rule->more_than;
    ret->needed = body_share(rule, ret->base_count);
    ret->floor = body_share(body_rule(m, RULE_DECISION_FLOOR, now_utc_us), ret->members);
    ret->chair_side = chair_side == CHOICE_ABSTAIN ? 0 : chair_side;
    settle(v, ret);
}

void vote_recompute(const struct vote *v, const struct vote_counts *counts,
                    enum vote_choice chair_side, struct vote_result *ret)
{
    struct rule rule = {
        .part = v->result.part, .whole = v->result.whole, .more_than = v->result.more_than};
    *ret = v->result;
    ret->counts = *counts;
    ret->base_count = base_count(ret);
    ret->needed = body_share(&rule, ret->base_count);
    ret->chair_side = chair_side == CHOICE_ABSTAIN ? 0 : chair_side;
    settle(v, ret);
}
