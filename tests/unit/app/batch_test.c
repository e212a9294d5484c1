/* Commands in one transaction: decided upon each other, durable together, or not at all. */
#include "../cmocka_all.h"
#include "core_house.h"
#include "meeting/notice.h"
#include "meeting/sitting.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

static void post(struct house *x, const char *id)
{
    struct notice_post notice = {.text = "Örnek duyuru"};
    house_say(x, id, "notice.post", &notice);
}

static void each_upon_those_before(void **state)
{
    struct house *x = *state;
    struct sitting_describe d = {.kind = SITTING_ORDINARY, .title = "Örnek"};
    uint64_t before = meeting_seq(x->hall->held);
    house_say(x, "1", "sitting.describe", &d);
    house_say(x, "2", "sitting.announce", NULL);
    house_say(x, "3", "sitting.announce", NULL); /* by then it is announced */
    house_say(x, "4", "sitting.open", NULL);
    house_say(x, "2", "sitting.announce", NULL); /* said again */
    assert_int_equal(x->said.count, 0);
    house_run(x);
    assert_int_equal(x->said.count, 5);
    assert_int_equal(x->said.first[0], before + 1);
    assert_int_equal(x->said.first[1], before + 2);
    assert_string_equal(x->said.code[2], "wrong_state");
    assert_int_equal(x->said.first[3], before + 3);
    assert_true(x->said.accepted[4]);
    assert_int_equal(x->said.first[4], before + 2);
    assert_int_equal(meeting_state(x->hall->held), MEETING_LIVE);
    /* read again, the log makes the same state */
    uint64_t digest = meeting_digest(x->hall->held);
    house_reopen(x);
    assert_true(meeting_digest(x->hall->held) == digest);
    house_say(x, "4", "sitting.open", NULL); /* also after a restart it counts as said */
    house_run(x);
    assert_true(x->said.accepted[0]);
    assert_int_equal(x->said.first[0], before + 3);
}

static void a_batch_that_fails_has_not_been(void **state)
{
    struct house *x = *state;
    char path[128];
    sqlite3 *other;
    uint64_t digest = meeting_digest(x->hall->held);
    snprintf(path, sizeof path, "%s/meclis.db", x->data);
    assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    post(x, "a");
    post(x, "b");
    house_run(x);
    assert_int_equal(x->said.count, 2);
    assert_string_equal(x->said.code[0], "busy");
    assert_string_equal(x->said.code[1], "busy");
    assert_true(meeting_digest(x->hall->held) == digest);
    assert_int_equal(sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(other);
    post(x, "a");
    house_run(x);
    assert_true(x->said.accepted[2]);
    assert_true(meeting_digest(x->hall->held) != digest);
}

/* The engine fails in the middle, when the first command has changed the state already. */
static void a_state_that_ran_ahead_is_made_anew(void **state)
{
    struct house *x = *state;
    char path[128];
    sqlite3 *other;
    snprintf(path, sizeof path, "%s/meclis.db", x->data);
    assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
    /* the second notice of a batch can't be written */
    assert_int_equal(sqlite3_exec(other,
                                  "CREATE TRIGGER no_more BEFORE INSERT ON event WHEN (SELECT "
                                  "count(*) FROM event WHERE type = 'notice.posted') >= 1 BEGIN "
                                  "SELECT RAISE(ROLLBACK, 'test'); END",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    uint64_t digest = meeting_digest(x->hall->held);
    post(x, "a");
    post(x, "b");
    post(x, "c");
    house_run(x);
    assert_int_equal(x->said.count, 3);
    for (int i = 0; i < 3; i++)
        assert_false(x->said.accepted[i]);
    assert_true(meeting_digest(x->hall->held) == digest);
    assert_false(x->hall->broken);
    assert_int_equal(sqlite3_exec(other, "DROP TRIGGER no_more", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(other);
    post(x, "a");
    post(x, "b");
    house_run(x);
    assert_true(x->said.accepted[3] && x->said.accepted[4]);
}

/* What the store won't take is one command's own fault: the others of the batch are kept, and the
 * state is as if it had not been. A decoder lets no such key through; if one ever does, this is
 * what comes of it. */
static void one_that_cannot_be_written_dooms_no_other(void **state)
{
    struct house *x = *state;
    struct notice_post bad = {.text = "\xff"};
    uint64_t seq = meeting_seq(x->hall->held);
    post(x, "a");
    house_say(x, "b", "notice.post", &bad);
    post(x, "\xff");
    post(x, "c");
    house_run(x);
    assert_true(x->said.accepted[0] && x->said.accepted[3]);
    assert_string_equal(x->said.code[1], "bad_args");
    assert_string_equal(x->said.code[2], "internal");
    assert_int_equal(meeting_seq(x->hall->held), seq + 2);
    uint64_t digest = meeting_digest(x->hall->held);
    house_reopen(x);
    assert_true(meeting_digest(x->hall->held) == digest);
}

static void what_a_server_cannot_do_is_not_recorded(void **state)
{
    struct house *x = *state;
    uint64_t seq = meeting_seq(x->hall->held);
    const char layout[TEXT_CODE] = "side_by_side", cube[TEXT_CODE] = "cube"; /* only members */
    const bool on = true;
    house_say(x, "l", "programme.layout", layout);
    house_say(x, "c", "programme.layout", cube);
    house_say(x, "m", "programme.mute", &on);
    house_say(x, "s", "programme.slate", &on);
    house_run(x);
    assert_string_equal(x->said.code[0], "not_live");
    assert_string_equal(x->said.code[1], "unknown_value");
    assert_string_equal(x->said.code[2], "not_live");
    assert_string_equal(x->said.code[3], "not_live");
    assert_int_equal(meeting_seq(x->hall->held), seq);
}

static void more_than_fit_are_carried_out_at_once(void **state)
{
    struct house *x = *state;
    uint64_t seq = meeting_seq(x->hall->held);
    for (int i = 0; i < BATCH_MAX_COMMANDS + 1; i++) {
        char id[16];
        snprintf(id, sizeof id, "n%d", i);
        x->said.count = 0;
        post(x, id);
        if (i == BATCH_MAX_COMMANDS)
            assert_int_equal(meeting_seq(x->hall->held), seq + BATCH_MAX_COMMANDS);
        else
            assert_int_equal(meeting_seq(x->hall->held), seq);
    }
    x->said.count = 0;
    house_run(x);
    assert_int_equal(meeting_seq(x->hall->held), seq + BATCH_MAX_COMMANDS + 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, house_set_up, house_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(each_upon_those_before),
        TEST(a_batch_that_fails_has_not_been),
        TEST(a_state_that_ran_ahead_is_made_anew),
        TEST(one_that_cannot_be_written_dooms_no_other),
        TEST(what_a_server_cannot_do_is_not_recorded),
        TEST(more_than_fit_are_carried_out_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
