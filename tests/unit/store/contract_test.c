/* What every engine has to do with a log: the same tests for each. */
#include "../cmocka_all.h"

#include "contract.h"
#include "house.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static void numbers_rise_per_meeting(void **state)
{
    OPEN_STORE;
    assert_int_equal(house_append(s, "a", "x"), 1);
    assert_int_equal(house_append(s, "b", "x"), 1);
    assert_int_equal(house_append(s, "a", "y"), 2);
    assert_int_equal(house_count(s, "a"), 2);
    assert_int_equal(house_count(s, "b"), 1);
    assert_int_equal(house_count(s, "none"), 0);
}

static int expect_next(void *ctx, const char *meeting)
{
    const char ***next = ctx;
    assert_string_equal(meeting, **next);
    ++*next;
    return 0;
}

static void logs_are_listed_in_order(void **state)
{
    static const char *names[] = {"a", "b-2", "ba", NULL};
    const char **next = names;
    OPEN_STORE;
    assert_int_equal(store_read_logs(s, expect_next, &next), 0);
    assert_ptr_equal(next, names);
    house_append(s, "ba", "x");
    house_append(s, "a", "x");
    house_append(s, "b-2", "x");
    house_append(s, "a", "y");
    assert_int_equal(store_read_logs(s, expect_next, &next), 0);
    assert_null(*next);
}

/* Sums up the numbers of what is given, at ten a place. */
static int add_number(void *ctx, const struct store_event *e)
{
    uint64_t *sum = ctx;
    *sum = *sum * 10 + e->seq;
    return 0;
}

static void an_outline_is_what_lists_need(void **state)
{
    static const char *types[] = {"meeting.created", "sittings.x",   "sitting.described",
                                  "question.asked",  "part.closed",  "body.described",
                                  "broadcast.began", "agenda.added", "agenda"};
    uint64_t sum = 0;
    OPEN_STORE;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        house_append(s, "a", types[i]);
    house_append(s, "b", "agenda.added");
    assert_int_equal(store_read_outline(s, "a", add_number, &sum), 0);
    assert_int_equal(sum, 135678);
    sum = 0;
    assert_int_equal(store_read_outline(s, "none", add_number, &sum), 0);
    assert_int_equal(sum, 0);
}

static void drafts_together_are_one(void **state)
{
    OPEN_STORE;
    struct store_draft drafts[] = {house_draft("a", "x", "{}"), house_draft("b", "x", "{}"),
                                   house_draft("a", "y", "{}")};
    assert_int_equal(store_append(s, drafts, 3), 0);
    struct store_draft bad[] = {house_draft("a", "z", "{}"), house_draft("NOT AN ID", "z", "{}")};
    assert_int_equal(store_append(s, bad, 2), -EINVAL);
    assert_int_equal(house_count(s, "a"), 2);
    assert_int_equal(house_count(s, "b"), 1);
    assert_int_equal(store_append(s, NULL, 0), 0);
}

/* Each draft breaks one limit; the same at the limit is taken. */
static void limits_hold(void **state)
{
    OPEN_STORE;
    cleanup_free char *body = calloc(1, STORE_MAX_BODY_BYTES + 2);
    cleanup_free char *side = calloc(1, STORE_MAX_SIDE_BYTES + 2);
    char name[STORE_MAX_NAME_BYTES + 2] = "";
    memset(body, 'x', STORE_MAX_BODY_BYTES + 1);
    memset(side, 'x', STORE_MAX_SIDE_BYTES + 1);
    memset(name, 't', STORE_MAX_NAME_BYTES + 1);
    struct store_side_draft sides[STORE_MAX_SIDES + 1] = {{"n0", side}, {"n1", ""}, {"n2", ""},
                                                          {"n3", ""},   {"n4", ""}, {"n5", ""},
                                                          {"n6", ""},   {"n7", ""}, {"n8", ""}};
    struct store_side_draft twice[] = {{"n", ""}, {"n", ""}}, nameless[] = {{"", ""}};
    struct store_draft bad[9];
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        bad[i] = house_draft("a", "x", "{}");
    bad[0].body = body;
    bad[1].type = name;
    bad[2].actor = name;
    bad[3].audience = 0;
    bad[4].version = 0;
    bad[5].sides = sides, bad[5].side_count = 1;
    bad[6].sides = twice, bad[6].side_count = 2;
    bad[7].sides = nameless, bad[7].side_count = 1;
    bad[8].body = "\xff";
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (store_append(s, &bad[i], 1) != -EINVAL)
            fail_msg("draft %zu", i);
    }
    body[STORE_MAX_BODY_BYTES] = side[STORE_MAX_SIDE_BYTES] = name[STORE_MAX_NAME_BYTES] = 0;
    struct store_draft full = bad[0];
    full.type = full.actor = name;
    full.sides = sides;
    full.side_count = STORE_MAX_SIDES + 1;
    assert_int_equal(store_append(s, &full, 1), -EINVAL);
    full.side_count = STORE_MAX_SIDES;
    assert_int_equal(store_append(s, &full, 1), 0);
    assert_int_equal(house_count(s, "a"), 1);
}

