/* The way of a command as it is in the server, from its line to what the listeners are told, upon a
 * log in a file: each allocation of ours and of SQLite's, and each call of SQLite to its files,
 * fails in turn. Each time what is answered is so: accepted is durable, refused left nothing; the
 * meeting is what its log says; and said again, the same is accepted, once. */
#include "../cmocka_all.h"
#include "../failing.h"
#include "../store/power.h"
#include "app/agenda_import.h"
#include "app/visit.h"
#include "base/log.h"
#include "core_house.h"
#include "meeting/body.h"
#include "meeting/gate.h"
#include "meeting/notice.h"
#include "meeting/question.h"
#include "meeting/roster.h"
#include "meeting/vote_args.h"
#include "store/ballot.h"

#include <jansson.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A meeting grows with each turn: after so many a new one is begun. */
#define TURNS_EACH 40

/* As meeting/broadcast.h has it, which has another struct broadcast than the core. */
struct broadcast_start_args {
    bool record;
};

struct stage {
    struct house *x;
    struct front *front;
    struct visit *viewer, *desk;      /* who listen */
    struct store *reader;             /* of the same log: sees what is durable */
    struct hall *replayed;            /* what the meeting is by that; nobody listens to it */
    struct broadcast_state programme; /* likewise */
    struct principal member;
    int turn;
    uint64_t vote; /* that is open */
};

/* ---- a server with listeners, without its threads but the front's ---- */

static void on_request(void *ctx, struct front_request *r)
{
    front_reply(r, &(struct front_response){.status = 404, .content_type = "text/plain"});
}

static const struct front_ops front_ops = {.request = on_request};

/* Nobody is at the other end: what is told is made, and goes as far as the net threads. */
static struct visit *listen_as(struct stage *s, const struct principal *who, uint64_t peer)
{
    struct visit *v = calloc(1, sizeof *v);
    assert_non_null(v);
    v->core = s->x->core;
    v->hall = s->x->hall;
    v->peer = peer;
    v->who = *who;
    snprintf(v->meeting, sizeof v->meeting, "deneme");
    struct actor actor = hall_actor(s->x->hall, who);
    v->class = hall_class_of(s->x->hall, &actor);
    list_append(&s->x->hall->visits, &v->node);
    visit_join(v, s->x->hall->told);
    return v;
}

static void listeners_come(struct stage *s)
{
    struct principal viewer = {.text = "izleyici", .roles = ROLE_VIEWER};
    s->x->core->front = s->front;
    s->x->core->ending = true; /* so that nobody starts a worker */
    s->viewer = listen_as(s, &viewer, 1000001);
    s->desk = listen_as(s, &house_clerk, 1000002);
}

static void listeners_go(struct stage *s)
{
    list_remove(&s->viewer->node);
    list_remove(&s->desk->node);
    free(s->viewer);
    free(s->desk);
}

static void restart(struct stage *s)
{
    listeners_go(s);
    house_reopen(s->x);
    listeners_come(s);
}

static uint64_t must_as(struct stage *s, const struct principal *who, const char *id,
                        const char *verb, const void *args)
{
    s->x->said.count = 0;
    house_say_as(s->x, who, id, verb, args);
    house_run(s->x);
    if (!s->x->said.accepted[0])
        fail_msg("%s: %s", verb, s->x->said.code[0]);
    return s->x->said.first[0];
}

static uint64_t must(struct stage *s, const char *id, const char *verb, const void *args)
{
    return must_as(s, &house_clerk, id, verb, args);
}

static void stage_begin(struct stage *s, bool live)
{
    const struct front_config config = {.address = "127.0.0.1",
                                        .threads = 1,
                                        .max_connections = 10,
                                        .max_connections_per_address = 10};
    struct sitting_describe describe = {.kind = SITTING_ORDINARY, .title = "Örnek"};
    struct body_rule_args rule = {
        .rule = RULE_ELECTRONIC_SECRET, .number = 1, .source = "Örnek karar"};
    struct roster_add add = {.kind = PERSON_MEMBER, .name = "Örnek Üye 1"};
    char path[128], reason[256];
    void *house;
    *s = (struct stage){0};
    house_set_up(&house);
    s->x = house;
    assert_int_equal(front_create(&config, &front_ops, NULL, &s->front), 0);
    listeners_come(s);
    snprintf(path, sizeof path, "%s/meclis.db", s->x->data);
    assert_int_equal(store_open(path, STORE_READ, &s->reader, reason), 0);
    assert_int_equal(hall_create(s->x->hall->b, &s->replayed), 0);
    broadcast_state_init(&s->programme);
    must(s, "p1", "sitting.describe", &describe);
    must(s, "p2", "body.rule", &rule);
    s->member = (struct principal){.text = "uye", .roles = ROLE_MEMBER, .in_hall = true};
    s->member.person = must(s, "p3", "roster.add", &add);
    must(s, "p4", "sitting.announce", NULL);
    if (live)
        must(s, "p5", "sitting.open", NULL);
}

