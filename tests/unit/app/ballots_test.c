/* Electronic ballots: who voted in the log, the paper in the box, both or neither; counted by the
 * server, published without an order. */
#include "../cmocka_all.h"
#include "app/ballots.h"
#include "base/io.h"
#include "core_house.h"
#include "meeting/attendance.h"
#include "meeting/body.h"
#include "meeting/roster.h"
#include "meeting/vote_args.h"

#include <dirent.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#define MEMBERS 5

struct council {
    struct house *x;
    int said;
    struct principal members[MEMBERS];
};

/* Says one command as the clerk; what it was answered: "" accepted. */
static const char *say_as(struct council *c, const struct principal *who, const char *verb,
                          const void *args)
{
    char id[16];
    snprintf(id, sizeof id, "k%d", c->said++);
    c->x->said.count = 0;
    house_say_as(c->x, who, id, verb, args);
    house_run(c->x);
    assert_int_equal(c->x->said.count, 1);
    return c->x->said.code[0];
}

static uint64_t do_it(struct council *c, const char *verb, const void *args)
{
    assert_string_equal(say_as(c, &house_clerk, verb, args), "");
    return c->x->said.first[0];
}

static void sit_down(struct council *c, struct house *x)
{
    struct sitting_describe describe = {.kind = SITTING_ORDINARY, .title = "Örnek"};
    struct body_rule_args rule = {
        .rule = RULE_ELECTRONIC_SECRET, .number = 1, .source = "Örnek karar"};
    *c = (struct council){.x = x};
    do_it(c, "sitting.describe", &describe);
    do_it(c, "body.rule", &rule);
    for (int i = 0; i < MEMBERS; i++) {
        struct roster_add add = {.kind = PERSON_MEMBER};
        snprintf(add.name, sizeof add.name, "Örnek Üye %d", i + 1);
        struct principal *p = &c->members[i];
        *p = (struct principal){.roles = ROLE_MEMBER, .in_hall = true};
        p->person = do_it(c, "roster.add", &add);
        snprintf(p->text, sizeof p->text, "uye-%d", i + 1);
    }
    do_it(c, "sitting.announce", NULL);
    do_it(c, "sitting.open", NULL);
}

static uint64_t open_vote(struct council *c)
{
    struct vote_begin begin = {
        .subject = "Örnek seçim", .method = VOTE_SECRET_ELECTRONIC, .majority = MAJORITY_ORDINARY};
    return do_it(c, "vote.open", &begin);
}

static const char *hand_in(struct council *c, int member, uint64_t vote, enum vote_choice choice)
{
    struct vote_hand_in paper = {.vote = vote, .choice = choice};
    return say_as(c, &c->members[member], "vote.hand_in", &paper);
}

static const char *close_vote(struct council *c, uint64_t vote)
{
    struct vote_close args = {.vote = vote};
    return say_as(c, &house_clerk, "vote.close", &args);
}

static const struct vote *vote_at(const struct council *c, uint64_t vote)
{
    return pile_find(c->x->hall->held, PILE_VOTE, vote);
}

static void reopen(struct council *c)
{
    uint64_t digest = meeting_digest(c->x->hall->held);
    house_reopen(c->x);
    assert_true(meeting_digest(c->x->hall->held) == digest);
}

static void counted_by_the_server(void **state)
{
    struct council c;
    sit_down(&c, *state);
    uint64_t vote = open_vote(&c);
    assert_string_equal(hand_in(&c, 0, vote, CHOICE_FOR), "");
    assert_string_equal(hand_in(&c, 1, vote, CHOICE_AGAINST), "");
    assert_string_equal(hand_in(&c, 0, vote, CHOICE_AGAINST), "already");
    reopen(&c); /* papers survive the server */
    assert_string_equal(hand_in(&c, 2, vote, CHOICE_FOR), "");
    assert_string_equal(hand_in(&c, 3, vote, CHOICE_ABSTAIN), "");
    assert_string_equal(hand_in(&c, 4, vote, CHOICE_FOR), "");
    assert_false(vote_at(&c, vote)->counted);
    assert_string_equal(close_vote(&c, vote), "");
    const struct vote *v = vote_at(&c, vote);
    assert_int_equal(v->state, VOTE_DECIDED);
    assert_int_equal(v->result.counts.in_favour, 3);
    assert_int_equal(v->result.counts.against, 1);
    assert_int_equal(v->result.counts.abstain, 1);
    assert_int_equal(v->result.outcome, VOTE_ADOPTED);
    assert_string_equal(hand_in(&c, 4, vote, CHOICE_FOR), "stale");

    cleanup_buf struct buf lines;
    char digest[BALLOT_DIGEST_BYTES], box[32];
    buf_init(&lines, 4096);
    snprintf(box, sizeof box, "v%d", (int)vote);
    assert_int_equal(ballot_publish(c.x->core->store, "deneme", box, &lines, digest), 0);
    assert_string_equal(digest, v->papers);
    assert_int_equal(lines.size,
                     5 * 32 + 3 * sizeof " for" + sizeof " against" + sizeof " abstain");
    reopen(&c);
}

static void a_tie_is_taken_again(void **state)
{
    struct council c;
    sit_down(&c, *state);
    uint64_t first = open_vote(&c);
    hand_in(&c, 0, first, CHOICE_FOR);
    hand_in(&c, 1, first, CHOICE_AGAINST);
    assert_string_equal(close_vote(&c, first), "");
    assert_int_equal(vote_at(&c, first)->state, VOTE_TIED);
    struct vote_only again = {.vote = first};
    uint64_t second = do_it(&c, "vote.repeat", &again);
    assert_string_equal(hand_in(&c, 0, second, CHOICE_FOR), "");
    assert_string_equal(close_vote(&c, second), "");
    assert_int_equal(vote_at(&c, second)->result.outcome, VOTE_ADOPTED);
}

