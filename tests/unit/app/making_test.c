/* Meetings made while the server runs: whole or not at all, usable at once, there after a start. */
#include "../cmocka_all.h"
#include "app/broadcast.h"
#include "app/listing.h"
#include "app/making.h"
#include "core_house.h"
#include "meeting/agenda.h"
#include "meeting/body.h"
#include "meeting/roster.h"
#include "meeting/sitting.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

static struct making wish(const char *id)
{
    struct making m = {.language = "tr", .title = "Örnek olağan birleşim", .room = "salon"};
    snprintf(m.id, sizeof m.id, "%s", id);
    return m;
}

static enum refusal make(struct house *x, const struct making *m)
{
    const char *member;
    return making_make(x->core, m, "admin", &member);
}

static void it_is_there_at_once_and_after_a_start(void **state)
{
    struct house *x = *state;
    struct making m = wish("ocak-2027");
    m.kind = SITTING_EXTRAORDINARY;
    m.starts_utc_us = INT64_C(1800000000000000);
    assert_int_equal(make(x, &m), 0);
    for (int i = 0; i < 2; i++) {
        struct broadcast *b = core_find(x->core, "ocak-2027");
        assert_non_null(b);
        assert_string_equal(b->config->title, m.title);
        assert_string_equal(b->config->language, "tr");
        assert_int_equal(b->config->source_count, 1);
        assert_string_equal(b->config->sources[0].id, "kart");
        const struct sitting *s = meeting_sitting(b->hall->held);
        assert_int_equal(s->kind, SITTING_EXTRAORDINARY);
        assert_true(s->starts_utc_us == m.starts_utc_us);
        assert_int_equal(s->state, MEETING_DRAFT);
        house_reopen(x);
    }
    assert_int_equal(make(x, &m), REFUSAL_EXISTS);
}

static void commands_reach_it(void **state)
{
    struct house *x = *state;
    struct making m = wish("ocak");
    assert_int_equal(make(x, &m), 0);
    x->hall = core_find(x->core, "ocak")->hall;
    house_say(x, "1", "sitting.announce", NULL);
    house_run(x);
    assert_true(x->said.accepted[0]);
    const struct broadcast *list[CORE_MAX_MEETINGS];
    assert_int_equal(listing_take(x->core, false, list), 2);
}

static void a_draft_is_nobodys_business(void **state)
{
    struct house *x = *state;
    const struct broadcast *list[CORE_MAX_MEETINGS];
    struct making m = wish("taslak");
    assert_int_equal(make(x, &m), 0);
    assert_int_equal(listing_take(x->core, false, list), 1);
    assert_int_equal(listing_take(x->core, true, list), 2);
}

/* The council of the house's meeting: a body, a rule, people of whom one has left. */
static void sit_down(struct house *x)
{
    struct body body = {.kind = BODY_COUNCIL, .name = "Örnek Belediye Meclisi", .members = 3};
    struct body_rule_args rule = {
        .rule = RULE_ELECTRONIC_SECRET, .number = 1, .source = "Örnek karar"};
    house_say(x, "body", "body.describe", &body);
    house_say(x, "rule", "body.rule", &rule);
    for (int i = 0; i < 3; i++) {
        struct roster_add add = {.kind = PERSON_MEMBER};
        char id[16];
        snprintf(add.name, sizeof add.name, "Örnek Üye %d", i + 1);
        snprintf(id, sizeof id, "uye%d", i);
        house_say(x, id, "roster.add", &add);
    }
    house_run(x);
    struct roster_leave leave = {.person = x->said.first[3], .reason = "Örnek"};
    house_say(x, "leave", "roster.leave", &leave);
    house_run(x);
    for (int i = 0; i < 6; i++)
        assert_true(x->said.accepted[i]);
}

static void the_next_one_begins_like_the_last(void **state)
{
    struct house *x = *state;
    struct making m = wish("subat");
    sit_down(x);
    snprintf(m.like, sizeof m.like, "deneme");
    assert_int_equal(make(x, &m), 0);
    for (int i = 0; i < 2; i++) {
        const struct meeting *made = core_find(x->core, "subat")->hall->held;
        assert_string_equal(meeting_body(made)->name, "Örnek Belediye Meclisi");
        assert_int_equal(body_number(made, RULE_ELECTRONIC_SECRET, INT64_C(1900000000000000)), 1);
        assert_int_equal(pile_count(made, PILE_PERSON), 2);
        const struct person *p = pile_at(made, PILE_PERSON, 1);
        assert_string_equal(p->is.name, "Örnek Üye 3");
        house_reopen(x);
    }
}

static void what_was_left_open_comes_again(void **state)
{
    struct house *x = *state;
    struct making m = wish("mart");
    uint64_t items[3];
    struct sitting_describe d = {.kind = SITTING_ORDINARY, .title = "Örnek"};
    house_say(x, "describe", "sitting.describe", &d);
    for (int i = 0; i < 3; i++) {
        struct agenda_add add = {.kind = ITEM_TENDER, .title = "Örnek ihale"};
        char id[16];
        snprintf(add.number, sizeof add.number, "2027/%d", 7 - i);
        snprintf(id, sizeof id, "madde%d", i);
        house_say(x, id, "agenda.add", &add);
    }
    house_run(x);
    for (int i = 0; i < 3; i++)
        items[i] = x->said.first[i + 1];
    struct agenda_reason withdraw = {.item = items[1], .reason = "Örnek"};
    house_say(x, "geri", "agenda.withdraw", &withdraw);
    struct agenda_reason carry = {.item = items[2], .reason = "Örnek"};
    house_say(x, "devret", "agenda.carry", &carry);
    house_run(x);
    for (int i = 0; i < 6; i++)
        assert_string_equal(x->said.code[i], "");
    snprintf(m.like, sizeof m.like, "deneme");
    m.carry = true;
    assert_int_equal(make(x, &m), 0);
    const struct meeting *made = core_find(x->core, "mart")->hall->held;
    assert_int_equal(pile_count(made, PILE_ITEM), 2);
    const struct item *first = pile_at(made, PILE_ITEM, 0), *second = pile_at(made, PILE_ITEM, 1);
    assert_string_equal(first->is.number, "2027/7");
    assert_string_equal(second->is.number, "2027/5");
    assert_int_equal(second->state, ITEM_WAITING);
    assert_int_equal(second->is.kind, ITEM_TENDER);
}

