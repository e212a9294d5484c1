/* The floor: order, time, budgets, who may speak. */
#include "play.h"

static uint64_t enter(struct play *p, uint64_t person, enum speech_kind kind)
{
    return SAY(p, floor_enter, "floor.enter", .person = person, .kind = kind);
}

static void expect_order(const struct play *p, size_t count, const uint64_t *expected)
{
    const struct request *order[FLOOR_MAX_WAITING];
    assert_int_equal(floor_order(p->m, p->now.utc_us, order), count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(order[i]->head.seq, expected[i]);
}

#define ORDER(p, ...)                                                                              \
    expect_order((p), sizeof((uint64_t[]){__VA_ARGS__}) / 8, (uint64_t[]){__VA_ARGS__})

/* members[0], [2], [4] are of group A, [1], [3] of B */
static void test_order(void **state)
{
    struct play p;
    struct council c;
    play_init(&p);
    play_council(&p, 5, &c);
    uint64_t a1 = enter(&p, c.members[0], SPEECH_MEMBER);
    uint64_t a2 = enter(&p, c.members[2], SPEECH_MEMBER);
    uint64_t a3 = enter(&p, c.members[4], SPEECH_MEMBER);
    uint64_t b1 = enter(&p, c.members[1], SPEECH_MEMBER);
    ORDER(&p, a1, a2, a3, b1);
    SAY(&p, body_rule_args, "body.rule", .rule = RULE_ALTERNATING, .number = 1, .source = "x");
    ORDER(&p, a1, b1, a2, a3);
    uint64_t usul = enter(&p, c.members[3], SPEECH_POINT_OF_ORDER);
    ORDER(&p, usul, a1, b1, a2, a3);
    SAY(&p, floor_reorder, "floor.reorder", .request = a3, .before = b1);
    ORDER(&p, usul, a1, a3, b1, a2);
    uint64_t b2 = enter(&p, c.members[3], SPEECH_MEMBER); /* later: behind what the desk put */
    ORDER(&p, usul, a1, a3, b1, a2, b2);
    SAY(&p, floor_reorder, "floor.reorder", .request = a1);
    ORDER(&p, usul, a3, b1, a2, b2, a1);
    SAY(&p, floor_request_only, "floor.withdraw", .request = a3);
    ORDER(&p, usul, b1, a2, b2, a1);
    assert_int_equal(TRY(&p, floor_reorder, "floor.reorder", .request = a3), REFUSED_STALE);
    play_finish(&p);
}

static void test_clock(void **state)
{
    struct play p;
    struct council c;
    play_init(&p);
    play_council(&p, 3, &c);
    uint64_t r = enter(&p, c.members[0], SPEECH_MEMBER);
    uint64_t turn = SAY(&p, floor_grant, "floor.grant", .request = r);
    const struct turn *t = floor_turn(p.m);
    assert_int_equal(t->head.seq, turn);
    assert_int_equal(t->allotted_us, INT64_C(600000000));
    play_wait(&p, 30); /* walks to the lectern */
    assert_int_equal(floor_used_us(floor_turn(p.m), p.now.media_us), 0);
    SAY(&p, floor_turn_only, "floor.start", .turn = turn);
    assert_int_equal(TRY(&p, floor_turn_only, "floor.start", .turn = turn), REFUSED_ALREADY);
    play_wait(&p, 100);
    assert_int_equal(floor_left_us(floor_turn(p.m), p.now.media_us), 500000000);
    SAY(&p, floor_turn_only, "floor.pause", .turn = turn);
    play_wait(&p, 50);
    p.now.utc_us -= 3600000000; /* a stepped clock changes no duration */
    SAY(&p, floor_extend, "floor.extend", .turn = turn, .seconds = 60);
    SAY(&p, floor_turn_only, "floor.start", .turn = turn);
    play_wait(&p, 600);
    assert_int_equal(floor_left_us(floor_turn(p.m), p.now.media_us), -40000000);
    SAY(&p, floor_warn, "floor.warn", .turn = turn, .text = "Süreniz doldu");
    SAY(&p, floor_turn_only, "floor.end", .turn = turn);
    assert_null(floor_turn(p.m));
    t = pile_at(p.m, PILE_TURN, 0);
    assert_int_equal(t->used_us, 700000000);
    assert_int_equal(t->to_media_us - t->from_media_us, 750000000);
    assert_int_equal(TRY(&p, floor_turn_only, "floor.end", .turn = turn), REFUSED_STALE);
    struct floor_retime fix = {.turn = turn,
                               .was_from_media_us = t->from_media_us,
                               .was_to_media_us = t->to_media_us,
                               .from_media_us = t->from_media_us + 1000000,
                               .to_media_us = t->to_media_us,
                               .reason = "Erken basıldı"};
    play_do(&p, "floor.retime", &fix);
    assert_int_equal(play_try(&p, "floor.retime", &fix), REFUSED_STALE);
    fix.was_from_media_us = fix.from_media_us;
    fix.to_media_us = p.now.media_us + 1; /* nothing has ended in the future */
    assert_int_equal(play_try(&p, "floor.retime", &fix), REFUSED_BAD_ARGS);
    play_finish(&p);
}

/* Two clerks give the floor at the same moment: one of them does. */
static void test_stale(void **state)
{
    struct play p;
    struct council c;
    play_init(&p);
    play_council(&p, 3, &c);
    uint64_t r1 = enter(&p, c.members[0], SPEECH_MEMBER);
    uint64_t r2 = enter(&p, c.members[1], SPEECH_MEMBER);
    uint64_t turn = SAY(&p, floor_grant, "floor.grant", .request = r1, .start = true);
    assert_true(floor_turn(p.m)->running);
    assert_int_equal(TRY(&p, floor_grant, "floor.grant", .request = r2), REFUSED_STALE);
    assert_int_equal(TRY(&p, floor_grant, "floor.grant", .request = r1, .from = turn),
                     REFUSED_STALE);
    SAY(&p, floor_grant, "floor.grant", .request = r2, .from = turn, .start = true);
    assert_int_equal(floor_turn(p.m)->person, c.members[1]);
    assert_true(((const struct turn *)pile_at(p.m, PILE_TURN, 0))->over);
    play_finish(&p);
}

static void test_budget(void **state)
{
    struct play p;
    struct council c;
    play_init(&p);
    play_council(&p, 5, &c);
    SAY(&p, floor_budget, "floor.budget", .group = "A", .seconds = 700);
    uint64_t turn = SAY(&p, floor_give, "floor.give", .person = c.members[0], .kind = SPEECH_MEMBER,
                        .start = true);
    play_wait(&p, 500);
    /* Who follows of the same group has what the one who speaks leaves. */
    turn = SAY(&p, floor_give, "floor.give", .person = c.members[2], .kind = SPEECH_MEMBER,
               .from = turn, .start = true);
    assert_int_equal(floor_turn(p.m)->allotted_us, 200000000);
    play_wait(&p, 200);
    turn = floor_turn(p.m)->head.seq;
    SAY(&p, floor_turn_only, "floor.end", .turn = turn);
    struct floor_give more = {.person = c.members[4], .kind = SPEECH_MEMBER};
    assert_int_equal(play_try(&p, "floor.give", &more), REFUSED_BUDGET_SPENT);
    more.kind = SPEECH_POINT_OF_ORDER; /* no budget holds it back */
    play_do(&p, "floor.give", &more);
    play_finish(&p);
}

static void test_representative(void **state)
{
    struct play p;
    struct council c;
    play_init(&p);
    play_council(&p, 3, &c);
    p.actor = (struct actor){
        .roles = ROLE_REPRESENTATIVE, .principal = "link", .person = c.representative};
    struct floor_request ask = {.kind = SPEECH_REPRESENTATIVE};
    assert_int_equal(play_try(&p, "floor.request", &ask), REFUSED_NO_INVITATION);
    p.actor.roles = ROLE_CLERK;
    SAY(&p, floor_invite, "floor.invite", .person = c.representative, .note = "Başkan davet etti");
    p.actor.roles = ROLE_REPRESENTATIVE;
    uint64_t r = play_do(&p, "floor.request", &ask);
    assert_int_equal(play_try(&p, "floor.request", &ask), REFUSED_ALREADY);
    ask.kind = SPEECH_MEMBER;
    assert_int_equal(play_try(&p, "floor.request", &ask), REFUSED_NOT_BY_RULES);
    p.actor.person = c.members[0];
    assert_int_equal(TRY(&p, floor_request_only, "floor.withdraw", .request = r),
                     REFUSED_NOT_YOURS);
    p.actor.person = 0;
    assert_int_equal(play_try(&p, "floor.request", &ask), REFUSED_NOT_FOUND);
    play_finish(&p);
}

/* In a commission, on items of one's own field only. */
static void test_field(void **state)
{
    struct play p;
    play_init(&p);
    SAY(&p, body, "body.describe", .kind = BODY_COMMISSION, .name = "İmar Komisyonu", .members = 1);
    SAY(&p, sitting_describe, "sitting.describe", .kind = SITTING_COMMISSION, .title = "x");
    uint64_t member = SAY(&p, roster_add, "roster.add", .kind = PERSON_MEMBER, .name = "Örnek Üye");
    uint64_t guest = SAY(&p, roster_add, "roster.add", .kind = PERSON_REPRESENTATIVE,
                         .name = "Örnek Muhtar", .fields = {1, {{"imar"}}});
    uint64_t own =
        SAY(&p, agenda_add, "agenda.add", .title = "Plan", .kind = ITEM_ORDINARY, .field = "imar");
    uint64_t other = SAY(&p, agenda_add, "agenda.add", .title = "Gelir", .kind = ITEM_ORDINARY,
                         .field = "bütçe");
    play_do(&p, "sitting.announce", NULL);
    SAY(&p, rollcall_open, "rollcall.open", .purpose = ROLLCALL_OPENING);
    uint64_t call = meeting_seq(p.m);
    SAY(&p, rollcall_answer, "rollcall.answer", .rollcall = call,
        .entries = {1, {{member, ATTENDANCE_PRESENT}}});
    SAY(&p, rollcall_close, "rollcall.close", .rollcall = call);
    play_do(&p, "sitting.open", NULL);
    p.actor.person = guest;
    struct floor_request ask = {.kind = SPEECH_REPRESENTATIVE, .item = other};
    assert_int_equal(play_try(&p, "floor.request", &ask), REFUSED_NOT_YOUR_FIELD);
    ask.item = 0;
    assert_int_equal(play_try(&p, "floor.request", &ask), REFUSED_NOT_YOUR_FIELD);
    ask.item = own;
    play_do(&p, "floor.request", &ask);
    play_finish(&p);
}

static void test_closing(void **state)
{
    struct play p;
    struct council c;
    play_init(&p);
    play_council(&p, 5, &c);
    uint64_t waits = enter(&p, c.members[0], SPEECH_MEMBER);
    SAY(&p, floor_close, "floor.close", .reason = "Liste doldu");
    assert_int_equal(
        TRY(&p, floor_enter, "floor.enter", .person = c.members[1], .kind = SPEECH_MEMBER),
        REFUSED_LIST_CLOSED);
    uint64_t usul = enter(&p, c.members[1], SPEECH_POINT_OF_ORDER);
    uint64_t motion = SAY(&p, motion_submit, "motion.submit", .kind = MOTION_CLOSE_DEBATE,
                          .title = "Kifayet önergesi");
    assert_int_equal(TRY(&p, floor_close, "floor.close", .motion = motion), REFUSED_NEEDS_DECISION);
    uint64_t vote = SAY(&p, vote_begin, "vote.open", .motion = motion, .subject = "Kifayet",
                        .method = VOTE_HANDS, .majority = MAJORITY_ORDINARY);
    SAY(&p, vote_count_args, "vote.count", .vote = vote, .counts = {.in_favour = 6});
    SAY(&p, vote_close, "vote.close", .vote = vote);
    SAY(&p, floor_close, "floor.close", .motion = motion, .reason = "Kifayet");
    ORDER(&p, usul); /* what waited lapsed, a point of order did not */
    assert_int_equal(((const struct request *)pile_find(p.m, PILE_REQUEST, waits))->state,
                     REQUEST_LAPSED);
    play_do(&p, "floor.reopen", NULL);
    enter(&p, c.members[0], SPEECH_MEMBER);
    play_finish(&p);
}

static void test_limits(void **state)
{
    struct play p;
    struct council c;
    play_init(&p);
    play_council(&p, 3, &c);
    enter(&p, c.members[0], SPEECH_MEMBER);
    enter(&p, c.members[0], SPEECH_PROPOSER);
    enter(&p, c.members[0], SPEECH_GROUP);
    assert_int_equal(
        TRY(&p, floor_enter, "floor.enter", .person = c.members[0], .kind = SPEECH_OFF_AGENDA),
        REFUSED_TOO_MANY);
    for (size_t i = 0; i < 3; i++)
        SAY(&p, floor_air, "air.put", .person = c.members[i]);
    assert_int_equal(TRY(&p, floor_air, "air.put", .person = c.members[0]), REFUSED_ALREADY);
    assert_int_equal(TRY(&p, roster_leave, "roster.leave", .person = c.chair), REFUSED_NOT_NOW);
    SAY(&p, floor_air, "air.take", .person = c.members[0]);
    SAY(&p, floor_air, "air.put", .person = c.members[0]);
    assert_null(floor_turn(p.m)); /* on air is not having the floor */
    play_finish(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),          cmocka_unit_test(test_clock),
        cmocka_unit_test(test_stale),          cmocka_unit_test(test_budget),
        cmocka_unit_test(test_representative), cmocka_unit_test(test_field),
        cmocka_unit_test(test_closing),        cmocka_unit_test(test_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
