/* The closed part: only after a decision; what happens in it is for those who sit in it. */
#include "play.h"

#include <string.h>

static const struct actor outsider = {.roles = ROLE_VIEWER, .principal = "v"};
static const struct actor producer = {
    .roles = ROLE_PRODUCER | ROLE_MODERATOR | ROLE_CLERK, .principal = "p", .in_hall = true};

static void close_part(struct play *p)
{
    SAY(p, part_close, "part.close", .number = "2026/4", .document = "Tutanak 3",
        .reason = "Kişilik hakları");
}

static void test_decision(void **state)
{
    struct play p;
    struct council c;
    play_init(&p);
    play_council(&p, 4, &c);
    assert_int_equal(TRY(&p, part_close, "part.close", .reason = "x"), REFUSED_NEEDS_DECISION);
    assert_int_equal(TRY(&p, part_close, "part.close", .reason = "x", .number = "1"),
                     REFUSED_NEEDS_DECISION);
    uint64_t motion = SAY(&p, motion_submit, "motion.submit", .kind = MOTION_CLOSE_PART,
                          .title = "Kapalı oturum");
    uint64_t vote = SAY(&p, vote_begin, "vote.open", .motion = motion, .subject = "Kapalı oturum",
                        .method = VOTE_HANDS, .majority = MAJORITY_ORDINARY);
    struct part_close close = {.vote = vote, .reason = "Gerekçe"};
    assert_int_equal(play_try(&p, "part.close", &close), REFUSED_NEEDS_DECISION);
    SAY(&p, vote_count_args, "vote.count", .vote = vote, .counts = {.in_favour = 2, .against = 3});
    SAY(&p, vote_close, "vote.close", .vote = vote);
    assert_int_equal(play_try(&p, "part.close", &close), REFUSED_NEEDS_DECISION);
    SAY(&p, vote_correct, "vote.correct", .vote = vote, .counts = {3, 2, 0, 0}, .reason = "x");
    play_do(&p, "part.close", &close);
    assert_int_equal(meeting_state(p.m), MEETING_CLOSED);
    assert_string_equal(meeting_sitting(p.m)->closed_reason, "Gerekçe");
    p.actor.person = c.chair;
    play_do(&p, "part.open", NULL);
    assert_string_equal(((const struct part *)pile_at(p.m, PILE_PART, 1))->reason, "Gerekçe");
    assert_int_equal(play_try(&p, "part.close", &close), REFUSED_NEEDS_DECISION); /* used up */
    play_finish(&p);
}

static void test_silence(void **state)
{
    struct play p;
    struct council c;
    play_init(&p);
    play_council(&p, 4, &c);
    SAY(&p, floor_give, "floor.give", .person = c.members[0], .kind = SPEECH_MEMBER, .start = true);
    close_part(&p);
    assert_null(floor_turn(p.m)); /* no clock goes on in public */
    p.actor.person = c.chair;
    assert_int_equal(TRY(&p, agenda_from, "agenda.advance", .from = 0), REFUSED_WRONG_STATE);
    assert_int_equal(play_try(&p, "sitting.end", NULL), REFUSED_WRONG_STATE);
    play_do(&p, "sitting.pause", &(struct sitting_pause){.reason = "Ara"});
    assert_int_equal(play_try(&p, "sitting.end", NULL), REFUSED_NOT_NOW); /* it ends in the open */
    play_do(&p, "sitting.resume", NULL);
    assert_int_equal(meeting_state(p.m), MEETING_CLOSED); /* a break opens nothing */
    assert_string_equal(meeting_sitting(p.m)->closed_reason, "Kişilik hakları");
    play_finish(&p);
}

