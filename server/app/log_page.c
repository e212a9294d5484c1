#include "app/log_page.h"
#include "protocol/log_export.h"

#include <errno.h>
#include <string.h>

_Static_assert(LOG_PAGE_LIMIT_BYTES >= LOG_PAGE_MAX_BYTES + LOG_EXPORT_MAX_LINE_BYTES + 4096,
               "a page holds its last event, however large");

struct page {
    struct buf *out; /* borrowed */
    size_t begin, count;
    uint64_t last;
    bool with_sides;
};

/* What everybody may see of the event. */
static struct log_export_event public_part(const struct store_event *e, bool with_sides)
{
    bool shown = e->audience == AUDIENCE_PUBLIC;
    struct log_export_event x = {.seq = e->seq,
                                 .at_utc_us = e->at_utc_us,
                                 .media_us = e->media_us,
                                 .actor = e->actor,
                                 .type = e->type,
                                 .audience = e->audience,
                                 .version = e->version,
                                 .body = shown ? e->body : NULL,
                                 .salt = shown ? e->salt : NULL,
                                 .commitment = e->commitment,
                                 .hash = e->hash,
                                 .side_count = e->side_count};
    for (size_t i = 0; i < e->side_count; i++) {
        const struct store_side *s = &e->sides[i];
        bool side_shown = shown && with_sides;
        x.sides[i] = (struct log_export_side){.name = s->name,
                                              .text = side_shown ? s->text : NULL,
                                              .salt = side_shown ? s->salt : NULL,
                                              .commitment = s->commitment};
    }
    return x;
}

static int add_event(void *ctx, const struct store_event *event)
{
    struct page *p = ctx;
    if (p->count == LOG_PAGE_MAX_EVENTS || p->out->size - p->begin > LOG_PAGE_MAX_BYTES)
        return 1; /* there is more */
    struct log_export_event x = public_part(event, p->with_sides);
    p->count++;
    p->last = event->seq;
    return log_export_print_event(p->out, &x);
}

/* What the page comes after. */
static int print_begin(struct store *s, const char *meeting, uint64_t since, struct buf *out)
{
    struct log_export_begin begin = {.since = since, .known = true};
    struct store_head head;
    int r = store_head(s, meeting, &head);
    if (r < 0)
        return r;
    begin.scheme = head.scheme;
    memcpy(begin.meeting, meeting, strlen(meeting) + 1);
    r = store_hash_at(s, meeting, since, begin.before);
    begin.known = r == 0;
    return r < 0 && r != -ENOENT ? r : log_export_print_begin(out, &begin);
}

int log_page_print(struct store *s, const char *meeting, uint64_t since, bool with_sides,
                   struct buf *out, uint64_t *ret_last, bool *ret_more)
{
    struct page p = {.out = out, .begin = out->size, .last = since, .with_sides = with_sides};
    int r = print_begin(s, meeting, since, out);
    if (r == 0)
        r = store_read(s, meeting, since, LOG_PAGE_MAX_EVENTS + 1, add_event, &p);
    const struct log_export_end end = {.seq = p.last, .more = r == 1};
    r = r < 0 ? r : log_export_print_end(out, &end);
    if (r == 0 && ret_last)
        *ret_last = end.seq;
    if (r == 0 && ret_more)
        *ret_more = end.more;
    return r;
}