static void stage_end(struct stage *s)
{
    void *house = s->x;
    uint64_t wrong;
    assert_int_equal(store_verify(s->reader, "deneme", &wrong), 0);
    store_close(s->reader);
    hall_destroy(s->replayed);
    listeners_go(s);
    front_stop(s->front);
    house_tear_down(&house);
    front_destroy(s->front);
}

/* ---- what is said ---- */

/* Puts the turn's commands in line, always the same ones; the last of them is refused by the
 * meeting in any case where `refused`. */
struct scene {
    const char *name;
    void (*before)(struct stage *s);
    void (*say)(struct stage *s);
    void (*run)(struct stage *s);
    void (*after)(struct stage *s);
    int commands;
    bool refused;
    bool electronic; /* a box is open while it is said */
    bool planned;    /* it is said before the sitting is opened */
};

static const char *id_of(const struct stage *s, const char *what)
{
    static char text[64];
    snprintf(text, sizeof text, "%s-%d", what, s->turn);
    return text;
}

static void nothing(struct stage *s)
{
}

static void run_batch(struct stage *s)
{
    house_run(s->x);
}

static void say_a_mixture(struct stage *s)
{
    struct notice_post notice = {.text = "Örnek duyuru"};
    struct question_submit question = {.text = "Örnek soru?", .name = "Örnek İzleyici"};
    struct principal viewer = {.roles = ROLE_VIEWER};
    snprintf(viewer.text, sizeof viewer.text, "v-%d", s->turn);
    house_say(s->x, id_of(s, "n"), "notice.post", &notice);
    house_say_as(s->x, &viewer, id_of(s, "q"), "question.submit", &question);
    house_say(s->x, id_of(s, "n"), "notice.post", &notice); /* the same, said twice */
    house_say(s->x, id_of(s, "r"), "sitting.announce", NULL);
}

static void open_vote(struct stage *s)
{
    struct vote_begin begin = {
        .subject = "Örnek seçim", .method = VOTE_SECRET_ELECTRONIC, .majority = MAJORITY_ORDINARY};
    house_say(s->x, id_of(s, "o"), "vote.open", &begin);
}

static void have_vote(struct stage *s)
{
    s->x->said.count = 0;
    open_vote(s);
    house_run(s->x);
    assert_true(s->x->said.accepted[0]);
    s->vote = s->x->said.first[0];
}

static void cancel_vote(struct stage *s)
{
    struct vote_cancel cancel = {.vote = s->x->said.first[0], .reason = "Örnek"};
    must(s, id_of(s, "c"), "vote.cancel", &cancel);
}

static void cancel_that_vote(struct stage *s)
{
    struct vote_cancel cancel = {.vote = s->vote, .reason = "Örnek"};
    must(s, id_of(s, "c"), "vote.cancel", &cancel);
}

static void hand_in(struct stage *s)
{
    struct notice_post notice = {.text = "Örnek duyuru"};
    struct vote_hand_in paper = {.vote = s->vote, .choice = CHOICE_FOR};
    house_say(s->x, id_of(s, "n"), "notice.post", &notice);
    house_say_as(s->x, &s->member, id_of(s, "h"), "vote.hand_in", &paper);
}

static void have_paper(struct stage *s)
{
    have_vote(s);
    s->x->said.count = 0;
    hand_in(s);
    house_run(s->x);
    assert_true(s->x->said.accepted[0] && s->x->said.accepted[1]);
}

static void close_vote(struct stage *s)
{
    struct vote_close close = {.vote = s->vote};
    house_say(s->x, id_of(s, "x"), "vote.close", &close);
}

static void close_part(struct stage *s)
{
    struct part_close close = {.number = "2026/1", .document = "Örnek karar", .reason = "Örnek"};
    house_say(s->x, id_of(s, "k"), "part.close", &close);
}

