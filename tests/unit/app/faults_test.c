/* The way of a command as it is in the server, from its line to what the listeners are told, upon a
 * log in a file: each allocation of ours and of SQLite's, and each call of SQLite to its files,
 * fails in turn. Each time what is answered is so: accepted is durable, refused left nothing; the
 * meeting is what its log says; and said again, the same is accepted, once. */
#include "../cmocka_all.h"
#include "../failing.h"
#include "../store/power.h"
#include "app/making.h"
#include "base/log.h"
#include "faults_stage.h"

#include <jansson.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

/* A meeting grows with each turn: after so many a new one is begun. */
#define TURNS_EACH 40

/* ---- faults ---- */

struct fault {
    const char *name;
    void (*set)(size_t call);
    size_t step; /* each so many calls; all of them in a long run */
};

static void own_once(size_t call)
{
    failing_own(call, false);
}

static void own_from(size_t call)
{
    failing_own(call, true);
}

static void sqlite_once(size_t call)
{
    failing_sqlite(call, false);
}

static void sqlite_from(size_t call)
{
    failing_sqlite(call, true);
}

static void io_once(size_t call)
{
    power_fail(call, SQLITE_IOERR, false);
}

static void io_from(size_t call)
{
    power_fail(call, SQLITE_IOERR, true);
}

static void full_once(size_t call)
{
    power_fail(call, SQLITE_FULL, false);
}

static void full_from(size_t call)
{
    power_fail(call, SQLITE_FULL, true);
}

static const struct fault faults[] = {
    {"our allocation", own_once, 3},
    {"our allocations", own_from, 17},
    {"SQLite's allocation", sqlite_once, 3},
    {"SQLite's allocations", sqlite_from, 11},
    {"I/O error", io_once, 1},
    {"I/O errors", io_from, 1},
    {"full once", full_once, 1},
    {"full", full_from, 1},
};

/* Nothing fails any more. Returns whether anything did. */
static bool end_faults(void)
{
    bool came = power_failed();
    power_fail(0, 0, false);
    return failing_end() || came;
}

static void begin(struct stage *s, const struct scene *scene)
{
    scene->before(s);
    s->x->said.count = 0;
    scene->say(s);
}

/* One turn, in which that call fails. Returns whether it came to it. */
static bool take_turn(struct stage *s, const struct scene *scene, const struct fault *fault,
                      size_t call)
{
    char at[128];
    snprintf(at, sizeof at, "%s, %s %zu", scene->name, fault->name, call);
    begin(s, scene);
    uint64_t before = meeting_seq(s->x->hall->held);
    fault->set(call);
    scene->run(s);
    bool came = end_faults();
    stage_check(s, scene, before, at);

    struct said first = s->x->said;
    s->x->said.count = 0;
    scene->say(s); /* as a client does that heard nothing, or that it was refused */
    scene->run(s);
    stage_check(s, scene, before, at);
    for (int i = 0; i < scene->commands - scene->refused; i++) {
        if (!s->x->said.accepted[i])
            fail_msg("%s: then %s", at, s->x->said.code[i]);
        if (first.accepted[i])
            assert_int_equal(s->x->said.first[i], first.first[i]);
        else if (!came)
            fail_msg("%s: %s although nothing failed", at, first.code[i]);
    }
    scene->after(s);
    return came;
}

typedef bool turn(struct stage *s, const struct scene *scene, const struct fault *fault,
                  size_t call);

static void each(const struct scene *scene, const struct fault *fault, turn *one)
{
    const char *long_run = getenv("MECLIS_TEST_LONG");
    size_t call = 1, step = long_run && *long_run ? 1 : fault->step;
    struct stage s;
    stage_begin(&s, !scene->planned);
    for (bool came = true; came; call += step) {
        if (++s.turn % TURNS_EACH == 0) {
            stage_end(&s);
            stage_begin(&s, !scene->planned);
        }
        came = one(&s, scene, fault, call);
    }
    assert_true(call > 3 * step);
    print_message("%s: %s, up to number %zu\n", scene->name, fault->name, call - step - 1);
    uint64_t digest = meeting_digest(s.x->hall->held);
    stage_restart(&s);
    assert_true(meeting_digest(s.x->hall->held) == digest);
    stage_end(&s);
}

