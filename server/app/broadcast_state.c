#include "app/broadcast_state.h"
#include "protocol/event.h"

#include <string.h>

void broadcast_state_init(struct broadcast_state *s)
{
    *s = (struct broadcast_state){.state = BROADCAST_IDLE, .layout = LAYOUT_FULL};
}

/* Full where nothing is said; a name that a later version knew is full too. */
static int lay_out(struct broadcast_state *s, const char *body)
{
    char name[ID_MAX] = "";
    int r = event_body_text(body, "layout", name, sizeof name);
    enum layout layout = layout_from_name(name);
    if (r >= 0)
        s->layout = layout ? layout : LAYOUT_FULL;
    return r;
}

int broadcast_state_apply(struct broadcast_state *s, const char *type, int64_t at_utc_us,
                          int64_t media_us, const char *body)
{
    int r = 0;
    s->created = true;
    /* Before the meeting has an epoch all its events are at media time 0. */
    if (media_us > 0 || strcmp(type, "broadcast.started") == 0)
        s->utc_offset_us = at_utc_us - media_us;
    if (strcmp(type, "broadcast.started") == 0) {
        s->state = BROADCAST_LIVE;
        if (!s->began_utc_us)
            s->began_utc_us = at_utc_us;
        s->selected[0] = 0;
        s->muted = s->slate = false;
        s->layout = LAYOUT_FULL;
        r = event_body_flag(body, "record", &s->record);
    } else if (strcmp(type, "broadcast.stopped") == 0) {
        s->state = BROADCAST_ENDED;
        s->stopped_utc_us = at_utc_us;
    } else if (strcmp(type, "recording.started") == 0) {
        s->recorded = true;
    } else if (strcmp(type, "recording.requested") == 0) {
        r = event_body_flag(body, "on", &s->record);
    } else if (strcmp(type, "programme.muted") == 0) {
        r = event_body_flag(body, "on", &s->muted);
    } else if (strcmp(type, "programme.slated") == 0) {
        r = event_body_flag(body, "on", &s->slate);
    } else if (strcmp(type, "programme.laid_out") == 0) {
        r = lay_out(s, body);
    } else if (strcmp(type, "source.selected") == 0) {
        r = event_body_text(body, "source", s->selected, sizeof s->selected);
    }
    return r < 0 ? r : 0;
}
