/* The meeting as it is held, over HTTP: commands, a viewer's cookie, the messages' schema. */
#include "app/batch.h"
#include "app/hall.h"
#include "app/me.h"
#include "app/routes.h"
#include "protocol/schema.h"
#include "protocol/server_message.h"

#include <string.h>

static void answer_request(void *ctx, const char *id, const struct batch_answer *a)
{
    struct request *r = ctx;
    struct bytes *text = a->accepted ? server_accepted_text(id, a->first_seq, a->last_seq)
                                     : server_refused_text(id, a->code, a->message, "");
    request_reply(r, a->status, text);
}

void held_command(struct request *r, void *place)
{
    struct core *c = place;
    struct broadcast *b = core_find(c, r->parts[0]);
    const struct bytes *body = front_request_body(r->front);
    enum language language = language_from_accept(front_request_accept_language(r->front));
    struct client_wrong wrong = {.code = REFUSAL_NOT_JSON};
    struct principal who;
    if (me_of_request(r, r->parts[0], &who) < 0)
        return;
    if (!b || c->ending) {
        request_refuse(r, b ? REFUSAL_BUSY : REFUSAL_NOT_FOUND);
        return;
    }
    if (!body || client_command_read(body->data, body->size, c->message, &wrong) < 0) {
        const char *id = body ? c->message->id : "";
        request_reply(r, refusal_status(wrong.code),
                      server_refused_text(id, refusal_code(wrong.code),
                                          refusal_message(wrong.code, language), wrong.member));
        return;
    }
    batch_add(c->batch, b->hall, c->message, &who, language, answer_request, r);
}

/* The state as everybody may see it: what the events socket says first. */
void held_state(struct request *r, void *place)
{
    const struct broadcast *b = core_find(place, r->parts[0]);
    if (!b || b->hall->broken)
        request_refuse(r, b ? REFUSAL_STORE : REFUSAL_NOT_FOUND);
    else
        request_reply(r, 200, hall_snapshot(b->hall, FRONT_PUBLIC));
}

void held_schema(struct request *r, void *place)
{
    request_reply(r, 200, schema_text());
}

void held_viewer(struct request *r, void *place)
{
    const struct core *c = place;
    struct principal who;
    bool https = front_request_is_https(r->front);
    struct front_response response = {.status = 204};
    if (!identity_viewer(c, front_request_cookies(r->front), https, &who))
        response.set_cookies = identity_new_cookie(c, https);
    request_reply_with(r, &response);
}
