#include "protocol/openapi.h"

#include "meeting/refused.h"
#include "protocol/meeting_refusal.h"
#include "protocol/openapi_answers.h"
#include "protocol/schema_print.h"
#include "protocol/shape_json.h"

#include <string.h>

#define MAX_BYTES (4u << 20)
#define SCHEMA(name) "{\"$ref\":\"#/components/schemas/" name "\"}"

static const char *const tags[][2] = {
    {"meetings", "Meetings, and what happens in them"},
    {"links", "Personal links, and the codes that are read out"},
    {"sessions", "Who somebody is"},
    {"published", "What anybody may verify with"},
    {"hls", "The programme and its recording"},
    {"pages", "What people read"},
    {"server", "The server itself"},
    {"internal", "For the server's own nginx; nobody else is answered"},
};

/* What stands in addresses. */
static const struct {
    const char *name, *says, *schema;
} parts[] = {
    {"file", "init-N.mp4, S.m4s or S.P.m4s", "{\"type\":\"string\"}"},
    {"meeting", "a meeting's id",
     "{\"type\":\"string\",\"pattern\":\"^[a-z0-9][a-z0-9-]{0,62}$\"}"},
    {"principal", "whose link it is", "{\"type\":\"string\"}"},
    {"secret", "between nginx and the server", "{\"type\":\"string\"}"},
    {"track", "a track's name", "{\"type\":\"string\"}"},
    {"vote", "the event that opened the vote", "{\"type\":\"integer\",\"minimum\":1}"},
};

static void add_text(struct buf *out, const char *name, const char *text)
{
    buf_addf(out, ",\"%s\":", name);
    json_print_text(out, text);
}

void openapi_begin(struct openapi *o, const char *version)
{
    *o = (struct openapi){0};
    buf_init(&o->out, MAX_BYTES);
    buf_add_str(&o->out, "{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"Açık Meclis\"");
    add_text(&o->out, "version", version);
    add_text(&o->out, "description",
             "The HTTP API. GET answers HEAD too. What a page of another site sends changes "
             "nothing. Beside it are the sockets /ws/{meeting}/media and /ws/{meeting}/events, "
             "whose messages are in docs/protocol.md; the latter's schema is GET /api/v1/schema.");
    buf_add_str(&o->out, ",\"license\":{\"name\":\"Apache License 2.0\","
                         "\"identifier\":\"Apache-2.0\"}},\n\"tags\":[");
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
        buf_addf(&o->out, "%s{\"name\":\"%s\"", i ? "," : "", tags[i][0]);
        add_text(&o->out, "description", tags[i][1]);
        buf_add_u8(&o->out, '}');
    }
    buf_add_str(&o->out, "],\n\"paths\":{");
}

/* ---- parameters ---- */

static void print_part(struct buf *out, const char *name, size_t size)
{
    const char *says = NULL, *schema = "{\"type\":\"string\"}";
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (strlen(parts[i].name) == size && memcmp(parts[i].name, name, size) == 0) {
            says = parts[i].says;
            schema = parts[i].schema;
        }
    }
    buf_addf(out, "{\"name\":\"%.*s\",\"in\":\"path\",\"required\":true,\"schema\":%s", (int)size,
             name, schema);
    if (says)
        add_text(out, "description", says);
    buf_add_u8(out, '}');
}

static const char *schema_of(enum openapi_value value)
{
    switch (value) {
    case OPENAPI_NUMBER:
        return "{\"type\":\"integer\",\"minimum\":0}";
    case OPENAPI_ID:
        return "{\"type\":\"string\",\"pattern\":\"^[a-z0-9][a-z0-9-]{0,62}$\"}";
    case OPENAPI_TEXT:
    case OPENAPI_PRESENT:
        break;
    }
    return "{\"type\":\"string\"}";
}

static void print_query(struct buf *out, const struct openapi_query *q)
{
    buf_addf(out, "{\"name\":\"%s\",\"in\":\"query\",\"schema\":%s", q->name, schema_of(q->value));
    if (q->value == OPENAPI_PRESENT)
        buf_add_str(out, ",\"allowEmptyValue\":true");
    add_text(out, "description", q->says);
    buf_add_u8(out, '}');
}

