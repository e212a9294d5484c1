/* Attendance, roll call, quorum, the chair. */
#include "play.h"

static uint64_t people[6]; /* the chair, four members, a representative */

/* A council of five with a vote, announced: its quorum is three. */
static void start(struct play *p)
{
    play_init(p);
    SAY(p, body, "body.describe", .kind = BODY_COUNCIL, .name = "Örnek Meclis", .members = 5);
    SAY(p, sitting_describe, "sitting.describe", .kind = SITTING_ORDINARY, .title = "Birleşim");
    for (int i = 0; i < 6; i++)
        people[i] = SAY(p, roster_add, "roster.add", .name = "Örnek Kişi",
                        .kind = i == 0   ? PERSON_CHAIR
                                : i == 5 ? PERSON_REPRESENTATIVE
                                         : PERSON_MEMBER);
    play_do(p, "sitting.announce", NULL);
}

static uint64_t call(struct play *p, enum attendance_mark a, enum attendance_mark b,
                     enum attendance_mark c)
{
    uint64_t r = SAY(p, rollcall_open, "rollcall.open", .purpose = ROLLCALL_OPENING);
    SAY(p, rollcall_answer, "rollcall.answer", .rollcall = r,
        .entries = {3, {{people[0], a}, {people[1], b}, {people[2], c}}});
    SAY(p, rollcall_close, "rollcall.close", .rollcall = r);
    return r;
}

static void test_quorum(void **state)
{
    struct play p;
    start(&p);
    assert_int_equal(play_try(&p, "sitting.open", NULL), REFUSED_NO_QUORUM);
    /* Who is remote does not count for a council, whatever anybody sets. */
    SAY(&p, body_rule_args, "body.rule", .rule = RULE_REMOTE_COUNTS, .number = 1, .source = "x");
    uint64_t r = call(&p, ATTENDANCE_PRESENT, ATTENDANCE_PRESENT, ATTENDANCE_REMOTE);
    const struct rollcall_result *result =
        &((const struct rollcall *)pile_find(p.m, PILE_ROLLCALL, r))->result;
    assert_int_equal(result->counted, 2);
    assert_int_equal(result->needed, 3);
    assert_int_equal(result->absent, 2); /* who did not answer */
    assert_false(result->met);
    assert_int_equal(play_try(&p, "sitting.open", NULL), REFUSED_NO_QUORUM);
    call(&p, ATTENDANCE_PRESENT, ATTENDANCE_PRESENT, ATTENDANCE_PRESENT);
    play_do(&p, "sitting.open", NULL);
    assert_int_equal(attendance_voters(p.m, p.now.utc_us), 3);
    play_finish(&p);
}

/* Whoever was there and no longer answers is absent from then on; who is excused stays excused. */
static void test_second_call(void **state)
{
    struct play p;
    start(&p);
    call(&p, ATTENDANCE_PRESENT, ATTENDANCE_PRESENT, ATTENDANCE_PRESENT);
    SAY(&p, attendance_mark_args, "attendance.mark", .person = people[3],
        .mark = ATTENDANCE_EXCUSED, .note = "İzinli");
    play_wait(&p, 60);
    uint64_t r = SAY(&p, rollcall_open, "rollcall.open", .purpose = ROLLCALL_QUORUM);
    assert_int_equal(TRY(&p, rollcall_open, "rollcall.open", .purpose = ROLLCALL_QUORUM),
                     REFUSED_ALREADY);
    SAY(&p, rollcall_answer, "rollcall.answer", .rollcall = r,
        .entries = {1, {{people[0], ATTENDANCE_PRESENT}}});
    SAY(&p, rollcall_close, "rollcall.close", .rollcall = r);
    assert_int_equal(attendance_of(p.m, people[0]), ATTENDANCE_PRESENT);
    assert_int_equal(attendance_of(p.m, people[1]), ATTENDANCE_ABSENT);
    assert_int_equal(attendance_of(p.m, people[3]), ATTENDANCE_EXCUSED);
    const struct attendance *first = pile_at(p.m, PILE_ATTENDANCE, 1); /* people[1] there */
    assert_int_equal(first->to_utc_us - first->from_utc_us, 60000000);
    play_finish(&p);
}

