/* Votes: the arithmetic, ties, corrections, who may take part. */
#include "play.h"

#include <string.h>

static const struct vote_result *result(const struct play *p, uint64_t vote)
{
    return &((const struct vote *)pile_find(p->m, PILE_VOTE, vote))->result;
}

static uint64_t open_vote(struct play *p, enum vote_method method, enum vote_majority majority)
{
    return SAY(p, vote_begin, "vote.open", .subject = "Teklif", .method = method,
               .majority = majority, .numbered = true);
}

static enum meeting_refusal count(struct play *p, uint64_t vote, int64_t in_favour, int64_t against,
                                  int64_t abstain)
{
    return TRY(p, vote_count_args, "vote.count", .vote = vote,
               .counts = {in_favour, against, abstain, 0});
}

static void hands(struct play *p, uint64_t vote, int64_t in_favour, int64_t against,
                  int64_t abstain)
{
    assert_int_equal(count(p, vote, in_favour, against, abstain), 0);
    SAY(p, vote_close, "vote.close", .vote = vote);
}

/* 9 people with a vote: more than half of 9 is 5; a quarter of 9 rounds up to 3. */
static void test_majority(void **state)
{
    static const struct {
        int64_t in_favour, against, abstain;
        enum vote_majority majority;
        int64_t needed;
        enum vote_outcome outcome;
        bool unanimous;
    } cases[] = {
        {5, 4, 0, MAJORITY_ORDINARY, 5, VOTE_ADOPTED, false},
        {4, 3, 2, MAJORITY_ORDINARY, 5, VOTE_REJECTED, false}, /* more for, yet not the majority */
        {9, 0, 0, MAJORITY_ORDINARY, 5, VOTE_ADOPTED, true},
        {0, 9, 0, MAJORITY_ORDINARY, 5, VOTE_REJECTED, true},
        {5, 0, 4, MAJORITY_ORDINARY, 5, VOTE_ADOPTED, false},
        {3, 2, 4, MAJORITY_RELATIVE, 3, VOTE_ADOPTED, false},
        {2, 1, 0, MAJORITY_RELATIVE, 2, VOTE_REJECTED, false}, /* under a quarter of the members */
        {5, 4, 0, MAJORITY_FULL, 5, VOTE_ADOPTED, false},
        {6, 3, 0, MAJORITY_TWO_THIRDS, 6, VOTE_ADOPTED, false},
        {5, 4, 0, MAJORITY_TWO_THIRDS, 6, VOTE_REJECTED, false},
        {7, 2, 0, MAJORITY_THREE_QUARTERS, 7, VOTE_ADOPTED, false}, /* 6.75 */
        {6, 3, 0, MAJORITY_THREE_QUARTERS, 7, VOTE_REJECTED, false},
        {0, 0, 9, MAJORITY_ORDINARY, 5, VOTE_REJECTED, false},
    };
    struct play p;
    struct council c;
    play_init(&p);
    play_council(&p, 8, &c);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint64_t vote = open_vote(&p, VOTE_HANDS, cases[i].majority);
        hands(&p, vote, cases[i].in_favour, cases[i].against, cases[i].abstain);
        const struct vote_result *r = result(&p, vote);
        assert_int_equal(r->needed, cases[i].needed);
        assert_int_equal(r->outcome, cases[i].outcome);
        assert_int_equal(r->unanimous, cases[i].unanimous);
        assert_int_equal(r->ground, GROUND_MAJORITY);
        assert_int_equal(r->participants, 9);
        assert_int_equal(r->floor, 3);
    }
    play_finish(&p);
}

/* When it was taken, in media time: where a viewer of the recording finds it. */
static void test_when(void **state)
{
    struct play p;
    struct council c;
    play_init(&p);
    play_council(&p, 8, &c);
    int64_t begun = p.now.media_us;
    uint64_t vote = open_vote(&p, VOTE_HANDS, MAJORITY_ORDINARY);
    const struct vote *v = pile_find(p.m, PILE_VOTE, vote);
    assert_int_equal(v->from_media_us, begun);
    assert_int_equal(v->to_media_us, 0);
    play_wait(&p, 20);
    hands(&p, vote, 5, 4, 0);
    v = pile_find(p.m, PILE_VOTE, vote);
    assert_int_equal(v->to_media_us - v->from_media_us, 20000000);
    vote = open_vote(&p, VOTE_HANDS, MAJORITY_ORDINARY);
    play_wait(&p, 5);
    SAY(&p, vote_cancel, "vote.cancel", .vote = vote, .reason = "Yanlış açıldı");
    v = pile_find(p.m, PILE_VOTE, vote);
    assert_int_equal(v->to_media_us - v->from_media_us, 5000000);
    play_finish(&p);
}

