#include "app/event_write.h"

#include "protocol/meeting_body.h"

#include <errno.h>

int event_write(struct store *s, const char *meeting, const struct meeting_event *e)
{
    struct meeting_side sides[MEETING_BODY_SIDES];
    struct store_side_draft drafts[MEETING_BODY_SIDES];
    cleanup_buf struct buf body;
    uint64_t seq;
    buf_init(&body, STORE_MAX_BODY_BYTES);
    int count = meeting_body_print(e, &body, sides);
    const char *text = buf_text(&body);
    if (count < 0 || !text)
        return count < 0 ? count : body.error;
    for (int i = 0; i < count; i++)
        drafts[i] = (struct store_side_draft){sides[i].name, sides[i].text};
    const struct store_draft draft = {.meeting = meeting,
                                      .at_utc_us = e->at_utc_us,
                                      .media_us = e->media_us,
                                      .actor = e->actor,
                                      .type = e->fact->name,
                                      .audience = e->audience,
                                      .version = (uint32_t)e->fact->version,
                                      .body = text,
                                      .sides = drafts,
                                      .side_count = (size_t)count};
    int r = store_add(s, &draft, &seq);
    return r < 0 ? r : seq == e->seq ? 0 : -EUCLEAN;
}
