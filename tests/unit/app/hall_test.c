/* A meeting that is over is held in outline: lists say the same of it, and whoever looks closer
 * finds it whole. */
#include "../cmocka_all.h"
#include "app/broadcast.h"
#include "app/card.h"
#include "core_house.h"
#include "meeting/agenda.h"
#include "meeting/notice.h"
#include "meeting/sitting.h"
#include "protocol/event.h"

#include <stdio.h>

static void say(struct house *x, const char *verb, const void *args)
{
    char id[64]; /* of its own, also after a start, when the counting begins anew */
    snprintf(id, sizeof id, "%s-%d", verb, x->said.count);
    int before = x->said.count;
    house_say(x, id, verb, args);
    house_run(x);
    assert_int_equal(x->said.count, before + 1);
    if (!x->said.accepted[before])
        fail_msg("%s: %s", verb, x->said.code[before]);
}

static void hold_a_sitting(struct house *x, bool over)
{
    static const struct agenda_add item = {
        .number = "7", .title = "Örnek madde", .kind = ITEM_ORDINARY};
    static const struct notice_post notice = {.text = "Örnek duyuru"};
    static const struct sitting_describe describe = {.kind = SITTING_BRIEFING,
                                                     .title = "Örnek kent konseyi"};
    say(x, "sitting.describe", &describe);
    say(x, "agenda.add", &item);
    say(x, "sitting.announce", NULL);
    say(x, "sitting.open", NULL);
    say(x, "agenda.advance", &(struct agenda_from){0});
    say(x, "notice.post", &notice);
    if (over)
        say(x, "sitting.end", NULL);
}

static void what_is_over_sleeps_and_wakes_whole(void **state)
{
    struct house *x = *state;
    hold_a_sitting(x, true);
    uint64_t digest = meeting_digest(hall_meeting(x->hall)), seq = meeting_seq(x->hall->held);
    house_reopen(x);
    assert_true(x->hall->asleep);
    assert_int_equal(pile_count(hall_outline(x->hall), PILE_ITEM), 1);
    assert_int_equal(pile_count(hall_outline(x->hall), PILE_NOTICE), 0);
    assert_int_equal(meeting_seq(hall_outline(x->hall)), seq);
    struct card card;
    card_of(x->hall->b, &card);
    assert_int_equal(card.state, CARD_ENDED);
    assert_true(meeting_digest(hall_meeting(x->hall)) == digest);
    assert_false(x->hall->asleep);
    assert_int_equal(x->hall->told, seq);
}

static void what_is_not_over_stays_awake(void **state)
{
    struct house *x = *state;
    hold_a_sitting(x, false);
    uint64_t digest = meeting_digest(hall_meeting(x->hall));
    house_reopen(x);
    assert_false(x->hall->asleep);
    assert_true(meeting_digest(x->hall->held) == digest);
    for (int i = 0; i < 2000; i++)
        hall_tick(x->hall);
    assert_false(x->hall->asleep);
}

static void it_sleeps_again_when_nobody_looks(void **state)
{
    struct house *x = *state;
    hold_a_sitting(x, true);
    uint64_t digest = meeting_digest(hall_meeting(x->hall));
    for (int i = 0; i < 2000; i++) {
        hall_tick(x->hall);
        if (i % 100 == 0)
            hall_meeting(x->hall); /* somebody does */
    }
    assert_false(x->hall->asleep);
    for (int i = 0; i < 2000; i++)
        hall_tick(x->hall);
    assert_true(x->hall->asleep);
    assert_true(meeting_digest(hall_meeting(x->hall)) == digest);
}

/* A command or an event of the server's own is decided upon the whole. */
static void what_is_logged_finds_it_whole(void **state)
{
    struct house *x = *state;
    hold_a_sitting(x, true);
    house_reopen(x);
    assert_true(x->hall->asleep);
    assert_int_equal(broadcast_log(x->hall->b, "server", "worker.notice", NULL, 0), 0);
    assert_false(x->hall->asleep);
    assert_int_equal(pile_count(x->hall->held, PILE_NOTICE), 1);
    house_reopen(x);
    assert_true(x->hall->asleep);
    static const struct notice_post late = {.text = "Örnek duyuru 2"};
    house_say(x, "late", "notice.post", &late);
    house_run(x);
    assert_false(x->hall->asleep);
    assert_int_equal(pile_count(x->hall->held, PILE_NOTICE),
                     x->said.accepted[x->said.count - 1] ? 2 : 1);
}

static void log_event(struct house *x, const char *type, const struct event_field *fields,
                      size_t count)
{
    assert_int_equal(broadcast_log(x->hall->b, "server", type, fields, count), 0);
}

/* What is on air is read from more than the outline. */
static void the_programme_is_as_it_was(void **state)
{
    struct house *x = *state;
    hold_a_sitting(x, false);
    static const struct event_field started[] = {
        {.name = "record", .kind = EVENT_FLAG, .number = 1},
        {.name = "epoch_utc_us", .kind = EVENT_NUMBER, .number = 1}};
    static const struct event_field on = {.name = "on", .kind = EVENT_FLAG, .number = 1};
    log_event(x, "broadcast.started", started, 2);
    log_event(x, "recording.started", NULL, 0);
    log_event(x, "programme.muted", &on, 1);
    house_reopen(x);
    const struct broadcast_state *s = &x->hall->b->state;
    assert_int_equal(s->state, BROADCAST_LIVE);
    assert_true(s->muted && s->recorded && s->record);
    log_event(x, "broadcast.stopped", NULL, 0);
    say(x, "sitting.end", NULL);
    house_reopen(x);
    assert_true(x->hall->asleep);
    assert_int_equal(x->hall->b->state.state, BROADCAST_ENDED);
    assert_true(x->hall->b->state.recorded);
    hall_meeting(x->hall);
    assert_true(x->hall->b->state.recorded && x->hall->b->state.muted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_over_sleeps_and_wakes_whole, house_set_up,
                                        house_tear_down),
        cmocka_unit_test_setup_teardown(the_programme_is_as_it_was, house_set_up, house_tear_down),
        cmocka_unit_test_setup_teardown(what_is_not_over_stays_awake, house_set_up,
                                        house_tear_down),
        cmocka_unit_test_setup_teardown(it_sleeps_again_when_nobody_looks, house_set_up,
                                        house_tear_down),
        cmocka_unit_test_setup_teardown(what_is_logged_finds_it_whole, house_set_up,
                                        house_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