static void print_parameters(struct buf *out, const char *path, const struct openapi_operation *op)
{
    bool first = true;
    buf_add_str(out, "\"parameters\":[");
    for (const char *at = strchr(path, '{'); at; at = strchr(at, '{')) {
        size_t size = strcspn(++at, "}");
        schema_next(out, &first);
        print_part(out, at, size);
    }
    for (int i = 0; op && i < OPENAPI_MAX_QUERIES && op->queries[i].name; i++) {
        schema_next(out, &first);
        print_query(out, &op->queries[i]);
    }
    buf_add_u8(out, ']');
}

/* ---- answers ---- */

/* All that may be refused: enum refusal, and behind it enum meeting_refusal. */
struct refusals {
    struct {
        int status;
        const char *code, *message;
    } list[OPENAPI_MAX_REFUSALS + REFUSED_COUNT_ + 16];
    size_t count;
};

static void add_refusal(struct refusals *all, enum refusal refusal)
{
    all->list[all->count].status = refusal_status(refusal);
    all->list[all->count].code = refusal_code(refusal);
    all->list[all->count++].message = refusal_message(refusal, LANGUAGE_ENGLISH);
}

static void add_meeting(struct refusals *all)
{
    for (enum meeting_refusal r = 1; r < REFUSED_COUNT_; r++) {
        all->list[all->count].status = meeting_refusal_status(r);
        all->list[all->count].code = meeting_refusal_code(r);
        all->list[all->count++].message = meeting_refusal_message(r, LANGUAGE_ENGLISH);
    }
}

static void collect(struct refusals *all, const struct openapi_operation *op)
{
    static const enum refusal wrong[] = {REFUSAL_NOT_JSON,         REFUSAL_TOO_DEEP,
                                         REFUSAL_DUPLICATE_MEMBER, REFUSAL_UNKNOWN_MEMBER,
                                         REFUSAL_WRONG_TYPE,       REFUSAL_MISSING_MEMBER,
                                         REFUSAL_BAD_TEXT,         REFUSAL_TOO_LONG,
                                         REFUSAL_OUT_OF_RANGE,     REFUSAL_UNKNOWN_VALUE};
    for (size_t i = 0; op->strict && i < sizeof wrong / sizeof *wrong; i++)
        add_refusal(all, wrong[i]);
    for (int i = 0; i < OPENAPI_MAX_REFUSALS && op->refusals[i]; i++)
        add_refusal(all, op->refusals[i]);
    if (op->decides)
        add_meeting(all);
    add_refusal(all, REFUSAL_BUSY);
    add_refusal(all, REFUSAL_INTERNAL);
}

static void print_refused(struct buf *out, const struct refusals *all, int status,
                          enum openapi_words words)
{
    cleanup_buf struct buf says;
    buf_init(&says, MAX_BYTES);
    for (size_t i = 0; i < all->count; i++)
        if (all->list[i].status == status)
            buf_addf(&says, "%s`%s`: %s", says.size ? "\n" : "", all->list[i].code,
                     all->list[i].message);
    buf_addf(out, ",\n\"%d\":{\"content\":{\"application/json\":{\"schema\":%s}}", status,
             words == OPENAPI_REFUSED ? "{\"anyOf\":[" SCHEMA("refused") "," SCHEMA("error") "]}"
                                      : SCHEMA("error"));
    const char *text = buf_text(&says);
    if (text)
        add_text(out, "description", text);
    else
        out->error = says.error;
    buf_add_u8(out, '}');
}

static void print_answer(struct buf *out, const struct openapi_operation *op)
{
    int status = op->status ? op->status : 200;
    buf_addf(out, "\"%d\":{\"description\":", status);
    json_print_text(out, status == 204 ? "It is done." : "It is so.");
    if (op->answer || op->type || op->other)
        buf_add_str(out, ",\"content\":{");
    if (op->answer)
        buf_addf(out, "\"application/json\":{\"schema\":{\"$ref\":\"#/components/schemas/%s\"}}",
                 op->answer);
    if (op->type)
        buf_addf(out, "\"%s\":{}", op->type);
    if (op->other)
        buf_addf(out, ",\"%s\":{}", op->other);
    buf_add_str(out, op->answer || op->type || op->other ? "}}" : "}");
}

