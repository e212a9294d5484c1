#include "protocol/epoch.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

struct bytes *epoch_print(const struct epoch *e)
{
    json_t *j = json_pack("{ss sI sI}", "boot_id", e->boot_id, "boot_us", (json_int_t)e->boot_us,
                          "utc_us", (json_int_t)e->utc_us);
    char *text = json_dumps(j, JSON_INDENT(2));
    json_decref(j);
    struct bytes *b = text ? bytes_copy(text, strlen(text)) : NULL;
    free(text);
    return b;
}

int epoch_parse(const void *json, size_t size, struct epoch *ret)
{
    json_t *j = json_loadb(json, size, JSON_REJECT_DUPLICATES, NULL);
    const char *boot_id = json_string_value(json_object_get(j, "boot_id"));
    const json_t *boot = json_object_get(j, "boot_us"), *utc = json_object_get(j, "utc_us");
    int r = -EINVAL;
    if (boot_id && strlen(boot_id) == sizeof ret->boot_id - 1 && json_is_integer(boot) &&
        json_is_integer(utc)) {
        memcpy(ret->boot_id, boot_id, sizeof ret->boot_id);
        ret->boot_us = json_integer_value(boot);
        ret->utc_us = json_integer_value(utc);
        r = 0;
    }
    json_decref(j);
    return r;
}

struct epoch epoch_continue(const struct epoch *old, const char *boot_id, int64_t boot_now_us,
                            int64_t utc_now_us, int64_t recorded_until_us)
{
    struct epoch e = *old;
    if (strcmp(old->boot_id, boot_id) == 0)
        return e;
    int64_t media_us = utc_now_us - old->utc_us;
    if (media_us < recorded_until_us)
        media_us = recorded_until_us; /* the clock was set back meanwhile */
    memcpy(e.boot_id, boot_id, sizeof e.boot_id);
    e.boot_us = boot_now_us - media_us;
    e.utc_us = utc_now_us - media_us;
    return e;
}