static void what_is_wrong_is_named(void **state)
{
    struct house *x = *state;
    const char *member = NULL;
    struct making m = wish("mart");
    snprintf(m.room, sizeof m.room, "yok");
    assert_int_equal(making_make(x->core, &m, "admin", &member), REFUSAL_UNKNOWN_VALUE);
    assert_string_equal(member, "room");
    m = wish("mart");
    snprintf(m.like, sizeof m.like, "yok");
    assert_int_equal(making_make(x->core, &m, "admin", &member), REFUSAL_UNKNOWN_VALUE);
    assert_string_equal(member, "like");
    m = wish("deneme");
    assert_int_equal(make(x, &m), REFUSAL_EXISTS);
    assert_null(core_find(x->core, "mart"));
}

/* A log that can't be written, at its first event or in the middle, leaves nothing. */
static void half_a_meeting_is_none(void **state)
{
    struct house *x = *state;
    char path[128], trigger[256];
    sqlite3 *other;
    sit_down(x);
    snprintf(path, sizeof path, "%s/meclis.db", x->data);
    assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
    static const char *const types[] = {"meeting.created", "sitting.described", "roster.added"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        struct making m = wish("nisan");
        struct store_head head;
        snprintf(m.like, sizeof m.like, "deneme");
        snprintf(trigger, sizeof trigger,
                 "CREATE TRIGGER no_more BEFORE INSERT ON event WHEN NEW.type = '%s' BEGIN SELECT "
                 "RAISE(ROLLBACK, 'test'); END",
                 types[i]);
        assert_int_equal(sqlite3_exec(other, trigger, NULL, NULL, NULL), SQLITE_OK);
        enum refusal refused = make(x, &m);
        assert_int_equal(sqlite3_exec(other, "DROP TRIGGER no_more", NULL, NULL, NULL), SQLITE_OK);
        assert_true(refused);
        assert_null(core_find(x->core, "nisan"));
        assert_int_equal(store_head(x->core->store, "nisan", &head), 0);
        assert_int_equal(head.seq, 0);
    }
    sqlite3_close(other);
    struct making m = wish("nisan");
    assert_int_equal(make(x, &m), 0);
}

static int read_text(const char *text, struct making *ret, struct client_wrong *wrong)
{
    cleanup(bytes_unref_p) struct bytes *body = bytes_copy(text, strlen(text));
    return making_read(body, ret, wrong);
}

static void wishes_are_read_strictly(void **state)
{
    struct making m;
    struct client_wrong wrong = {0};
    static const struct {
        const char *text, *member;
        enum refusal code;
    } cases[] = {
        {"{\"title\":\"Örnek\"}", "id", REFUSAL_MISSING_MEMBER},
        {"{\"id\":\"a\"}", "title", REFUSAL_MISSING_MEMBER},
        {"{\"id\":\"../x\",\"title\":\"Örnek\"}", "id", REFUSAL_UNKNOWN_VALUE},
        {"{\"id\":\"A\",\"title\":\"Örnek\"}", "id", REFUSAL_UNKNOWN_VALUE},
        {"{\"id\":\"a\",\"title\":\"Örnek\",\"language\":\"de\"}", "language",
         REFUSAL_UNKNOWN_VALUE},
        {"{\"id\":\"a\",\"title\":\"Örnek\",\"kind\":\"party\"}", "kind", REFUSAL_UNKNOWN_VALUE},
        {"{\"id\":\"a\",\"title\":\"Örnek\",\"id\":\"b\"}", "id", REFUSAL_DUPLICATE_MEMBER},
        {"{\"id\":\"a\",\"title\":\"Örnek\",\"owner\":\"b\"}", "owner", REFUSAL_UNKNOWN_MEMBER},
        {"{\"id\":7,\"title\":\"Örnek\"}", "id", REFUSAL_WRONG_TYPE},
        {"[]", "", REFUSAL_WRONG_TYPE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(read_text(cases[i].text, &m, &wrong) < 0);
        if (wrong.code != cases[i].code || strcmp(wrong.member, cases[i].member) != 0)
            fail_msg("%s: %s at \"%s\"", cases[i].text, refusal_code(wrong.code), wrong.member);
    }
    assert_int_equal(read_text("{\"id\":\"a-1\",\"title\":\"Örnek\"}", &m, &wrong), 0);
    assert_string_equal(m.language, "tr");
    assert_true(making_read(NULL, &m, &wrong) < 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, house_set_up, house_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(it_is_there_at_once_and_after_a_start),
        TEST(commands_reach_it),
        TEST(a_draft_is_nobodys_business),
        TEST(the_next_one_begins_like_the_last),
        TEST(what_was_left_open_comes_again),
        TEST(what_is_wrong_is_named),
        TEST(half_a_meeting_is_none),
        cmocka_unit_test(wishes_are_read_strictly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
