/* GET /api/v1/items: agenda items as files that outlive their sittings, known by their number in
 * whatever meeting they were on the agenda. Core thread. */
#include "app/broadcast.h"
#include "app/hall.h"
#include "app/listing.h"
#include "app/me.h"
#include "app/routes.h"
#include "base/clock.h"
#include "meeting/body.h"
#include "protocol/item_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MAX_USES 65536
#define MAX_BYTES (16u << 20)

/* All uses that the actor may see. */
struct gathering {
    struct actor actor;
    const char *number; /* NULL: of all that have one */
    size_t count, room;
    struct item_use *list; /* owned */
    int error;
};

static int64_t time_of(const struct broadcast *b)
{
    const struct sitting *s = meeting_sitting(hall_outline(b->hall));
    return s->opened_utc_us ? s->opened_utc_us : s->starts_utc_us;
}

static int add(struct gathering *g, const struct broadcast *b, const struct item *item)
{
    if (g->count == MAX_USES)
        return -EMSGSIZE;
    if (g->count == g->room) {
        size_t room = g->room ? 2 * g->room : 64;
        struct item_use *list = reallocarray(g->list, room, sizeof *list);
        if (!list)
            return -ENOMEM;
        g->list = list;
        g->room = room;
    }
    g->list[g->count++] = (struct item_use){.meeting = b->config->id,
                                            .title = listing_title(b),
                                            .body = meeting_body(hall_outline(b->hall))->name,
                                            .at_utc_us = time_of(b),
                                            .m = hall_outline(b->hall),
                                            .item = item};
    return 0;
}

static void gather_of(struct gathering *g, const struct broadcast *b)
{
    const struct meeting *m = hall_outline(b->hall);
    for (size_t i = 0; g->error == 0 && i < pile_count(m, PILE_ITEM); i++) {
        const struct item *item = pile_at(m, PILE_ITEM, i);
        const char *number = item->is.number;
        bool wanted = g->number ? strcmp(number, g->number) == 0 : number[0] != 0;
        if (wanted && pile_sees(m, PILE_ITEM, item, &g->actor))
            g->error = add(g, b, item);
    }
}

/* By number, then by time; what has no time yet comes last. */
static int compare(const void *left, const void *right)
{
    const struct item_use *a = left, *b = right;
    int c = strcmp(a->item->is.number, b->item->is.number);
    if (c)
        return c;
    uint64_t at = (uint64_t)a->at_utc_us - 1, bt = (uint64_t)b->at_utc_us - 1;
    return at != bt ? (at > bt) - (at < bt) : strcmp(a->meeting, b->meeting);
}

static int gather(const struct core *c, bool drafts, struct gathering *g)
{
    const struct broadcast *taken[CORE_MAX_MEETINGS];
    size_t count = listing_take(c, drafts, taken);
    for (size_t i = 0; i < count && g->error == 0; i++) {
        if (!taken[i]->hall->broken)
            gather_of(g, taken[i]);
    }
    if (g->count)
        qsort(g->list, g->count, sizeof *g->list, compare);
    return g->error;
}

/* Whether nothing was settled about it yet, by its newest use. */
static bool is_open(const struct item *item)
{
    return item->state != ITEM_DECIDED && item->state != ITEM_WITHDRAWN;
}

static void print(struct buf *out, const struct gathering *g)
{
    const char *comma = "";
    int64_t now = clock_utc_us();
    buf_add_str(out, "{\"items\":[");
    for (size_t i = 0, end; i < g->count; i = end) {
        const char *number = g->list[i].item->is.number;
        for (end = i + 1; end < g->count && strcmp(g->list[end].item->is.number, number) == 0;)
            end++;
        if (!g->number && !is_open(g->list[end - 1].item))
            continue;
        buf_add_str(out, comma);
        item_file_print(out, &g->list[i], end - i, &g->actor, now);
        comma = ",";
    }
    buf_add_str(out, "]}");
}

void item_files_list(struct request *r, void *place)
{
    char number[TEXT_CODE] = "";
    struct gathering g = {.actor = hall_nobody(FRONT_PUBLIC)};
    int size = front_request_query_value(r->front, "number", number, sizeof number);
    bool open = request_query_number(r, "open", 0) == 1;
    if (size == -ENOENT ? !open : size <= 0 || open) {
        request_refuse(r, REFUSAL_BAD_REQUEST);
        return;
    }
    /* Those that wait for something are for staff: nobody else needs to have them all gathered. */
    if (open && !me_of_staff(r))
        return;
    g.number = open ? NULL : number;
    cleanup_buf struct buf out;
    buf_init(&out, MAX_BYTES);
    int e = gather(place, open, &g);
    if (e == 0)
        print(&out, &g);
    free(g.list);
    if (e == -EMSGSIZE)
        request_refuse(r, REFUSAL_BUSY);
    else
        request_reply(r, 200, e < 0 ? NULL : buf_to_bytes(&out));
}