static void test_even_half(void **state)
{
    struct play p;
    struct council c;
    play_init(&p);
    play_council(&p, 9, &c); /* 10: more than half is 6, not 5 */
    uint64_t vote = open_vote(&p, VOTE_HANDS, MAJORITY_FULL);
    hands(&p, vote, 5, 5, 0);
    assert_int_equal(result(&p, vote)->needed, 6);
    assert_int_equal(result(&p, vote)->outcome, VOTE_REJECTED); /* no tie: it is not reached */
    play_finish(&p);
}

static void test_open_tie(void **state)
{
    struct play p;
    struct council c;
    play_init(&p);
    play_council(&p, 8, &c);
    for (int side = CHOICE_FOR; side <= CHOICE_AGAINST; side++) {
        uint64_t vote = open_vote(&p, VOTE_HANDS, MAJORITY_ORDINARY);
        assert_int_equal(count(&p, vote, 4, 4, 1), 0);
        assert_int_equal(TRY(&p, vote_close, "vote.close", .vote = vote), REFUSED_NEEDS_CHAIR_SIDE);
        assert_int_equal(
            TRY(&p, vote_close, "vote.close", .vote = vote, .chair_side = CHOICE_ABSTAIN),
            REFUSED_NEEDS_CHAIR_SIDE);
        SAY(&p, vote_close, "vote.close", .vote = vote, .chair_side = side);
        assert_int_equal(result(&p, vote)->outcome,
                         side == CHOICE_FOR ? VOTE_ADOPTED : VOTE_REJECTED);
        assert_int_equal(result(&p, vote)->ground, GROUND_CHAIR_SIDE);
    }
    play_finish(&p);
}

static void test_secret_tie(void **state)
{
    struct play p;
    struct council c;
    play_init(&p);
    play_council(&p, 7, &c);
    SAY(&p, vote_numbering, "vote.number", .prefix = "2026/", .next = 57);
    uint64_t first = open_vote(&p, VOTE_SECRET_PAPER, MAJORITY_ORDINARY);
    hands(&p, first, 4, 4, 0);
    assert_int_equal(result(&p, first)->outcome, VOTE_TIE);
    assert_string_equal(result(&p, first)->decision, "");
    assert_int_equal(TRY(&p, vote_lot, "vote.lot", .vote = first, .drawn = CHOICE_FOR),
                     REFUSED_NOT_NOW);
    uint64_t second = SAY(&p, vote_only, "vote.repeat", .vote = first);
    assert_int_equal(TRY(&p, vote_only, "vote.repeat", .vote = first), REFUSED_NOT_NOW);
    hands(&p, second, 4, 4, 0);
    assert_int_equal(TRY(&p, vote_only, "vote.repeat", .vote = second), REFUSED_NOT_NOW);
    assert_int_equal(TRY(&p, vote_only, "vote.repeat", .vote = first), REFUSED_ALREADY);
    assert_int_equal(TRY(&p, vote_lot, "vote.lot", .vote = second, .drawn = CHOICE_ABSTAIN),
                     REFUSED_BAD_ARGS);
    SAY(&p, vote_lot, "vote.lot", .vote = second, .drawn = CHOICE_AGAINST);
    assert_int_equal(result(&p, second)->outcome, VOTE_REJECTED);
    assert_int_equal(result(&p, second)->ground, GROUND_LOT);
    assert_string_equal(result(&p, second)->decision, "2026/57");
    play_finish(&p);
}

