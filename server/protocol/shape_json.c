#include "protocol/shape_json.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- reading ---- */

struct reading {
    struct wrong *wrong;
    bool body; /* of the log: "v" and the absence of side texts are right */
};

static int fail(const struct reading *r, enum refusal code, const char *where, const char *member)
{
    if (r->wrong) {
        r->wrong->code = code;
        snprintf(r->wrong->member, sizeof r->wrong->member, "%.*s%s%.*s", 60, where,
                 where[0] && member[0] ? "." : "", 30, member);
    }
    return -EPROTO;
}

static int read_object(const struct reading *r, const json_t *object, const struct shape *shape,
                       const char *where, void *ret);

static int read_text(const struct reading *r, const json_t *j, const struct shape_field *f,
                     const char *where, char *at)
{
    if (!json_is_string(j))
        return fail(r, REFUSAL_WRONG_TYPE, where, f->name);
    size_t size = json_string_length(j);
    if (size >= f->size)
        return fail(r, REFUSAL_TOO_LONG, where, f->name);
    if ((size == 0 && !f->optional) || !shape_text_good(json_string_value(j), size))
        return fail(r, REFUSAL_BAD_TEXT, where, f->name);
    memcpy(at, json_string_value(j), size);
    return 0;
}

static int read_number(const struct reading *r, const json_t *j, const struct shape_field *f,
                       const char *where, char *at)
{
    if (!json_is_integer(j))
        return fail(r, REFUSAL_WRONG_TYPE, where, f->name);
    int64_t v = json_integer_value(j);
    bool absent = f->optional && v == 0;
    if (!absent && (v < f->min || v > f->max))
        return fail(r, REFUSAL_OUT_OF_RANGE, where, f->name);
    memcpy(at, &v, sizeof v);
    return 0;
}

static int read_enum(const struct reading *r, const json_t *j, const struct shape_field *f,
                     const char *where, char *at)
{
    if (!json_is_string(j))
        return fail(r, REFUSAL_WRONG_TYPE, where, f->name);
    for (int32_t v = 1; v <= f->max; v++)
        if (strcmp(json_string_value(j), f->names[v - 1]) == 0) {
            memcpy(at, &v, sizeof v);
            return 0;
        }
    return fail(r, REFUSAL_UNKNOWN_VALUE, where, f->name);
}

/* `least` is 0 where a thing may be absent: then 0 says so, as leaving it out does. */
static int read_ref(const struct reading *r, const json_t *j, const char *where, const char *name,
                    int least, char *at)
{
    if (!json_is_integer(j))
        return fail(r, REFUSAL_WRONG_TYPE, where, name);
    if (json_integer_value(j) < least)
        return fail(r, REFUSAL_OUT_OF_RANGE, where, name);
    uint64_t v = (uint64_t)json_integer_value(j);
    memcpy(at, &v, sizeof v);
    return 0;
}

static int read_list(const struct reading *r, const json_t *j, const struct shape_field *f,
                     const char *where, char *at)
{
    if (!json_is_array(j))
        return fail(r, REFUSAL_WRONG_TYPE, where, f->name);
    size_t count = json_array_size(j);
    if (count > (size_t)f->max || (count == 0 && !f->optional))
        return fail(r, REFUSAL_OUT_OF_RANGE, where, f->name);
    uint16_t said = (uint16_t)count;
    memcpy(at, &said, sizeof said);
    for (size_t i = 0; i < count; i++) {
        char place[WRONG_MEMBER_BYTES];
        snprintf(place, sizeof place, "%.40s%s%.20s.%u", where, where[0] ? "." : "", f->name,
                 (unsigned)i);
        size_t stride = f->kind == SHAPE_REFS ? sizeof(uint64_t) : f->of->size;
        char *entry = at + f->at + i * stride;
        int e = f->kind == SHAPE_REFS ? read_ref(r, json_array_get(j, i), place, "", 1, entry)
                                      : read_object(r, json_array_get(j, i), f->of, place, entry);
        if (e < 0)
            return e;
    }
    return 0;
}

