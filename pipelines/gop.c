#include "gop.h"

void gop_init(struct gop *g)
{
    g->count = 0;
    g->bytes = 0;
    g->caps = NULL;
}

void gop_clear(struct gop *g)
{
    for (int i = 0; i < g->count; i++)
        gst_buffer_unref(g->units[i]);
    g->count = 0;
    g->bytes = 0;
}

void gop_finish(struct gop *g)
{
    gop_clear(g);
    gst_clear_caps(&g->caps);
}

static bool is_key(GstBuffer *unit)
{
    return !GST_BUFFER_FLAG_IS_SET(unit, GST_BUFFER_FLAG_DELTA_UNIT);
}

bool gop_add(struct gop *g, GstBuffer *unit, const GstCaps *caps)
{
    bool timed = GST_BUFFER_PTS_IS_VALID(unit) && GST_BUFFER_DTS_IS_VALID(unit);
    if (is_key(unit))
        gop_clear(g);
    g->bytes += gst_buffer_get_size(unit);
    bool follows =
        is_key(unit) || (g->count > 0 && !GST_BUFFER_FLAG_IS_SET(unit, GST_BUFFER_FLAG_DISCONT));
    if (!timed || !follows || g->count == GOP_MAX_UNITS || g->bytes > GOP_MAX_BYTES) {
        gst_buffer_unref(unit);
        gop_clear(g);
        return false;
    }
    gst_caps_replace(&g->caps, (GstCaps *)caps);
    g->units[g->count++] = unit;
    return true;
}

bool gop_is_key(const struct gop *g)
{
    return g->count == 1;
}

static int64_t squeezed(GstClockTime time, GstClockTime last)
{
    return (int64_t)last - ((int64_t)last - (int64_t)time) / GOP_SQUEEZE;
}

struct gop_times gop_times_late(const struct gop *g, int i)
{
    GstBuffer *unit = g->units[i], *last = g->units[g->count - 1];
    int64_t duration = GST_BUFFER_DURATION_IS_VALID(unit) ? (int64_t)GST_BUFFER_DURATION(unit) : 0;
    return (struct gop_times){
        .pts_ns = squeezed(GST_BUFFER_PTS(unit), GST_BUFFER_PTS(last)),
        .dts_ns = squeezed(GST_BUFFER_DTS(unit), GST_BUFFER_DTS(last)),
        .duration_ns = unit == last ? duration : duration / GOP_SQUEEZE,
    };
}