static void test_counts(void **state)
{
    struct play p;
    struct council c;
    play_init(&p);
    play_council(&p, 8, &c);
    uint64_t vote = SAY(&p, vote_begin, "vote.open", .subject = "x", .method = VOTE_HANDS,
                        .majority = MAJORITY_ORDINARY,
                        .excluded = {.count = 2, .at = {c.members[0], c.members[1]}});
    assert_int_equal(count(&p, vote, 8, 0, 0), REFUSED_COUNTS_WRONG); /* 7 may vote */
    assert_int_equal(TRY(&p, vote_count_args, "vote.count", .vote = vote,
                         .counts = {.in_favour = 5, .invalid = 1}),
                     REFUSED_COUNTS_WRONG);
    assert_int_equal(TRY(&p, vote_close, "vote.close", .vote = vote), REFUSED_NOT_NOW);
    assert_int_equal(count(&p, vote, 4, 3, 0), 0);
    SAY(&p, attendance_mark_args, "attendance.mark", .person = c.members[2],
        .mark = ATTENDANCE_ABSENT);
    assert_int_equal(TRY(&p, vote_close, "vote.close", .vote = vote), REFUSED_COUNTS_WRONG);
    hands(&p, vote, 4, 2, 0);
    assert_int_equal(result(&p, vote)->participants, 6);
    assert_int_equal(result(&p, vote)->needed, 4);
    assert_int_equal(count(&p, vote, 1, 0, 0), REFUSED_STALE);
    play_finish(&p);
}

static void test_roll_call(void **state)
{
    struct play p;
    struct council c;
    play_init(&p);
    play_council(&p, 5, &c);
    uint64_t vote =
        SAY(&p, vote_begin, "vote.open", .subject = "x", .method = VOTE_ROLL_CALL,
            .majority = MAJORITY_ORDINARY, .excluded = {.count = 1, .at = {c.members[4]}});
    assert_int_equal(count(&p, vote, 1, 0, 0), REFUSED_NOT_BY_RULES);
    assert_int_equal(
        TRY(&p, vote_cast, "vote.cast", .vote = vote, .entries = {1, {{c.members[4], CHOICE_FOR}}}),
        REFUSED_MAY_NOT_VOTE);
    assert_int_equal(TRY(&p, vote_cast, "vote.cast", .vote = vote,
                         .entries = {1, {{c.representative, CHOICE_FOR}}}),
                     REFUSED_MAY_NOT_VOTE);
    SAY(&p, vote_cast, "vote.cast", .vote = vote,
        .entries = {4,
                    {{c.members[0], CHOICE_FOR},
                     {c.members[1], CHOICE_FOR},
                     {c.members[2], CHOICE_AGAINST},
                     {c.members[3], CHOICE_FOR}}});
    SAY(&p, vote_cast, "vote.cast", .vote = vote, /* misheard: said again */
        .entries = {2, {{c.members[3], CHOICE_AGAINST}, {c.chair, CHOICE_ABSTAIN}}});
    assert_int_equal(TRY(&p, vote_close, "vote.close", .vote = vote), REFUSED_NEEDS_CHAIR_SIDE);
    SAY(&p, vote_cast, "vote.cast", .vote = vote, .entries = {1, {{c.chair, CHOICE_FOR}}});
    SAY(&p, vote_close, "vote.close", .vote = vote);
    assert_int_equal(result(&p, vote)->counts.in_favour, 3);
    assert_int_equal(result(&p, vote)->counts.against, 2);
    assert_int_equal(result(&p, vote)->outcome, VOTE_ADOPTED);
    /* A dissent is of one who voted against it. */
    assert_int_equal(
        TRY(&p, vote_dissent, "vote.dissent", .vote = vote, .person = c.members[0], .text = "Şerh"),
        REFUSED_MAY_NOT_VOTE);
    SAY(&p, vote_dissent, "vote.dissent", .vote = vote, .person = c.members[2], .text = "Şerh");
    /* Corrected by a further event, with the people of the day. */
    SAY(&p, vote_correct, "vote.correct", .vote = vote, .reason = "Yanlış yazıldı",
        .entries = {1, {{c.members[1], CHOICE_AGAINST}}});
    assert_int_equal(result(&p, vote)->outcome, VOTE_REJECTED);
    assert_int_equal(result(&p, vote)->counts.in_favour, 2);
    play_finish(&p);
}

