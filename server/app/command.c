#include "app/command.h"
#include "app/batch.h"
#include "app/demo.h"
#include "app/demo_people.h"
#include "app/hall.h"
#include "app/heads.h"
#include "app/permit.h"
#include "base/clock.h"
#include "base/log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum refusal command_refusal_of(int error)
{
    return error == 0         ? 0
           : error == -ENOSPC ? REFUSAL_DISK_FULL
           : error == -EBUSY  ? REFUSAL_BUSY
                              : REFUSAL_STORE;
}

static enum refusal request_recording(struct broadcast *b, const char *actor, bool on)
{
    if (b->state.state != BROADCAST_LIVE)
        return REFUSAL_NOT_LIVE;
    if (on && b->has_status && b->status.recorder == RECORDER_FULL && !b->state.record)
        return REFUSAL_DISK_FULL;
    if (b->state.record != on) {
        const struct event_field fields[] = {{.name = "on", .kind = EVENT_FLAG, .number = on}};
        int r = broadcast_log(b, actor, "recording.requested", fields, 1);
        if (r < 0)
            return command_refusal_of(r);
    }
    /* Said again even when nothing changed: a recording that failed is tried again. A worker that
     * is not there hears it when it is. */
    worker_command(b->worker, on ? LINK_RECORD_START : LINK_RECORD_STOP, "");
    return 0;
}

static enum refusal handle_record(struct broadcast *b, const char *actor, const char *source)
{
    return request_recording(b, actor, true);
}

static enum refusal handle_stop_recording(struct broadcast *b, const char *actor,
                                          const char *source)
{
    return request_recording(b, actor, false);
}

bool broadcast_has_source(const struct broadcast *b, const char *source)
{
    for (size_t i = 0; i < b->config->source_count; i++) {
        if (strcmp(b->config->sources[i].id, source) == 0)
            return true;
    }
    return false;
}

static enum refusal handle_select(struct broadcast *b, const char *actor, const char *source)
{
    if (b->state.state != BROADCAST_LIVE)
        return REFUSAL_NOT_LIVE;
    if (source[0] && !broadcast_has_source(b, source))
        return REFUSAL_UNKNOWN_SOURCE;
    if (strcmp(b->state.selected, source) != 0) {
        const struct event_field fields[] = {
            {.name = "source", .kind = EVENT_TEXT, .text = source}};
        int r = broadcast_log(b, actor, "source.selected", fields, 1);
        if (r < 0)
            return command_refusal_of(r);
    }
    worker_command(b->worker, LINK_SELECT, source);
    return 0;
}

static enum refusal handle_start(struct broadcast *b, const char *actor, const char *source)
{
    if (b->state.state == BROADCAST_LIVE)
        return 0;
    if (permit_broadcast(hall_meeting(b->hall), clock_utc_us(), broadcast_media_us(b)))
        return REFUSAL_NOT_PERMITTED;
    int r = broadcast_begin_epoch(b);
    if (r < 0) {
        log_error("core", "%s: its epoch can't be written: %s", b->config->id, strerror(-r));
        return command_refusal_of(r);
    }
    const struct event_field fields[] = {
        {.name = "record", .kind = EVENT_FLAG, .number = b->core->config->recording},
        {.name = "epoch_utc_us", .kind = EVENT_NUMBER, .number = b->epoch.utc_us},
    };
    r = broadcast_log(b, actor, "broadcast.started", fields, 2);
    if (r < 0)
        return command_refusal_of(r);
    broadcast_reconcile(b);
    return 0;
}

static enum refusal handle_stop(struct broadcast *b, const char *actor, const char *source)
{
    if (b->state.state != BROADCAST_LIVE)
        return 0;
    int r = broadcast_log(b, actor, "broadcast.stopped", NULL, 0);
    if (r < 0)
        return command_refusal_of(r);
    heads_publish(b);
    broadcast_reconcile(b);
    return 0;
}

static const struct command commands[] = {
    {"record", ROLE_ADMIN, handle_record},
    {"select", ROLE_ADMIN, handle_select},
    {"start", ROLE_ADMIN, handle_start},
    {"stop", ROLE_ADMIN, handle_stop},
    {"stop-recording", ROLE_ADMIN, handle_stop_recording},
};

const struct command *command_at(size_t index)
{
    return index < sizeof commands / sizeof *commands ? &commands[index] : NULL;
}

const struct command *command_find(const char *name)
{
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    }
    return NULL;
}

struct demo_saying {
    struct broadcast *b;
    struct client_message message;
    int count;
    uint64_t seq;
};

static void hear(void *ctx, const char *id, const struct batch_answer *a)
{
    struct demo_saying *d = ctx;
    d->seq = a->accepted ? a->first_seq : 0;
    if (!a->accepted)
        log_debug("core", "the demo's %s: %s", id, a->code);
}

/* Each has a key of its own, so after a restart it counts as said. */
static uint64_t say(void *ctx, const char *verb, const void *args)
{
    static const struct principal demo = {.text = "demo", .roles = ROLES_STAFF, .in_hall = true};
    struct demo_saying *d = ctx;
    d->message = (struct client_message){.kind = CLIENT_COMMAND};
    d->message.command.verb = verb_find(verb);
    snprintf(d->message.id, sizeof d->message.id, "%s-%d", verb, ++d->count);
    if (args)
        memcpy(d->message.command.args, args, d->message.command.verb->args->size);
    batch_add(d->b->core->batch, d->b->hall, &d->message, &demo, LANGUAGE_ENGLISH, hear, d);
    batch_run(d->b->core->batch);
    return d->seq;
}

static void bring_people(struct broadcast *b)
{
    struct demo_saying *d = calloc(1, sizeof *d);
    if (!d)
        return;
    d->b = b;
    demo_people_come(b->config, say, d);
    free(d);
}

void command_begin_demo(struct core *c)
{
    struct broadcast *b = core_find(c, DEMO_MEETING);
    if (b)
        bring_people(b);
    enum refusal refused = b ? handle_start(b, "demo", "") : REFUSAL_NOT_FOUND;
    if (refused)
        log_error("core", "the demo can't go on air: %s",
                  refusal_message(refused, LANGUAGE_ENGLISH));
}
