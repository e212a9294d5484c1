#include "protocol/log_export.h"
#include "protocol/hex.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define FORMAT "meclis.log.export.1"
#define HASH LOG_EXPORT_HASH_BYTES
#define SALT LOG_EXPORT_SALT_BYTES

/* ---- writing ---- */

static int add_to_buf(const char *text, size_t size, void *out)
{
    return buf_add(out, text, size);
}

/* Takes the JSON, NULL included, and writes it as a line. */
static int add_line(struct buf *out, json_t *j)
{
    if (!j)
        return out->error ? out->error : -ENOMEM;
    int r = json_dump_callback(j, add_to_buf, out, JSON_COMPACT);
    json_decref(j);
    if (r < 0 && !out->error)
        return -ENOMEM;
    return buf_add_u8(out, '\n');
}

static void set_hex(json_t *j, const char *name, const uint8_t *bytes, size_t size)
{
    char hex[2 * HASH + 1];
    hex_print(bytes, size, hex);
    json_object_set_new(j, name, json_string_nocheck(hex));
}

int log_export_print_begin(struct buf *out, const struct log_export_begin *b)
{
    char hex[2 * HASH + 1];
    hex_print(b->before, HASH, hex);
    return add_line(out, json_pack("{ss ss si sI ss?}", "format", FORMAT, "meeting", b->meeting,
                                   "scheme", b->scheme, "since", (json_int_t)b->since, "before",
                                   b->known ? hex : NULL));
}

/* The text with its salt, or what stands for them. */
static void set_shown(json_t *j, const char *name, const char *text, const uint8_t *salt,
                      const uint8_t *commitment)
{
    if (text)
        json_object_set_new(j, name, json_string_nocheck(text));
    if (text && salt)
        set_hex(j, "salt", salt, SALT);
    if (!text)
        set_hex(j, "commitment", commitment, HASH);
}

int log_export_print_event(struct buf *out, const struct log_export_event *e)
{
    json_t *j = json_pack("{sI sI sI ss ss ss sI}", "seq", (json_int_t)e->seq, "at_utc_us",
                          (json_int_t)e->at_utc_us, "media_us", (json_int_t)e->media_us, "actor",
                          e->actor, "type", e->type, "audience", audience_name(e->audience),
                          "version", (json_int_t)e->version);
    set_shown(j, "body", e->body, e->salt, e->commitment);
    json_t *sides = e->side_count ? json_array() : NULL;
    for (size_t i = 0; i < e->side_count; i++) {
        const struct log_export_side *s = &e->sides[i];
        json_t *side = json_pack("{ss}", "name", s->name);
        set_shown(side, "text", s->text, s->salt, s->commitment);
        json_array_append_new(sides, side);
    }
    if (sides)
        json_object_set_new(j, "sides", sides);
    set_hex(j, "hash", e->hash, HASH);
    return add_line(out, j);
}

int log_export_print_end(struct buf *out, const struct log_export_end *e)
{
    return add_line(out, json_pack("{sI sb}", "end", (json_int_t)e->seq, "more", e->more));
}

/* ---- reading ---- */

/* Whether the object has no other members than these, which may be missing. */
static bool has_only(json_t *object, const char *const *names, size_t count)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        found += json_object_get(object, names[i]) != NULL;
    return found == json_object_size(object);
}

static const char *text_of(const json_t *object, const char *name, size_t max)
{
    const json_t *j = json_object_get(object, name);
    if (!json_is_string(j) || json_string_length(j) > max)
        return NULL;
    const char *text = json_string_value(j);
    return strlen(text) == json_string_length(j) ? text : NULL;
}

static int number_of(const json_t *object, const char *name, int64_t min, int64_t max, int64_t *ret)
{
    const json_t *j = json_object_get(object, name);
    if (!json_is_integer(j) || json_integer_value(j) < min || json_integer_value(j) > max)
        return -EINVAL;
    *ret = json_integer_value(j);
    return 0;
}

/* Bytes kept in the line; NULL where there are none, or other than so many. */
static const uint8_t *bytes_of(struct log_export_line *line, const json_t *object, const char *name,
                               size_t size)
{
    const char *text = text_of(object, name, 2 * HASH);
    uint8_t *bytes = line->bytes[line->byte_count];
    if (!text || hex_parse(text, size, bytes) < 0)
        return NULL;
    line->byte_count++;
    return bytes;
}

static int parse_begin(json_t *j, struct log_export_line *line)
{
    static const char *const names[] = {"format", "meeting", "scheme", "since", "before"};
    struct log_export_begin *b = &line->begin;
    const char *format = text_of(j, "format", 63), *meeting = text_of(j, "meeting", ID_MAX - 1);
    int64_t scheme, since;
    if (!has_only(j, names, 5) || !format || strcmp(format, FORMAT) != 0 || !meeting ||
        !id_valid(meeting) || number_of(j, "scheme", 1, 1000, &scheme) < 0 ||
        number_of(j, "since", 0, INT64_MAX, &since) < 0)
        return -EINVAL;
    memcpy(b->meeting, meeting, strlen(meeting) + 1);
    b->scheme = (int)scheme;
    b->since = (uint64_t)since;
    b->known = !json_is_null(json_object_get(j, "before"));
    const uint8_t *before = b->known ? bytes_of(line, j, "before", HASH) : NULL;
    if (b->known && !before)
        return -EINVAL;
    if (before)
        memcpy(b->before, before, HASH);
    line->kind = LOG_EXPORT_BEGIN;
    return 0;
}

