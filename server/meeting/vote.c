/* The votes' state: what their events do. What is allowed is vote_decide.c's. */
#include "meeting/vote.h"

#include "meeting/state.h"

#include <errno.h>

const char *const vote_method_names[4] = {
    "hands",
    "roll_call",
    "secret_paper",
    "secret_electronic",
};
const char *const vote_majority_names[5] = {
    "ordinary", "full", "two_thirds", "three_quarters", "relative",
};
const char *const vote_choice_names[3] = {"for", "against", "abstain"};
const char *const vote_state_names[4] = {"open", "decided", "tied", "cancelled"};
const char *const vote_outcome_names[3] = {"adopted", "rejected", "tie"};
const char *const vote_ground_names[3] = {"majority", "chair_side", "lot"};

#define COUNT(tag, m) F_OPT_NUMBER(tag, m, 0, 1000000)
SHAPE(vote_counts, COUNT(vote_counts, in_favour), COUNT(vote_counts, against),
      COUNT(vote_counts, abstain), COUNT(vote_counts, invalid));
SHAPE(vote_begin, F_OPT_REF(vote_begin, item), F_OPT_REF(vote_begin, motion),
      F_TEXT(vote_begin, subject), F_ENUM(vote_begin, method, vote_method_names),
      F_ENUM(vote_begin, majority, vote_majority_names), F_OPT_FLAG(vote_begin, numbered),
      F_REFS(vote_begin, excluded));
SHAPE(vote_opened, F_STRUCT(vote_opened, is, vote_begin), F_NUMBER(vote_opened, round, 1, 2),
      F_OPT_REF(vote_opened, first));
SHAPE(vote_result, F_STRUCT(vote_result, counts, vote_counts), COUNT(vote_result, members),
      COUNT(vote_result, participants), F_OPT_ENUM(vote_result, base, rule_base_names),
      COUNT(vote_result, base_count), COUNT(vote_result, part), COUNT(vote_result, whole),
      F_OPT_FLAG(vote_result, more_than), COUNT(vote_result, needed), COUNT(vote_result, floor),
      F_OPT_ENUM(vote_result, chair_side, vote_choice_names),
      F_OPT_ENUM(vote_result, outcome, vote_outcome_names),
      F_OPT_ENUM(vote_result, ground, vote_ground_names), F_OPT_FLAG(vote_result, unanimous),
      F_OPT_TEXT(vote_result, decision));
SHAPE(vote, F_HEAD(vote), F_STRUCT(vote, is, vote_begin), F_NUMBER(vote, round, 1, 2),
      F_OPT_REF(vote, first), F_ENUM(vote, state, vote_state_names), F_FLAG(vote, counted),
      F_STRUCT(vote, counts, vote_counts), F_STRUCT(vote, result, vote_result),
      F_FLAG(vote, corrected), F_OPT_TEXT(vote, papers),
      F_OPT_NUMBER(vote, from_media_us, 0, TIME_MAX), F_OPT_NUMBER(vote, to_media_us, 0, TIME_MAX));
SHAPE(cast, F_HEAD(cast), F_REF(cast, vote), F_REF(cast, person),
      F_OPT_ENUM(cast, choice, vote_choice_names));
SHAPE(dissent, F_HEAD(dissent), F_REF(dissent, vote), F_REF(dissent, person),
      F_TEXT(dissent, text));

const struct vote *vote_open(const struct meeting *m)
{
    size_t count = pile_count(m, PILE_VOTE);
    const struct vote *last = count ? pile_at(m, PILE_VOTE, count - 1) : NULL;
    return last && last->state == VOTE_OPEN ? last : NULL;
}

size_t vote_cast_of(const struct meeting *m, uint64_t vote, uint64_t person)
{
    size_t count = pile_count(m, PILE_CAST);
    for (size_t i = count; i-- > 0;) {
        const struct cast *c = pile_at(m, PILE_CAST, i);
        if (c->head.seq < vote)
            break;
        if (c->vote == vote && c->person == person)
            return i;
    }
    return count;
}

int vote_opened(struct meeting *m, const struct meeting_event *event)
{
    const struct vote_opened *a = event->body;
    if (vote_open(m))
        return -EBADMSG;
    struct vote *v = pile_add(m, PILE_VOTE, event);
    if (!v)
        return -ENOMEM;
    v->is = a->is;
    v->round = a->round;
    v->first = a->first;
    v->state = VOTE_OPEN;
    v->from_media_us = event->media_us;
    return 0;
}

/* The vote that the body names first, if it is the one that is on. */
static struct vote *edit_open(struct meeting *m, const struct meeting_event *event)
{
    const struct vote *v = vote_open(m);
    uint64_t vote = *(const uint64_t *)event->body;
    return v && v->head.seq == vote ? pile_edit(m, PILE_VOTE, vote, event) : NULL;
}

