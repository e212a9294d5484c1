#include "random_log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void keep(const struct play *p, const struct meeting_event *event)
{
    struct random_log *log = p->ctx;
    if (log->count == log->room) {
        log->room = log->room ? log->room * 2 : 256;
        log->events = realloc(log->events, log->room * sizeof *log->events);
        log->digests = realloc(log->digests, log->room * sizeof *log->digests);
        assert_true(log->events && log->digests);
    }
    size_t size = event->fact->body->size;
    void *body = calloc(1, size ? size : 1);
    assert_non_null(body);
    memcpy(body, event->body, size);
    struct meeting_event *kept = &log->events[log->count];
    *kept = *event;
    kept->body = body;
    kept->actor = strdup(event->actor);
    log->digests[log->count++] = meeting_digest(p->m);
    log->facts[event->fact - meeting_facts]++;
}

/* What an event of a closed part made or changed is nothing that an outsider sees. */
static void check_gate(const struct play *p, const struct meeting_event *event)
{
    static const struct actor outsider = {.roles = ROLES_ALL & ~ROLE_CHAIR, .principal = "x"};
    if (event->audience != AUDIENCE_CLOSED)
        return;
    assert_false(meeting_sees(p->m, event, &outsider));
    for (unsigned pile = 0; pile < PILES; pile++) {
        for (size_t i = 0; i < pile_count(p->m, pile); i++) {
            const struct pile_head *head = pile_at(p->m, pile, i);
            if (head->last == event->seq && !pile_kinds[pile].always)
                assert_false(pile_sees(p->m, pile, head, &outsider));
        }
    }
}

static void choose_actor(struct play *p, uint64_t *seed)
{
    static const char *const names[] = {"v1", "v2", "v3", "desk", "everyone"};
    p->actor.principal = names[play_random(seed) % 5];
    p->actor.roles = play_random(seed) % 8 ? ROLES_ALL : 1u << play_random(seed) % MEETING_ROLES;
    p->actor.in_hall = play_random(seed) % 8;
    size_t people = pile_count(p->m, PILE_PERSON);
    p->actor.person = 0;
    if (people && play_random(seed) % 4)
        p->actor.person =
            ((const struct pile_head *)pile_at(p->m, PILE_PERSON, play_random(seed) % people))->seq;
}

static bool begins(const char *name, const char *with)
{
    return strncmp(name, with, strlen(with)) == 0;
}

static const struct verb *choose_verb(const struct random_log *log, const struct meeting *m,
                                      uint64_t *seed)
{
    /* Those that end a sitting, or empty it, seldom. */
    static const char *const rare[] = {"sitting.", "roster.leave", "attendance.", "rollcall.close"};
    for (;;) {
        const struct verb *verb = &meeting_verbs[play_random(seed) % meeting_verbs_count];
        bool seldom = false;
        for (size_t i = 0; i < sizeof rare / sizeof *rare; i++)
            seldom = seldom || begins(verb->name, rare[i]);
        bool votes = begins(verb->name, "vote.");
        /* A vote takes several steps in a row. */
        uint64_t one_in = seldom                        ? 40
                          : votes && log->voting        ? 1
                          : log->voting && vote_open(m) ? 8
                                                        : 3;
        if (play_random(seed) % one_in == 0)
            return verb;
    }
}

static void step(struct random_log *log, struct play *p, uint64_t *seed)
{
    choose_actor(p, seed);
    play_wait(p, (int64_t)(play_random(seed) % 40));
    p->command.verb = choose_verb(log, p->m, seed);
    memset(p->command.args, 0, sizeof p->command.args);
    play_fill(p->command.verb->args, p->command.args, p->m, seed);
    uint64_t before = meeting_digest(p->m);
    enum meeting_refusal refusal =
        meeting_decide(p->m, &p->command, &p->actor, &p->now, &p->outcome);
    assert_true(meeting_digest(p->m) == before);
    assert_int_not_equal(refusal, REFUSED_COUNT_);
    log->refusals[refusal]++;
    if (refusal) {
        log->refused++;
        return;
    }
    log->accepted++;
    for (size_t i = 0; i < p->outcome.count; i++) {
        const struct meeting_event *event = &p->outcome.events[i];
        int r = meeting_apply(p->m, event);
        if (r < 0)
            fail_msg("%s by %s: %d", event->fact->name, p->command.verb->name, r);
        check_gate(p, event);
        keep(p, event);
    }
}

void random_log_make(struct random_log *ret, uint64_t seed, size_t commands,
                     void (*check)(const struct play *p))
{
    struct play p;
    memset(ret, 0, sizeof *ret);
    ret->voting = seed % 3 == 0;
    play_init(&p);
    p.applied = keep;
    p.ctx = ret;
    struct council council;
    if (seed % 4)
        play_council(&p, 7, &council);
    if (ret->voting)
        SAY(&p, body_rule_args, "body.rule", .rule = RULE_ELECTRONIC_SECRET, .number = 1,
            .source = "Karar 2026/3");
    for (size_t i = 0; i < commands; i++) {
        step(ret, &p, &seed);
        if (check)
            check(&p);
    }
    play_finish(&p);
}

void random_log_finish(struct random_log *log)
{
    for (size_t i = 0; i < log->count; i++) {
        free((void *)log->events[i].body);
        free((void *)log->events[i].actor);
    }
    free(log->events);
    free(log->digests);
}

int random_log_replay(const struct random_log *log, struct meeting **ret)
{
    cleanup(meeting_destroy_p) struct meeting *m = meeting_create();
    if (!m)
        return -ENOMEM;
    for (size_t i = 0; i < log->count; i++) {
        assert_int_equal(meeting_audience(m, log->events[i].fact), log->events[i].audience);
        int r = meeting_apply(m, &log->events[i]);
        if (r < 0)
            return r;
        assert_true(meeting_digest(m) == log->digests[i]);
    }
    *ret = take_ptr(m);
    return 0;
}
