#include "protocol/tool_message.h"

#include "protocol/shape_json.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

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

int tool_about_read(const char *text, size_t size, char ret_title[TOOL_WORDS],
                    enum language *ret_language)
{
    json_t *j = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
    const char *title = text_of(j, "title");
    int r = *title && strlen(title) < TOOL_WORDS ? 0 : -EINVAL;
    if (r == 0) {
        memcpy(ret_title, title, strlen(title) + 1);
        *ret_language = language_from_accept(text_of(j, "language"));
    }
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

static uint64_t number_of(const json_t *object, const char *name)
{
    json_int_t n = json_integer_value(json_object_get(object, name));
    return n > 0 ? (uint64_t)n : 0;
}

int tool_people_read(const char *text, size_t size,
                     void (*each)(void *ctx, const struct tool_person *p), void *ctx)
{
    json_t *j = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
    const json_t *list = json_object_get(j, "people"), *one;
    size_t i;
    int r = json_is_array(list) ? 0 : -EINVAL;
    json_array_foreach(list, i, one)
    {
        const json_t *is = json_object_get(one, "is");
        const struct tool_person p = {.person = number_of(one, "seq"),
                                      .name = text_of(is, "name"),
                                      .kind = text_of(is, "kind"),
                                      .organisation = text_of(is, "organisation")};
        if (!json_is_true(json_object_get(one, "left")))
            each(ctx, &p);
    }
    json_decref(j);
    return r;
}

int tool_links_read(const char *text, size_t size,
                    void (*each)(void *ctx, const struct tool_link *l), void *ctx)
{
    json_t *j = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
    const json_t *list = json_object_get(j, "links"), *one;
    size_t i;
    int r = json_is_array(list) ? 0 : -EINVAL;
    json_array_foreach(list, i, one)
    {
        const char *role = json_string_value(json_array_get(json_object_get(one, "roles"), 0));
        const struct tool_link l = {.principal = text_of(one, "principal"),
                                    .role = role ? role : "",
                                    .person = number_of(one, "person"),
                                    .made_utc_us = (int64_t)number_of(one, "made_utc_us")};
        each(ctx, &l);
    }
    json_decref(j);
    return r;
}

int tool_accepted_read(const char *text, size_t size, uint64_t *ret_first_seq)
{
    json_t *j = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
    uint64_t seq = number_of(j, "first_seq");
    json_decref(j);
    if (seq)
        *ret_first_seq = seq;
    return seq ? 0 : -EINVAL;
}

int tool_address_read(const char *text, size_t size, char *ret, size_t ret_size)
{
    json_t *j = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
    const char *address = text_of(j, "address");
    int r = *address == '/' && strlen(address) < ret_size ? 0 : -EINVAL;
    if (r == 0)
        memcpy(ret, address, strlen(address) + 1);
    json_decref(j);
    return r;
}

void tool_command_print(struct buf *out, const char *id, const char *name,
                        const struct shape *shape, const void *args)
{
    buf_add_str(out, "{\"id\":");
    json_print_text(out, id);
    buf_add_str(out, ",\"name\":");
    json_print_text(out, name);
    buf_add_str(out, ",\"args\":");
    shape_print(out, shape, args);
    buf_add_str(out, "}");
}
