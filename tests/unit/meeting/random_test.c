/* Properties of any sequence of commands: what is refused leaves no trace, the state is what the
 * log says, and what must always hold holds. MECLIS_RUNS makes it longer. */
#include "random_log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void check_floor(const struct meeting *m)
{
    size_t on = 0, put = 0;
    for (size_t i = 0; i < pile_count(m, PILE_TURN); i++) {
        const struct turn *t = pile_at(m, PILE_TURN, i);
        on += !t->over;
        assert_true(t->used_us >= 0 && (!t->running || !t->over));
    }
    assert_true(on <= 1);
    for (size_t i = 0; i < pile_count(m, PILE_ON_AIR); i++)
        put += !((const struct on_air *)pile_at(m, PILE_ON_AIR, i))->off;
    assert_true(put <= FLOOR_MAX_ON_AIR);
    const struct request *order[FLOOR_MAX_WAITING];
    size_t count = floor_order(m, 0, order);
    for (size_t i = 1; i < count; i++)
        assert_true(order[i - 1]->precedence <= order[i]->precedence);
}

static void check_agenda(const struct meeting *m)
{
    const struct sitting *s = meeting_sitting(m);
    bool seen[600] = {false};
    size_t items = pile_count(m, PILE_ITEM);
    for (size_t i = 0; i < items; i++) {
        const struct item *item = pile_at(m, PILE_ITEM, i);
        assert_in_range(item->place, 1, items);
        assert_false(seen[item->place]);
        seen[item->place] = true;
        assert_true(!item->joined || !agenda_item(m, item->joined)->joined);
    }
    for (size_t i = 0; i < pile_count(m, PILE_SPAN); i++) {
        const struct span *span = pile_at(m, PILE_SPAN, i);
        const struct item *item = agenda_item(m, span->item);
        if (!span->over)
            assert_true(s->state == MEETING_LIVE &&
                        (item->head.seq == s->item || item->joined == s->item));
        else
            assert_true(span->to_media_us >= span->from_media_us);
    }
}

static void check_votes(const struct meeting *m)
{
    size_t open = 0;
    for (size_t i = 0; i < pile_count(m, PILE_VOTE); i++) {
        const struct vote *v = pile_at(m, PILE_VOTE, i);
        const struct vote_result *r = &v->result;
        open += v->state == VOTE_OPEN;
        if (v->state != VOTE_DECIDED)
            continue;
        int64_t sum =
            r->counts.in_favour + r->counts.against + r->counts.abstain + r->counts.invalid;
        assert_true(sum <= r->participants);
        if (r->ground == GROUND_MAJORITY && r->outcome == VOTE_ADOPTED)
            assert_true(r->counts.in_favour >= r->needed && r->counts.in_favour >= r->floor);
        if (r->ground != GROUND_MAJORITY)
            assert_true(r->counts.in_favour == r->counts.against);
    }
    assert_true(open <= 1);
}

static void check_parts(const struct meeting *m)
{
    const struct sitting *s = meeting_sitting(m);
    size_t count = pile_count(m, PILE_PART), on = 0;
    for (size_t i = 0; i < count; i++)
        on += ((const struct part *)pile_at(m, PILE_PART, i))->to_seq == 0;
    bool session = s->state == MEETING_LIVE || s->state == MEETING_CLOSED;
    assert_int_equal(on, session ? 1 : 0);
    assert_true(s->state != MEETING_CLOSED || s->closed);
    assert_true(!s->closed || s->state == MEETING_CLOSED || s->state == MEETING_BREAK);
}

static void check_questions(const struct meeting *m)
{
    for (size_t i = 0; i < pile_count(m, PILE_QUESTION); i++) {
        const struct question *q = pile_at(m, PILE_QUESTION, i);
        int64_t supports = 0;
        for (size_t k = 0; k < pile_count(m, PILE_MARK); k++) {
            const struct mark *mark = pile_at(m, PILE_MARK, k);
            if (mark->kind == MARK_SUPPORT && mark->thing == q->head.seq)
                supports += mark->value;
        }
        assert_int_equal(q->supports, supports);
    }
}

