/* What was when, as everybody reads it: whatever was done, in order, within the meeting, and of a
 * closed part nothing but that it was. */
#include "../meeting/random_log.h"
#include "protocol/spans_text.h"

#include <jansson.h>
#include <string.h>

#define SECRET "Örnek gizli konu"

static const struct actor public = {.roles = ROLE_VIEWER, .principal = "-"};
static const struct actor inside = {.roles = ROLE_SERVER, .principal = "-", .in_hall = true};

static json_t *parse(struct buf *out)
{
    assert_int_equal(out->error, 0);
    json_error_t error;
    json_t *j = json_loadb((const char *)out->data, out->size, JSON_REJECT_DUPLICATES, &error);
    if (!j)
        fail_msg("%s: %.*s", error.text, (int)out->size, (const char *)out->data);
    return j;
}

static const struct late in_time;

static json_t *spans(const struct meeting *m, const struct actor *actor)
{
    cleanup_buf struct buf out;
    buf_init(&out, 16 << 20);
    spans_print(&out, "ornek", m, actor, &in_time, 1000);
    spans_print_gaps(&out, NULL, 0);
    return parse(&out);
}

static json_t *statistics(const struct meeting *m, const struct actor *actor, int64_t media_us)
{
    cleanup_buf struct buf out;
    buf_init(&out, 16 << 20);
    spans_print_statistics(&out, "ornek", m, actor, media_us);
    return parse(&out);
}

static int64_t number(const json_t *j, const char *name)
{
    json_t *value = json_object_get(j, name);
    assert_true(json_is_integer(value));
    return json_integer_value(value);
}

/* ---- any meeting ---- */

/* Each span of a list by itself; `id` names the event that made it, NULL where parts are meant. */
static void check_list(const struct random_log *log, const json_t *all, const char *name,
                       const char *id, size_t *ret_seen)
{
    int64_t last = log->events[log->count - 1].media_us;
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(all, name), i, one)
    {
        int64_t from = number(one, "from_us");
        assert_in_range(from, 0, last);
        if (!json_is_null(json_object_get(one, "to_us")))
            assert_in_range(number(one, "to_us"), from, last);
        if (id) {
            int64_t seq = number(one, id);
            assert_in_range(seq, 1, log->count);
            assert_int_not_equal(log->events[seq - 1].audience, AUDIENCE_CLOSED);
        }
        (*ret_seen)++;
    }
}

/* One after another, as they were said: only what a clerk has corrected may be otherwise. */
static void check_turns(const json_t *all)
{
    size_t i;
    json_t *one;
    int64_t until = 0;
    json_array_foreach(json_object_get(all, "turns"), i, one)
    {
        if (json_is_true(json_object_get(one, "corrected")))
            continue;
        assert_true(number(one, "from_us") >= until);
        if (!json_is_null(json_object_get(one, "to_us")))
            until = number(one, "to_us");
    }
}

static int64_t sum(const json_t *all, const char *name, const char *member)
{
    int64_t total = 0;
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(all, name), i, one) total += number(one, member);
    return total;
}

/* However it is counted, it is the same time and the same turns. */
static void check_statistics(const struct random_log *log, const struct meeting *m, size_t turns)
{
    json_t *j = statistics(m, &public, log->events[log->count - 1].media_us);
    assert_int_equal(sum(j, "people", "turns"), turns);
    for (const char *member = "turns"; member; member = *member == 't' ? "used_us" : NULL) {
        int64_t people = sum(j, "people", member);
        assert_true(people >= 0);
        assert_int_equal(sum(j, "groups", member), people);
        assert_int_equal(sum(j, "kinds", member), people);
    }
    json_decref(j);
}

static void any_meeting(void **state)
{
    size_t items = 0, turns = 0, questions = 0, votes = 0, parts = 0, closed = 0;
    for (uint64_t seed = 1; seed <= 16; seed++) {
        struct random_log log;
        random_log_make(&log, seed, 1500, NULL);
        struct meeting *m = NULL;
        assert_int_equal(random_log_replay(&log, &m), 0);
        json_t *j = spans(m, &public);
        assert_int_equal(number(j, "utc_minus_media_us"), 1000);
        size_t turns_before = turns;
        check_list(&log, j, "items", "item", &items);
        check_list(&log, j, "turns", "turn", &turns);
        check_list(&log, j, "questions", "question", &questions);
        check_list(&log, j, "votes", "vote", &votes);
        check_list(&log, j, "parts", NULL, &parts);
        check_turns(j);
        check_statistics(&log, m, turns - turns_before);
        for (size_t i = 0; i < log.count; i++)
            closed += log.events[i].audience == AUDIENCE_CLOSED;
        json_decref(j);
        meeting_destroy(m);
        random_log_finish(&log);
    }
    assert_true(items && turns && questions && votes && parts && closed); /* else it proves none */
}

/* ---- a closed part ---- */

static size_t length(const json_t *all, const char *name)
{
    return json_array_size(json_object_get(all, name));
}

