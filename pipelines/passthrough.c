#include "passthrough.h"

#include "ground.h"
#include "slate.h"

#include <errno.h>
#include <string.h>

/* Two units are at least so far apart. */
#define STEP_NS 20000

struct passthrough {
    const struct format *format;
    const struct passthrough_ops *ops;
    void *ctx;
    uint64_t grid_ns;
    GMutex lock;          /* what follows */
    struct still still;   /* the slate */
    struct still next;    /* takes its place where the slate begins anew; count 0: none */
    GstClockTime came_ns; /* when the last unit of a source came; 0: never, or it was covered */
    bool covered;
    bool slate;          /* the slate is shown */
    int next_unit;       /* of the slate */
    uint64_t cell;       /* of the slate's last keyframe */
    int64_t last_dts_ns; /* of what went out last */
    int64_t end_ns;      /* where what went out ends, decode time; 0: nothing did */
};

static int still_units(const struct spec *spec)
{
    int64_t frames = spec->grid_us * spec->frame_rate_num / spec->frame_rate_den / G_USEC_PER_SEC;
    return (int)CLAMP(frames, 2, STILL_MAX_UNITS);
}

int passthrough_draw(const struct spec *spec, const struct format *format, const char *title,
                     const char *language, struct still *ret, char ret_reason[256])
{
    struct format large = *format;
    large.width = spec->renditions[0].width;
    large.height = spec->renditions[0].height;
    GstBuffer *picture = slate_draw(&large, title, language, ret_reason);
    if (!picture)
        return -EINVAL;
    struct still still = {0};
    int r = still_encode(&large, &spec->renditions[0], picture, still_units(spec), &still);
    gst_buffer_unref(picture);
    if (r < 0) {
        still_finish(&still);
        g_snprintf(ret_reason, 256, "the slate can't be encoded");
        return -EINVAL;
    }
    *ret = still;
    return 0;
}

int passthrough_create(const struct spec *spec, const struct format *format,
                       const struct passthrough_ops *ops, void *ctx, struct passthrough **ret,
                       char ret_reason[256])
{
    struct passthrough *p = g_new0(struct passthrough, 1);
    g_mutex_init(&p->lock);
    p->format = format;
    p->ops = ops;
    p->ctx = ctx;
    p->grid_ns = (uint64_t)spec->grid_us * 1000;
    int r = passthrough_draw(spec, format, spec->title, spec->language, &p->still, ret_reason);
    if (r < 0) {
        passthrough_destroy(p);
        return -EINVAL;
    }
    *ret = p;
    return 0;
}

/* Under the lock. What is moved forward becomes shorter, so that it ends where it did. */
static void put(struct passthrough *p, struct fragmenter_unit *unit)
{
    int64_t end_ns = unit->dts_ns + unit->duration_ns;
    if (unit->dts_ns < p->last_dts_ns + STEP_NS)
        unit->dts_ns = p->last_dts_ns + STEP_NS;
    unit->duration_ns = MAX(end_ns - unit->dts_ns, STEP_NS);
    p->last_dts_ns = unit->dts_ns;
    p->end_ns = end_ns;
    p->ops->unit(p->ctx, unit);
    if (unit->sync)
        p->ops->keyframe(p->ctx, unit->pts_ns);
}

static void put_config(struct passthrough *p, GstCaps *caps)
{
    const GstStructure *s = gst_caps_get_structure(caps, 0);
    const GValue *value = gst_structure_get_value(s, "codec_data");
    GstBuffer *config = value ? gst_value_get_buffer(value) : NULL;
    int width = 0, height = 0;
    gst_structure_get_int(s, "width", &width);
    gst_structure_get_int(s, "height", &height);
    GstMapInfo map;
    if (!config || !gst_buffer_map(config, &map, GST_MAP_READ))
        return;
    p->ops->config(p->ctx, map.data, map.size, width, height);
    gst_buffer_unmap(config, &map);
}

/* The first unit of another stream begins where the one before it ended, so that players find no
 * hole between the two, however far ahead of its time it came. */
static void fill(struct passthrough *p, const struct gop *gop, struct gop_times *times)
{
    if (!p->end_ns || times->dts_ns <= p->end_ns || times->pts_ns <= p->end_ns)
        return;
    int64_t end_ns =
        gop->count > 1 ? gop_times_late(gop, 1).dts_ns : times->dts_ns + times->duration_ns;
    times->dts_ns = times->pts_ns = p->end_ns;
    times->duration_ns = end_ns - p->end_ns;
}