static void check_attendance(const struct meeting *m)
{
    for (size_t i = 0; i < pile_count(m, PILE_ATTENDANCE); i++) {
        const struct attendance *a = pile_at(m, PILE_ATTENDANCE, i);
        for (size_t k = 0; k < i; k++) {
            const struct attendance *b = pile_at(m, PILE_ATTENDANCE, k);
            assert_false(a->person == b->person && !a->to_utc_us && !b->to_utc_us);
        }
    }
}

static void check_shapes(const struct meeting *m)
{
    for (unsigned i = 0; i < SINGLES; i++) {
        const struct shape_field *f = shape_check(single_kinds[i].shape, meeting_single(m, i));
        if (f)
            fail_msg("%s.%s", single_kinds[i].name, f->name);
    }
    for (unsigned pile = 0; pile < PILES; pile++) {
        for (size_t i = 0; i < pile_count(m, pile); i++) {
            const struct shape_field *f = shape_check(pile_kinds[pile].shape, pile_at(m, pile, i));
            if (f)
                fail_msg("%s.%s", pile_kinds[pile].name, f->name);
        }
    }
}

static void check(const struct play *p)
{
    check_floor(p->m);
    check_agenda(p->m);
    check_votes(p->m);
    check_parts(p->m);
    check_questions(p->m);
    check_attendance(p->m);
    check_shapes(p->m);
}

static unsigned facts_seen[FACTS], refusals_seen[REFUSED_COUNT_];

static void test_random(void **state)
{
    const char *runs = getenv("MECLIS_RUNS");
    uint64_t last = runs ? strtoull(runs, NULL, 10) : 30;
    for (uint64_t seed = 1; seed <= last; seed++) {
        struct random_log log;
        random_log_make(&log, seed, 2500, check);
        struct meeting *m = NULL;
        assert_int_equal(random_log_replay(&log, &m), 0);
        meeting_destroy(m);
        for (unsigned i = 0; i < FACTS; i++)
            facts_seen[i] += log.facts[i];
        for (unsigned i = 0; i < REFUSED_COUNT_; i++)
            refusals_seen[i] += log.refusals[i];
        random_log_finish(&log);
    }
}

/* A test that never reaches a fact proves nothing about it. */
static void test_reached(void **state)
{
    size_t missing = 0;
    for (unsigned i = 0; i < FACTS; i++) {
        if (!facts_seen[i])
            print_message("never happened: %s\n", meeting_facts[i].name);
        missing += !facts_seen[i];
    }
    for (int i = 1; i < REFUSED_COUNT_; i++) {
        if (!refusals_seen[i])
            print_message("never refused: %s\n", meeting_refusal_code(i));
    }
    assert_true(missing <= 10); /* those need several things just so: their modules' tests */
}

/* Events that never were decided, as a damaged log has them: taken or not, never a crash. */
static void test_wild_events(void **state)
{
    uint64_t seed = 99;
    struct play p;
    struct council c;
    play_init(&p);
    play_council(&p, 5, &c);
    size_t taken = 0;
    for (size_t i = 0; i < 20000; i++) {
        const struct fact *fact = &meeting_facts[play_random(&seed) % FACTS];
        _Alignas(8) unsigned char body[MEETING_MAX_BODY_BYTES] = {0};
        play_fill(fact->body, body, p.m, &seed);
        struct meeting_event event = {.seq = meeting_seq(p.m) + 1,
                                      .at_utc_us = p.now.utc_us + (int64_t)i,
                                      .media_us = (int64_t)i,
                                      .actor = "wild",
                                      .fact = fact,
                                      .body = body};
        int r = meeting_apply(p.m, &event);
        assert_true(r == 0 || r == -EBADMSG || r == -ENOMEM);
        taken += r == 0;
        if (taken % 500 == 499) { /* from the beginning: large states are slow to compare */
            play_finish(&p);
            play_init(&p);
            play_council(&p, 5, &c);
            taken++;
        }
    }
    assert_true(taken > 1000);
    play_finish(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_reached),
        cmocka_unit_test(test_wild_events),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
