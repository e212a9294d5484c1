#include "protocol/event.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static json_t *text_value(const char *text)
{
    json_t *j = json_string(text);
    if (j)
        return j;
    char *copy = strdup(text); /* not UTF-8 */
    for (char *at = copy; at && *at; at++) {
        if ((unsigned char)*at >= 0x80)
            *at = '?';
    }
    j = copy ? json_string(copy) : NULL;
    free(copy);
    return j;
}

char *event_body_print(const struct event_field *fields, size_t count)
{
    json_t *j = json_pack("{si}", "v", 1);
    for (size_t i = 0; i < count; i++) {
        const struct event_field *f = &fields[i];
        json_t *value = f->kind == EVENT_TEXT     ? text_value(f->text)
                        : f->kind == EVENT_NUMBER ? json_integer(f->number)
                                                  : json_boolean(f->number != 0);
        if (json_object_set_new(j, f->name, value) < 0) {
            json_decref(j);
            return NULL;
        }
    }
    char *text = j ? json_dumps(j, JSON_COMPACT) : NULL;
    json_decref(j);
    return text;
}

int event_body_flag(const char *body, const char *name, bool *ret)
{
    json_t *j = json_loads(body, 0, NULL);
    if (!j)
        return -EBADMSG;
    const json_t *value = json_object_get(j, name);
    bool found = json_is_boolean(value);
    if (found)
        *ret = json_is_true(value);
    json_decref(j);
    return found;
}

int event_body_number(const char *body, const char *name, int64_t *ret)
{
    json_t *j = json_loads(body, 0, NULL);
    if (!j)
        return -EBADMSG;
    const json_t *value = json_object_get(j, name);
    bool found = json_is_integer(value);
    if (found)
        *ret = json_integer_value(value);
    json_decref(j);
    return found;
}

int event_body_text(const char *body, const char *name, char *ret, size_t size)
{
    json_t *j = json_loads(body, 0, NULL);
    if (!j)
        return -EBADMSG;
    const json_t *value = json_object_get(j, name);
    bool found = json_is_string(value) && json_string_length(value) < size;
    if (found)
        memcpy(ret, json_string_value(value), json_string_length(value) + 1);
    json_decref(j);
    return found;
}