static int parse_end(json_t *j, struct log_export_line *line)
{
    static const char *const names[] = {"end", "more"};
    int64_t seq;
    if (!has_only(j, names, 2) || number_of(j, "end", 0, INT64_MAX, &seq) < 0 ||
        !json_is_boolean(json_object_get(j, "more")))
        return -EINVAL;
    line->end.seq = (uint64_t)seq;
    line->end.more = json_is_true(json_object_get(j, "more"));
    line->kind = LOG_EXPORT_END;
    return 0;
}

/* Either a text, with a salt where the scheme has one, or a commitment. */
static int parse_shown(struct log_export_line *line, const json_t *j, const char *name, size_t max,
                       const char **ret_text, const uint8_t **ret_salt,
                       const uint8_t **ret_commitment)
{
    bool shown = json_object_get(j, name) != NULL;
    *ret_text = shown ? text_of(j, name, max) : NULL;
    *ret_salt = json_object_get(j, "salt") ? bytes_of(line, j, "salt", SALT) : NULL;
    *ret_commitment =
        json_object_get(j, "commitment") ? bytes_of(line, j, "commitment", HASH) : NULL;
    bool right = shown ? *ret_text && !json_object_get(j, "commitment") &&
                             (*ret_salt || !json_object_get(j, "salt"))
                       : *ret_commitment && !json_object_get(j, "salt");
    return right ? 0 : -EINVAL;
}

static int parse_sides(json_t *sides, struct log_export_line *line)
{
    static const char *const names[] = {"name", "text", "salt", "commitment"};
    struct log_export_event *e = &line->event;
    if (!sides)
        return 0;
    if (!json_is_array(sides) || json_array_size(sides) == 0 ||
        json_array_size(sides) > LOG_EXPORT_MAX_SIDES)
        return -EINVAL;
    for (size_t i = 0; i < json_array_size(sides); i++) {
        json_t *j = json_array_get(sides, i);
        struct log_export_side *s = &e->sides[i];
        s->name = text_of(j, "name", 63);
        if (!s->name || !has_only(j, names, 4) ||
            parse_shown(line, j, "text", 16 << 10, &s->text, &s->salt, &s->commitment) < 0)
            return -EINVAL;
        e->side_count++;
    }
    return 0;
}

static int parse_event(json_t *j, struct log_export_line *line)
{
    static const char *const names[] = {"seq",  "at_utc_us",  "media_us", "actor",
                                        "type", "audience",   "version",  "body",
                                        "salt", "commitment", "sides",    "hash"};
    struct log_export_event *e = &line->event;
    int64_t seq, version;
    const char *audience = text_of(j, "audience", 63);
    e->actor = text_of(j, "actor", 63);
    e->type = text_of(j, "type", 63);
    e->hash = bytes_of(line, j, "hash", HASH);
    if (!has_only(j, names, 12) || !audience || audience_parse(audience, &e->audience) < 0 ||
        !e->actor || !e->type || !e->hash || number_of(j, "seq", 1, INT64_MAX, &seq) < 0 ||
        number_of(j, "version", 1, UINT32_MAX, &version) < 0 ||
        number_of(j, "at_utc_us", INT64_MIN, INT64_MAX, &e->at_utc_us) < 0 ||
        number_of(j, "media_us", INT64_MIN, INT64_MAX, &e->media_us) < 0 ||
        parse_shown(line, j, "body", 64 << 10, &e->body, &e->salt, &e->commitment) < 0)
        return -EINVAL;
    e->seq = (uint64_t)seq;
    e->version = (uint32_t)version;
    line->kind = LOG_EXPORT_EVENT;
    return parse_sides(json_object_get(j, "sides"), line);
}

int log_export_parse(const char *text, size_t size, struct log_export_line *ret)
{
    if (size > LOG_EXPORT_MAX_LINE_BYTES)
        return -EINVAL;
    *ret = (struct log_export_line){0};
    json_t *j = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
    int r = -EINVAL;
    if (json_object_get(j, "seq"))
        r = parse_event(j, ret);
    else if (json_object_get(j, "format"))
        r = parse_begin(j, ret);
    else if (json_object_get(j, "end"))
        r = parse_end(j, ret);
    ret->json = j;
    if (r < 0)
        log_export_finish(ret);
    return r;
}

void log_export_finish(struct log_export_line *line)
{
    json_decref(line->json);
    line->json = NULL;
}
