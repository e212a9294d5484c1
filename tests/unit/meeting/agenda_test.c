#include "play.h"

static const struct item *item_of(const struct play *p, uint64_t item)
{
    return agenda_item(p->m, item);
}

static uint64_t add(struct play *p, const char *number, const char *title)
{
    struct agenda_add a = {.kind = ITEM_ORDINARY};
    text_set(a.number, number);
    text_set(a.title, title);
    return play_do(p, "agenda.add", &a);
}

/* A briefing with three items, on. */
static void start(struct play *p, uint64_t items[3])
{
    play_init(p);
    SAY(p, sitting_describe, "sitting.describe", .kind = SITTING_BRIEFING, .title = "Bütçe");
    items[0] = add(p, "2026/1", "Bir");
    items[1] = add(p, "2026/2", "İki");
    items[2] = add(p, "", "Üç");
    play_do(p, "sitting.announce", NULL);
    play_do(p, "sitting.open", NULL);
}

/* Two clerks press "next" at the same moment: it advances once. */
static void test_advance(void **state)
{
    struct play p;
    uint64_t i[3];
    start(&p, i);
    SAY(&p, agenda_from, "agenda.advance", .from = 0);
    assert_int_equal(TRY(&p, agenda_from, "agenda.advance", .from = 0), REFUSED_STALE);
    assert_int_equal(meeting_sitting(p.m)->item, i[0]);
    SAY(&p, agenda_from, "agenda.advance", .from = i[0]);
    assert_int_equal(item_of(&p, i[0])->state, ITEM_HEARD);
    assert_int_equal(item_of(&p, i[1])->state, ITEM_OPEN);
    SAY(&p, agenda_from, "agenda.advance", .from = i[1]);
    assert_int_equal(TRY(&p, agenda_from, "agenda.advance", .from = i[2]), REFUSED_NOT_FOUND);
    SAY(&p, agenda_take, "agenda.take", .from = i[2], .item = i[0]); /* back again */
    assert_int_equal(TRY(&p, agenda_take, "agenda.take", .from = i[0], .item = i[0]),
                     REFUSED_ALREADY);
    SAY(&p, agenda_from, "agenda.leave", .from = i[0]);
    assert_int_equal(meeting_sitting(p.m)->item, 0);
    play_finish(&p);
}

static void test_spans(void **state)
{
    struct play p;
    uint64_t i[3];
    start(&p, i);
    SAY(&p, agenda_from, "agenda.advance", .from = 0);
    play_wait(&p, 60);
    SAY(&p, sitting_pause, "sitting.pause", .reason = "");
    play_wait(&p, 600);
    play_do(&p, "sitting.resume", NULL);
    play_wait(&p, 30);
    SAY(&p, agenda_from, "agenda.advance", .from = i[0]);
    assert_int_equal(pile_count(p.m, PILE_SPAN), 3);
    const struct span *s = pile_at(p.m, PILE_SPAN, 0);
    assert_int_equal(s->to_media_us - s->from_media_us, 60000000);
    s = pile_at(p.m, PILE_SPAN, 1);
    assert_int_equal(s->item, i[0]);
    assert_int_equal(s->to_media_us - s->from_media_us, 30000000);
    struct agenda_retime fix = {.span = s->head.seq,
                                .item = i[0],
                                .was_from_media_us = s->from_media_us,
                                .was_to_media_us = s->to_media_us,
                                .from_media_us = s->from_media_us - 5000000,
                                .to_media_us = s->to_media_us,
                                .reason = "Geç basıldı"};
    play_do(&p, "agenda.retime", &fix);
    assert_int_equal(play_try(&p, "agenda.retime", &fix), REFUSED_STALE); /* another's hand */
    s = pile_at(p.m, PILE_SPAN, 1);
    assert_true(s->corrected);
    fix.was_from_media_us = s->from_media_us;
    fix.from_media_us = fix.to_media_us + 1;
    assert_int_equal(play_try(&p, "agenda.retime", &fix), REFUSED_BAD_ARGS);
    fix.from_media_us = fix.was_from_media_us;
    fix.to_media_us = p.now.media_us + 1; /* nothing has ended in the future */
    assert_int_equal(play_try(&p, "agenda.retime", &fix), REFUSED_BAD_ARGS);
    fix.to_media_us = p.now.media_us;
    play_do(&p, "agenda.retime", &fix);
    play_finish(&p);
}

static void test_together(void **state)
{
    struct play p;
    uint64_t i[3];
    start(&p, i);
    SAY(&p, agenda_join, "agenda.join", .item = i[1], .lead = i[0]);
    assert_int_equal(TRY(&p, agenda_join, "agenda.join", .item = i[2], .lead = i[1]),
                     REFUSED_BAD_ARGS);
    assert_int_equal(TRY(&p, agenda_join, "agenda.join", .item = i[0], .lead = i[2]),
                     REFUSED_BAD_ARGS);
    SAY(&p, agenda_from, "agenda.advance", .from = 0);
    assert_int_equal(pile_count(p.m, PILE_SPAN), 2);
    assert_int_equal(item_of(&p, i[1])->state, ITEM_OPEN);
    assert_int_equal(TRY(&p, agenda_join, "agenda.join", .item = i[1]), REFUSED_NOT_NOW);
    SAY(&p, agenda_from, "agenda.advance", .from = i[0]);
    assert_int_equal(meeting_sitting(p.m)->item, i[2]); /* i[1] went with i[0] */
    play_finish(&p);
}

