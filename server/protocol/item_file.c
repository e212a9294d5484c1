#include "protocol/item_file.h"

#include "meeting/meeting.h"
#include "protocol/shape_json.h"

#include <inttypes.h>

static void add_text(struct buf *out, const char *before, const char *text)
{
    buf_add_str(out, before);
    json_print_text(out, text);
}

static void add_referrals(struct buf *out, const struct item_use *u, const struct actor *actor,
                          int64_t now_utc_us)
{
    const char *comma = "";
    for (size_t i = 0; i < pile_count(u->m, PILE_REFERRAL); i++) {
        const struct referral *r = pile_at(u->m, PILE_REFERRAL, i);
        if (r->item != u->item->head.seq || !pile_sees(u->m, PILE_REFERRAL, r, actor))
            continue;
        buf_addf(out, "%s{", comma);
        shape_print_members(out, &referral_shape, r, SHAPE_WHOLE);
        buf_addf(out, ",\"overdue\":%s}", agenda_overdue(r, now_utc_us) ? "true" : "false");
        comma = ",";
    }
}

static void add_use(struct buf *out, const struct item_use *u, const struct actor *actor,
                    int64_t now_utc_us)
{
    add_text(out, "{\"meeting\":", u->meeting);
    add_text(out, ",\"title\":", u->title);
    add_text(out, ",\"body\":", u->body);
    buf_addf(out, ",\"at_utc_us\":%" PRId64 ",\"item\":", u->at_utc_us);
    shape_print(out, &item_shape, u->item);
    buf_add_str(out, ",\"referrals\":[");
    add_referrals(out, u, actor, now_utc_us);
    buf_add_str(out, "]}");
}

void item_file_print(struct buf *out, const struct item_use *uses, size_t count,
                     const struct actor *actor, int64_t now_utc_us)
{
    const struct item *newest = uses[count - 1].item;
    add_text(out, "{\"number\":", newest->is.number);
    add_text(out, ",\"title\":", newest->is.title);
    add_text(out, ",\"kind\":", item_kind_names[newest->is.kind - 1]);
    add_text(out, ",\"state\":", item_state_names[newest->state - 1]);
    buf_add_str(out, ",\"uses\":[");
    for (size_t i = 0; i < count; i++) {
        buf_add_str(out, i ? "," : "");
        add_use(out, &uses[i], actor, now_utc_us);
    }
    buf_add_str(out, "]}");
}