static int expect_event(void *ctx, const struct store_event *e)
{
    assert_int_equal(e->seq, 2);
    assert_int_equal(e->at_utc_us, -1000);
    assert_int_equal(e->media_us, 2000);
    assert_string_equal(e->actor, "a");
    assert_string_equal(e->type, "second");
    assert_int_equal(e->audience, AUDIENCE_STAFF);
    assert_int_equal(e->version, 3);
    assert_string_equal(e->body, "{\"ad\":\"Örnek\"}");
    assert_int_equal(e->side_count, 2);
    assert_string_equal(e->sides[0].name, "name");
    assert_string_equal(e->sides[0].text, "Örnek İzleyici 1");
    assert_string_equal(e->sides[1].name, "text");
    assert_string_equal(e->sides[1].text, "");
    assert_true(memcmp(e->sides[0].salt, e->sides[1].salt, STORE_SALT_BYTES) != 0);
    assert_true(memcmp(e->salt, e->sides[0].salt, STORE_SALT_BYTES) != 0);
    return 7;
}

static int expect_third(void *ctx, const struct store_event *e)
{
    assert_int_equal(e->seq, 3);
    return 0;
}

static void what_was_written_is_read(void **state)
{
    struct store *s = contract_open();
    house_append(s, "a", "first");
    struct store_side_draft sides[] = {{"name", "Örnek İzleyici 1"}, {"text", ""}};
    struct store_draft d = house_draft("a", "second", "{\"ad\":\"Örnek\"}");
    d.at_utc_us = -1000;
    d.audience = AUDIENCE_STAFF;
    d.version = 3;
    d.sides = sides;
    d.side_count = 2;
    assert_int_equal(store_append(s, &d, 1), 0);
    house_append(s, "a", "third");
    if (contract_lasts()) {
        store_close(s);
        s = contract_open();
    }
    assert_int_equal(store_read(s, "a", 1, 1, expect_event, NULL), 7);
    assert_int_equal(house_append(s, "a", "fourth"), 4);
    assert_int_equal(store_read(s, "a", 2, 1, expect_third, NULL), 0);
    assert_int_equal(store_read(s, "a", UINT64_MAX, 1, expect_third, NULL), 0);
    assert_int_equal(house_count(s, "a"), 4);
    store_close(s);
}

/* ---- batches ---- */

static void a_command_that_is_undone_leaves_nothing(void **state)
{
    OPEN_STORE;
    const struct store_key keys[] = {{"a", "p", "1"}, {"a", "p", "2"}, {"a", "p", "3"}};
    struct store_outcome known;
    assert_int_equal(store_begin(s), 0);
    assert_int_equal(store_command_begin(s, &keys[0], &known), 0);
    assert_int_equal(contract_add(s, "x"), 1);
    assert_int_equal(store_command_end(s, "one"), 0);
    assert_int_equal(store_command_begin(s, &keys[1], &known), 0);
    assert_int_equal(contract_add(s, "never"), 2);
    assert_int_equal(contract_add(s, "never"), 3);
    store_command_undo(s);
    assert_int_equal(store_command_begin(s, &keys[2], &known), 0);
    assert_int_equal(contract_add(s, "y"), 2);
    assert_int_equal(contract_add(s, "z"), 3);
    assert_int_equal(store_command_end(s, "three"), 0);
    assert_int_equal(store_commit(s), 0);
    assert_int_equal(house_count(s, "a"), 3);
    assert_int_equal(store_find_outcome(s, &keys[0], &known), 0);
    assert_string_equal(known.text, "one");
    assert_int_equal(store_find_outcome(s, &keys[1], &known), -ENOENT);
    assert_int_equal(store_find_outcome(s, &keys[2], &known), 0);
    assert_string_equal(known.text, "three");
    assert_int_equal(known.first_seq, 2);
    assert_int_equal(known.last_seq, 3);
}

