#include "protocol/published.h"
#include "protocol/hex.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static json_t *hex(const uint8_t *bytes, size_t size)
{
    char text[2 * PUBLISHED_SIGNATURE_BYTES + 1];
    hex_print(bytes, size, text);
    return json_string_nocheck(text);
}

static json_t *print_head(const struct published_head *h)
{
    return json_pack("{ss sI so sI so}", "meeting", h->meeting, "seq", (json_int_t)h->seq, "hash",
                     hex(h->hash, sizeof h->hash), "at_utc_us", (json_int_t)h->at_utc_us,
                     "signature", hex(h->signature, sizeof h->signature));
}

/* Takes the JSON, NULL included. */
static struct bytes *finish(json_t *j)
{
    char *text = j ? json_dumps(j, JSON_COMPACT) : NULL;
    json_decref(j);
    struct bytes *b = text ? bytes_copy(text, strlen(text)) : NULL;
    free(text);
    return b;
}

struct bytes *published_print_head(const struct published_head *h)
{
    return finish(print_head(h));
}

struct bytes *published_print_heads(const char *meeting, uint64_t since,
                                    const struct published_head *heads, size_t count, bool more)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, print_head(&heads[i]));
    return finish(json_pack("{ss sI so sb}", "meeting", meeting, "since", (json_int_t)since,
                            "heads", list, "more", more));
}

struct bytes *published_print_key(const uint8_t key[PUBLISHED_KEY_BYTES])
{
    return finish(
        json_pack("{ss so}", "algorithm", "Ed25519", "key", hex(key, PUBLISHED_KEY_BYTES)));
}

static int read_hex(const json_t *object, const char *name, uint8_t *ret, size_t size)
{
    const json_t *j = json_object_get(object, name);
    return json_is_string(j) && json_string_length(j) == 2 * size
               ? hex_parse(json_string_value(j), size, ret)
               : -EINVAL;
}

static int read_head(const json_t *j, struct published_head *ret)
{
    const json_t *meeting = json_object_get(j, "meeting"), *seq = json_object_get(j, "seq");
    const json_t *at = json_object_get(j, "at_utc_us");
    struct published_head h = {0};
    if (!json_is_string(meeting) || !id_valid(json_string_value(meeting)) ||
        !json_is_integer(seq) || json_integer_value(seq) < 1 || !json_is_integer(at) ||
        read_hex(j, "hash", h.hash, sizeof h.hash) < 0 ||
        read_hex(j, "signature", h.signature, sizeof h.signature) < 0)
        return -EINVAL;
    memcpy(h.meeting, json_string_value(meeting), json_string_length(meeting) + 1);
    h.seq = (uint64_t)json_integer_value(seq);
    h.at_utc_us = json_integer_value(at);
    *ret = h;
    return 0;
}

struct list {
    struct published_head *heads;
    size_t count, room;
    bool more;
};

static int add_head(struct list *l, const json_t *j)
{
    if (l->count == PUBLISHED_MAX_HEADS)
        return -EINVAL;
    if (l->count == l->room) {
        size_t room = l->room ? 2 * l->room : 16;
        struct published_head *heads = realloc(l->heads, room * sizeof *heads);
        if (!heads)
            return -ENOMEM;
        l->heads = heads;
        l->room = room;
    }
    int r = read_head(j, &l->heads[l->count]);
    l->count += r == 0;
    return r;
}

static int add_value(struct list *l, const json_t *j)
{
    const json_t *heads = json_object_get(j, "heads");
    if (!heads)
        return add_head(l, j);
    int r = json_is_array(heads) ? 0 : -EINVAL;
    for (size_t i = 0; i < json_array_size(heads) && r == 0; i++)
        r = add_head(l, json_array_get(heads, i));
    l->more = json_is_true(json_object_get(j, "more"));
    return r;
}

int published_read_heads(const char *text, size_t size, struct published_head **ret,
                         size_t *ret_count, bool *ret_more)
{
    struct list l = {0};
    size_t at = 0;
    int r = 0;
    for (;;) {
        while (at < size && strchr(" \t\r\n", text[at]) && text[at])
            at++;
        if (at == size || r < 0)
            break;
        json_error_t error;
        json_t *j = json_loadb(text + at, size - at,
                               JSON_REJECT_DUPLICATES | JSON_DISABLE_EOF_CHECK, &error);
        r = j ? add_value(&l, j) : -EINVAL;
        at += j ? (size_t)error.position : 0;
        json_decref(j);
    }
    if (r < 0) {
        free(l.heads);
        return r;
    }
    *ret = l.heads;
    *ret_count = l.count;
    if (ret_more)
        *ret_more = l.more;
    return 0;
}

int published_read_key(const char *text, size_t size, uint8_t ret_key[PUBLISHED_KEY_BYTES])
{
    uint8_t key[PUBLISHED_KEY_BYTES];
    json_t *j = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
    const json_t *algorithm = json_object_get(j, "algorithm");
    bool right = json_is_string(algorithm) &&
                 strcmp(json_string_value(algorithm), "Ed25519") == 0 &&
                 read_hex(j, "key", key, sizeof key) == 0;
    json_decref(j);
    if (!right)
        return -EINVAL;
    memcpy(ret_key, key, sizeof key);
    return 0;
}

int published_read_meetings(const char *text, size_t size, char (*ret_ids)[ID_MAX], int max)
{
    json_t *j = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
    const json_t *list = json_object_get(j, "meetings");
    int count = json_is_array(list) && json_array_size(list) <= (size_t)max ? 0 : -EINVAL;
    for (size_t i = 0; count >= 0 && i < json_array_size(list); i++) {
        const json_t *id = json_object_get(json_array_get(list, i), "id");
        if (!json_is_string(id) || !id_valid(json_string_value(id))) {
            count = -EINVAL;
            break;
        }
        memcpy(ret_ids[count++], json_string_value(id), json_string_length(id) + 1);
    }
    json_decref(j);
    return count;
}