static int read_field(const struct reading *r, const json_t *j, const struct shape_field *f,
                      const char *where, char *data)
{
    char *at = data + f->offset;
    switch (f->kind) {
    case SHAPE_TEXT:
    case SHAPE_SIDE_TEXT:
        return read_text(r, j, f, where, at);
    case SHAPE_NUMBER:
        return read_number(r, j, f, where, at);
    case SHAPE_FLAG:
        if (!json_is_boolean(j))
            return fail(r, REFUSAL_WRONG_TYPE, where, f->name);
        *at = json_is_true(j);
        return 0;
    case SHAPE_ENUM:
        return read_enum(r, j, f, where, at);
    case SHAPE_REF:
        return read_ref(r, j, where, f->name, f->optional ? 0 : 1, at);
    case SHAPE_STRUCT: {
        char place[WRONG_MEMBER_BYTES];
        snprintf(place, sizeof place, "%.60s%s%.30s", where, where[0] ? "." : "", f->name);
        return read_object(r, j, f->of, place, at);
    }
    case SHAPE_REFS:
    case SHAPE_LIST:
        return read_list(r, j, f, where, at);
    }
    return fail(r, REFUSAL_INTERNAL, where, f->name);
}

static const struct shape_field *field_named(const struct shape *shape, const char *name)
{
    for (size_t i = 0; i < shape->count; i++)
        if (!shape->fields[i].hidden && strcmp(shape->fields[i].name, name) == 0)
            return &shape->fields[i];
    return NULL;
}

static int read_object(const struct reading *r, const json_t *object, const struct shape *shape,
                       const char *where, void *ret)
{
    if (!json_is_object(object))
        return fail(r, REFUSAL_WRONG_TYPE, where, "");
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)object, name, value)
    {
        const struct shape_field *f = field_named(shape, name);
        if (!f && r->body && strcmp(name, "v") == 0)
            continue;
        if (!f)
            return fail(r, REFUSAL_UNKNOWN_MEMBER, where, name);
        int e = read_field(r, value, f, where, ret);
        if (e < 0)
            return e;
    }
    for (size_t i = 0; i < shape->count; i++) {
        const struct shape_field *f = &shape->fields[i];
        bool may_miss = f->optional || f->hidden || (r->body && f->kind == SHAPE_SIDE_TEXT);
        if (!may_miss && !json_object_get(object, f->name))
            return fail(r, REFUSAL_MISSING_MEMBER, where, f->name);
    }
    return 0;
}

int shape_read(const json_t *object, const struct shape *shape, const char *where, void *ret,
               struct wrong *ret_wrong)
{
    const struct reading r = {.wrong = ret_wrong};
    return read_object(&r, object, shape, where, ret);
}

int shape_read_body(const json_t *object, const struct shape *shape, void *ret)
{
    const struct reading r = {.body = true};
    return read_object(&r, object, shape, "", ret);
}

/* The deepest nesting outside of strings; good enough before the text is known to be JSON. */
static int depth_of(const char *at, size_t size)
{
    int depth = 0, deepest = 0;
    bool text = false;
    for (size_t i = 0; i < size; i++) {
        char c = at[i];
        if (text && c == '\\')
            i++;
        else if (c == '"')
            text = !text;
        else if (!text && (c == '{' || c == '['))
            deepest = ++depth > deepest ? depth : deepest;
        else if (!text && (c == '}' || c == ']'))
            depth--;
    }
    return deepest;
}

/* jansson names the member in its sentence alone: duplicate object key near '"name"'. */
static void take_duplicate(const json_error_t *error, struct wrong *w)
{
    const char *from = strstr(error->text, "near '\"");
    w->code = REFUSAL_DUPLICATE_MEMBER;
    if (from)
        snprintf(w->member, sizeof w->member, "%.*s", (int)strcspn(from + 7, "\"'"), from + 7);
}

