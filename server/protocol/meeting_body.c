#include "protocol/meeting_body.h"

#include "protocol/shape_json.h"

#include <errno.h>
#include <string.h>

#define ERASED "—"

int meeting_body_print(const struct meeting_event *event, struct buf *out,
                       struct meeting_side ret_sides[MEETING_BODY_SIDES])
{
    const struct shape *shape = event->fact->body;
    int sides = 0;
    for (size_t i = 0; i < shape->count; i++) {
        const struct shape_field *f = &shape->fields[i];
        const char *text = (const char *)event->body + f->offset;
        if (f->kind != SHAPE_SIDE_TEXT || text[0] == 0)
            continue;
        if (sides == MEETING_BODY_SIDES)
            return -E2BIG;
        ret_sides[sides++] = (struct meeting_side){f->name, text};
    }
    buf_addf(out, "{\"v\":%d", event->fact->version);
    size_t before = out->size + 1;
    buf_add_u8(out, ',');
    shape_print_members(out, shape, event->body, SHAPE_WITHOUT_SIDES);
    if (out->size == before)
        out->size--; /* nothing follows the comma */
    buf_add_u8(out, '}');
    return out->error ? out->error : sides;
}

static void take_sides(const struct shape *shape, const struct meeting_side *sides, size_t count,
                       char *ret)
{
    for (size_t i = 0; i < shape->count; i++) {
        const struct shape_field *f = &shape->fields[i];
        for (size_t k = 0; f->kind == SHAPE_SIDE_TEXT && k < count; k++)
            if (strcmp(sides[k].name, f->name) == 0)
                shape_text_copy(ret + f->offset, f->size, sides[k].text ? sides[k].text : ERASED);
    }
}

int meeting_body_read(const struct fact *fact, uint32_t version, const char *text,
                      const struct meeting_side *sides, size_t side_count, void *ret)
{
    if (version != (uint32_t)fact->version)
        return -ENOTSUP;
    json_t *j = json_loads(text, 0, NULL);
    if (!j)
        return -EBADMSG;
    memset(ret, 0, fact->body->size);
    int r = shape_read_body(j, fact->body, ret);
    json_decref(j);
    if (r < 0)
        return -EBADMSG;
    take_sides(fact->body, sides, side_count, ret);
    return shape_check(fact->body, ret) ? -EBADMSG : 0;
}