/* Each event in the part, and each thing that it made or changed, is hidden from outside. */
static void test_hidden(void **state)
{
    struct play p;
    struct council c;
    play_init(&p);
    play_council(&p, 4, &c);
    struct actor member = {
        .roles = ROLE_MEMBER, .principal = "m", .person = c.members[1], .in_hall = true};
    struct actor remote = member;
    remote.in_hall = false;
    uint64_t early =
        SAY(&p, floor_enter, "floor.enter", .person = c.members[0], .kind = SPEECH_MEMBER);
    assert_true(pile_sees(p.m, PILE_REQUEST, pile_find(p.m, PILE_REQUEST, early), &outsider));
    close_part(&p);
    p.actor.person = c.chair;
    const struct meeting_event *e = &p.outcome.events[0];
    assert_true(meeting_sees(p.m, e, &outsider)); /* that it is closed, and why */
    assert_true(pile_sees(p.m, PILE_PART, pile_at(p.m, PILE_PART, 1), &outsider));
    SAY(&p, floor_grant, "floor.grant", .request = early, .start = true);
    for (size_t i = 0; i < p.outcome.count; i++) {
        e = &p.outcome.events[i];
        assert_int_equal(e->audience, AUDIENCE_CLOSED);
        assert_false(meeting_sees(p.m, e, &outsider));
        assert_false(meeting_sees(p.m, e, &producer));
        assert_false(meeting_sees(p.m, e, &remote));
        assert_true(meeting_sees(p.m, e, &member));
    }
    const void *request = pile_find(p.m, PILE_REQUEST, early);
    const void *turn = pile_at(p.m, PILE_TURN, 0);
    assert_false(pile_sees(p.m, PILE_REQUEST, request, &outsider));
    assert_false(pile_sees(p.m, PILE_TURN, turn, &producer));
    assert_true(pile_sees(p.m, PILE_TURN, turn, &member));
    struct actor actor = p.actor;
    p.actor = producer;
    assert_int_equal(play_try(&p, "part.open", NULL), REFUSED_CLOSED_PART);
    SAY(&p, notice_post, "notice.post", .text = "Oturum kapalı");
    assert_int_equal(p.outcome.events[0].audience, AUDIENCE_PUBLIC);
    p.actor = actor;
    play_do(&p, "part.open", NULL);
    assert_int_equal(meeting_state(p.m), MEETING_LIVE);
    assert_false(pile_sees(p.m, PILE_TURN, pile_at(p.m, PILE_TURN, 0), &outsider)); /* still */
    assert_true(pile_sees(p.m, PILE_PART, pile_at(p.m, PILE_PART, 2), &outsider));
    play_finish(&p);
}

/* A break in a closed part is closed too, but for what the public must know. */
static void test_break(void **state)
{
    struct play p;
    struct council c;
    play_init(&p);
    play_council(&p, 4, &c);
    close_part(&p);
    p.actor.person = c.chair;
    SAY(&p, sitting_pause, "sitting.pause", .reason = "Ara");
    assert_true(meeting_sees(p.m, &p.outcome.events[0], &outsider));
    uint64_t request =
        SAY(&p, floor_enter, "floor.enter", .person = c.members[0], .kind = SPEECH_MEMBER);
    assert_false(meeting_sees(p.m, &p.outcome.events[0], &outsider));
    assert_false(pile_sees(p.m, PILE_REQUEST, pile_find(p.m, PILE_REQUEST, request), &outsider));
    uint64_t notice = SAY(&p, notice_post, "notice.post", .text = "14.00'te sürecek");
    play_do(&p, "sitting.resume", NULL);
    assert_false(pile_sees(p.m, PILE_REQUEST, pile_find(p.m, PILE_REQUEST, request), &outsider));
    assert_true(pile_sees(p.m, PILE_NOTICE, pile_find(p.m, PILE_NOTICE, notice), &outsider));
    for (size_t i = 0; i < pile_count(p.m, PILE_PART); i++)
        assert_true(pile_sees(p.m, PILE_PART, pile_at(p.m, PILE_PART, i), &outsider));
    play_do(&p, "part.open", NULL);
    uint64_t after =
        SAY(&p, floor_enter, "floor.enter", .person = c.members[1], .kind = SPEECH_MEMBER);
    assert_true(pile_sees(p.m, PILE_REQUEST, pile_find(p.m, PILE_REQUEST, after), &outsider));
    assert_false(pile_sees(p.m, PILE_REQUEST, pile_find(p.m, PILE_REQUEST, request), &outsider));
    play_finish(&p);
}