static bool tells_secret(const json_t *j)
{
    char *text = json_dumps(j, 0);
    assert_non_null(text);
    bool tells = strstr(text, SECRET) != NULL;
    free(text);
    return tells;
}

static void speak(struct play *p, uint64_t person)
{
    uint64_t turn =
        SAY(p, floor_give, "floor.give", .person = person, .kind = SPEECH_MEMBER, .start = true);
    play_wait(p, 7);
    SAY(p, floor_turn_only, "floor.end", .turn = turn);
}

static void a_closed_part(void **state)
{
    struct play p;
    struct council c;
    play_init(&p);
    play_council(&p, 4, &c);
    speak(&p, c.members[0]);
    SAY(&p, part_close, "part.close", .number = "2026/4", .document = "Tutanak 3",
        .reason = "Örnek gerekçe");
    speak(&p, c.members[1]);
    uint64_t vote = SAY(&p, vote_begin, "vote.open", .subject = SECRET, .method = VOTE_HANDS,
                        .majority = MAJORITY_ORDINARY);
    SAY(&p, vote_cancel, "vote.cancel", .vote = vote, .reason = SECRET);
    json_t *theirs = spans(p.m, &inside), *ours = spans(p.m, &public);
    assert_true(tells_secret(theirs)); /* the same list, for those who sit in it */
    assert_int_equal(length(theirs, "turns"), 2);
    assert_false(tells_secret(ours));
    assert_int_equal(length(ours, "turns"), 1);
    assert_int_equal(length(ours, "votes"), 0);
    json_t *part = json_array_get(json_object_get(ours, "parts"), 1);
    assert_true(json_is_true(json_object_get(part, "closed")));
    assert_true(json_is_null(json_object_get(part, "to_us"))); /* it goes on */
    json_decref(theirs);
    json_decref(ours);

    /* Nor afterwards. */
    p.actor.person = c.chair;
    play_do(&p, "part.open", NULL);
    p.actor.person = 0;
    ours = spans(p.m, &public);
    assert_false(tells_secret(ours));
    assert_int_equal(length(ours, "turns"), 1);
    json_decref(ours);
    json_t *times = statistics(p.m, &public, p.now.media_us);
    assert_int_equal(length(times, "people"), 1);
    assert_int_equal(sum(times, "people", "person"), c.members[0]);
    assert_int_equal(sum(times, "people", "used_us"), 7000000);
    json_decref(times);
    play_finish(&p);
}

/* What goes on is open, and counts up to now. */
static void what_goes_on(void **state)
{
    struct play p;
    struct council c;
    play_init(&p);
    play_council(&p, 4, &c);
    speak(&p, c.members[0]);
    SAY(&p, floor_give, "floor.give", .person = c.members[0], .kind = SPEECH_MEMBER, .start = true);
    play_wait(&p, 5);
    json_t *j = spans(p.m, &public);
    json_t *turns = json_object_get(j, "turns");
    assert_int_equal(number(json_array_get(turns, 0), "to_us") -
                         number(json_array_get(turns, 0), "from_us"),
                     7000000);
    assert_true(json_is_null(json_object_get(json_array_get(turns, 1), "to_us")));
    json_decref(j);
    j = statistics(p.m, &public, p.now.media_us);
    assert_int_equal(length(j, "people"), 1);
    assert_int_equal(sum(j, "people", "turns"), 2);
    assert_int_equal(sum(j, "people", "used_us"), 12000000);
    json_decref(j);
    play_finish(&p);
}

/* A source that is late: everything is where its picture is; gaps are the recording's own. */
static void late_pictures(void **state)
{
    struct play p;
    struct council c;
    play_init(&p);
    play_council(&p, 4, &c);
    speak(&p, c.members[0]);
    json_t *in_order = spans(p.m, &public);
    struct late late = {0};
    late_change(&late, 0, 1500000);
    cleanup_buf struct buf out;
    buf_init(&out, 1 << 20);
    spans_print(&out, "ornek", p.m, &public, &late, 1000);
    const struct spans_gap gaps[] = {{1000000, 2500000, "worker"}, {7000000, 7040000, "source"}};
    spans_print_gaps(&out, gaps, 2);
    json_t *moved = parse(&out);
    const json_t *before = json_array_get(json_object_get(in_order, "turns"), 0);
    const json_t *after = json_array_get(json_object_get(moved, "turns"), 0);
    assert_int_equal(number(after, "from_us"), number(before, "from_us") + 1500000);
    assert_int_equal(number(after, "to_us"), number(before, "to_us") + 1500000);
    assert_int_equal(number(after, "used_us"), number(before, "used_us"));
    const json_t *gap = json_array_get(json_object_get(moved, "gaps"), 0);
    assert_int_equal(number(gap, "from_us"), 1000000);
    assert_string_equal(json_string_value(json_object_get(gap, "cause")), "worker");
    assert_int_equal(length(moved, "gaps"), 2);
    json_decref(in_order);
    json_decref(moved);
    play_finish(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_meeting),
        cmocka_unit_test(a_closed_part),
        cmocka_unit_test(what_goes_on),
        cmocka_unit_test(late_pictures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
