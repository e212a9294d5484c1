#include "fuzz.h"
#include "protocol/log_export.h"
#include "protocol/published.h"

#include <stdlib.h>
#include <string.h>

/* What was read is printed and read again, and must be the same. */
static void check_event(const struct log_export_event *e)
{
    static const uint8_t none[LOG_EXPORT_HASH_BYTES];
    struct log_export_event copy = *e;
    struct log_export_line again;
    cleanup_buf struct buf out;
    buf_init(&out, 2 * LOG_EXPORT_MAX_LINE_BYTES);
    if (!e->body != !!e->commitment || e->seq == 0 || e->side_count > LOG_EXPORT_MAX_SIDES)
        abort();
    copy.commitment = copy.commitment ? copy.commitment : none;
    if (log_export_print_event(&out, &copy) < 0 ||
        log_export_parse((const char *)out.data, out.size - 1, &again) < 0)
        abort();
    if (again.kind != LOG_EXPORT_EVENT || again.event.seq != e->seq ||
        strcmp(again.event.type, e->type) != 0 || !again.event.body != !e->body ||
        (e->body && strcmp(again.event.body, e->body) != 0) ||
        again.event.side_count != e->side_count)
        abort();
    log_export_finish(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct log_export_line line;
    if (log_export_parse((const char *)data, size, &line) == 0) {
        if (line.kind == LOG_EXPORT_EVENT)
            check_event(&line.event);
        else if (line.kind == LOG_EXPORT_BEGIN && !id_valid(line.begin.meeting))
            abort();
        log_export_finish(&line);
    }
    struct published_head *heads = NULL;
    size_t count = 0;
    if (published_read_heads((const char *)data, size, &heads, &count, NULL) == 0) {
        for (size_t i = 0; i < count; i++) {
            if (!id_valid(heads[i].meeting) || heads[i].seq == 0)
                abort();
        }
        free(heads);
    }
    uint8_t key[PUBLISHED_KEY_BYTES];
    char ids[4][ID_MAX];
    published_read_key((const char *)data, size, key);
    published_read_meetings((const char *)data, size, ids, 4);
    return 0;
}

static struct bytes *example(int i, struct buf *out)
{
    static const uint8_t hash[32] = {1}, salt[16] = {2};
    static const struct published_head heads[2] = {{.meeting = "a", .seq = 1},
                                                   {.meeting = "a", .seq = 2}};
    struct log_export_begin begin = {.meeting = "demo", .scheme = 2, .known = true};
    struct log_export_end end = {.seq = 1};
    struct log_export_event event = {.seq = 1,
                                     .actor = "server",
                                     .type = "x",
                                     .audience = AUDIENCE_PUBLIC,
                                     .version = 1,
                                     .body = i == 2 ? "{\"v\":1}" : NULL,
                                     .salt = salt,
                                     .commitment = hash,
                                     .hash = hash,
                                     .side_count = 2};
    event.sides[0] = (struct log_export_side){"name", "Örnek", salt, hash};
    event.sides[1] = (struct log_export_side){"text", NULL, NULL, hash};
    if (i == 0)
        log_export_print_begin(out, &begin);
    else if (i == 1)
        log_export_print_end(out, &end);
    else if (i < 4)
        log_export_print_event(out, &event);
    else
        return i == 4   ? published_print_head(heads)
               : i == 5 ? published_print_heads("a", 0, heads, 2, true)
               : i == 6 ? published_print_key(hash)
                        : NULL;
    return bytes_copy(out->data, out->size - 1);
}

size_t fuzz_example(int i, uint8_t *ret, size_t room)
{
    cleanup_buf struct buf out;
    buf_init(&out, room);
    cleanup(bytes_unref_p) struct bytes *b = example(i, &out);
    if (!b || b->size > room)
        return 0;
    memcpy(ret, b->data, b->size);
    return b->size;
}
