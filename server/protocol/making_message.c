#include "protocol/making_message.h"

#include "protocol/shape_json.h"

#include <errno.h>
#include <string.h>

SHAPE(making, F_TEXT(making, id), F_TEXT(making, title), F_OPT_TEXT(making, language),
      F_OPT_TEXT(making, room), F_OPT_TEXT(making, like), F_OPT_FLAG(making, carry),
      F_OPT_ENUM(making, kind, sitting_kind_names), F_OPT_TEXT(making, term),
      F_OPT_TEXT(making, session), F_OPT_TEXT(making, number), F_OPT_TEXT(making, place),
      F_OPT_NUMBER(making, starts_utc_us, 1, TIME_MAX));

static const char *wrong_member(const struct making *m)
{
    if (!id_valid(m->id))
        return "id";
    return strcmp(m->language, "tr") == 0 || strcmp(m->language, "en") == 0 ? NULL : "language";
}

int making_read(const struct bytes *body, struct making *ret, struct client_wrong *ret_wrong)
{
    memset(ret, 0, sizeof *ret);
    int r = client_object_read(body, &making_shape, ret, ret_wrong);
    if (r < 0)
        return r;
    if (!ret->language[0])
        memcpy(ret->language, "tr", 3);
    const char *wrong = wrong_member(ret);
    if (!wrong)
        return 0;
    ret_wrong->code = REFUSAL_UNKNOWN_VALUE;
    shape_text_copy(ret_wrong->member, sizeof ret_wrong->member, wrong);
    return -EPROTO;
}

void making_print(struct buf *out, const struct making *m)
{
    shape_print(out, &making_shape, m);
}

/* An id holds nothing that JSON or an address would have to escape. */
struct bytes *making_text(const char *id)
{
    cleanup_buf struct buf out;
    buf_init(&out, 1024);
    buf_addf(&out, "{\"id\":\"%s\",\"address\":\"/m/%s\",\"desk\":\"/desk/%s\"}", id, id, id);
    return buf_to_bytes(&out);
}