int vote_counted(struct meeting *m, const struct meeting_event *event)
{
    struct vote *v = edit_open(m, event);
    if (!v)
        return -EBADMSG;
    v->counts = ((const struct vote_count_args *)event->body)->counts;
    v->counted = true;
    return 0;
}

static int cast(struct meeting *m, const struct meeting_event *event, uint64_t vote,
                uint64_t person, enum vote_choice choice)
{
    size_t i = vote_cast_of(m, vote, person);
    struct cast *c = i < pile_count(m, PILE_CAST) ? pile_edit_at(m, PILE_CAST, i, event)
                                                  : pile_add(m, PILE_CAST, event);
    if (!c)
        return -ENOMEM;
    c->vote = vote;
    c->person = person;
    c->choice = choice;
    return 0;
}

int vote_was_cast(struct meeting *m, const struct meeting_event *event)
{
    const struct vote_cast *a = event->body;
    struct vote *v = edit_open(m, event);
    if (!v)
        return -EBADMSG;
    int r = 0;
    for (size_t i = 0; i < a->entries.count && r == 0; i++)
        r = cast(m, event, a->vote, a->entries.at[i].person, a->entries.at[i].choice);
    v->counts = vote_sum(m, a->vote, NULL);
    v->counted = true;
    return r;
}

int vote_handed_in(struct meeting *m, const struct meeting_event *event)
{
    const struct vote_handed_in *a = event->body;
    return edit_open(m, event) ? cast(m, event, a->vote, a->person, 0) : -EBADMSG;
}

int vote_sealed(struct meeting *m, const struct meeting_event *event)
{
    const struct vote_seal *a = event->body;
    struct vote *v = edit_open(m, event);
    if (!v)
        return -EBADMSG;
    v->counts = a->counts;
    v->counted = true;
    text_set(v->papers, a->papers);
    return 0;
}

static void settle_motion(struct meeting *m, const struct meeting_event *event,
                          const struct vote *v)
{
    struct motion *motion = pile_edit(m, PILE_MOTION, v->is.motion, event);
    if (!motion || motion->state == MOTION_WITHDRAWN || v->state != VOTE_DECIDED)
        return;
    motion->state = v->result.outcome == VOTE_ADOPTED ? MOTION_ADOPTED : MOTION_REJECTED;
    motion->vote = v->head.seq;
}

int vote_was_decided(struct meeting *m, const struct meeting_event *event)
{
    const struct vote_decided *a = event->body;
    struct vote *v = pile_edit(m, PILE_VOTE, a->vote, event);
    if (!v || (v->state != VOTE_OPEN && v->state != VOTE_TIED) || !a->result.outcome)
        return -EBADMSG;
    v->result = a->result;
    v->counts = a->result.counts;
    v->state = a->result.outcome == VOTE_TIE ? VOTE_TIED : VOTE_DECIDED;
    v->to_media_us = event->media_us;
    if (*a->result.decision)
        m->decisions.next++;
    settle_motion(m, event, v);
    return 0;
}

int vote_was_corrected(struct meeting *m, const struct meeting_event *event)
{
    const struct vote_corrected *a = event->body;
    struct vote *v = pile_edit(m, PILE_VOTE, a->vote, event);
    if (!v || v->state != VOTE_DECIDED || !a->result.outcome)
        return -EBADMSG;
    int r = 0;
    for (size_t i = 0; i < a->entries.count && r == 0; i++)
        r = cast(m, event, a->vote, a->entries.at[i].person, a->entries.at[i].choice);
    v->result = a->result;
    v->counts = a->result.counts;
    v->corrected = true;
    settle_motion(m, event, v);
    return r;
}

int vote_cancelled(struct meeting *m, const struct meeting_event *event)
{
    const struct vote_cancel *a = event->body;
    struct vote *v = pile_edit(m, PILE_VOTE, a->vote, event);
    if (!v)
        return -EBADMSG;
    v->state = VOTE_CANCELLED;
    v->to_media_us = event->media_us;
    return 0;
}

int vote_dissented(struct meeting *m, const struct meeting_event *event)
{
    const struct vote_dissent *a = event->body;
    struct dissent *note = pile_add(m, PILE_DISSENT, event);
    if (!note)
        return -ENOMEM;
    note->vote = a->vote;
    note->person = a->person;
    text_set(note->text, a->text);
    return 0;
}

int vote_numbered(struct meeting *m, const struct meeting_event *event)
{
    m->decisions = *(const struct vote_numbering *)event->body;
    return 0;
}
