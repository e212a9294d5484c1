#include "app/batch.h"

#include "app/ballots.h"
#include "app/command.h"
#include "app/effects.h"
#include "app/event_write.h"
#include "app/hall.h"
#include "base/clock.h"
#include "base/log.h"
#include "meeting/vote_args.h"
#include "protocol/meeting_refusal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct waiting {
    struct hall *hall;
    struct client_message message;
    struct principal who;
    enum language language;
    void (*answer)(void *ctx, const char *id, const struct batch_answer *a);
    void *ctx;
    /* what came of it */
    bool accepted;
    uint64_t first_seq, last_seq;
    enum meeting_refusal refused; /* by the meeting */
    enum refusal failed;          /* by anything else */
    bool needs_gate;              /* it can be carried out once the gate is shut */
    bool tried_gate;              /* that has been tried */
};

/* A command that waits for the gate, outside of any batch. */
struct parked {
    struct parked *next;
    struct batch *batch;
    struct waiting waiting;
};

struct batch {
    struct core *core;
    int count;
    struct waiting *waiting; /* BATCH_MAX_COMMANDS */
    struct outcome outcome;
};

int batch_create(struct core *c, struct batch **ret)
{
    struct batch *b = calloc(1, sizeof *b);
    if (b)
        b->waiting = calloc(BATCH_MAX_COMMANDS, sizeof *b->waiting);
    if (!b || !b->waiting) {
        free(b);
        return -ENOMEM;
    }
    b->core = c;
    *ret = b;
    return 0;
}

void batch_destroy(struct batch *b)
{
    if (!b)
        return;
    free(b->waiting);
    free(b);
}

void batch_add(struct batch *b, struct hall *h, struct client_message *m,
               const struct principal *who, enum language language,
               void (*answer)(void *ctx, const char *id, const struct batch_answer *a), void *ctx)
{
    if (b->count == BATCH_MAX_COMMANDS)
        batch_run(b);
    struct waiting *w = &b->waiting[b->count++];
    w->hall = h;
    w->message = *m;
    ballots_forget(&m->command);
    w->who = *who;
    w->language = language;
    w->answer = answer;
    w->ctx = ctx;
    w->accepted = false;
    w->first_seq = w->last_seq = 0;
    w->refused = 0;
    w->failed = 0;
    w->needs_gate = w->tried_gate = false;
}

/* Writes one event of the outcome, and what it does to a ballot's box, and takes it into the state.
 */
static int write_event(struct batch *b, struct waiting *w, const struct meeting_event *e)
{
    struct hall *h = w->hall;
    const char *meeting = h->b->config->id;
    int r = event_write(b->core->store, meeting, e);
    if (r == 0)
        r = ballots_follow(b->core->store, meeting, hall_meeting(h), &w->message.command, e);
    if (r < 0)
        return r;
    w->first_seq = w->first_seq ? w->first_seq : e->seq;
    w->last_seq = e->seq;
    return meeting_apply(hall_meeting(h), e);
}

/* Whether the store itself failed: else the fault is this command's alone, ours or its sender's. */
static bool is_of_store(int error)
{
    return error != -EINVAL && error != -EOPNOTSUPP && error != -EMSGSIZE && error != -EBADMSG &&
           !ballots_refusal_of(error);
}

/* What it wrote is taken back, in the log and in the state; the others of the batch stay. Returns
 * 0, or an error that dooms the batch. */
static int take_back(struct batch *b, struct waiting *w, uint64_t seq_before)
{
    store_command_undo(b->core->store);
    w->first_seq = w->last_seq = 0;
    return meeting_seq(hall_meeting(w->hall)) == seq_before ? 0 : hall_reload(w->hall);
}

static int refuse_alone(struct batch *b, struct waiting *w, uint64_t seq_before, int error)
{
    log_error("core", "%s: %s could not be written: %s", w->hall->b->config->id,
              w->message.command.verb->name, strerror(-error));
    w->failed = ballots_refusal_of(error);
    w->failed = w->failed ? w->failed : REFUSAL_INTERNAL;
    w->refused = 0;
    return take_back(b, w, seq_before);
}

static int write_outcome(struct batch *b, struct waiting *w)
{
    int r = 0;
    for (size_t i = 0; i < b->outcome.count && r == 0; i++)
        r = write_event(b, w, &b->outcome.events[i]);
    return r;
}

/* An electronic ballot that is to be closed: its box first, counted by the server itself. */
static int seal(struct batch *b, struct waiting *w, const struct now *now)
{
    struct hall *h = w->hall;
    struct meeting_command command = {.verb = verb_find("vote.seal")};
    const struct vote_close *close = (const struct vote_close *)w->message.command.args;
    const struct actor server = {.roles = ROLE_SERVER, .principal = "server"};
    int r = ballots_seal(b->core->store, h->b->config->id, close->vote,
                         (struct vote_seal *)command.args);
    if (r < 0)
        return r;
    if (meeting_decide(hall_meeting(h), &command, &server, now, &b->outcome))
        return -ENOENT; /* papers and voters are not as many: the box is not what the log says */
    return write_outcome(b, w);
}

/* Decides the command upon the state, and what has to come before it. Returns 0, refused or not, or
 * an error of writing. */