static void test_motion_follows(void **state)
{
    struct play p;
    struct council c;
    play_init(&p);
    play_council(&p, 8, &c);
    uint64_t motion = SAY(&p, motion_submit, "motion.submit", .kind = MOTION_CLOSE_DEBATE,
                          .title = "Kifayet", .proposers = {1, {c.members[0]}});
    uint64_t vote = SAY(&p, vote_begin, "vote.open", .motion = motion, .subject = "Kifayet",
                        .method = VOTE_HANDS, .majority = MAJORITY_ORDINARY);
    assert_int_equal(TRY(&p, motion_only, "motion.withdraw", .motion = motion), REFUSED_NOT_NOW);
    hands(&p, vote, 6, 3, 0);
    const struct motion *m = pile_find(p.m, PILE_MOTION, motion);
    assert_int_equal(m->state, MOTION_ADOPTED);
    SAY(&p, vote_correct, "vote.correct", .vote = vote, .counts = {3, 6, 0, 0}, .reason = "x");
    m = pile_find(p.m, PILE_MOTION, motion);
    assert_int_equal(m->state, MOTION_REJECTED);
    play_finish(&p);
}

static void test_ballot(void **state)
{
    struct play p;
    struct council c;
    play_init(&p);
    play_council(&p, 3, &c);
    struct vote_begin begin = {
        .subject = "x", .method = VOTE_SECRET_ELECTRONIC, .majority = MAJORITY_ORDINARY};
    assert_int_equal(play_try(&p, "vote.open", &begin), REFUSED_NOT_BY_RULES);
    SAY(&p, body_rule_args, "body.rule", .rule = RULE_ELECTRONIC_SECRET, .number = 1,
        .source = "Karar 2026/3");
    uint64_t vote = play_do(&p, "vote.open", &begin);
    for (size_t i = 0; i < 3; i++) {
        p.actor.person = c.members[i];
        SAY(&p, vote_hand_in, "vote.hand_in", .vote = vote, .choice = CHOICE_FOR);
        assert_int_equal(TRY(&p, vote_hand_in, "vote.hand_in", .vote = vote, .choice = CHOICE_FOR),
                         REFUSED_ALREADY);
    }
    p.actor.person = c.representative;
    assert_int_equal(TRY(&p, vote_hand_in, "vote.hand_in", .vote = vote, .choice = CHOICE_FOR),
                     REFUSED_MAY_NOT_VOTE);
    assert_int_equal(TRY(&p, vote_close, "vote.close", .vote = vote), REFUSED_NOT_SEALED);
    assert_int_equal(
        TRY(&p, vote_seal, "vote.seal", .vote = vote, .counts = {2, 0, 0, 0}, .papers = "00ff"),
        REFUSED_COUNTS_WRONG);
    SAY(&p, vote_seal, "vote.seal", .vote = vote, .counts = {2, 0, 1, 0}, .papers = "00ff");
    p.actor.person = c.chair;
    assert_int_equal(TRY(&p, vote_hand_in, "vote.hand_in", .vote = vote, .choice = CHOICE_FOR),
                     REFUSED_NOT_NOW);
    for (size_t i = 0; i < pile_count(p.m, PILE_CAST); i++)
        assert_int_equal(((const struct cast *)pile_at(p.m, PILE_CAST, i))->choice, 0);
    SAY(&p, vote_close, "vote.close", .vote = vote);
    play_finish(&p);
}

static void test_quorum(void **state)
{
    struct play p;
    struct council c;
    play_init(&p);
    play_council(&p, 3, &c); /* 4 with a vote: 3 make the quorum */
    SAY(&p, attendance_mark_args, "attendance.mark", .person = c.members[0],
        .mark = ATTENDANCE_REMOTE);
    open_vote(&p, VOTE_HANDS, MAJORITY_ORDINARY);
    SAY(&p, vote_cancel, "vote.cancel", .vote = meeting_seq(p.m), .reason = "x");
    SAY(&p, attendance_mark_args, "attendance.mark", .person = c.members[1],
        .mark = ATTENDANCE_EXCUSED);
    assert_int_equal(TRY(&p, vote_begin, "vote.open", .subject = "x", .method = VOTE_HANDS,
                         .majority = MAJORITY_ORDINARY),
                     REFUSED_NO_QUORUM);
    play_finish(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_majority),   cmocka_unit_test(test_when),
        cmocka_unit_test(test_even_half),  cmocka_unit_test(test_open_tie),
        cmocka_unit_test(test_secret_tie), cmocka_unit_test(test_counts),
        cmocka_unit_test(test_roll_call),  cmocka_unit_test(test_motion_follows),
        cmocka_unit_test(test_ballot),     cmocka_unit_test(test_quorum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
