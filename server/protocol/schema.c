#include "protocol/schema.h"

#include "base/audience.h"
#include "meeting/meeting.h"
#include "meeting/pile.h"
#include "meeting/sitting.h"
#include "protocol/client_message.h"
#include "protocol/shape_json.h"

#include <inttypes.h>
#include <string.h>

#define SCHEMA_MAX_BYTES (4u << 20)
#define NUMBER_MAX "9007199254740991"

/* ---- from shapes ---- */

/* What an object has besides its shape. */
struct besides {
    const char *type; /* "type": this constant; NULL: none */
    int version;      /* "v": this constant; 0: none */
    bool erasable;    /* side texts may be null */
};

static void print_shape(struct buf *out, const struct shape *shape, struct besides also);

static void print_names(struct buf *out, const char *const *names, size_t count)
{
    buf_add_str(out, "{\"enum\":[");
    for (size_t i = 0; i < count; i++) {
        if (i)
            buf_add_u8(out, ',');
        json_print_text(out, names[i]);
    }
    buf_add_str(out, "]}");
}

static void print_text(struct buf *out, const struct shape_field *f, bool null_too)
{
    buf_addf(out, "{\"type\":%s,\"minLength\":%d,\"maxLength\":%" PRIu32 "}",
             null_too ? "[\"string\",\"null\"]" : "\"string\"", f->optional ? 0 : 1, f->size - 1);
}

static void print_list(struct buf *out, const struct shape_field *f)
{
    buf_addf(out, "{\"type\":\"array\",\"minItems\":%d,\"maxItems\":%" PRId64 ",\"items\":",
             f->optional ? 0 : 1, f->max);
    if (f->kind == SHAPE_REFS)
        buf_add_str(out, "{\"type\":\"integer\",\"minimum\":1}");
    else
        print_shape(out, f->of, (struct besides){0});
    buf_add_u8(out, '}');
}

static void print_field(struct buf *out, const struct shape_field *f, bool erasable)
{
    switch (f->kind) {
    case SHAPE_TEXT:
        print_text(out, f, false);
        break;
    case SHAPE_SIDE_TEXT:
        print_text(out, f, erasable);
        break;
    case SHAPE_NUMBER:
        buf_addf(out, "{\"type\":\"integer\",\"minimum\":%" PRId64 ",\"maximum\":%" PRId64 "}",
                 f->optional && f->min > 0 ? 0 : f->min, f->max);
        break;
    case SHAPE_FLAG:
        buf_add_str(out, "{\"type\":\"boolean\"}");
        break;
    case SHAPE_ENUM:
        print_names(out, f->names, (size_t)f->max);
        break;
    case SHAPE_REF:
        buf_addf(out, "{\"type\":\"integer\",\"minimum\":%d}", f->optional ? 0 : 1);
        break;
    case SHAPE_STRUCT:
        print_shape(out, f->of, (struct besides){0});
        break;
    case SHAPE_REFS:
    case SHAPE_LIST:
        print_list(out, f);
        break;
    }
}

static void next(struct buf *out, bool *first)
{
    if (!*first)
        buf_add_u8(out, ',');
    *first = false;
}

static void print_required(struct buf *out, const struct shape *shape, struct besides also)
{
    bool first = true;
    buf_add_str(out, "\"required\":[");
    if (also.type)
        next(out, &first), buf_add_str(out, "\"type\"");
    if (also.version)
        next(out, &first), buf_add_str(out, "\"v\"");
    for (size_t i = 0; i < shape->count; i++)
        if (!shape->fields[i].optional && !shape->fields[i].hidden)
            next(out, &first), json_print_text(out, shape->fields[i].name);
    buf_add_u8(out, ']');
}

static void print_shape(struct buf *out, const struct shape *shape, struct besides also)
{
    bool first = true;
    buf_add_str(out, "{\"type\":\"object\",\"additionalProperties\":false,");
    print_required(out, shape, also);
    buf_add_str(out, ",\"properties\":{");
    if (also.type)
        next(out, &first), buf_addf(out, "\"type\":{\"const\":\"%s\"}", also.type);
    if (also.version)
        next(out, &first), buf_addf(out, "\"v\":{\"const\":%d}", also.version);
    for (size_t i = 0; i < shape->count; i++) {
        if (shape->fields[i].hidden)
            continue;
        next(out, &first);
        buf_addf(out, "\"%s\":", shape->fields[i].name);
        print_field(out, &shape->fields[i], also.erasable);
    }
    buf_add_str(out, "}}");
}

/* ---- from tables ---- */

static void print_args(struct buf *out)
{
    for (size_t i = 0; i < meeting_verbs_count; i++) {
        buf_addf(out, ",\n\"args.%s\":", meeting_verbs[i].name);
        print_shape(out, meeting_verbs[i].args, (struct besides){0});
    }
}

static void print_bodies(struct buf *out)
{
    for (size_t i = 0; i < meeting_facts_count; i++) {
        const struct fact *f = &meeting_facts[i];
        buf_addf(out, ",\n\"body.%s\":", f->name);
        print_shape(out, f->body, (struct besides){.version = f->version, .erasable = true});
    }
}