static void who_left_has_voted_all_the_same(void **state)
{
    struct council c;
    sit_down(&c, *state);
    struct attendance_mark_args mark = {.mark = ATTENDANCE_PRESENT};
    for (int i = 0; i < MEMBERS; i++) {
        mark.person = c.members[i].person;
        do_it(&c, "attendance.mark", &mark);
    }
    uint64_t vote = open_vote(&c);
    for (int i = 0; i < MEMBERS; i++)
        assert_string_equal(hand_in(&c, i, vote, i ? CHOICE_FOR : CHOICE_AGAINST), "");
    mark.mark = ATTENDANCE_ABSENT;
    do_it(&c, "attendance.mark", &mark);
    assert_string_equal(close_vote(&c, vote), "");
    assert_int_equal(vote_at(&c, vote)->result.participants, MEMBERS);
}

/* What is in the folder of the open boxes' keys. */
static int keys(const struct council *c, bool destroy)
{
    char folder[128], path[400];
    int count = 0;
    snprintf(folder, sizeof folder, "%s/ballots", c->x->data);
    DIR *d = opendir(folder);
    assert_non_null(d);
    for (struct dirent *e; (e = readdir(d));) {
        if (e->d_name[0] == '.')
            continue;
        count++;
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        assert_true(!destroy || remove(path) == 0);
    }
    closedir(d);
    return count;
}

static void cancelled_and_lost_boxes_are_taken_anew(void **state)
{
    struct council c;
    sit_down(&c, *state);
    uint64_t vote = open_vote(&c);
    hand_in(&c, 0, vote, CHOICE_FOR);
    assert_int_equal(keys(&c, true), 1); /* as after a backup was restored */
    reopen(&c);
    assert_string_equal(hand_in(&c, 1, vote, CHOICE_FOR), "ballot_lost");
    assert_string_equal(close_vote(&c, vote), "ballot_lost");
    assert_int_equal(vote_at(&c, vote)->state, VOTE_OPEN);
    reopen(&c); /* refused: nothing of it stayed */
    struct vote_cancel cancel = {.vote = vote, .reason = "Örnek"};
    do_it(&c, "vote.cancel", &cancel);
    uint64_t next = open_vote(&c);
    assert_string_equal(hand_in(&c, 1, next, CHOICE_FOR), "");
    assert_int_equal(keys(&c, false), 1);
    cancel.vote = next;
    do_it(&c, "vote.cancel", &cancel);
    assert_int_equal(keys(&c, false), 0);
}

/* A box that holds more or fewer papers than there are voters is not counted. */
static void papers_without_voters_are_not_counted(void **state)
{
    struct council c;
    char box[32];
    sit_down(&c, *state);
    uint64_t vote = open_vote(&c);
    hand_in(&c, 0, vote, CHOICE_FOR);
    snprintf(box, sizeof box, "v%d", (int)vote);
    struct store *s = c.x->core->store;
    assert_int_equal(store_begin(s), 0);
    assert_int_equal(store_command_begin(s, NULL, NULL), 0);
    assert_int_equal(ballot_add(s, "deneme", box, "against"), 0);
    assert_int_equal(store_command_end(s, ""), 0);
    assert_int_equal(store_commit(s), 0);
    assert_string_equal(close_vote(&c, vote), "ballot_lost");
    assert_int_equal(vote_at(&c, vote)->state, VOTE_OPEN);
    reopen(&c);
    assert_int_equal(keys(&c, false), 1);
}

/* Several papers of one batch, and one of somebody who may not, between them. */
static void many_in_one_batch(void **state)
{
    struct council c;
    sit_down(&c, *state);
    uint64_t vote = open_vote(&c);
    c.x->said.count = 0;
    for (int i = 0; i < MEMBERS; i++) {
        struct vote_hand_in paper = {.vote = vote, .choice = CHOICE_FOR};
        char id[16];
        snprintf(id, sizeof id, "m%d", i);
        house_say_as(c.x, i == 2 ? &house_clerk : &c.members[i], id, "vote.hand_in", &paper);
    }
    house_say_as(c.x, &c.members[0], "m0", "vote.hand_in",
                 &(struct vote_hand_in){.vote = vote, .choice = CHOICE_FOR}); /* the same again */
    struct vote_close close = {.vote = vote};
    house_say(c.x, "close", "vote.close", &close);
    house_run(c.x);
    assert_string_equal(c.x->said.code[2], "forbidden");
    assert_true(c.x->said.accepted[5] && c.x->said.accepted[6]);
    assert_int_equal(vote_at(&c, vote)->result.counts.in_favour, MEMBERS - 1);
    reopen(&c);
}

static void a_paper_is_overwritten_once_taken(void **state)
{
    struct meeting_command command = {.verb = verb_find("vote.hand_in")};
    struct vote_hand_in *paper = (struct vote_hand_in *)command.args;
    *paper = (struct vote_hand_in){.vote = 7, .choice = CHOICE_AGAINST};
    ballots_forget(&command);
    assert_int_equal(paper->choice, 0);
    command.verb = verb_find("vote.close");
    paper->vote = 7;
    ballots_forget(&command);
    assert_int_equal(paper->vote, 7);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, house_set_up, house_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(counted_by_the_server),
        TEST(a_tie_is_taken_again),
        TEST(who_left_has_voted_all_the_same),
        TEST(cancelled_and_lost_boxes_are_taken_anew),
        TEST(papers_without_voters_are_not_counted),
        TEST(many_in_one_batch),
        cmocka_unit_test(a_paper_is_overwritten_once_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
