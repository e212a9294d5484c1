#include "protocol/client_message.h"

#include "protocol/shape_json.h"

#include <errno.h>
#include <string.h>

#define NUMBER_MAX 9007199254740991 /* what every JSON reader keeps whole */

static const char *const languages[] = {"tr", "en"};

SHAPE(client_hello, F_NUMBER(client_hello, v, 1, 1000),
      F_OPT_NUMBER(client_hello, since, 0, NUMBER_MAX), F_OPT_TEXT(client_hello, token),
      F_OPT_TEXT(client_hello, language), F_OPT_FLAG(client_hello, in_hall));
SHAPE(client_ping, F_OPT_TEXT(client_ping, id));

static int wrong(struct wrong *w, enum refusal code, const char *member)
{
    w->code = code;
    shape_text_copy(w->member, sizeof w->member, member);
    return -EPROTO;
}

/* So that a refusal can say which message it means. */
static void take_id(const json_t *j, struct client_message *m)
{
    const json_t *id = json_object_get(j, "id");
    if (json_is_string(id) && json_string_length(id) < sizeof m->id &&
        shape_text_good(json_string_value(id), json_string_length(id)))
        memcpy(m->id, json_string_value(id), json_string_length(id) + 1);
}

static int read_hello(json_t *j, struct client_message *m, struct wrong *w)
{
    json_object_del(j, "type");
    m->kind = CLIENT_HELLO;
    int r = shape_read(j, &client_hello_shape, "", &m->hello, w);
    if (r < 0)
        return r;
    if (m->hello.v != EVENTS_VERSION)
        return wrong(w, REFUSAL_VERSION, "v");
    if (m->hello.language[0] && strcmp(m->hello.language, languages[0]) != 0 &&
        strcmp(m->hello.language, languages[1]) != 0)
        return wrong(w, REFUSAL_UNKNOWN_VALUE, "language");
    return 0;
}

static int read_ping(json_t *j, struct client_message *m, struct wrong *w)
{
    struct client_ping ping = {""};
    json_object_del(j, "type");
    m->kind = CLIENT_PING;
    return shape_read(j, &client_ping_shape, "", &ping, w);
}

static int text_member(const json_t *j, const char *name, struct wrong *w)
{
    const json_t *value = json_object_get(j, name);
    if (!value)
        return wrong(w, REFUSAL_MISSING_MEMBER, name);
    return json_is_string(value) ? 0 : wrong(w, REFUSAL_WRONG_TYPE, name);
}

static int read_command(json_t *j, struct client_message *m, struct wrong *w)
{
    const char *name;
    json_t *value;
    m->kind = CLIENT_COMMAND;
    json_object_foreach(j, name, value)
    {
        if (strcmp(name, "type") != 0 && strcmp(name, "id") != 0 && strcmp(name, "name") != 0 &&
            strcmp(name, "args") != 0)
            return wrong(w, REFUSAL_UNKNOWN_MEMBER, name);
    }
    int r = text_member(j, "id", w);
    if (r == 0 && json_string_length(json_object_get(j, "id")) >= sizeof m->id)
        r = wrong(w, REFUSAL_TOO_LONG, "id");
    if (r == 0 && !m->id[0])
        r = wrong(w, REFUSAL_BAD_TEXT, "id");
    if (r == 0)
        r = text_member(j, "name", w);
    if (r < 0)
        return r;
    m->command.verb = verb_find(json_string_value(json_object_get(j, "name")));
    if (!m->command.verb)
        return wrong(w, REFUSAL_UNKNOWN_COMMAND, "name");
    const struct shape *shape = m->command.verb->args;
    const json_t *args = json_object_get(j, "args");
    if (!args && shape->count == 0)
        return 0;
    if (!args)
        return wrong(w, REFUSAL_MISSING_MEMBER, "args");
    return shape_read(args, shape, "args", m->command.args, w);
}

static int read_any(json_t *j, struct client_message *m, struct wrong *w)
{
    const char *type = json_string_value(json_object_get(j, "type"));
    int r = text_member(j, "type", w);
    if (r < 0)
        return r;
    if (strcmp(type, "command") == 0)
        return read_command(j, m, w);
    if (strcmp(type, "hello") == 0)
        return read_hello(j, m, w);
    if (strcmp(type, "ping") == 0)
        return read_ping(j, m, w);
    return wrong(w, REFUSAL_UNKNOWN_TYPE, "type");
}

static int read_with(int (*read)(json_t *, struct client_message *, struct wrong *),
                     const void *text, size_t size, struct client_message *ret,
                     struct client_wrong *ret_wrong)
{
    struct wrong w = {.code = 0};
    memset(ret, 0, sizeof *ret);
    json_t *j = json_parse_object(text, size, CLIENT_MAX_DEPTH, &w);
    int r = -EPROTO;
    if (j) {
        take_id(j, ret);
        r = read(j, ret, &w);
    }
    json_decref(j);
    if (r == 0)
        return 0;
    ret_wrong->code = w.code;
    shape_text_copy(ret_wrong->member, sizeof ret_wrong->member, w.member);
    return r;
}

int client_message_read(const void *text, size_t size, struct client_message *ret,
                        struct client_wrong *ret_wrong)
{
    return read_with(read_any, text, size, ret, ret_wrong);
}

static int read_http(json_t *j, struct client_message *m, struct wrong *w)
{
    if (json_object_get(j, "type"))
        return wrong(w, REFUSAL_UNKNOWN_MEMBER, "type");
    return read_command(j, m, w);
}

int client_command_read(const void *text, size_t size, struct client_message *ret,
                        struct client_wrong *ret_wrong)
{
    return read_with(read_http, text, size, ret, ret_wrong);
}

int client_object_read(const struct bytes *body, const struct shape *shape, void *ret,
                       struct client_wrong *ret_wrong)
{
    struct wrong w = {.code = REFUSAL_NOT_JSON};
    json_t *j = body ? json_parse_object(body->data, body->size, 2, &w) : NULL;
    int r = j ? shape_read(j, shape, "", ret, &w) : -EPROTO;
    json_decref(j);
    if (r < 0) {
        ret_wrong->code = w.code;
        shape_text_copy(ret_wrong->member, sizeof ret_wrong->member, w.member);
    }
    return r;
}
