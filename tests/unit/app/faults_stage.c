#include "faults_stage.h"

#include "app/visit.h"
#include "meeting/body.h"
#include "meeting/roster.h"
#include "store/ballot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

void stage_restart(struct stage *s)
{
    listeners_go(s);
    house_reopen(s->x);
    listeners_come(s);
}

uint64_t stage_must_as(struct stage *s, const struct principal *who, const char *id,
                       const char *verb, const void *args)
{
    s->x->said.count = 0;
    house_say_as(s->x, who, id, verb, args);
    house_run(s->x);
    if (!s->x->said.accepted[0])
        fail_msg("%s: %s", verb, s->x->said.code[0]);
    return s->x->said.first[0];
}

uint64_t stage_must(struct stage *s, const char *id, const char *verb, const void *args)
{
    return stage_must_as(s, &house_clerk, id, verb, args);
}

void stage_begin(struct stage *s, bool live)
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
    stage_must(s, "p1", "sitting.describe", &describe);
    stage_must(s, "p2", "body.rule", &rule);
    s->member = (struct principal){.text = "uye", .roles = ROLE_MEMBER, .in_hall = true};
    s->member.person = stage_must(s, "p3", "roster.add", &add);
    stage_must(s, "p4", "sitting.announce", NULL);
    if (live)
        stage_must(s, "p5", "sitting.open", NULL);
}

void stage_end(struct stage *s)
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
    uint64_t since = meeting_seq(s->replayed->held);
    assert_int_equal(store_read(s->reader, "deneme", since, SIZE_MAX, take, s), 0);
    assert_int_equal(store_head(s->reader, "deneme", ret), 0);
    assert_int_equal(ret->seq, meeting_seq(s->replayed->held));
    assert_false(s->replayed->broken);
    return meeting_digest(s->replayed->held);
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

void stage_check(struct stage *s, const struct scene *scene, uint64_t before, const char *at)
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
    else if (digest != meeting_digest(s->x->hall->held))
        fail_msg("%s: the state is not what the log says", at);
    check_programme(s, at);
    if (scene->electronic)
        assert_int_equal(papers(s), said->accepted[1]);
}
