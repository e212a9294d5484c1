/* What every engine has to do with ballots: the same tests for each. */
#include "../cmocka_all.h"

#include "contract.h"
#include "house.h"
#include "store/ballot.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void begin(struct store *s)
{
    assert_int_equal(store_begin(s), 0);
    assert_int_equal(store_command_begin(s, NULL, NULL), 0);
}

static void commit(struct store *s)
{
    assert_int_equal(store_command_end(s, ""), 0);
    assert_int_equal(store_commit(s), 0);
}

static void vote(struct store *s, const char *choice)
{
    begin(s);
    contract_add(s, "vote.cast");
    assert_int_equal(ballot_add(s, "a", "v1", choice), 0);
    commit(s);
}

struct tally {
    size_t yes, no, count;
    uint8_t last[BALLOT_KEY_BYTES];
};

static int tally_paper(void *ctx, const struct ballot_paper *paper)
{
    struct tally *t = ctx;
    t->yes += strcmp(paper->choice, "kabul") == 0;
    t->no += strcmp(paper->choice, "ret") == 0;
    assert_true(t->count == 0 || memcmp(t->last, paper->key, sizeof t->last) < 0);
    memcpy(t->last, paper->key, sizeof t->last);
    t->count++;
    return 0;
}

static void a_ballot_is_counted_after_it_is_closed(void **state)
{
    struct store *s = contract_open();
    struct tally t = {0};
    size_t count = 0;
    begin(s);
    assert_int_equal(ballot_open(s, "a", "v1"), 0);
    assert_int_equal(ballot_open(s, "a", "v1"), -EEXIST);
    commit(s);
    for (int i = 0; i < 7; i++)
        vote(s, i < 3 ? "kabul" : "ret");
    if (contract_lasts()) {
        store_close(s);
        s = contract_open();
    }
    vote(s, "ret");
    assert_int_equal(ballot_read(s, "a", "v1", tally_paper, &t), 0);
    assert_int_equal(t.count, 0); /* no running tally */
    begin(s);
    assert_int_equal(ballot_count(s, "a", "v1", &count), 0);
    assert_int_equal(count, 8);
    assert_int_equal(ballot_close(s, "a", "v1"), 0);
    commit(s);
    assert_int_equal(ballot_read(s, "a", "v1", tally_paper, &t), 0);
    assert_int_equal(t.count, 8);
    assert_int_equal(t.yes, 3);
    assert_int_equal(t.no, 5);
    begin(s);
    assert_int_equal(ballot_add(s, "a", "v1", "kabul"), -ENOENT);
    assert_int_equal(ballot_close(s, "a", "v1"), -ENOENT);
    assert_int_equal(ballot_open(s, "a", "v1"), -EEXIST);
    commit(s);
    store_close(s);
}

static void a_paper_that_is_undone_is_not_in_the_box(void **state)
{
    OPEN_STORE;
    struct tally t = {0};
    uint64_t seq;
    struct store_draft d = house_draft("a", "vote.cast", "{}");
    begin(s);
    assert_int_equal(ballot_open(s, "a", "v1"), 0);
    commit(s);
    vote(s, "kabul");
    assert_int_equal(store_begin(s), 0);
    for (int i = 0; i < 6; i++) {
        assert_int_equal(store_command_begin(s, NULL, NULL), 0);
        assert_int_equal(store_add(s, &d, &seq), 0);
        assert_int_equal(ballot_add(s, "a", "v1", i % 2 ? "ret" : "kabul"), 0);
        if (i % 2)
            store_command_undo(s);
        else
            assert_int_equal(store_command_end(s, ""), 0);
    }
    assert_int_equal(store_commit(s), 0);
    begin(s);
    assert_int_equal(ballot_add(s, "a", "v1", "ret"), 0);
    store_command_undo(s);
    store_abandon(s);
    vote(s, "kabul");
    begin(s);
    assert_int_equal(ballot_close(s, "a", "v1"), 0);
    commit(s);
    assert_int_equal(ballot_read(s, "a", "v1", tally_paper, &t), 0);
    assert_int_equal(t.yes, 5);
    assert_int_equal(t.no, 0);
}

static void a_box_is_full_or_thrown_away(void **state)
{
    OPEN_STORE;
    char choice[BALLOT_MAX_CHOICE_BYTES + 2] = "";
    memset(choice, 'x', sizeof choice - 1);
    begin(s);
    assert_int_equal(ballot_open(s, "a", "NO ID"), -EINVAL);
    assert_int_equal(ballot_add(s, "a", "v1", "x"), -ENOENT);
    assert_int_equal(ballot_open(s, "a", "v1"), 0);
    assert_int_equal(ballot_add(s, "a", "v1", choice), -EINVAL);
    choice[BALLOT_MAX_CHOICE_BYTES] = 0;
    assert_int_equal(ballot_add(s, "a", "v1", choice), 0);
    assert_int_equal(ballot_discard(s, "a", "v1"), 0);
    assert_int_equal(ballot_discard(s, "a", "v1"), -ENOENT);
    commit(s);
    struct tally t = {0};
    assert_int_equal(ballot_read(s, "a", "v1", tally_paper, &t), 0);
    assert_int_equal(t.count, 0);
    begin(s);
    int r = 0;
    char name[16];
    for (int i = 0; i < BALLOT_MAX_OPEN + 1 && r == 0; i++) {
        snprintf(name, sizeof name, "w%d", i);
        r = ballot_open(s, "a", name);
        assert_true(r == 0 || i == BALLOT_MAX_OPEN);
    }
    assert_int_equal(r, -ENOBUFS);
    commit(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST(a_ballot_is_counted_after_it_is_closed),
        CONTRACT_TEST(a_paper_that_is_undone_is_not_in_the_box),
        CONTRACT_TEST(a_box_is_full_or_thrown_away),
    };
    return CONTRACT_RUN(tests);
}
