#include "app/effects.h"

#include "app/command.h"
#include "app/hall.h"
#include "app/heads.h"
#include "base/log.h"

#include <errno.h>
#include <string.h>

enum effect { RECONCILE = 1, RECORD = 2, SELECT = 4, HEADS = 8, LINKS = 16, OUTPUT = 32, ALL = 63 };

static enum refusal begin_epoch(struct broadcast *b)
{
    int r = broadcast_begin_epoch(b);
    if (r == 0)
        return 0;
    log_error("core", "%s: its epoch can't be written: %s", b->config->id, strerror(-r));
    return command_refusal_of(r);
}

/* The gate comes first: no worker may have a source's picture when the part is closed. */
static enum refusal may_close(struct broadcast *b)
{
    return gate_is_shut(b) ? 0 : REFUSAL_GATE;
}

static enum refusal may_select(struct broadcast *b, const char *source)
{
    return !source[0] || broadcast_has_source(b, source) ? 0 : REFUSAL_UNKNOWN_SOURCE;
}

/* A broadcast begins with sound and picture, so there is nothing to switch before. */
static enum refusal may_switch(const struct broadcast *b)
{
    return b->state.state == BROADCAST_LIVE ? 0 : REFUSAL_NOT_LIVE;
}

/* What passes through is one source's own picture. */
static enum refusal may_lay_out(const struct broadcast *b, const char *layout)
{
    return !layout_from_name(layout)                   ? REFUSAL_UNKNOWN_VALUE
           : b->core->config->mode == MODE_PASSTHROUGH ? REFUSAL_NOT_AVAILABLE
                                                       : may_switch(b);
}

enum refusal effects_before(struct broadcast *b, const struct meeting_command *command)
{
    const char *name = command->verb->name;
    if (strcmp(name, "programme.layout") == 0) /* its only member */
        return may_lay_out(b, (const char *)command->args);
    if (strcmp(name, "programme.mute") == 0 || strcmp(name, "programme.slate") == 0)
        return may_switch(b);
    if (strcmp(name, "broadcast.start") == 0)
        return begin_epoch(b);
    if (strcmp(name, "part.close") == 0)
        return may_close(b);
    /* Nothing removes the bytes yet, and the record must not say that they are gone. */
    if (strcmp(name, "record.redact") == 0)
        return REFUSAL_NOT_AVAILABLE;
    if (strcmp(name, "source.select") == 0) /* its only member */
        return may_select(b, (const char *)command->args);
    return 0;
}

uint32_t effects_take(struct broadcast *b, const struct store_event *e)
{
    static const struct {
        const char *type;
        uint32_t bits;
    } table[] = {
        {"broadcast.started", RECONCILE}, {"broadcast.stopped", RECONCILE | HEADS},
        {"part.closed", RECONCILE},       {"part.opened", RECONCILE},
        {"programme.laid_out", OUTPUT},   {"programme.muted", OUTPUT},
        {"programme.slated", OUTPUT},     {"recording.requested", RECORD},
        {"sitting.ended", HEADS | LINKS}, {"sitting.cancelled", LINKS},
        {"source.selected", SELECT},
    };
    if (e->body &&
        broadcast_state_apply(&b->state, e->type, e->at_utc_us, e->media_us, e->body) < 0)
        broadcast_state_is_due(b);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i].type, e->type) == 0)
            return table[i].bits;
    return 0;
}

void effects_act(struct broadcast *b, uint32_t bits)
{
    if (bits & HEADS)
        heads_publish(b);
    if (bits & LINKS)
        b->core->session_due = true; /* once who ended it has been answered */
    if (bits & RECONCILE)
        broadcast_reconcile(b);
    if (bits & RECORD) /* a worker that is not there hears it when it is */
        worker_command(b->worker, b->state.record ? LINK_RECORD_START : LINK_RECORD_STOP, "");
    if (bits & OUTPUT)
        broadcast_set_output(b);
    if (bits & SELECT)
        worker_command(b->worker, LINK_SELECT, b->state.selected);
}

void effects_renew(struct broadcast *b)
{
    if (broadcast_renew_state(b))
        effects_act(b, ALL);
}