static void play(size_t i)
{
    for (size_t k = 0; k < sizeof faults / sizeof *faults; k++)
        each(&scenes[i], &faults[k], take_turn);
}

static void several_at_once(void **state)
{
    play(SCENE_MIXTURE);
}

static void a_vote_that_is_opened(void **state)
{
    play(SCENE_VOTE);
}

static void papers_and_voters(void **state)
{
    play(SCENE_PAPERS);
}

static void a_count(void **state)
{
    play(SCENE_COUNT);
}

static void a_closed_part(void **state)
{
    play(SCENE_CLOSED_PART);
}

static void going_on_air(void **state)
{
    play(SCENE_ON_AIR);
}

static void the_desks_switches(void **state)
{
    play(SCENE_SWITCHES);
}

static void an_agenda_taken_over(void **state)
{
    play(SCENE_AGENDA);
}

/* A meeting is made like the stage's own, or it is not there at all. Returns whether it came to the
 * fault. */
static bool make_one(struct stage *s, const struct scene *scene, const struct fault *fault,
                     size_t call)
{
    struct core *c = s->x->core;
    struct making wanted = {.language = "tr", .title = "Örnek", .like = "deneme"};
    struct store_head head;
    const char *member;
    snprintf(wanted.id, sizeof wanted.id, "m%d", s->turn);
    fault->set(call);
    enum refusal refused = making_make(c, &wanted, "admin", &member);
    bool came = end_faults();
    const struct broadcast *b = core_find(c, wanted.id);
    assert_int_equal(store_head(s->reader, wanted.id, &head), 0);
    if (!refused != (b != NULL) || !refused != (head.seq > 0))
        fail_msg("a meeting, %s %zu: %d, %d events", fault->name, call, refused, (int)head.seq);
    assert_true(came || !refused);
    if (refused)
        assert_int_equal(making_make(c, &wanted, "admin", &member), 0);
    b = core_find(c, wanted.id);
    assert_true(hall_mend(b->hall));
    assert_int_equal(store_head(s->reader, wanted.id, &head), 0);
    assert_int_equal(meeting_seq(b->hall->held), head.seq);
    assert_int_equal(making_make(c, &wanted, "admin", &member), REFUSAL_EXISTS);
    return came;
}

static void a_meeting_that_is_made(void **state)
{
    static const struct scene making = {.name = "a meeting", .planned = true};
    for (size_t k = 0; k < sizeof faults / sizeof *faults; k++)
        each(&making, &faults[k], make_one);
}

/* What disks are like with faults is the matter here, not that they are slow. */
int __wrap_fsync(int fd);

int __wrap_fsync(int fd)
{
    return 0;
}

/* jansson's allocations fail as our own, but for the first growth of the buffer of a token: where
 * that fails within a number, jansson 2.14 ends the program (lex_unget_unsave() asserts). */
static void *allocate_json(size_t size)
{
    static const size_t token = 32; /* twice STRBUFFER_MIN_SIZE */
    return size == token ? failing_not(size) : malloc(size);
}

static int install(void **state)
{
    power_install();
    power_skip_syncs(true);
    log_set_level(LOG_LEVEL_ERROR);
    return 0;
}

static int uninstall(void **state)
{
    power_remove();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(several_at_once),        cmocka_unit_test(a_vote_that_is_opened),
        cmocka_unit_test(papers_and_voters),      cmocka_unit_test(a_count),
        cmocka_unit_test(a_closed_part),          cmocka_unit_test(going_on_air),
        cmocka_unit_test(the_desks_switches),     cmocka_unit_test(an_agenda_taken_over),
        cmocka_unit_test(a_meeting_that_is_made),
    };
    failing_sqlite_install();
    json_set_alloc_funcs(allocate_json, free);
    return cmocka_run_group_tests(tests, install, uninstall);
}