static void test_answers(void **state)
{
    struct play p;
    start(&p);
    uint64_t r = SAY(&p, rollcall_open, "rollcall.open", .purpose = ROLLCALL_OPENING);
    struct rollcall_answer a = {.rollcall = r, .entries = {1, {{people[5], ATTENDANCE_PRESENT}}}};
    assert_int_equal(play_try(&p, "rollcall.answer", &a), REFUSED_MAY_NOT_VOTE);
    a.entries.at[0].person = 9999;
    assert_int_equal(play_try(&p, "rollcall.answer", &a), REFUSED_NOT_FOUND);
    a.entries.count = 2;
    a.entries.at[0].person = people[1];
    a.entries.at[1] = a.entries.at[0] = (struct rollcall_entry){people[1], ATTENDANCE_ABSENT};
    assert_int_equal(play_try(&p, "rollcall.answer", &a), REFUSED_BAD_ARGS);
    a.rollcall = r + 100;
    assert_int_equal(play_try(&p, "rollcall.answer", &a), REFUSED_STALE);
    SAY(&p, rollcall_close, "rollcall.close", .rollcall = r);
    assert_int_equal(TRY(&p, rollcall_close, "rollcall.close", .rollcall = r), REFUSED_STALE);
    /* Who is here as a guest is marked by the desk, and counts for nothing. */
    SAY(&p, attendance_mark_args, "attendance.mark", .person = people[5],
        .mark = ATTENDANCE_PRESENT);
    assert_int_equal(attendance_voters(p.m, p.now.utc_us), 0);
    play_finish(&p);
}

/* Who leaves the roster is not there, does not wait for the floor and is not on air. */
static void test_leave(void **state)
{
    struct play p;
    start(&p);
    call(&p, ATTENDANCE_PRESENT, ATTENDANCE_PRESENT, ATTENDANCE_PRESENT);
    play_do(&p, "sitting.open", NULL);
    uint64_t r = SAY(&p, floor_enter, "floor.enter", .person = people[1], .kind = SPEECH_MEMBER);
    SAY(&p, floor_air, "air.put", .person = people[1]);
    SAY(&p, roster_leave, "roster.leave", .person = people[1], .reason = "İstifa");
    assert_int_equal(attendance_voters(p.m, p.now.utc_us), 2);
    assert_int_equal(attendance_of(p.m, people[1]), 0);
    assert_int_equal(((const struct request *)pile_find(p.m, PILE_REQUEST, r))->state,
                     REQUEST_LAPSED);
    assert_true(((const struct on_air *)pile_at(p.m, PILE_ON_AIR, 0))->off);
    assert_int_equal(TRY(&p, roster_leave, "roster.leave", .person = people[1]), REFUSED_NOT_FOUND);
    play_finish(&p);
}

static void test_chair(void **state)
{
    struct play p;
    start(&p);
    SAY(&p, chair_hand, "chair.hand", .person = people[0]);
    assert_int_equal(TRY(&p, chair_hand, "chair.hand", .person = people[1]), REFUSED_STALE);
    SAY(&p, chair_hand, "chair.hand", .from = people[0], .person = people[1]);
    assert_int_equal(chair_now(p.m), people[1]);
    assert_int_equal(pile_count(p.m, PILE_CHAIR), 2);
    assert_int_equal(TRY(&p, chair_hand, "chair.hand", .from = people[1], .person = people[5]),
                     REFUSED_MAY_NOT_VOTE);
    play_finish(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quorum),  cmocka_unit_test(test_second_call),
        cmocka_unit_test(test_answers), cmocka_unit_test(test_leave),
        cmocka_unit_test(test_chair),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
