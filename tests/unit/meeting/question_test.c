#include "play.h"

static const struct question *question(const struct play *p, uint64_t seq)
{
    return pile_find(p->m, PILE_QUESTION, seq);
}

static void as(struct play *p, uint32_t roles, const char *principal)
{
    p->actor = (struct actor){.roles = roles, .principal = principal};
}

static uint64_t ask(struct play *p, const char *principal)
{
    as(p, ROLE_VIEWER, principal);
    return SAY(p, question_submit, "question.submit", .text = "Neden?", .name = "Örnek Yurttaş");
}

static bool sees(const struct play *p, uint64_t seq, uint32_t roles, const char *principal)
{
    const struct actor a = {.roles = roles, .principal = principal};
    return pile_sees(p->m, PILE_QUESTION, question(p, seq), &a);
}

static void start(struct play *p)
{
    struct council c;
    play_init(p);
    play_council(p, 3, &c);
}

static void test_life(void **state)
{
    struct play p;
    start(&p);
    uint64_t q = ask(&p, "a");
    const struct meeting_event *e = &p.outcome.events[0];
    const struct actor other = {.roles = ROLE_VIEWER, .principal = "b"};
    assert_false(meeting_sees(p.m, e, &other));
    assert_true(meeting_sees(p.m, e, &p.actor));
    assert_true(sees(&p, q, ROLE_VIEWER, "a") && sees(&p, q, ROLE_MODERATOR, "m"));
    assert_false(sees(&p, q, ROLE_VIEWER, "b") || sees(&p, q, ROLE_MEMBER, "c"));
    as(&p, ROLE_VIEWER, "b");
    assert_int_equal(TRY(&p, question_support, "question.support", .question = q, .on = true),
                     REFUSED_NOT_FOUND); /* nobody is told that it is there */
    as(&p, ROLE_MODERATOR, "m");
    SAY(&p, question_only, "question.approve", .question = q);
    assert_string_equal(((const struct question_approved *)p.outcome.events[0].body)->text,
                        "Neden?");
    assert_int_equal(TRY(&p, question_only, "question.approve", .question = q), REFUSED_STALE);
    assert_true(sees(&p, q, ROLE_VIEWER, "b"));
    SAY(&p, question_pin, "question.pin", .question = q, .on = true);
    SAY(&p, question_only, "question.put", .question = q);
    play_wait(&p, 20);
    SAY(&p, question_answer, "question.answer", .question = q, .note = "Yazılı verilecek");
    assert_int_equal(question(&p, q)->answered_media_us - question(&p, q)->put_media_us, 20000000);
    assert_false(question(&p, q)->pinned);
    struct question_retime fix = {.question = q,
                                  .was_put_media_us = question(&p, q)->put_media_us,
                                  .was_answered_media_us = question(&p, q)->answered_media_us,
                                  .put_media_us = question(&p, q)->put_media_us + 2000000,
                                  .answered_media_us = question(&p, q)->put_media_us,
                                  .reason = "Geç basıldı"};
    assert_int_equal(play_try(&p, "question.retime", &fix), REFUSED_BAD_ARGS);
    fix.answered_media_us = fix.was_answered_media_us;
    play_do(&p, "question.retime", &fix);
    assert_int_equal(question(&p, q)->answered_media_us - question(&p, q)->put_media_us, 18000000);
    assert_int_equal(play_try(&p, "question.retime", &fix), REFUSED_STALE);
    fix.was_put_media_us = fix.put_media_us;
    fix.answered_media_us = p.now.media_us + 1; /* nothing was answered in the future */
    assert_int_equal(play_try(&p, "question.retime", &fix), REFUSED_BAD_ARGS);
    play_finish(&p);
}

static void test_declined(void **state)
{
    struct play p;
    start(&p);
    uint64_t q = ask(&p, "a");
    as(&p, ROLE_MODERATOR, "m");
    SAY(&p, question_decline, "question.decline", .question = q, .category = DECLINE_INSULT,
        .reason = "Hakaret içeriyor");
    assert_int_equal(p.outcome.count, 2);
    const struct actor author = {.roles = ROLE_VIEWER, .principal = "a"},
                       other = {.roles = ROLE_VIEWER, .principal = "b"};
    assert_true(meeting_sees(p.m, &p.outcome.events[0], &other)); /* the category is counted */
    assert_false(meeting_sees(p.m, &p.outcome.events[1], &other));
    assert_true(meeting_sees(p.m, &p.outcome.events[1], &author)); /* the reason is theirs */
    assert_false(sees(&p, q, ROLE_VIEWER, "b"));
    assert_string_equal(question(&p, q)->reason, "Hakaret içeriyor");
    SAY(&p, question_only, "question.approve", .question = q);
    assert_true(sees(&p, q, ROLE_VIEWER, "b"));
    assert_string_equal(question(&p, q)->reason, ""); /* is told to nobody else */
    play_finish(&p);
}