static void print_things(struct buf *out)
{
    for (int i = 0; i < SINGLES; i++) {
        buf_addf(out, ",\n\"%s\":", single_kinds[i].name);
        print_shape(out, single_kinds[i].shape, (struct besides){0});
    }
    for (int i = 0; i < PILES; i++) {
        buf_addf(out, ",\n\"thing.%s\":", pile_kinds[i].name);
        print_shape(out, pile_kinds[i].shape, (struct besides){0});
    }
}

/* The members of a state; those that went out of sight only where they may have been in it. */
static void print_state(struct buf *out, const char *name, const char *type, bool gone)
{
    buf_addf(out, ",\n\"%s\":{\"type\":\"object\",\"additionalProperties\":false,\"required\":[",
             name);
    bool whole = strcmp(type, "own") != 0, first = !type[0];
    buf_add_str(out, type[0] ? "\"type\",\"seq\"" : "");
    for (int i = 0; whole && i < SINGLES; i++)
        next(out, &first), buf_addf(out, "\"%s\"", single_kinds[i].name);
    buf_add_str(out, "],\"properties\":{");
    if (type[0])
        buf_addf(out, "\"type\":{\"const\":\"%s\"},\"seq\":{\"type\":\"integer\",\"minimum\":0}",
                 type);
    first = !type[0];
    for (int i = 0; i < SINGLES; i++)
        next(out, &first), buf_addf(out, "\"%s\":{\"$ref\":\"#/$defs/%s\"}", single_kinds[i].name,
                                    single_kinds[i].name);
    for (int i = 0; i < PILES; i++) {
        buf_addf(out, ",\"%s\":{\"type\":\"array\",\"items\":", pile_kinds[i].name);
        if (gone)
            buf_add_str(out, "{\"anyOf\":[{\"$ref\":\"#/$defs/gone\"},");
        buf_addf(out, "{\"$ref\":\"#/$defs/thing.%s\"}", pile_kinds[i].name);
        buf_add_str(out, gone ? "]}}" : "}");
    }
    if (whole)
        buf_add_str(out,
                    ",\"queue\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/waiting\"}}");
    buf_add_str(out, "}}");
}

static void print_commands(struct buf *out)
{
    for (size_t i = 0; i < meeting_verbs_count; i++) {
        const struct verb *v = &meeting_verbs[i];
        buf_addf(out,
                 ",\n{\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"type\","
                 "\"id\",\"name\"%s],\"properties\":{\"type\":{\"const\":\"command\"},"
                 "\"id\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":%d},"
                 "\"name\":{\"const\":\"%s\"},\"args\":{\"$ref\":\"#/$defs/args.%s\"}}}",
                 v->args->count ? ",\"args\"" : "", CLIENT_KEY_BYTES - 1, v->name, v->name);
    }
}

static void print_client(struct buf *out)
{
    buf_add_str(out, ",\n\"client\":{\"oneOf\":[\n");
    print_shape(out, &client_hello_shape, (struct besides){.type = "hello"});
    buf_add_str(out, ",\n");
    print_shape(out, &client_ping_shape, (struct besides){.type = "ping"});
    print_commands(out);
    buf_add_str(out, "]}");
}

static void print_event(struct buf *out)
{
    buf_add_str(out, ",\n\"event\":{\"type\":\"object\",\"additionalProperties\":false,"
                     "\"required\":[\"seq\",\"at_utc_us\",\"media_us\",\"actor\",\"type\","
                     "\"audience\"],\"properties\":{\"seq\":{\"type\":\"integer\",\"minimum\":1},"
                     "\"at_utc_us\":{\"type\":\"integer\"},\"media_us\":{\"type\":\"integer\"},"
                     "\"actor\":{\"type\":\"string\"},\"type\":{\"type\":\"string\"},"
                     "\"body\":{\"type\":\"object\",\"required\":[\"v\"]},"
                     "\"commitment\":{\"type\":\"string\",\"pattern\":\"^[0-9a-f]{64}$\"},"
                     "\"audience\":");
    const char *names[AUDIENCES];
    for (int i = 0; i < AUDIENCES; i++)
        names[i] = audience_name((enum audience)(i + 1));
    print_names(out, names, AUDIENCES);
    buf_add_str(out, "},\"oneOf\":[{\"required\":[\"body\"]},{\"required\":[\"commitment\"]}],"
                     "\"allOf\":[");
    for (size_t i = 0; i < meeting_facts_count; i++)
        buf_addf(out,
                 "%s\n{\"if\":{\"properties\":{\"type\":{\"const\":\"%s\"}}},"
                 "\"then\":{\"properties\":{\"body\":{\"$ref\":\"#/$defs/body.%s\"}}}}",
                 i ? "," : "", meeting_facts[i].name, meeting_facts[i].name);
    buf_add_str(out, "]}");
}

