#include "app/link_record.h"

#include "app/batch.h"
#include "app/broadcast.h"
#include "base/id.h"
#include "protocol/server_message.h"

#include <stdlib.h>
#include <string.h>

/* As the address that was asked says it: coming in, or the links. */
static struct bytes *refused(const struct link_act *act, const struct batch_answer *a)
{
    return act->way ? server_refused_text("", a->code, a->message, "")
                    : refusal_print_words(a->code, a->message);
}

static void on_answer(void *ctx, const char *id, const struct batch_answer *a)
{
    struct link_act *act = ctx;
    if (a->accepted)
        act->then(act);
    else
        request_reply(act->request, a->status, refused(act, a));
    explicit_bzero(act, sizeof *act);
    free(act);
}

static int write_command(struct client_message *m, const struct link_act *act)
{
    struct link_open body = {.way = act->way};
    const struct verb *verb = verb_find(act->verb);
    text_set(body.link.principal, act->link.principal);
    body.link.role = __builtin_ctz(act->link.roles) + 1;
    body.link.person = act->link.person;
    memset(m, 0, sizeof *m);
    m->kind = CLIENT_COMMAND;
    m->command.verb = verb;
    memcpy(m->command.args, &body, verb->args->size); /* all begin with the link */
    return id_random_hex(m->id, 33);
}

void link_record(const struct link_act *act, const char *actor)
{
    struct core *c = act->request->core;
    struct broadcast *b = core_find(c, act->link.meeting);
    struct principal who = {.roles = ROLE_SERVER};
    enum language language =
        language_from_accept(front_request_accept_language(act->request->front));
    struct link_act *kept = malloc(sizeof *kept);
    if (!kept || !b || c->ending || write_command(c->message, act) < 0) {
        free(kept);
        request_refuse(act->request, REFUSAL_BUSY);
        return;
    }
    *kept = *act;
    memcpy(who.text, actor, strnlen(actor, sizeof who.text - 1));
    batch_add(c->batch, b->hall, c->message, &who, language, on_answer, kept);
}