static void a_batch_given_up_leaves_nothing(void **state)
{
    OPEN_STORE;
    const struct store_key key = {"a", "p", "1"};
    struct store_outcome known;
    house_append(s, "a", "x");
    assert_int_equal(store_begin(s), 0);
    assert_int_equal(store_command_begin(s, &key, &known), 0);
    assert_int_equal(contract_add(s, "y"), 2);
    assert_int_equal(store_command_end(s, ""), 0);
    store_abandon(s);
    assert_int_equal(house_count(s, "a"), 1);
    assert_int_equal(store_find_outcome(s, &key, &known), -ENOENT);
    store_abandon(s);
}

static void a_key_counts_once(void **state)
{
    struct store *s = contract_open();
    const struct store_key key = {"a", "Ayşe", "k"},
                           other[] = {{"a", "Ayse", "k"}, {"b", "Ayşe", "k"}, {"a", "Ayşe", "K"}};
    struct store_outcome known = {0};
    assert_int_equal(store_begin(s), 0);
    assert_int_equal(store_command_begin(s, &key, &known), 0);
    contract_add(s, "x");
    assert_int_equal(store_command_end(s, "{\"ok\":1}"), 0);
    assert_int_equal(store_command_begin(s, &key, &known), 1); /* in the same batch */
    assert_string_equal(known.text, "{\"ok\":1}");
    assert_int_equal(store_commit(s), 0);
    if (contract_lasts()) {
        store_close(s);
        s = contract_open();
    }
    assert_int_equal(store_begin(s), 0);
    known = (struct store_outcome){0};
    assert_int_equal(store_command_begin(s, &key, &known), 1);
    assert_string_equal(known.text, "{\"ok\":1}");
    assert_int_equal(known.first_seq, 1);
    for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
        assert_int_equal(store_command_begin(s, &other[i], &known), 0);
        assert_int_equal(store_command_end(s, ""), 0);
    }
    assert_int_equal(store_commit(s), 0);
    assert_int_equal(store_find_outcome(s, &other[0], &known), 0);
    assert_int_equal(known.first_seq, 0); /* it had no events */
    assert_int_equal(house_count(s, "a"), 1);
    store_close(s);
}

static void calls_out_of_order_are_refused(void **state)
{
    OPEN_STORE;
    struct store_draft d = house_draft("a", "x", "{}");
    struct store_outcome known;
    const struct store_key nameless = {"a", "p", ""};
    uint64_t seq;
    char *outcome = calloc(1, STORE_MAX_OUTCOME_BYTES + 2);
    memset(outcome, 'x', STORE_MAX_OUTCOME_BYTES + 1);
    assert_int_equal(store_commit(s), -EINVAL);
    assert_int_equal(store_command_begin(s, NULL, NULL), -EINVAL);
    assert_int_equal(store_add(s, &d, &seq), -EINVAL);
    assert_int_equal(store_begin(s), 0);
    assert_int_equal(store_begin(s), -EINVAL);
    assert_int_equal(store_add(s, &d, &seq), -EINVAL);
    assert_int_equal(store_command_begin(s, &nameless, &known), -EINVAL);
    assert_int_equal(store_command_begin(s, NULL, NULL), 0);
    assert_int_equal(store_command_begin(s, NULL, NULL), -EINVAL);
    assert_int_equal(store_commit(s), -EINVAL);
    assert_int_equal(store_command_end(s, outcome), -EINVAL);
    assert_int_equal(store_command_end(s, ""), 0);
    assert_int_equal(store_commit(s), 0);
    assert_int_equal(house_count(s, "a"), 0);
    free(outcome);
}

/* ---- erasing ---- */

static int expect_erased(void *ctx, const struct store_event *e)
{
    if (e->seq != 1)
        return 0;
    assert_null(e->sides[0].text);
    assert_null(e->sides[0].salt);
    assert_non_null(e->sides[0].commitment);
    assert_string_equal(e->sides[1].text, "stays");
    return 0;
}

