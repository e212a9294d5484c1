/* The meeting under any commands with any bytes as args, and under any events: what is accepted
 * applies, what is refused leaves no trace, and the sanitizers find nothing.
 *
 * A step is: a verb's (or, with the top bit of the next byte, a fact's) number; who; how many
 * patches; and each patch: a field, a length, bytes. */
#include "fuzz.h"
#include "meeting/agenda.h"
#include "meeting/floor_args.h"
#include "meeting/meeting.h"
#include "meeting/roster.h"

#include <stdlib.h>
#include <string.h>

struct input {
    const uint8_t *at;
    size_t left;
};

static uint8_t next(struct input *in)
{
    if (!in->left)
        return 0;
    in->left--;
    return *in->at++;
}

/* Raw bytes into the fields, good or not: what checks them is what is tried. */
static void patch(struct input *in, const struct shape *shape, unsigned char *data)
{
    for (int n = next(in) % 16; n > 0 && in->left; n--) {
        size_t which = next(in), length = next(in);
        if (length > in->left)
            length = in->left;
        if (shape->count) {
            const struct shape_field *f = &shape->fields[which % shape->count];
            memcpy(data + f->offset, in->at, length < f->size ? length : f->size);
        }
        in->at += length;
        in->left -= length;
    }
}

static bool apply(struct meeting *m, const struct meeting_event *e)
{
    return meeting_apply(m, e) == 0;
}

static void command(struct meeting *m, struct input *in, uint8_t verb, uint8_t who,
                    const struct now *now)
{
    static struct meeting_command c;
    static struct outcome outcome;
    const struct actor actor = {.roles = who & 0x40 ? 1u << who % MEETING_ROLES : ROLES_ALL,
                                .principal = who & 1 ? "a" : "b",
                                .person = who & 0x0f,
                                .in_hall = who & 0x20};
    c.verb = &meeting_verbs[verb % meeting_verbs_count];
    memset(c.args, 0, sizeof c.args);
    patch(in, c.verb->args, c.args);
    uint64_t before = meeting_digest(m);
    enum meeting_refusal refusal = meeting_decide(m, &c, &actor, now, &outcome);
    if (meeting_digest(m) != before || refusal >= REFUSED_COUNT_)
        abort();
    for (size_t i = 0; !refusal && i < outcome.count; i++) {
        if (!apply(m, &outcome.events[i]))
            abort();
    }
}

/* Returns whether the state may be used further. */
static bool event(struct meeting *m, struct input *in, uint8_t which, const struct now *now)
{
    static _Alignas(8) unsigned char body[MEETING_MAX_BODY_BYTES];
    const struct fact *fact = &meeting_facts[which % meeting_facts_count];
    memset(body, 0, sizeof body);
    patch(in, fact->body, body);
    const struct meeting_event e = {.seq = meeting_seq(m) + 1,
                                    .at_utc_us = now->utc_us,
                                    .media_us = now->media_us,
                                    .actor = "a",
                                    .fact = fact,
                                    .body = body};
    return apply(m, &e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, size < 8192 ? size : 8192};
    struct now now = {.utc_us = INT64_C(1767607200000000)};
    cleanup(meeting_destroy_p) struct meeting *m = meeting_create();
    bool good = m != NULL;
    while (good && in.left) {
        uint8_t which = next(&in), who = next(&in);
        now.utc_us += 1000000;
        now.media_us += 1000000;
        if (who & 0x80)
            good = event(m, &in, which, &now);
        else
            command(m, &in, which, who, &now);
    }
    return 0;
}

/* ---- examples ---- */

struct output {
    uint8_t *at;
    size_t size, room;
};

static void put(struct output *out, const void *data, size_t size)
{
    if (out->size + size > out->room)
        return;
    memcpy(out->at + out->size, data, size);
    out->size += size;
}

/* The command as a step: each field that is not zero, up to 255 bytes of it. */
static void say(struct output *out, const char *verb, const void *args)
{
    const struct verb *v = verb_find(verb);
    uint8_t head[3] = {(uint8_t)(v - meeting_verbs), 0x21, 0};
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < v->args->count; i++) {
            const struct shape_field *f = &v->args->fields[i];
            const uint8_t *from = (const uint8_t *)args + f->offset;
            size_t n = f->size < 255 ? f->size : 255;
            while (n > 0 && from[n - 1] == 0)
                n--;
            if (n == 0)
                continue;
            if (pass == 0) {
                head[2]++;
                continue;
            }
            put(out, (uint8_t[]){(uint8_t)i, (uint8_t)n}, 2);
            put(out, from, n);
        }
        if (pass == 0)
            put(out, head, sizeof head);
    }
}

#define SAY(out, tag, verb, ...) say((out), (verb), &(struct tag){__VA_ARGS__})

size_t fuzz_example(int i, uint8_t *ret, size_t room)
{
    struct output out = {ret, 0, room};
    if (i > 1)
        return 0;
    SAY(&out, sitting_describe, "sitting.describe",
        .kind = i ? SITTING_BRIEFING : SITTING_COMMISSION, .title = "a");
    SAY(&out, roster_add, "roster.add", .kind = PERSON_MEMBER, .name = "a");
    SAY(&out, agenda_add, "agenda.add", .kind = ITEM_ORDINARY, .title = "a");
    say(&out, "sitting.announce", NULL);
    say(&out, "sitting.open", NULL);
    SAY(&out, agenda_from, "agenda.advance", .from = 0);
    SAY(&out, floor_enter, "floor.enter", .person = 2, .kind = SPEECH_MEMBER);
    SAY(&out, floor_grant, "floor.grant", .request = 7, .start = true);
    return out.size;
}