static void print_responses(struct buf *out, const struct openapi_operation *op)
{
    struct refusals all = {0};
    buf_add_str(out, ",\n\"responses\":{");
    if (op) {
        print_answer(out, op);
        collect(&all, op);
        buf_add_u8(out, ',');
    }
    buf_add_str(out, "\"default\":{\"description\":\"What is refused before the address is looked "
                     "at: too big, not HTTP, a page of another site, a full house.\","
                     "\"content\":{\"application/json\":{},\"text/plain\":{},\"text/html\":{}}}");
    for (int status = 400; status < 600; status++) {
        bool is_there = false;
        for (size_t i = 0; i < all.count; i++)
            is_there = is_there || all.list[i].status == status;
        if (is_there)
            print_refused(out, &all, status, op->words);
    }
    buf_add_u8(out, '}');
}

/* ---- operations ---- */

static void print_security(struct buf *out, enum openapi_who who)
{
    static const char *const by[] = {
        [OPENAPI_ANYONE] = "[]",
        [OPENAPI_SIGNED_IN] = "[{\"session\":[]},{\"cookie\":[]},{\"administrator\":[]}]",
        [OPENAPI_ADMINISTRATOR] = "[{\"administrator\":[]}]",
    };
    buf_addf(out, ",\"security\":%s", by[who]);
}

static void print_said(struct buf *out, const struct openapi_operation *op)
{
    add_text(out, "operationId", op->id);
    add_text(out, "summary", op->summary);
    if (op->says)
        add_text(out, "description", op->says);
    buf_addf(out, ",\"tags\":[\"%s\"]", op->tag);
    if (!op->body)
        return;
    buf_addf(out,
             ",\"requestBody\":{\"required\":true,\"content\":{\"application/json\":"
             "{\"schema\":{\"$ref\":\"#/components/schemas/%s\"}}",
             op->body);
    if (op->body_other)
        buf_addf(out, ",\"%s\":{}", op->body_other);
    buf_add_str(out, "}}");
}

void openapi_add(struct openapi *o, const char *path, const char *method, enum openapi_who who,
                 const struct openapi_operation *op)
{
    bool again = o->path && strcmp(o->path, path) == 0;
    if (!again) {
        buf_addf(&o->out, "%s\n\"%s\":{", o->path ? "}," : "", path);
        o->path = path;
    }
    buf_addf(&o->out, "%s\"%s\":{", again ? ",\n" : "", method);
    print_parameters(&o->out, path, op);
    print_security(&o->out, who);
    if (op)
        print_said(&o->out, op);
    print_responses(&o->out, op);
    buf_add_u8(&o->out, '}');
}

struct bytes *openapi_end(struct openapi *o, const char *const *actions, size_t count)
{
    struct buf *out = &o->out;
    buf_add_str(out, o->path ? "}}" : "}");
    buf_add_str(out, ",\n\"components\":{\"securitySchemes\":{"
                     "\"administrator\":{\"type\":\"http\",\"scheme\":\"bearer\"");
    add_text(out, "description", "The token of DATA/admin-token.");
    buf_add_str(out, "},\"session\":{\"type\":\"http\",\"scheme\":\"bearer\"");
    add_text(out, "description", "A session's token, from POST /api/v1/session.");
    buf_add_str(out, "},\"cookie\":{\"type\":\"apiKey\",\"in\":\"cookie\","
                     "\"name\":\"meclis-session\"");
    add_text(
        out, "description",
        "A session's cookie; in a meeting that one came to by a link meclis-session-{meeting}, "
        "over TLS with __Host- before it. What changes something needs this site's Origin.");
    buf_add_str(out, "}},\n\"schemas\":{");
    openapi_print_answers(out, actions, count);
    buf_add_str(out, "}}}\n");
    return buf_to_bytes(out);
}

void openapi_finish(struct openapi *o)
{
    buf_finish(&o->out);
}
