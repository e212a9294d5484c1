#include "app/agenda_import.h"

#include "app/batch.h"
#include "app/command.h"
#include "app/entry.h"
#include "app/event_write.h"
#include "app/hall.h"
#include "app/me.h"
#include "app/routes.h"
#include "base/clock.h"
#include "base/log.h"
#include "protocol/server_message.h"

#include <errno.h>
#include <string.h>

#define VERB "agenda.add"

struct importing {
    struct hall *hall;
    const struct principal *who;
    struct agenda_imported result;
    struct meeting_command command;
    struct outcome outcome;
};

/* Returns 0, refused or not, or an error. */
static int add_item(struct importing *i, const struct agenda_add *item)
{
    struct hall *h = i->hall;
    const struct now now = {.utc_us = clock_utc_us(), .media_us = broadcast_media_us(h->b)};
    struct actor actor = hall_actor(h, i->who);
    memcpy(i->command.args, item, sizeof *item);
    i->result.refused = meeting_decide(hall_meeting(h), &i->command, &actor, &now, &i->outcome);
    int r = 0;
    for (size_t k = 0; !i->result.refused && k < i->outcome.count && r == 0; k++) {
        const struct meeting_event *e = &i->outcome.events[k];
        r = event_write(h->b->core->store, h->b->config->id, e);
        if (r == 0)
            r = meeting_apply(hall_meeting(h), e);
        i->result.first_seq = i->result.first_seq ? i->result.first_seq : e->seq;
        i->result.last_seq = e->seq;
    }
    return r;
}

static int add_items(struct importing *i, const struct agenda_file *file)
{
    int r = 0;
    i->command.verb = verb_find(VERB);
    for (size_t k = 0; k < file->count && r == 0 && !i->result.refused; k++) {
        i->result.item = k;
        r = add_item(i, &file->items[k].is);
    }
    return r;
}

/* Within a batch of the store's own. Returns 0 where it is to be committed, 1 where not, or an
 * error. */
static int write_file(struct importing *i, const char *key, const struct agenda_file *file)
{
    struct store *s = i->hall->b->core->store;
    struct store_outcome known;
    const struct store_key k = {
        .meeting = i->hall->b->config->id, .principal = i->who->text, .key = key};
    int r = store_command_begin(s, &k, &known);
    if (r == 1) { /* said again */
        i->result.first_seq = known.first_seq;
        i->result.last_seq = known.last_seq;
    }
    if (r != 0)
        return r;
    r = add_items(i, file);
    if (r == 0 && i->result.refused)
        return 1;
    return r < 0 ? r : store_command_end(s, "");
}

/* The state is what the log says, whatever was taken into it. */
static void give_up(struct importing *i, uint64_t before)
{
    store_abandon(i->hall->b->core->store);
    if (meeting_seq(hall_meeting(i->hall)) != before)
        hall_reload(i->hall);
}

void agenda_import_file(struct hall *h, const struct principal *who, const char *key,
                        const struct agenda_file *file, struct agenda_imported *ret)
{
    struct importing *i = calloc(1, sizeof *i);
    *ret = (struct agenda_imported){.failed = REFUSAL_STORE};
    if (!i || !hall_mend(h)) {
        free(i);
        return;
    }
    i->hall = h;
    i->who = who;
    uint64_t before = meeting_seq(hall_meeting(h));
    int r = store_begin(h->b->core->store);
    if (r == 0)
        r = write_file(i, key, file);
    if (r == 0)
        r = store_commit(h->b->core->store);
    if (r != 0)
        give_up(i, before);
    if (r < 0) {
        log_error("core", "%s: an agenda could not be logged: %s", h->b->config->id, strerror(-r));
        h->b->core->log_failures++;
        i->result = (struct agenda_imported){.failed = command_refusal_of(r)};
    }
    *ret = i->result;
    free(i);
    if (r == 0)
        hall_committed(h);
}

/* ---- POST /api/v1/meetings/ID/agenda?id=KEY ---- */

static void answer(struct request *r, const char *key, const struct agenda_file *file,
                   const struct agenda_imported *done)
{
    enum language language = request_language(r);
    char where[CLIENT_MEMBER_BYTES];
    if (done->refused) {
        agenda_file_where(file, done->item, where);
        request_reply(r, meeting_refusal_status(done->refused),
                      server_refused_text(key, meeting_refusal_code(done->refused),
                                          meeting_refusal_message(done->refused, language), where));
    } else if (done->failed) {
        entry_refuse(r, done->failed, "");
    } else {
        request_reply(r, 200, server_accepted_text(key, done->first_seq, done->last_seq));
    }
}

static enum refusal key_of(const struct request *r, char ret[CLIENT_KEY_BYTES])
{
    int size = front_request_query_value(r->front, "id", ret, CLIENT_KEY_BYTES);
    if (size <= 0)
        return size == -EMSGSIZE ? REFUSAL_TOO_LONG : REFUSAL_MISSING_MEMBER;
    return shape_text_good(ret, strlen(ret)) ? 0 : REFUSAL_BAD_TEXT;
}

void agenda_import(struct request *r, void *place)
{
    struct core *c = place;
    struct broadcast *b = core_find(c, r->parts[0]);
    struct principal who;
    struct client_wrong wrong;
    struct agenda_imported done;
    cleanup(agenda_file_finish_p) struct agenda_file *file = NULL;
    struct agenda_file read;
    char key[CLIENT_KEY_BYTES];
    if (me_of_request(r, r->parts[0], &who) < 0)
        return;
    if (!b || c->ending) {
        request_refuse(r, b ? REFUSAL_BUSY : REFUSAL_NOT_FOUND);
        return;
    }
    if (!(verb_find(VERB)->roles & who.roles)) { /* before a whole file is read for nothing */
        entry_refuse(r, REFUSAL_FORBIDDEN, "");
        return;
    }
    enum refusal refused = key_of(r, key);
    if (refused) {
        entry_refuse(r, refused, "id");
        return;
    }
    if (agenda_file_read(front_request_body(r->front), &read, &wrong) < 0) {
        entry_refuse(r, wrong.code, wrong.member);
        return;
    }
    file = &read;
    batch_run(c->batch); /* what was said before it comes before it */
    agenda_import_file(b->hall, &who, key, file, &done);
    answer(r, key, file, &done);
}