static void open_part(struct stage *s)
{
    struct principal chair = s->member; /* a clerk of the office does not sit in it */
    chair.roles |= ROLE_CHAIR;
    must_as(s, &chair, id_of(s, "a"), "part.open", NULL);
}

static void import_agenda(struct stage *s)
{
    static const char text[] =
        "başlık;tür;not\nÖrnek madde;ihale;\nİkinci;;\"Örnek \"\"not\"\"\"\n";
    struct said *said = &s->x->said;
    struct agenda_file file;
    struct client_wrong wrong = {.code = 0};
    struct agenda_imported done = {.failed = REFUSAL_INTERNAL};
    struct bytes *body = bytes_copy(text, sizeof text - 1);
    if (body && agenda_file_read(body, &file, &wrong) == 0) {
        agenda_import_file(s->x->hall, &house_clerk, id_of(s, "i"), &file, &done);
        agenda_file_finish(&file);
    }
    bytes_unref(body);
    assert_int_equal(done.refused, 0);
    assert_true(wrong.code == 0 || wrong.code == REFUSAL_INTERNAL);
    said->count = 1;
    said->accepted[0] = !done.failed;
    said->first[0] = done.first_seq;
    said->last[0] = done.last_seq;
    snprintf(said->code[0], sizeof said->code[0], "%s",
             done.failed ? refusal_code(done.failed) : "");
}

static void have_broadcast(struct stage *s)
{
    struct broadcast_start_args start = {.record = s->turn % 2 == 0};
    must(s, id_of(s, "b"), "broadcast.start", &start);
}

static void end_broadcast(struct stage *s)
{
    must(s, id_of(s, "e"), "broadcast.stop", NULL);
}

static void start_broadcast(struct stage *s)
{
    struct broadcast_start_args start = {.record = s->turn % 2 == 0};
    house_say(s->x, id_of(s, "g"), "broadcast.start", &start);
}

static void use_the_desk(struct stage *s)
{
    const struct broadcast_start_args on = {true}, record = {s->turn % 2 != 0};
    const char source[TEXT_CODE + 24] = "t"; /* their only members */
    house_say(s->x, id_of(s, "m"), "programme.mute", &on);
    house_say(s->x, id_of(s, "s"), "source.select", source);
    house_say(s->x, id_of(s, "w"), "recording.request", &record);
    house_say(s->x, id_of(s, "t"), "broadcast.stop", NULL);
}

static const struct scene scenes[] = {
    {"a mixture", nothing, say_a_mixture, run_batch, nothing, .commands = 4, .refused = true},
    {"opening a vote", nothing, open_vote, run_batch, cancel_vote, .commands = 1},
    {"papers", have_vote, hand_in, run_batch, cancel_that_vote, .commands = 2, .electronic = true},
    {"counting", have_paper, close_vote, run_batch, nothing, .commands = 1},
    {"closing a part", nothing, close_part, run_batch, open_part, .commands = 1},
    {"going on air", nothing, start_broadcast, run_batch, end_broadcast, .commands = 1},
    {"the desk's switches", have_broadcast, use_the_desk, run_batch, nothing, .commands = 4},
    {"an agenda", nothing, nothing, import_agenda, nothing, .commands = 1, .planned = true},
};

/* ---- what has to hold ---- */

static int take(void *ctx, const struct store_event *e)
{
    struct stage *s = ctx;
    if (e->body)
        broadcast_state_apply(&s->programme, e->type, e->at_utc_us, e->media_us, e->body);
    return hall_take(s->replayed, e);
}

/* The state that the log makes, as another connection reads it. */
static uint64_t replay(struct stage *s, struct store_head *ret)
{
    uint64_t since = meeting_seq(s->replayed->m);
    assert_int_equal(store_read(s->reader, "deneme", since, SIZE_MAX, take, s), 0);
    assert_int_equal(store_head(s->reader, "deneme", ret), 0);
    assert_int_equal(ret->seq, meeting_seq(s->replayed->m));
    assert_false(s->replayed->broken);
    return meeting_digest(s->replayed->m);
}

static size_t papers(struct stage *s)
{
    struct store *log = s->x->core->store;
    char box[32];
    size_t count = 99;
    snprintf(box, sizeof box, "v%llu", (unsigned long long)s->vote);
    assert_int_equal(store_begin(log), 0);
    assert_int_equal(store_command_begin(log, NULL, NULL), 0);
    assert_int_equal(ballot_count(log, "deneme", box, &count), 0);
    store_abandon(log);
    return count;
}