json_t *json_parse_object(const void *text, size_t size, int max_depth, struct wrong *ret_wrong)
{
    json_error_t error;
    *ret_wrong = (struct wrong){.code = REFUSAL_TOO_DEEP};
    if (depth_of(text, size) > max_depth)
        return NULL;
    json_t *j = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
    if (json_is_object(j))
        return j;
    ret_wrong->code = j ? REFUSAL_WRONG_TYPE : REFUSAL_NOT_JSON;
    if (!j && json_error_code(&error) == json_error_duplicate_key)
        take_duplicate(&error, ret_wrong);
    else if (!j && json_error_code(&error) == json_error_numeric_overflow)
        ret_wrong->code = REFUSAL_OUT_OF_RANGE;
    else if (!j && json_error_code(&error) == json_error_null_character)
        ret_wrong->code = REFUSAL_BAD_TEXT;
    else if (!j && json_error_code(&error) == json_error_out_of_memory)
        ret_wrong->code = REFUSAL_BUSY;
    json_decref(j);
    return NULL;
}

/* ---- printing ---- */

void json_print_text(struct buf *out, const char *text)
{
    buf_add_u8(out, '"');
    for (const char *at = text; *at;) {
        size_t plain = 0;
        while ((unsigned char)at[plain] >= 0x20 && at[plain] != '"' && at[plain] != '\\')
            plain++;
        buf_add(out, at, plain);
        at += plain;
        if (*at == '"' || *at == '\\')
            buf_addf(out, "\\%c", *at++);
        else if (*at == '\n')
            buf_add_str(out, "\\n"), at++;
        else if (*at)
            buf_addf(out, "\\u%04x", *at++);
    }
    buf_add_u8(out, '"');
}

static bool is_absent(const struct shape_field *f, const char *at)
{
    if (!f->optional)
        return false;
    static const char zeroes[8];
    switch (f->kind) {
    case SHAPE_TEXT:
    case SHAPE_SIDE_TEXT:
        return at[0] == 0;
    case SHAPE_REFS:
    case SHAPE_LIST:
        return memcmp(at, zeroes, sizeof(uint16_t)) == 0;
    default:
        return memcmp(at, zeroes, f->size < 8 ? f->size : 8) == 0;
    }
}

static void print_list(struct buf *out, const struct shape_field *f, const void *data)
{
    size_t count = shape_list_count(f, data);
    buf_add_u8(out, '[');
    for (size_t i = 0; i < count; i++) {
        const void *entry = shape_list_entry(f, data, i);
        if (i)
            buf_add_u8(out, ',');
        if (f->kind == SHAPE_REFS)
            buf_addf(out, "%" PRIu64, *(const uint64_t *)entry);
        else
            shape_print(out, f->of, entry);
    }
    buf_add_u8(out, ']');
}

static void print_value(struct buf *out, const struct shape_field *f, const void *data)
{
    const char *at = (const char *)data + f->offset;
    int64_t number;
    int32_t value;
    switch (f->kind) {
    case SHAPE_TEXT:
    case SHAPE_SIDE_TEXT:
        json_print_text(out, at);
        break;
    case SHAPE_NUMBER:
    case SHAPE_REF:
        memcpy(&number, at, sizeof number);
        buf_addf(out, "%" PRId64, number);
        break;
    case SHAPE_FLAG:
        buf_add_str(out, *at ? "true" : "false");
        break;
    case SHAPE_ENUM:
        memcpy(&value, at, sizeof value);
        json_print_text(out, f->names[value - 1]);
        break;
    case SHAPE_STRUCT:
        shape_print(out, f->of, at);
        break;
    case SHAPE_REFS:
    case SHAPE_LIST:
        print_list(out, f, data);
        break;
    }
}

void shape_print_members(struct buf *out, const struct shape *shape, const void *data,
                         enum shape_print how)
{
    bool first = true;
    for (size_t i = 0; i < shape->count; i++) {
        const struct shape_field *f = &shape->fields[i];
        if (f->hidden || is_absent(f, (const char *)data + f->offset) ||
            (f->kind == SHAPE_SIDE_TEXT && how == SHAPE_WITHOUT_SIDES))
            continue;
        buf_addf(out, "%s\"%s\":", first ? "" : ",", f->name);
        print_value(out, f, data);
        first = false;
    }
}

void shape_print(struct buf *out, const struct shape *shape, const void *data)
{
    buf_add_u8(out, '{');
    shape_print_members(out, shape, data, SHAPE_WHOLE);
    buf_add_u8(out, '}');
}
