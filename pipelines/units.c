#include "units.h"

#include <string.h>

/* A unit that would step back comes so much after the one before it. */
#define STEP_NS (1 * (int64_t)GST_MSECOND)
#define USUAL_DURATION_NS (40 * (int64_t)GST_MSECOND)

static void drop(const struct unit *unit)
{
    gst_buffer_unref(unit->buffer);
    gst_caps_unref(unit->caps);
}

void units_keep(struct units *u, const struct unit *unit)
{
    if (u->count == UNITS_KEPT) {
        drop(&u->kept[0]);
        u->count--;
        memmove(u->kept, u->kept + 1, (size_t)u->count * sizeof u->kept[0]);
    }
    u->kept[u->count++] = *unit;
}

/* What lasts until the next one, as far as it is known. */
static GstClockTime duration_of(struct units *u, const struct unit *unit, int64_t since_last)
{
    int64_t *usual = &u->duration[unit->track];
    if (GST_BUFFER_DURATION_IS_VALID(unit->buffer))
        *usual = (int64_t)GST_BUFFER_DURATION(unit->buffer);
    else if (since_last > STEP_NS && since_last < (int64_t)GST_SECOND)
        *usual = since_last;
    return (GstClockTime)(*usual ? *usual : USUAL_DURATION_NS);
}

void units_send(struct units *u, struct source *s, const struct unit *unit, int64_t offset)
{
    bool video = unit->track == SOURCE_VIDEO;
    atomic_llong *until = video ? &s->picture_unit_ns : &s->sound_unit_ns;
    int64_t pts = unit->pts + offset, dts = unit->dts + offset, last = atomic_load(until);
    bool begins = !u->began[unit->track];
    bool key = !GST_BUFFER_FLAG_IS_SET(unit->buffer, GST_BUFFER_FLAG_DELTA_UNIT);
    if (dts < 0 || (video && begins && !key) || (!video && pts <= last)) {
        drop(unit);
        return;
    }
    int64_t since_last = dts - last;
    dts = dts <= last ? last + STEP_NS : dts;
    pts = pts < dts ? dts : pts;
    if (video) {
        u->times[u->known].pts = unit->pts;
        u->times[u->known].media = pts;
        u->known = (u->known + 1) % UNITS_KNOWN;
    }
    GstBuffer *b = gst_buffer_make_writable(unit->buffer);
    GST_BUFFER_PTS(b) = (GstClockTime)pts;
    GST_BUFFER_DTS(b) = (GstClockTime)(video ? dts : pts);
    GST_BUFFER_DURATION(b) = duration_of(u, unit, since_last);
    if (begins)
        GST_BUFFER_FLAG_SET(b, GST_BUFFER_FLAG_DISCONT);
    else
        GST_BUFFER_FLAG_UNSET(b, GST_BUFFER_FLAG_DISCONT);
    u->began[unit->track] = true;
    atomic_store(until, video ? dts : pts);
    source_emit_encoded(s, unit->track, b, unit->caps);
    gst_caps_unref(unit->caps);
}

void units_send_kept(struct units *u, struct source *s, int64_t offset)
{
    for (int i = 0; i < u->count; i++)
        units_send(u, s, &u->kept[i], offset);
    u->count = 0;
}

void units_forget(struct units *u)
{
    for (int i = 0; i < u->count; i++)
        drop(&u->kept[i]);
    u->count = 0;
    memset(u->began, 0, sizeof u->began);
    memset(u->times, 0, sizeof u->times);
}

bool units_media_of(const struct units *u, int64_t pts, int64_t *ret_media)
{
    for (int i = 0; i < UNITS_KNOWN; i++) {
        if (u->times[i].media && u->times[i].pts == pts) {
            *ret_media = u->times[i].media;
            return true;
        }
    }
    return false;
}