/* How many events the answers speak of, those of before and of a key said twice not counted. */
static uint64_t events_told(const struct said *said, uint64_t before)
{
    uint64_t events = 0, counted = before;
    for (int i = 0; i < said->count; i++) {
        if (!said->accepted[i]) {
            assert_true(said->code[i][0] != 0);
            continue;
        }
        assert_true(said->first[i] > before && said->last[i] >= said->first[i]);
        if (said->first[i] > counted) {
            events += said->last[i] - said->first[i] + 1;
            counted = said->last[i];
        }
    }
    return events;
}

/* What the core acts on is what the log says, a second later at the latest. */
static void check_programme(struct stage *s, const char *at)
{
    broadcast_tick(s->x->hall->b);
    const struct broadcast_state *is = &s->x->hall->b->state, *said = &s->programme;
    bool same = is->state == said->state && is->record == said->record &&
                is->muted == said->muted && is->slate == said->slate &&
                is->layout == said->layout && strcmp(is->selected, said->selected) == 0 &&
                is->began_utc_us == said->began_utc_us &&
                is->stopped_utc_us == said->stopped_utc_us;
    if (!same || s->x->hall->b->state_due)
        fail_msg("%s: the programme is not what the log says", at);
}

/* The answers, the log, the state and the box agree. Returns the newest event's number. */
static uint64_t check(struct stage *s, const struct scene *scene, uint64_t before, const char *at)
{
    const struct said *said = &s->x->said;
    struct store_head head;
    uint64_t digest = replay(s, &head);
    if (said->count != scene->commands)
        fail_msg("%s: %d answers", at, said->count);
    if (head.seq - before != events_told(said, before))
        fail_msg("%s: %d events", at, (int)(head.seq - before));
    if (scene->refused)
        assert_false(said->accepted[said->count - 1]);
    if (s->x->hall->broken)
        s->x->hall->tried_us = 0; /* time passes, and it is made anew with the next command */
    else if (digest != meeting_digest(s->x->hall->m))
        fail_msg("%s: the state is not what the log says", at);
    check_programme(s, at);
    if (scene->electronic)
        assert_int_equal(papers(s), said->accepted[1]);
    return head.seq;
}

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
    uint64_t before = meeting_seq(s->x->hall->m);
    fault->set(call);
    scene->run(s);
    bool came = failing_end();
    came |= power_failed();
    power_fail(0, 0, false);
    check(s, scene, before, at);

    struct said first = s->x->said;
    s->x->said.count = 0;
    scene->say(s); /* as a client does that heard nothing, or that it was refused */
    scene->run(s);
    check(s, scene, before, at);
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

static void each(const struct scene *scene, const struct fault *fault)
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
        came = take_turn(&s, scene, fault, call);
    }
    assert_true(call > 3 * step);
    print_message("%s: %s, up to number %zu\n", scene->name, fault->name, call - step - 1);
    uint64_t digest = meeting_digest(s.x->hall->m);
    restart(&s);
    assert_true(meeting_digest(s.x->hall->m) == digest);
    stage_end(&s);
}

static void play(size_t i)
{
    for (size_t k = 0; k < sizeof faults / sizeof *faults; k++)
        each(&scenes[i], &faults[k]);
}

static void several_at_once(void **state)
{
    play(0);
}

static void a_vote_that_is_opened(void **state)
{
    play(1);
}

static void papers_and_voters(void **state)
{
    play(2);
}

static void a_count(void **state)
{
    play(3);
}

static void a_closed_part(void **state)
{
    play(4);
}

static void going_on_air(void **state)
{
    play(5);
}

static void the_desks_switches(void **state)
{
    play(6);
}

static void an_agenda_taken_over(void **state)
{
    play(7);
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
        cmocka_unit_test(several_at_once),    cmocka_unit_test(a_vote_that_is_opened),
        cmocka_unit_test(papers_and_voters),  cmocka_unit_test(a_count),
        cmocka_unit_test(a_closed_part),      cmocka_unit_test(going_on_air),
        cmocka_unit_test(the_desks_switches), cmocka_unit_test(an_agenda_taken_over),
    };
    failing_sqlite_install();
    json_set_alloc_funcs(allocate_json, free);
    return cmocka_run_group_tests(tests, install, uninstall);
}
