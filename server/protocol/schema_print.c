#include "protocol/schema_print.h"

#include "meeting/meeting.h"
#include "protocol/client_message.h"
#include "protocol/shape_json.h"

#include <inttypes.h>

void schema_print_names(struct buf *out, const char *const *names, size_t count)
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
        schema_print_shape(out, f->of, (struct schema_besides){0});
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
        schema_print_names(out, f->names, (size_t)f->max);
        break;
    case SHAPE_REF:
        buf_addf(out, "{\"type\":\"integer\",\"minimum\":%d}", f->optional ? 0 : 1);
        break;
    case SHAPE_STRUCT:
        schema_print_shape(out, f->of, (struct schema_besides){0});
        break;
    case SHAPE_REFS:
    case SHAPE_LIST:
        print_list(out, f);
        break;
    }
}

void schema_next(struct buf *out, bool *first)
{
    if (!*first)
        buf_add_u8(out, ',');
    *first = false;
}

static void print_required(struct buf *out, const struct shape *shape, struct schema_besides also)
{
    bool first = true;
    buf_add_str(out, "\"required\":[");
    if (also.type)
        schema_next(out, &first), buf_add_str(out, "\"type\"");
    if (also.version)
        schema_next(out, &first), buf_add_str(out, "\"v\"");
    for (size_t i = 0; i < shape->count; i++)
        if (!shape->fields[i].optional && !shape->fields[i].hidden)
            schema_next(out, &first), json_print_text(out, shape->fields[i].name);
    buf_add_u8(out, ']');
}

void schema_print_shape(struct buf *out, const struct shape *shape, struct schema_besides also)
{
    bool first = true;
    buf_add_str(out, "{\"type\":\"object\",\"additionalProperties\":false,");
    print_required(out, shape, also);
    buf_add_str(out, ",\"properties\":{");
    if (also.type)
        schema_next(out, &first), buf_addf(out, "\"type\":{\"const\":\"%s\"}", also.type);
    if (also.version)
        schema_next(out, &first), buf_addf(out, "\"v\":{\"const\":%d}", also.version);
    for (size_t i = 0; i < shape->count; i++) {
        if (shape->fields[i].hidden)
            continue;
        schema_next(out, &first);
        buf_addf(out, "\"%s\":", shape->fields[i].name);
        print_field(out, &shape->fields[i], also.erasable);
    }
    buf_add_str(out, "}}");
}

void schema_print_args(struct buf *out)
{
    for (size_t i = 0; i < meeting_verbs_count; i++) {
        buf_addf(out, ",\n\"args.%s\":", meeting_verbs[i].name);
        schema_print_shape(out, meeting_verbs[i].args, (struct schema_besides){0});
    }
}

void schema_print_commands(struct buf *out, const char *type, const char *place)
{
    for (size_t i = 0; i < meeting_verbs_count; i++) {
        const struct verb *v = &meeting_verbs[i];
        buf_addf(out, "%s{\"type\":\"object\",\"additionalProperties\":false,\"required\":[",
                 i ? ",\n" : "");
        buf_addf(out, "%s\"id\",\"name\"%s],\"properties\":{", type ? "\"type\"," : "",
                 v->args->count ? ",\"args\"" : "");
        if (type)
            buf_addf(out, "\"type\":{\"const\":\"%s\"},", type);
        buf_addf(out,
                 "\"id\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":%d},"
                 "\"name\":{\"const\":\"%s\"},\"args\":{\"$ref\":\"%sargs.%s\"}}}",
                 CLIENT_KEY_BYTES - 1, v->name, place, v->name);
    }
}
