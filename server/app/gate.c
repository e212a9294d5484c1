#include "app/gate.h"

#include "app/broadcast.h"
#include "app/hall.h"
#include "base/log.h"
#include "link/gate.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

static void be_shut(struct broadcast *b)
{
    struct gate *g = &b->gate;
    void (*shut)(void *) = g->shut;
    loop_timer_stop(g->deadline);
    g->command = 0;
    g->shut = NULL;
    if (shut)
        shut(g->ctx);
}

/* It does not answer: what it holds goes with it. The next one finds the gate's file. */
static void on_deadline(void *ctx)
{
    struct broadcast *b = ctx;
    if (!b->gate.shut)
        return;
    log_warning("core", "%s: its worker did not close the gate in %d ms; it is killed",
                b->config->id, GATE_ANSWER_MS);
    worker_kill(b->worker); /* gate_worker_lost() follows */
}

int gate_init(struct broadcast *b)
{
    return loop_timer_create(b->core->loop, on_deadline, b, &b->gate.deadline);
}

void gate_finish(struct broadcast *b)
{
    loop_timer_destroy(b->gate.deadline);
    b->gate.deadline = NULL;
}

static int write_file(struct broadcast *b, bool open)
{
    char folder[PATH_MAX];
    struct gate *g = &b->gate;
    if (g->known && g->open == open)
        return 0;
    snprintf(folder, sizeof folder, "%s/run/%s", b->core->data, b->config->id);
    int r = link_gate_write(folder, open);
    if (r < 0) {
        g->known = false;
        log_error("core", "%s: the gate's file can't be written: %s", b->config->id, strerror(-r));
        return r;
    }
    g->known = true;
    g->open = open;
    return 0;
}

void gate_reconcile(struct broadcast *b)
{
    struct gate *g = &b->gate;
    bool open = !hall_is_closed(b->hall);
    if (g->shut) /* a command waits for it */
        return;
    /* A gate that can't be written open stays closed; one that can't be written closed is closed
     * at the worker, and the worker's next start is not waited for. */
    if (write_file(b, open) < 0 && open)
        return;
    if (!b->worker_there || g->told_open == open)
        return;
    if (worker_command(b->worker, open ? LINK_GATE_OPEN : LINK_GATE_CLOSE, "") > 0)
        g->told_open = open;
}

int gate_shut(struct broadcast *b, void (*shut)(void *ctx), void *ctx)
{
    struct gate *g = &b->gate;
    if (g->shut)
        return -EBUSY;
    int r = write_file(b, false);
    if (r < 0)
        return r;
    g->shut = shut;
    g->ctx = ctx;
    if (!b->worker_there) {
        be_shut(b);
        return 0;
    }
    g->told_open = false;
    g->command = worker_command(b->worker, LINK_GATE_CLOSE, "");
    loop_timer_start(g->deadline, g->command > 0 ? GATE_ANSWER_MS : 0, 0);
    return 0;
}

bool gate_is_shut(const struct broadcast *b)
{
    return b->gate.known && !b->gate.open && !b->gate.shut;
}

void gate_worker_up(struct broadcast *b)
{
    /* One that has just started believes the file; one that was found is told. */
    b->gate.told_open = hall_is_closed(b->hall);
    gate_reconcile(b);
}

void gate_worker_lost(struct broadcast *b)
{
    if (b->gate.shut)
        be_shut(b);
}

void gate_replied(struct broadcast *b, const struct link_reply *reply)
{
    struct gate *g = &b->gate;
    if (!g->shut || (int)reply->id != g->command)
        return;
    if (reply->error == 0)
        be_shut(b);
    else
        on_deadline(b);
}
