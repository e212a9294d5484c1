#include "play.h"

static void test_life(void **state)
{
    struct play p;
    play_init(&p);
    assert_int_equal(play_try(&p, "sitting.announce", NULL), REFUSED_NOT_NOW);
    SAY(&p, sitting_describe, "sitting.describe", .kind = SITTING_BRIEFING, .title = "Bütçe");
    assert_int_equal(play_try(&p, "sitting.open", NULL), REFUSED_WRONG_STATE);
    play_do(&p, "sitting.announce", NULL);
    play_do(&p, "sitting.open", NULL);
    assert_int_equal(meeting_state(p.m), MEETING_LIVE);
    play_wait(&p, 60);
    assert_int_equal(TRY(&p, sitting_pause, "sitting.pause", .resumes_utc_us = p.now.utc_us),
                     REFUSED_BAD_ARGS);
    SAY(&p, sitting_pause, "sitting.pause", .reason = "Ara", .resumes_utc_us = p.now.utc_us + 1);
    assert_int_equal(meeting_state(p.m), MEETING_BREAK);
    assert_string_equal(meeting_sitting(p.m)->reason, "Ara");
    play_wait(&p, 10); /* it lasts longer than was said */
    SAY(&p, sitting_pause, "sitting.pause", .reason = "Ara", .resumes_utc_us = p.now.utc_us + 9);
    assert_int_equal(meeting_sitting(p.m)->resumes_utc_us, p.now.utc_us + 9);
    const struct part *part = pile_at(p.m, PILE_PART, 0);
    assert_int_equal(part->to_media_us - part->from_media_us, 60000000);
    play_do(&p, "sitting.resume", NULL);
    assert_string_equal(meeting_sitting(p.m)->reason, "");
    assert_int_equal(pile_count(p.m, PILE_PART), 2);
    play_do(&p, "sitting.end", NULL);
    assert_int_equal(meeting_state(p.m), MEETING_ENDED);
    assert_int_equal(play_try(&p, "sitting.open", NULL), REFUSED_WRONG_STATE);
    play_finish(&p);
}

static void test_cancelled(void **state)
{
    struct play p;
    play_init(&p);
    assert_int_equal(TRY(&p, sitting_cancel, "sitting.cancel", .reason = ""), REFUSED_BAD_ARGS);
    SAY(&p, sitting_cancel, "sitting.cancel", .reason = "Yeter sayı yok");
    assert_int_equal(meeting_state(p.m), MEETING_ENDED);
    assert_true(meeting_sitting(p.m)->cancelled);
    play_finish(&p);
}

static void test_roles(void **state)
{
    struct play p;
    play_init(&p);
    p.actor.roles = ROLE_VIEWER | ROLE_PRODUCER;
    assert_int_equal(TRY(&p, sitting_cancel, "sitting.cancel", .reason = "x"), REFUSED_FORBIDDEN);
    play_finish(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_life),
        cmocka_unit_test(test_cancelled),
        cmocka_unit_test(test_roles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