/* An object: the names of the members that it must have, and all that it may. */
#define OBJECT(required, properties)                                                               \
    "{\"type\":\"object\",\"additionalProperties\":false,\"required\":[" required                  \
    "],\"properties\":{" properties "}}"
#define TYPE(name) "\"type\":{\"const\":\"" name "\"}"
#define NUMBER(name, least)                                                                        \
    "\"" name "\":{\"type\":\"integer\",\"minimum\":" least ",\"maximum\":" NUMBER_MAX "}"
#define TEXT(name) "\"" name "\":{\"type\":\"string\"}"

static void print_hello(struct buf *out)
{
    buf_add_str(out, ",\n\"you\":{\"type\":\"object\",\"additionalProperties\":false,"
                     "\"required\":[\"principal\",\"roles\",\"in_hall\"],"
                     "\"properties\":{" TEXT("principal") "," NUMBER(
                         "person", "1") ","
                                        "\"in_hall\":{\"type\":\"boolean\"},"
                                        "\"roles\":{\"type\":\"array\",\"items\":");
    print_names(out, meeting_role_names, MEETING_ROLES);
    buf_add_str(out, "}}}");
    buf_add_str(
        out,
        ",\n\"server.hello\":" OBJECT(
            "\"type\",\"protocol\",\"v\",\"meeting\",\"seq\",\"server_utc_us\","
            "\"media_time_us\",\"epoch_utc_us\",\"you\",\"commands\"",
            TYPE("hello") ",\"protocol\":{\"const\":\"" EVENTS_PROTOCOL_NAME "\"},"
                          "\"v\":{\"const\":1}," TEXT("meeting") "," NUMBER("seq", "0") "," NUMBER(
                              "server_utc_us",
                              "0") ",\"media_time_us\":{\"type\":\"integer\"},"
                                   "\"epoch_utc_us\":{\"type\":[\"integer\",\"null\"]},"
                                   "\"you\":{\"$ref\":\"#/$defs/"
                                   "you\"},\"commands\":{\"type\":\"array\","
                                   "\"items\":{\"type\":\"string\"}}"));
}

static void print_server(struct buf *out)
{
    print_hello(out);
    buf_add_str(
        out, ",\n\"server.accepted\":" OBJECT("\"type\",\"id\",\"first_seq\",\"last_seq\"",
                                              TYPE("accepted") "," TEXT("id") "," NUMBER(
                                                  "first_seq", "0") "," NUMBER("last_seq", "0")));
    buf_add_str(
        out, ",\n\"server.refused\":" OBJECT("\"type\",\"code\",\"message\"",
                                             TYPE("refused") "," TEXT("id") "," TEXT(
                                                 "code") "," TEXT("message") "," TEXT("member")));
    buf_add_str(out, ",\n\"server.pong\":" OBJECT(
                         "\"type\",\"server_utc_us\",\"media_time_us\"",
                         TYPE("pong") "," TEXT("id") "," NUMBER(
                             "server_utc_us", "0") ","
                                                   "\"media_time_us\":{\"type\":\"integer\"}"));
    buf_add_str(out, ",\n\"waiting\":" OBJECT("\"request\",\"time_us\"",
                                              NUMBER("request", "1") "," NUMBER("time_us", "0")));
    buf_add_str(out, ",\n\"gone\":" OBJECT("\"seq\",\"gone\"",
                                           NUMBER("seq", "1") ",\"gone\":{\"const\":true}"));
    print_state(out, "server.snapshot", "snapshot", false);
    print_state(out, "server.changes", "changes", true);
    print_state(out, "server.own", "own", false);
    print_state(out, "changes", "", true);
    buf_add_str(out, ",\n\"server.events\":" OBJECT(
                         "\"type\",\"events\"", TYPE("events") ",\"events\":{\"type\":\"array\","
                                                               "\"minItems\":1,\"items\":{\"$ref\":"
                                                               "\"#/$defs/event\"}},\"changes\":{"
                                                               "\"$ref\":\"#/$defs/changes\"}"));
    buf_add_str(out, ",\n\"server\":{\"oneOf\":[");
    static const char *const names[] = {"hello",    "accepted", "refused", "pong",
                                        "snapshot", "changes",  "own",     "events"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        buf_addf(out, "%s{\"$ref\":\"#/$defs/server.%s\"}", i ? "," : "", names[i]);
    buf_add_str(out, "]}");
}

struct bytes *schema_text(void)
{
    cleanup_buf struct buf out;
    buf_init(&out, SCHEMA_MAX_BYTES);
    buf_add_str(&out, "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\","
                      "\"$id\":\"urn:meclis:events:1\",\"title\":\"" EVENTS_PROTOCOL_NAME
                      "\",\n\"$defs\":{\"text\":{\"type\":\"string\"}");
    print_args(&out);
    print_bodies(&out);
    print_things(&out);
    print_client(&out);
    print_event(&out);
    print_server(&out);
    buf_add_str(&out, "}}\n");
    return buf_to_bytes(&out);
}