static void put_unit(struct passthrough *p, const struct gop *gop, int i, bool begins)
{
    GstMapInfo map;
    if (!gst_buffer_map(gop->units[i], &map, GST_MAP_READ))
        return;
    struct gop_times times = gop_times_late(gop, i);
    if (begins && i == 0)
        fill(p, gop, &times);
    struct fragmenter_unit unit = {.data = map.data,
                                   .size = map.size,
                                   .pts_ns = times.pts_ns,
                                   .dts_ns = times.dts_ns,
                                   .duration_ns = times.duration_ns,
                                   .sync = i == 0};
    put(p, &unit);
    gst_buffer_unmap(gop->units[i], &map);
}

void passthrough_show(struct passthrough *p, const struct gop *gop, bool other)
{
    g_mutex_lock(&p->lock);
    if (p->covered) {
        g_mutex_unlock(&p->lock);
        return;
    }
    bool begins = other || p->slate || !p->came_ns;
    int from = begins ? 0 : gop->count - 1;
    p->slate = false;
    p->came_ns = format_now(p->format);
    if (from == 0)
        put_config(p, gop->caps);
    for (int i = from; i < gop->count; i++)
        put_unit(p, gop, i, begins);
    g_mutex_unlock(&p->lock);
}

/* Two keyframes never follow each other: both would carry the same idr_pic_id. */
static bool slate_begins(struct passthrough *p, uint64_t cell)
{
    return !p->slate || p->next_unit == p->still.count || (cell != p->cell && p->next_unit > 1);
}

/* Returns whether there was another slate. */
static bool take_next(struct passthrough *p)
{
    if (!p->next.count)
        return false;
    still_finish(&p->still);
    p->still = p->next;
    p->next = (struct still){0};
    return true;
}

static void put_slate(struct passthrough *p, GstClockTime frame_ns)
{
    const struct still *s = &p->still;
    uint64_t cell = frame_ns / p->grid_ns;
    int64_t end = (int64_t)ground_frame_at(p->format, frame_ns + 1);
    struct fragmenter_unit unit = {.pts_ns = (int64_t)frame_ns};
    if (slate_begins(p, cell)) {
        bool other = take_next(p);
        p->next_unit = 0;
        p->cell = cell;
        if (!p->slate || other)
            p->ops->config(p->ctx, s->config->data, s->config->size, s->width, s->height);
        if (!p->slate && p->end_ns)
            unit.pts_ns = MIN(unit.pts_ns, p->end_ns);
    }
    p->slate = true;
    unit.sync = p->next_unit == 0;
    unit.data = s->units[p->next_unit]->data;
    unit.size = s->units[p->next_unit]->size;
    unit.dts_ns = unit.pts_ns;
    unit.duration_ns = end - unit.pts_ns;
    p->next_unit++;
    put(p, &unit);
}

/* Under the lock. */
static bool slate_is_due(const struct passthrough *p, GstClockTime frame_ns)
{
    if (!p->came_ns) /* what a source sent ahead of its time is shown first */
        return (int64_t)frame_ns >= p->end_ns;
    return format_now(p->format) > p->came_ns + PASSTHROUGH_SILENT_NS;
}

void passthrough_beat(struct passthrough *p, GstClockTime frame_ns)
{
    g_mutex_lock(&p->lock);
    if (slate_is_due(p, frame_ns))
        put_slate(p, frame_ns);
    g_mutex_unlock(&p->lock);
}

void passthrough_cover(struct passthrough *p, bool on)
{
    g_mutex_lock(&p->lock);
    if (on)
        p->came_ns = 0; /* what comes after begins at its keyframe */
    p->covered = on;
    g_mutex_unlock(&p->lock);
}

void passthrough_set_still(struct passthrough *p, struct still *still)
{
    g_mutex_lock(&p->lock);
    still_finish(&p->next);
    p->next = *still;
    *still = (struct still){0};
    g_mutex_unlock(&p->lock);
}

void passthrough_destroy(struct passthrough *p)
{
    if (!p)
        return;
    still_finish(&p->still);
    still_finish(&p->next);
    g_mutex_clear(&p->lock);
    g_free(p);
}
