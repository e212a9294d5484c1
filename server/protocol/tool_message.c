#include "protocol/tool_message.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>

static const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

int tool_refusal_read(const char *text, size_t size, char ret_words[TOOL_WORDS])
{
    json_t *j = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
    const json_t *error = json_object_get(j, "error");
    const json_t *said = error ? error : j;
    const char *message = text_of(said, "message"), *member = text_of(said, "member");
    int r = *message ? 0 : -EINVAL;
    if (r == 0)
        snprintf(ret_words, TOOL_WORDS, "%.400s%s%.90s", message, *member ? " " : "", member);
    json_decref(j);
    return r;
}

int tool_meetings_read(const char *text, size_t size,
                       void (*each)(void *ctx, const struct tool_meeting *m), void *ctx)
{
    json_t *j = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
    const json_t *list = json_object_get(j, "meetings"), *one;
    size_t i;
    int r = json_is_array(list) ? 0 : -EINVAL;
    json_array_foreach(list, i, one)
    {
        const struct tool_meeting m = {
            .id = text_of(one, "id"),
            .title = text_of(one, "title"),
            .state = text_of(one, "state"),
            .body = text_of(one, "body"),
            .starts_utc_us = json_integer_value(json_object_get(one, "starts_utc_us")),
        };
        each(ctx, &m);
    }
    json_decref(j);
    return r;
}