static bool list_closed(const struct meeting *m, const struct actor *actor)
{
    union single_room room;
    return ((const struct sitting *)meeting_single_seen(m, SINGLE_SITTING, actor, &room))
        ->floor_closed;
}

static int64_t next_number(const struct meeting *m, const struct actor *actor)
{
    union single_room room;
    return ((const struct vote_numbering *)meeting_single_seen(m, SINGLE_DECISIONS, actor, &room))
        ->next;
}

/* The same for what there is one of: it stays as it was for who is outside. */
static void test_singles(void **state)
{
    struct play p;
    struct council c;
    play_init(&p);
    play_council(&p, 4, &c);
    SAY(&p, vote_numbering, "vote.number", .next = 7);
    struct actor member = {
        .roles = ROLE_MEMBER, .principal = "m", .person = c.members[1], .in_hall = true};
    close_part(&p);
    p.actor.person = c.chair;
    SAY(&p, floor_close, "floor.close", .reason = "Liste dolu");
    uint64_t vote = SAY(&p, vote_begin, "vote.open", .subject = "Örnek", .numbered = true,
                        .method = VOTE_HANDS, .majority = MAJORITY_ORDINARY);
    SAY(&p, vote_count_args, "vote.count", .vote = vote, .counts = {.in_favour = 4, .against = 1});
    SAY(&p, vote_close, "vote.close", .vote = vote);
    assert_false(list_closed(p.m, &outsider));
    assert_false(list_closed(p.m, &producer));
    assert_true(list_closed(p.m, &member));
    assert_int_equal(next_number(p.m, &outsider), 7);
    assert_int_equal(next_number(p.m, &member), 8);
    union single_room room;
    const struct sitting *s = meeting_single_seen(p.m, SINGLE_SITTING, &outsider, &room);
    assert_true(s->closed); /* that it is closed, and why, is for all */
    assert_string_equal(s->closed_reason, "Kişilik hakları");
    play_do(&p, "part.open", NULL);
    assert_true(list_closed(p.m, &outsider)); /* what holds in the open is told there */
    assert_int_equal(next_number(p.m, &outsider), 8);
    play_finish(&p);
}

/* What was voted in the closed part is not brought out by what is said of it afterwards. */
static void test_votes_stay(void **state)
{
    struct play p;
    struct council c;
    play_init(&p);
    play_council(&p, 4, &c);
    close_part(&p);
    p.actor.person = c.chair;
    uint64_t vote = SAY(&p, vote_begin, "vote.open", .subject = "Gizli konu",
                        .method = VOTE_SECRET_PAPER, .majority = MAJORITY_ORDINARY);
    assert_int_equal(play_try(&p, "part.open", NULL), REFUSED_NOT_NOW);
    SAY(&p, vote_count_args, "vote.count", .vote = vote, .counts = {2, 2, 0, 0});
    SAY(&p, vote_close, "vote.close", .vote = vote);
    play_do(&p, "part.open", NULL);
    assert_int_equal(TRY(&p, vote_only, "vote.repeat", .vote = vote), REFUSED_CLOSED_PART);
    assert_int_equal(TRY(&p, vote_correct, "vote.correct", .vote = vote, .reason = "x"),
                     REFUSED_CLOSED_PART);
    play_finish(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decision), cmocka_unit_test(test_silence),
        cmocka_unit_test(test_hidden),   cmocka_unit_test(test_singles),
        cmocka_unit_test(test_break),    cmocka_unit_test(test_votes_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