static int decide(struct batch *b, struct waiting *w)
{
    struct hall *h = w->hall;
    const struct now now = {.utc_us = clock_utc_us(), .media_us = broadcast_media_us(h->b)};
    struct actor actor = hall_actor(h, &w->who);
    int r = 0;
    w->refused = meeting_decide(hall_meeting(h), &w->message.command, &actor, &now, &b->outcome);
    if (w->refused == REFUSED_NOT_SEALED) {
        r = seal(b, w, &now);
        if (r == 0)
            w->refused =
                meeting_decide(hall_meeting(h), &w->message.command, &actor, &now, &b->outcome);
    }
    if (r == 0 && !w->refused)
        w->failed = effects_before(h->b, &w->message.command);
    w->needs_gate = w->failed == REFUSAL_GATE && !w->tried_gate;
    return r;
}

/* Returns 0 when it went as it should, refused or not; an error dooms the batch. */
static int carry_out(struct batch *b, struct waiting *w)
{
    struct store *s = b->core->store;
    struct store_outcome known;
    struct hall *h = w->hall;
    if (!hall_mend(h)) {
        w->failed = REFUSAL_STORE;
        return 0;
    }
    const struct store_key key = {
        .meeting = h->b->config->id, .principal = w->who.text, .key = w->message.id};
    int r = store_command_begin(s, &key, &known);
    if (r < 0 && !is_of_store(r))
        return refuse_alone(b, w, meeting_seq(hall_meeting(h)), r);
    if (r < 0)
        return r;
    if (r == 1) { /* said again */
        w->accepted = true;
        w->first_seq = known.first_seq;
        w->last_seq = known.last_seq;
        return 0;
    }
    uint64_t before = meeting_seq(hall_meeting(h));
    r = decide(b, w);
    if (r == 0 && (w->refused || w->failed))
        return take_back(b, w, before);
    if (r == 0)
        r = write_outcome(b, w);
    if (r < 0 && !is_of_store(r))
        return refuse_alone(b, w, before, r);
    if (r == 0)
        r = store_command_end(s, "");
    w->accepted = r == 0;
    return r;
}

/* Nothing of it has happened: the states are what the log says. */
static void fail_all(struct batch *b, int error)
{
    store_abandon(b->core->store);
    b->core->log_failures++;
    log_error("core", "%d commands could not be logged: %s", b->count, strerror(-error));
    for (int i = 0; i < b->count; i++) {
        struct waiting *w = &b->waiting[i];
        w->accepted = false;
        w->refused = 0;
        w->failed = command_refusal_of(error);
        struct store_head head;
        bool changed = store_head(b->core->store, w->hall->b->config->id, &head) < 0 ||
                       head.seq != meeting_seq(hall_meeting(w->hall));
        if (changed)
            hall_reload(w->hall);
    }
}

static void answer(struct waiting *w)
{
    ballots_forget(&w->message.command);
    struct batch_answer a = {
        .accepted = w->accepted, .first_seq = w->first_seq, .last_seq = w->last_seq, .status = 200};
    if (w->refused) {
        a.status = meeting_refusal_status(w->refused);
        a.code = meeting_refusal_code(w->refused);
        a.message = meeting_refusal_message(w->refused, w->language);
    } else if (!w->accepted) {
        enum refusal failed = w->failed ? w->failed : REFUSAL_INTERNAL;
        a.status = refusal_status(failed);
        a.code = refusal_code(failed);
        a.message = refusal_message(failed, w->language);
    }
    w->answer(w->ctx, w->message.id, &a);
}

/* The gate is shut, or could not be: the command has its second turn. */
static void on_shut(void *ctx)
{
    struct parked *p = ctx;
    struct batch *b = p->batch;
    struct broadcast *broadcast = p->waiting.hall->b;
    if (b->count == BATCH_MAX_COMMANDS)
        batch_run(b);
    b->waiting[b->count] = p->waiting;
    b->waiting[b->count++].tried_gate = true;
    free(p);
    batch_run(b);
    gate_reconcile(broadcast); /* refused after all: open again */
}

static bool park(struct batch *b, const struct waiting *w, struct parked **list)
{
    struct parked *p = malloc(sizeof *p);
    if (!p)
        return false;
    *p = (struct parked){.next = *list, .batch = b, .waiting = *w};
    *list = p;
    return true;
}

static void shut_gates(struct parked *p)
{
    while (p) {
        struct parked *next = p->next;
        if (gate_shut(p->waiting.hall->b, on_shut, p) < 0) {
            answer(&p->waiting);
            free(p);
        }
        p = next;
    }
}

void batch_run(struct batch *b)
{
    if (b->count == 0)
        return;
    int r = store_begin(b->core->store);
    for (int i = 0; i < b->count && r == 0; i++)
        r = carry_out(b, &b->waiting[i]);
    if (r == 0)
        r = store_commit(b->core->store);
    if (r < 0)
        fail_all(b, r);
    for (int i = 0; i < b->count && r == 0; i++)
        hall_committed(b->waiting[i].hall);
    struct parked *parked = NULL;
    for (int i = 0; i < b->count; i++)
        if (r < 0 || !b->waiting[i].needs_gate || !park(b, &b->waiting[i], &parked))
            answer(&b->waiting[i]);
    b->count = 0;
    shut_gates(parked);
}
