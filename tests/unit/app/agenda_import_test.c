/* An agenda taken over: all of it or nothing, once, and what the log makes of it is the state. */
#include "../cmocka_all.h"
#include "app/agenda_import.h"
#include "core_house.h"
#include "meeting/pile.h"
#include "meeting/sitting.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

static struct agenda_imported import_as(struct house *x, const struct principal *who,
                                        const char *key, const char *text)
{
    struct agenda_file f;
    struct client_wrong wrong;
    struct agenda_imported done;
    struct bytes *body = bytes_copy(text, strlen(text));
    assert_int_equal(agenda_file_read(body, &f, &wrong), 0);
    bytes_unref(body);
    agenda_import_file(x->hall, who, key, &f, &done);
    agenda_file_finish(&f);
    return done;
}

static struct agenda_imported import(struct house *x, const char *key, const char *text)
{
    return import_as(x, &house_clerk, key, text);
}

static size_t items(const struct house *x)
{
    return pile_count(x->hall->held, PILE_ITEM);
}

static void check_replay(struct house *x)
{
    uint64_t digest = meeting_digest(x->hall->held);
    house_reopen(x);
    assert_true(meeting_digest(x->hall->held) == digest);
}

static void all_in_order_and_once(void **state)
{
    static const char text[] = "numara;başlık;tür\n1;Bir;bütçe\n2;İki;ihale\n3;Üç;\n";
    struct house *x = *state;
    uint64_t before = meeting_seq(x->hall->held);
    struct agenda_imported done = import(x, "k", text);
    assert_false(done.refused || done.failed);
    assert_int_equal(done.first_seq, before + 1);
    assert_int_equal(done.last_seq, before + 3);
    assert_int_equal(items(x), 3);
    const struct item *third = pile_at(x->hall->held, PILE_ITEM, 2);
    assert_string_equal(third->is.title, "Üç");
    assert_int_equal(third->place, 3);
    check_replay(x);
    for (int i = 0; i < 2; i++) { /* said again: also after a restart it counts once */
        done = import(x, "k", text);
        assert_int_equal(done.first_seq, before + 1);
        assert_int_equal(done.last_seq, before + 3);
        assert_int_equal(items(x), 3);
    }
    done = import(x, "l", "title\nDört\n");
    assert_int_equal(done.first_seq, before + 4);
    check_replay(x);
}

static void one_that_is_refused_refuses_all(void **state)
{
    struct house *x = *state;
    assert_int_equal(import(x, "a", "title,number\nBir,1\n").refused, 0);
    uint64_t seq = meeting_seq(x->hall->held), digest = meeting_digest(x->hall->held);
    struct agenda_imported done = import(x, "b", "title,number\nİki,2\nÜç,3\nYine,1\nDört,4\n");
    assert_int_equal(done.refused, REFUSED_ALREADY);
    assert_int_equal(done.item, 2);
    done = import(x, "b",
                  "{\"items\":[{\"number\":\"7\",\"title\":\"a\",\"kind\":\"report\"},"
                  "{\"number\":\"7\",\"title\":\"b\",\"kind\":\"report\"}]}");
    assert_int_equal(done.refused, REFUSED_ALREADY); /* of the same file too */
    assert_int_equal(done.item, 1);
    assert_int_equal(meeting_seq(x->hall->held), seq);
    assert_true(meeting_digest(x->hall->held) == digest);
    assert_false(x->hall->broken);
    assert_int_equal(import(x, "b", "title,number\nİki,2\n").first_seq, seq + 1); /* not spent */
    check_replay(x);
}

static void who_may_not_does_not(void **state)
{
    static const struct principal viewer = {.text = "v", .roles = ROLE_VIEWER};
    struct house *x = *state;
    struct sitting_describe d = {.kind = SITTING_ORDINARY, .title = "Örnek"};
    assert_int_equal(import_as(x, &viewer, "a", "title\nBir\n").refused, REFUSED_FORBIDDEN);
    house_say(x, "1", "sitting.describe", &d);
    house_say(x, "2", "sitting.announce", NULL);
    house_say(x, "3", "sitting.open", NULL);
    house_run(x);
    assert_int_equal(import(x, "b", "title\nBir\n").refused, REFUSED_WRONG_STATE);
    assert_int_equal(items(x), 0);
}

static void execute(sqlite3 *db, const char *sql)
{
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
}

/* The engine fails at the third, when the state has two of them already. */
static void what_cannot_be_logged_was_not(void **state)
{
    struct house *x = *state;
    char path[128];
    sqlite3 *other;
    uint64_t digest = meeting_digest(x->hall->held);
    snprintf(path, sizeof path, "%s/meclis.db", x->data);
    assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
    execute(other, "CREATE TRIGGER no_more BEFORE INSERT ON event WHEN (SELECT count(*) FROM event "
                   "WHERE type = 'agenda.added') >= 2 BEGIN SELECT RAISE(ROLLBACK, 'test'); END");
    struct agenda_imported done = import(x, "a", "title\nBir\nİki\nÜç\n");
    assert_int_equal(done.failed, REFUSAL_STORE);
    assert_int_equal(items(x), 0);
    assert_true(meeting_digest(x->hall->held) == digest);
    execute(other, "DROP TRIGGER no_more");
    execute(other, "BEGIN IMMEDIATE");
    assert_int_equal(import(x, "a", "title\nBir\n").failed, REFUSAL_BUSY);
    execute(other, "ROLLBACK");
    sqlite3_close(other);
    done = import(x, "a", "title\nBir\nİki\nÜç\n");
    assert_false(done.refused || done.failed);
    assert_int_equal(items(x), 3);
    check_replay(x);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, house_set_up, house_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(all_in_order_and_once),
        TEST(one_that_is_refused_refuses_all),
        TEST(who_may_not_does_not),
        TEST(what_cannot_be_logged_was_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