static void test_order(void **state)
{
    struct play p;
    uint64_t i[3];
    start(&p, i);
    SAY(&p, agenda_move, "agenda.move", .item = i[2], .before = i[0]);
    assert_int_equal(item_of(&p, i[2])->place, 1);
    assert_int_equal(item_of(&p, i[0])->place, 2);
    assert_int_equal(item_of(&p, i[1])->place, 3);
    SAY(&p, agenda_move, "agenda.move", .item = i[2]);
    assert_int_equal(item_of(&p, i[2])->place, 3);
    SAY(&p, agenda_move, "agenda.move", .item = i[0], .before = i[2]);
    assert_int_equal(item_of(&p, i[0])->place, 2);
    assert_int_equal(item_of(&p, i[1])->place, 1);
    play_finish(&p);
}

static void test_referral(void **state)
{
    struct play p;
    uint64_t i[3];
    start(&p, i);
    int64_t due = p.now.utc_us + 1000000;
    uint64_t first = SAY(&p, agenda_refer, "agenda.refer", .item = i[0], .commission = "İmar",
                         .due_utc_us = due);
    uint64_t second = SAY(&p, agenda_refer, "agenda.refer", .item = i[0], .commission = "Bütçe");
    assert_int_equal(TRY(&p, agenda_take, "agenda.take", .item = i[0]), REFUSED_NOT_NOW);
    assert_false(agenda_overdue(pile_find(p.m, PILE_REFERRAL, first), due));
    assert_true(agenda_overdue(pile_find(p.m, PILE_REFERRAL, first), due + 1));
    assert_false(agenda_overdue(pile_find(p.m, PILE_REFERRAL, second), INT64_MAX));
    SAY(&p, agenda_report, "agenda.report", .referral = first, .title = "Rapor", .address = "a");
    assert_int_equal(item_of(&p, i[0])->state, ITEM_REFERRED); /* one is missing */
    SAY(&p, agenda_report, "agenda.report", .referral = second, .title = "Rapor", .address = "b");
    assert_int_equal(item_of(&p, i[0])->state, ITEM_REPORTED);
    assert_false(agenda_overdue(pile_find(p.m, PILE_REFERRAL, first), due + 1));
    SAY(&p, agenda_take, "agenda.take", .item = i[0]);
    play_finish(&p);
}

/* In a council an item comes by proposal and vote, and is decided by vote. */
static void test_by_vote(void **state)
{
    struct play p;
    struct council c;
    play_init(&p);
    play_council(&p, 4, &c);
    SAY(&p, vote_numbering, "vote.number", .prefix = "2026/", .next = 9);
    struct agenda_add new = {.title = "Ek madde", .kind = ITEM_OFF_AGENDA, .number = "2026/9"};
    assert_int_equal(play_try(&p, "agenda.add", &new), REFUSED_WRONG_STATE);
    uint64_t item = play_do(&p, "agenda.propose", &new);
    assert_int_equal(play_try(&p, "agenda.propose", &new), REFUSED_ALREADY); /* the number */
    assert_int_equal(TRY(&p, agenda_take, "agenda.take", .item = item), REFUSED_NOT_NOW);
    assert_int_equal(TRY(&p, agenda_admit, "agenda.admit", .item = item), REFUSED_NEEDS_DECISION);
    uint64_t votes[2];
    for (int i = 0; i < 2; i++) {
        votes[i] = SAY(&p, vote_begin, "vote.open", .item = item, .subject = "Gündeme alınması",
                       .method = VOTE_HANDS, .majority = MAJORITY_ORDINARY, .numbered = i == 1);
        if (i == 1) /* nobody goes on while it is being voted on */
            assert_int_equal(TRY(&p, agenda_from, "agenda.leave", .from = item), REFUSED_NOT_NOW);
        SAY(&p, vote_count_args, "vote.count", .vote = votes[i], .counts = {.in_favour = 5});
        SAY(&p, vote_close, "vote.close", .vote = votes[i]);
        if (i == 0) {
            SAY(&p, agenda_admit, "agenda.admit", .item = item, .vote = votes[0]);
            SAY(&p, agenda_from, "agenda.advance", .from = 0);
        }
    }
    struct agenda_decide d = {.item = item, .verdict = VERDICT_ADOPTED};
    assert_int_equal(play_try(&p, "agenda.decide", &d), REFUSED_NEEDS_DECISION);
    d.vote = votes[0]; /* that was about taking it up */
    assert_int_equal(play_try(&p, "agenda.decide", &d), REFUSED_NEEDS_DECISION);
    d.vote = votes[1];
    d.verdict = VERDICT_REJECTED;
    assert_int_equal(play_try(&p, "agenda.decide", &d), REFUSED_COUNTS_WRONG);
    d.verdict = VERDICT_ADOPTED;
    play_do(&p, "agenda.decide", &d);
    assert_string_equal(item_of(&p, item)->decision, "2026/9");
    assert_int_equal(TRY(&p, agenda_reason, "agenda.withdraw", .item = item), REFUSED_NOT_NOW);
    play_finish(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_advance),  cmocka_unit_test(test_spans),
        cmocka_unit_test(test_together), cmocka_unit_test(test_order),
        cmocka_unit_test(test_referral), cmocka_unit_test(test_by_vote),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
