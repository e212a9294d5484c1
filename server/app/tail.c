#include "app/tail.h"

#include "protocol/server_message.h"

#include <errno.h>

#define EVENT_MAX_BYTES (1u << 20)

static struct tail_entry *place(const struct tail *t, uint64_t seq)
{
    return &t->entries[seq % TAIL_EVENTS];
}

static void drop_oldest(struct tail *t)
{
    struct tail_entry *e = place(t, t->first++);
    t->bytes -= e->shown->size + (e->hidden ? e->hidden->size : 0);
    bytes_unref(e->shown);
    bytes_unref(e->hidden);
    *e = (struct tail_entry){0};
}

void tail_finish(struct tail *t)
{
    while (t->first < t->next)
        drop_oldest(t);
    free(t->entries);
    *t = (struct tail){0};
}

bool tail_class_sees(enum front_class class, enum audience audience)
{
    switch (audience) {
    case AUDIENCE_PUBLIC:
        return true;
    case AUDIENCE_STAFF:
    case AUDIENCE_AUTHOR:
        return class & FRONT_STAFF;
    case AUDIENCE_CLOSED:
        return class & FRONT_CLOSED;
    }
    return false;
}

static void print(struct buf *out, const struct store_event *e, bool shown)
{
    struct server_side sides[STORE_MAX_SIDES];
    struct server_event s = {.seq = e->seq,
                             .at_utc_us = e->at_utc_us,
                             .media_us = e->media_us,
                             .actor = e->actor,
                             .type = e->type,
                             .audience = audience_name(e->audience),
                             .body = shown ? e->body : NULL,
                             .commitment = e->commitment,
                             .sides = sides,
                             .side_count = e->side_count};
    for (size_t i = 0; i < e->side_count; i++)
        sides[i] = (struct server_side){e->sides[i].name, e->sides[i].text};
    server_print_event(out, &s);
}

void tail_print_event(struct buf *out, const struct store_event *e, enum front_class class)
{
    print(out, e, tail_class_sees(class, e->audience));
}

static struct bytes *printed(const struct store_event *e, bool shown)
{
    cleanup_buf struct buf out;
    buf_init(&out, EVENT_MAX_BYTES);
    print(&out, e, shown);
    return buf_to_bytes(&out);
}

int tail_add(struct tail *t, const struct store_event *e)
{
    bool secret = e->audience != AUDIENCE_PUBLIC;
    struct bytes *shown = printed(e, true), *hidden = secret ? printed(e, false) : NULL;
    if (!t->entries)
        t->entries = calloc(TAIL_EVENTS, sizeof *t->entries);
    if (!shown || (secret && !hidden) || !t->entries) {
        bytes_unref(shown);
        bytes_unref(hidden);
        tail_finish(t);
        return -ENOMEM;
    }
    if (t->first == t->next)
        t->first = t->next = e->seq;
    t->bytes += shown->size + (hidden ? hidden->size : 0);
    while (t->first < t->next && (t->next - t->first == TAIL_EVENTS || t->bytes > TAIL_BYTES))
        drop_oldest(t);
    *place(t, t->next++) = (struct tail_entry){e->seq, e->audience, shown, hidden};
    return 0;
}

void tail_print(struct buf *out, const struct tail *t, uint64_t since, uint64_t last,
                enum front_class class)
{
    for (uint64_t seq = since + 1; seq <= last; seq++) {
        const struct tail_entry *e = place(t, seq);
        const struct bytes *b = tail_class_sees(class, e->audience) ? e->shown : e->hidden;
        if (seq > since + 1)
            buf_add_u8(out, ',');
        buf_add(out, b->data, b->size);
    }
}