static void what_is_erased_is_gone_and_the_chain_holds(void **state)
{
    OPEN_STORE;
    struct store_side_draft sides[] = {{"name", "Örnek İzleyici 1"}, {"text", "stays"}};
    struct store_draft d = house_draft("a", "question", "{}");
    d.sides = sides;
    d.side_count = 2;
    assert_int_equal(store_append(s, &d, 1), 0);
    struct store_draft notice = house_draft("a", "side.erased", "{\"seq\":1,\"side\":\"name\"}");
    struct store_draft wrong = house_draft("a", "other", "{}");
    uint64_t seq = 0;
    assert_int_equal(store_erase(s, "a", 1, "name", &notice, &seq), -EINVAL);
    assert_int_equal(store_begin(s), 0);
    assert_int_equal(store_command_begin(s, NULL, NULL), 0);
    assert_int_equal(store_erase(s, "a", 1, "name", &wrong, &seq), -EINVAL);
    assert_int_equal(store_erase(s, "a", 1, "none", &notice, &seq), -ENOENT);
    assert_int_equal(store_erase(s, "a", 9, "name", &notice, &seq), -ENOENT);
    assert_int_equal(store_erase(s, "a", 1, "name", &notice, &seq), 0);
    assert_int_equal(seq, 2);
    assert_int_equal(store_erase(s, "a", 1, "name", &notice, &seq), -EALREADY);
    assert_int_equal(store_command_end(s, ""), 0);
    assert_int_equal(store_commit(s), 0);
    assert_int_equal(house_count(s, "a"), 2);
    assert_int_equal(store_read(s, "a", 0, 9, expect_erased, NULL), 0);
    assert_int_equal(store_tidy(s), 0);
}

static int expect_whole(void *ctx, const struct store_event *e)
{
    assert_string_equal(e->sides[0].text, "Örnek İzleyici 1");
    return 0;
}

static void an_erasure_that_is_undone_did_not_happen(void **state)
{
    OPEN_STORE;
    struct store_side_draft side = {"name", "Örnek İzleyici 1"};
    struct store_draft d = house_draft("a", "question", "{}");
    d.sides = &side;
    d.side_count = 1;
    assert_int_equal(store_append(s, &d, 1), 0);
    struct store_draft notice = house_draft("a", "side.erased", "{}");
    for (int whole = 0; whole < 2; whole++) {
        uint64_t seq;
        assert_int_equal(store_begin(s), 0);
        assert_int_equal(store_command_begin(s, NULL, NULL), 0);
        assert_int_equal(store_erase(s, "a", 1, "name", &notice, &seq), 0);
        if (whole) {
            store_abandon(s);
        } else {
            store_command_undo(s);
            assert_int_equal(store_commit(s), 0);
        }
        assert_int_equal(house_count(s, "a"), 1);
        assert_int_equal(store_read(s, "a", 0, 9, expect_whole, NULL), 0);
    }
}

/* ---- signed heads ---- */

static int expect_rising(void *ctx, const struct signed_head *head)
{
    uint64_t *last = ctx;
    assert_true(head->seq > *last);
    assert_string_equal(head->meeting, "a");
    *last = head->seq;
    return 0;
}

static void heads_are_kept(void **state)
{
    OPEN_STORE;
    struct signed_head head = {.meeting = "a", .hash = {1, 2}, .signature = {3}}, last;
    uint64_t seen = 0;
    assert_int_equal(store_last_head(s, "a", &last), -ENOENT);
    for (head.seq = 2; head.seq <= 6; head.seq += 2)
        assert_int_equal(store_put_head(s, &head), 0);
    head.seq = 4;
    head.at_utc_us = 9;
    assert_int_equal(store_put_head(s, &head), 0); /* stays as it is */
    struct signed_head other = {.meeting = "b", .seq = 9};
    assert_int_equal(store_put_head(s, &other), 0);
    assert_int_equal(store_last_head(s, "a", &last), 0);
    assert_int_equal(last.seq, 6);
    assert_memory_equal(last.hash, head.hash, sizeof last.hash);
    assert_int_equal(store_read_heads(s, "a", 2, 9, expect_rising, &seen), 0);
    assert_int_equal(seen, 6);
    seen = 0;
    assert_int_equal(store_read_heads(s, "a", 0, 2, expect_rising, &seen), 0);
    assert_int_equal(seen, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST(numbers_rise_per_meeting),
        CONTRACT_TEST(logs_are_listed_in_order),
        CONTRACT_TEST(an_outline_is_what_lists_need),
        CONTRACT_TEST(drafts_together_are_one),
        CONTRACT_TEST(limits_hold),
        CONTRACT_TEST(what_was_written_is_read),
        CONTRACT_TEST(a_command_that_is_undone_leaves_nothing),
        CONTRACT_TEST(a_batch_given_up_leaves_nothing),
        CONTRACT_TEST(a_key_counts_once),
        CONTRACT_TEST(calls_out_of_order_are_refused),
        CONTRACT_TEST(what_is_erased_is_gone_and_the_chain_holds),
        CONTRACT_TEST(an_erasure_that_is_undone_did_not_happen),
        CONTRACT_TEST(heads_are_kept),
    };
    return CONTRACT_RUN(tests);
}