static void test_support(void **state)
{
    struct play p;
    start(&p);
    uint64_t q = ask(&p, "a");
    as(&p, ROLE_MODERATOR, "m");
    SAY(&p, question_only, "question.approve", .question = q);
    struct question_support yes = {.question = q, .on = true}, no = {.question = q};
    as(&p, ROLE_VIEWER, "a");
    assert_int_equal(play_try(&p, "question.support", &yes), REFUSED_NOT_BY_RULES);
    char name[] = "v000";
    for (int i = 0; i < 300; i++) { /* the index grows several times */
        name[1] = (char)('0' + i / 100);
        name[2] = (char)('0' + i / 10 % 10);
        name[3] = (char)('0' + i % 10);
        as(&p, ROLE_VIEWER, name);
        play_do(&p, "question.support", &yes);
        assert_int_equal(play_try(&p, "question.support", &yes), REFUSED_ALREADY);
    }
    assert_int_equal(question(&p, q)->supports, 300);
    play_do(&p, "question.support", &no);
    assert_int_equal(play_try(&p, "question.support", &no), REFUSED_ALREADY);
    play_do(&p, "question.support", &yes);
    assert_int_equal(question(&p, q)->supports, 300);
    SAY(&p, question_report, "question.report", .question = q, .category = DECLINE_UNCLEAR);
    assert_int_equal(
        TRY(&p, question_report, "question.report", .question = q, .category = DECLINE_OTHER),
        REFUSED_ALREADY);
    assert_int_equal(question(&p, q)->reports, 1);
    play_finish(&p);
}

static void test_limits(void **state)
{
    struct play p;
    start(&p);
    uint64_t first = ask(&p, "a");
    for (int i = 1; i < 5; i++)
        ask(&p, "a");
    assert_int_equal(TRY(&p, question_submit, "question.submit", .text = "x"), REFUSED_TOO_MANY);
    SAY(&p, question_only, "question.withdraw", .question = first);
    ask(&p, "a");
    as(&p, ROLE_VIEWER, "b");
    assert_int_equal(TRY(&p, question_only, "question.withdraw", .question = first + 1),
                     REFUSED_NOT_FOUND);
    as(&p, ROLE_MODERATOR, "m");
    SAY(&p, question_asking, "question.asking", .closed = true);
    as(&p, ROLE_VIEWER, "b");
    assert_int_equal(TRY(&p, question_submit, "question.submit", .text = "x"),
                     REFUSED_ASKING_CLOSED);
    play_finish(&p);
}

static void test_merge(void **state)
{
    struct play p;
    start(&p);
    uint64_t a = ask(&p, "a"), b = ask(&p, "b");
    as(&p, ROLE_MODERATOR, "m");
    assert_int_equal(TRY(&p, question_merge, "question.merge", .question = a, .into = b),
                     REFUSED_BAD_ARGS); /* into one that nobody sees */
    SAY(&p, question_only, "question.approve", .question = b);
    assert_int_equal(TRY(&p, question_merge, "question.merge", .question = b, .into = b),
                     REFUSED_BAD_ARGS);
    SAY(&p, question_merge, "question.merge", .question = a, .into = b);
    assert_int_equal(question(&p, a)->into, b);
    play_finish(&p);
}

static void test_poll(void **state)
{
    struct play p;
    start(&p);
    as(&p, ROLE_MODERATOR, "m");
    assert_int_equal(TRY(&p, poll_open, "poll.open", .question = "?", .choices = {1, {{"a"}}}),
                     REFUSED_BAD_ARGS);
    uint64_t poll = SAY(&p, poll_open, "poll.open", .question = "Park mı otopark mı?",
                        .choices = {2, {{"Park"}, {"Otopark"}}});
    as(&p, ROLE_VIEWER, "a");
    assert_int_equal(TRY(&p, poll_answer, "poll.answer", .poll = poll, .choice = 3),
                     REFUSED_BAD_ARGS);
    SAY(&p, poll_answer, "poll.answer", .poll = poll, .choice = 2);
    assert_int_equal(TRY(&p, poll_answer, "poll.answer", .poll = poll, .choice = 1),
                     REFUSED_ALREADY);
    as(&p, ROLE_CHAIR, "c");
    assert_int_equal(TRY(&p, poll_answer, "poll.answer", .poll = poll, .choice = 1),
                     REFUSED_FORBIDDEN);
    SAY(&p, poll_only, "poll.close", .poll = poll);
    const struct poll_closed *closed = p.outcome.events[0].body;
    assert_int_equal(closed->counts.at[1].answers, 1);
    as(&p, ROLE_VIEWER, "b");
    assert_int_equal(TRY(&p, poll_answer, "poll.answer", .poll = poll, .choice = 1),
                     REFUSED_NOT_NOW);
    play_finish(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_life),    cmocka_unit_test(test_declined),
        cmocka_unit_test(test_support), cmocka_unit_test(test_limits),
        cmocka_unit_test(test_merge),   cmocka_unit_test(test_poll),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
