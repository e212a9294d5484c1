#include "protocol/schema.h"

#include "base/audience.h"
#include "meeting/meeting.h"
#include "meeting/pile.h"
#include "meeting/sitting.h"
#include "protocol/client_message.h"
#include "protocol/schema_print.h"

#include <string.h>

#define SCHEMA_MAX_BYTES (4u << 20)
#define NUMBER_MAX "9007199254740991"

static void print_bodies(struct buf *out)
{
    for (size_t i = 0; i < meeting_facts_count; i++) {
        const struct fact *f = &meeting_facts[i];
        buf_addf(out, ",\n\"body.%s\":", f->name);
        schema_print_shape(out, f->body,
                           (struct schema_besides){.version = f->version, .erasable = true});
    }
}

static void print_things(struct buf *out)
{
    for (int i = 0; i < SINGLES; i++) {
        buf_addf(out, ",\n\"%s\":", single_kinds[i].name);
        schema_print_shape(out, single_kinds[i].shape, (struct schema_besides){0});
    }
    for (int i = 0; i < PILES; i++) {
        buf_addf(out, ",\n\"thing.%s\":", pile_kinds[i].name);
        schema_print_shape(out, pile_kinds[i].shape, (struct schema_besides){0});
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
        schema_next(out, &first), buf_addf(out, "\"%s\"", single_kinds[i].name);
    buf_add_str(out, "],\"properties\":{");
    if (type[0])
        buf_addf(out, "\"type\":{\"const\":\"%s\"},\"seq\":{\"type\":\"integer\",\"minimum\":0}",
                 type);
    first = !type[0];
    for (int i = 0; i < SINGLES; i++)
        schema_next(out, &first), buf_addf(out, "\"%s\":{\"$ref\":\"#/$defs/%s\"}",
                                           single_kinds[i].name, single_kinds[i].name);
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

static void print_client(struct buf *out)
{
    buf_add_str(out, ",\n\"client\":{\"oneOf\":[\n");
    schema_print_shape(out, &client_hello_shape, (struct schema_besides){.type = "hello"});
    buf_add_str(out, ",\n");
    schema_print_shape(out, &client_ping_shape, (struct schema_besides){.type = "ping"});
    buf_add_str(out, ",\n");
    schema_print_commands(out, "command", "#/$defs/");
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
    schema_print_names(out, names, AUDIENCES);
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
    schema_print_names(out, meeting_role_names, MEETING_ROLES);
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
    schema_print_args(&out);
    print_bodies(&out);
    print_things(&out);
    print_client(&out);
    print_event(&out);
    print_server(&out);
    buf_add_str(&out, "}}\n");
    return buf_to_bytes(&out);
}
