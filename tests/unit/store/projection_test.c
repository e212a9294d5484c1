#include "../cmocka_all.h"

#include "house.h"
#include "store/projection.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int run(sqlite3 *db, const char *sql, const char *a, const char *b)
{
    sqlite3_stmt *q = NULL;
    int r = sqlite3_prepare_v2(db, sql, -1, &q, NULL);
    if (r != SQLITE_OK)
        return r;
    sqlite3_bind_text(q, 1, a, -1, SQLITE_STATIC);
    sqlite3_bind_text(q, 2, b, -1, SQLITE_STATIC);
    r = sqlite3_step(q);
    sqlite3_finalize(q);
    return r == SQLITE_DONE ? SQLITE_OK : r;
}

/* How often each type was logged in each meeting, and the texts of side data. */
static int apply(sqlite3 *db, const char *meeting, const struct store_event *e)
{
    if (strcmp(e->type, "poison") == 0)
        return SQLITE_CONSTRAINT;
    int r = run(db,
                "INSERT INTO types_count VALUES (?, ?, 1)"
                " ON CONFLICT DO UPDATE SET n = n + 1",
                meeting, e->type);
    for (size_t i = 0; i < e->side_count && r == SQLITE_OK; i++) {
        if (e->sides[i].text)
            r = run(db, "INSERT INTO types_text VALUES (?, ?)", e->sides[i].name, e->sides[i].text);
    }
    return r;
}

static int ignore(sqlite3 *db, const char *meeting, const struct store_event *e)
{
    return SQLITE_OK;
}

static int erase(sqlite3 *db, const char *meeting, uint64_t seq, const char *side)
{
    return run(db, "DELETE FROM types_text WHERE name = ?", side, NULL);
}

#define TABLES                                                                                     \
    "CREATE TABLE types_count (meeting, type, n, PRIMARY KEY (meeting, type));"                    \
    "CREATE TABLE types_text (name, text);"

static const struct projection first = {"types", 1, TABLES, apply, erase};
static const struct projection second = {"types", 2, TABLES "CREATE TABLE types_new (x);", apply,
                                         erase};
static const struct projection other = {"type", 1, "CREATE TABLE type_a (x);", ignore, NULL};
static const struct projection wrong = {"types", 3, "CREATE TABLE nonsense", apply, erase};

static struct store *open_with(const struct projection *p)
{
    static const struct projection *list[2];
    struct store *s = NULL;
    char reason[256] = "";
    list[0] = p;
    if (store_open_with(house_log(), STORE_WRITE, list, &s, reason) < 0)
        fail_msg("%s", reason);
    return s;
}

/* A number that the file holds. */
static int ask(const char *sql)
{
    sqlite3 *db;
    sqlite3_stmt *q;
    assert_int_equal(sqlite3_open(house_log(), &db), SQLITE_OK);
    if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) != SQLITE_OK) {
        sqlite3_close(db);
        return -1; /* no such table */
    }
    int n = sqlite3_step(q) == SQLITE_ROW ? sqlite3_column_int(q, 0) : 0;
    sqlite3_finalize(q);
    sqlite3_close(db);
    return n;
}

#define COUNT_X "SELECT n FROM types_count WHERE meeting = 'a' AND type = 'x'"

static void it_is_kept_up_and_made_anew(void **state)
{
    store_close(open_with(NULL));
    struct store *s = open_with(NULL);
    for (int i = 0; i < 3; i++)
        house_append(s, "a", "x");
    house_append(s, "b", "x");
    store_close(s);
    assert_int_equal(ask(COUNT_X), -1);
    s = open_with(&first); /* new: filled from the log */
    assert_int_equal(ask(COUNT_X), 3);
    house_append(s, "a", "x");
    assert_int_equal(ask(COUNT_X), 4);
    store_close(s);
    house_change("UPDATE types_count SET n = 99");
    store_close(open_with(&first)); /* the same version: left alone */
    assert_int_equal(ask(COUNT_X), 99);
    store_close(open_with(&second));
    assert_int_equal(ask(COUNT_X), 4);
    assert_int_equal(ask("SELECT count(*) FROM types_new"), 0);
    store_close(open_with(&other)); /* "types" is not known any more, "type" is another */
    assert_int_equal(ask(COUNT_X), -1);
    assert_int_equal(ask("SELECT count(*) FROM type_a"), 0);
    store_close(open_with(NULL));
    assert_int_equal(ask("SELECT count(*) FROM type_a"), -1);
    assert_int_equal(ask("SELECT count(*) FROM projection"), 0);
}

static void an_event_and_its_reading_are_one(void **state)
{
    cleanup(store_close_p) struct store *s = open_with(&first);
    house_append(s, "a", "x");
    struct store_draft drafts[] = {house_draft("a", "x", "{}"), house_draft("a", "poison", "{}")};
    assert_true(store_append(s, drafts, 2) < 0);
    assert_int_equal(ask(COUNT_X), 1);
    assert_int_equal(house_count(s, "a"), 1);
    uint64_t seq;
    assert_int_equal(store_begin(s), 0);
    assert_int_equal(store_command_begin(s, NULL, NULL), 0);
    assert_int_equal(store_add(s, &drafts[0], &seq), 0);
    store_command_undo(s);
    assert_int_equal(store_commit(s), 0);
    assert_int_equal(ask(COUNT_X), 1);
}

static void what_is_erased_goes_from_it_too(void **state)
{
    struct store *s = open_with(&first);
    const struct store_side_draft side = {"name", "Örnek İzleyici 1"};
    struct store_draft d = house_draft("a", "question", "{}");
    struct store_draft notice = house_draft("a", "side.erased", "{}");
    d.sides = &side, d.side_count = 1;
    uint64_t seq;
    assert_int_equal(store_append(s, &d, 1), 0);
    assert_int_equal(ask("SELECT count(*) FROM types_text"), 1);
    assert_int_equal(store_begin(s), 0);
    assert_int_equal(store_command_begin(s, NULL, NULL), 0);
    assert_int_equal(store_erase(s, "a", 1, "name", &notice, &seq), 0);
    assert_int_equal(store_command_end(s, ""), 0);
    assert_int_equal(store_commit(s), 0);
    assert_int_equal(ask("SELECT count(*) FROM types_text"), 0);
    store_close(s);
    store_close(open_with(&second)); /* made anew: nor from there */
    assert_int_equal(ask("SELECT count(*) FROM types_text"), 0);
    assert_int_equal(ask("SELECT n FROM types_count WHERE type = 'question'"), 1);
}

static void one_that_cannot_be_made_leaves_the_old(void **state)
{
    struct store *s = open_with(&first);
    house_append(s, "a", "x");
    store_close(s);
    const struct projection *list[] = {&wrong, NULL};
    char reason[256] = "";
    assert_true(store_open_with(house_log(), STORE_WRITE, list, &s, reason) < 0);
    assert_non_null(strstr(reason, "derived"));
    assert_int_equal(ask(COUNT_X), 1);
    store_close(open_with(&first));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, house_set_up, house_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(it_is_kept_up_and_made_anew),
        TEST(an_event_and_its_reading_are_one),
        TEST(what_is_erased_goes_from_it_too),
        TEST(one_that_cannot_be_made_leaves_the_old),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
