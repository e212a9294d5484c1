#include "pacer.h"

#include <string.h>

/* What is behind by more than this (a stall) moves all that follows. */
#define BEHIND_NS (200 * (int64_t)GST_MSECOND)
/* What is due only after this (a damaged stamp) is due now. */
#define AHEAD_NS (10 * (int64_t)GST_SECOND)
/* From the first buffer to its time: the rest of the round's beginning comes meanwhile. */
#define LEAD_NS (150 * (int64_t)GST_MSECOND)

/* Decoded ones first: of two that are due together, the frame goes before its unit's successor. */
enum lane_kind { FRAMES, SOUNDS, PICTURE_UNITS, SOUND_UNITS, LANES };

struct queued {
    GstBuffer *buffer;
    GstCaps *caps;   /* of a unit */
    int64_t at, dts; /* ns since the pacer's beginning */
};

struct lane {
    struct queued queue[PACER_UNITS];
    int first, count, room;
};

struct pacer {
    atomic_int refs;
    struct source *s;
    struct outlet *outlet;
    GMutex lock; /* what follows */
    GCond changed;
    bool shut;
    struct lane lanes[LANES];
    int64_t round_at;  /* where this round begins, ns since the pacer's beginning */
    int64_t round_end; /* where what came of it ends */
    int64_t media;     /* media time of the pacer's beginning; known when `begun` */
    bool begun;
    bool sending; /* one that is in no lane any more */
};

struct pacer *pacer_ref(struct pacer *p)
{
    atomic_fetch_add(&p->refs, 1);
    return p;
}

static struct queued take(struct lane *l)
{
    struct queued q = l->queue[l->first];
    l->first = (l->first + 1) % l->room;
    l->count--;
    return q;
}

static void drop(struct queued *q)
{
    gst_buffer_unref(q->buffer);
    gst_clear_caps(&q->caps);
}

void pacer_unref(struct pacer *p)
{
    if (atomic_fetch_sub(&p->refs, 1) != 1)
        return;
    for (int i = 0; i < LANES; i++) {
        while (p->lanes[i].count) {
            struct queued q = take(&p->lanes[i]);
            drop(&q);
        }
    }
    g_mutex_clear(&p->lock);
    g_cond_clear(&p->changed);
    outlet_unref(p->outlet);
    source_unref(p->s);
    free(p);
}

/* When a lane's first buffer is due: a unit when it is to be decoded. */
static int64_t due(const struct lane *l)
{
    return l->count ? l->queue[l->first].dts : INT64_MAX;
}

/* The lane whose buffer is due first, or NULL. */
static struct lane *next_lane(struct pacer *p)
{
    struct lane *next = NULL;
    for (int i = 0; i < LANES; i++) {
        if (p->lanes[i].count && (!next || due(&p->lanes[i]) < due(next)))
            next = &p->lanes[i];
    }
    return next;
}

/* Waits for a buffer's time. Returns its lane, or NULL when shut. */
static struct lane *wait_for_due(struct pacer *p)
{
    while (!p->shut) {
        struct lane *l = next_lane(p);
        if (!l) {
            g_cond_wait(&p->changed, &p->lock);
            continue;
        }
        int64_t now = (int64_t)format_now(p->s->format);
        if (!p->begun)
            p->media = now + LEAD_NS - due(l);
        p->begun = true;
        int64_t late = now - (p->media + due(l));
        if (late > BEHIND_NS || late < -AHEAD_NS) {
            p->media += late;
            late = 0;
        }
        if (late >= 0)
            return l;
        g_cond_wait_until(&p->changed, &p->lock, g_get_monotonic_time() - late / 1000);
    }
    return NULL;
}

static void send(struct pacer *p, enum lane_kind kind, const struct queued *q, int64_t media)
{
    outlet_set_offset(p->outlet, media);
    if (kind == FRAMES)
        outlet_video(p->outlet, q->buffer, (GstClockTime)q->at);
    else if (kind == SOUNDS)
        outlet_audio(p->outlet, q->buffer, (GstClockTime)q->at);
    else
        outlet_unit(p->outlet, kind == PICTURE_UNITS ? SOURCE_VIDEO : SOURCE_AUDIO, q->buffer,
                    q->caps, q->at, q->dts);
    if (q->caps)
        gst_caps_unref(q->caps);
}

static gpointer run(gpointer data)
{
    struct pacer *p = data;
    struct lane *l;
    g_mutex_lock(&p->lock);
    while ((l = wait_for_due(p))) {
        struct queued q = take(l);
        int64_t media = p->media;
        p->sending = true;
        g_cond_broadcast(&p->changed);
        g_mutex_unlock(&p->lock);
        send(p, (enum lane_kind)(l - p->lanes), &q, media);
        g_mutex_lock(&p->lock);
        p->sending = false;
        g_cond_broadcast(&p->changed);
    }
    g_mutex_unlock(&p->lock);
    pacer_unref(p);
    return NULL;
}

struct pacer *pacer_create(struct source *s, struct outlet *outlet)
{
    struct pacer *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    atomic_init(&p->refs, 1);
    p->s = source_ref(s);
    p->outlet = outlet_ref(outlet);
    p->lanes[FRAMES].room = PACER_VIDEO;
    p->lanes[SOUNDS].room = PACER_AUDIO;
    p->lanes[PICTURE_UNITS].room = p->lanes[SOUND_UNITS].room = PACER_UNITS;
    g_mutex_init(&p->lock);
    g_cond_init(&p->changed);
    GThread *thread = g_thread_try_new("pacer", run, pacer_ref(p), NULL);
    if (!thread) {
        pacer_unref(p);
        pacer_unref(p);
        return NULL;
    }
    g_thread_unref(thread);
    return p;
}

/* `q` tells its times since the round's beginning. Takes what it holds. */
static void put(struct pacer *p, enum lane_kind kind, struct queued q)
{
    struct lane *l = &p->lanes[kind];
    g_mutex_lock(&p->lock);
    while (!p->shut && l->count == l->room)
        g_cond_wait(&p->changed, &p->lock);
    if (p->shut) {
        drop(&q);
    } else {
        int64_t duration =
            GST_BUFFER_DURATION_IS_VALID(q.buffer) ? (int64_t)GST_BUFFER_DURATION(q.buffer) : 0;
        q.at += p->round_at;
        q.dts += p->round_at;
        p->round_end = MAX(p->round_end, q.at + duration);
        l->queue[(l->first + l->count++) % l->room] = q;
        g_cond_broadcast(&p->changed);
    }
    g_mutex_unlock(&p->lock);
}

void pacer_put_video(void *pacer, GstBuffer *frame, GstClockTime pts)
{
    put(pacer, FRAMES, (struct queued){frame, NULL, (int64_t)pts, (int64_t)pts});
}

void pacer_put_audio(void *pacer, GstBuffer *sound, GstClockTime pts)
{
    put(pacer, SOUNDS, (struct queued){sound, NULL, (int64_t)pts, (int64_t)pts});
}

void pacer_put_unit(void *pacer, enum source_track track, GstBuffer *unit, GstCaps *caps,
                    int64_t pts, int64_t dts)
{
    put(pacer, track == SOURCE_VIDEO ? PICTURE_UNITS : SOUND_UNITS,
        (struct queued){unit, gst_caps_ref(caps), pts, dts});
}

bool pacer_next_round(struct pacer *p)
{
    g_mutex_lock(&p->lock);
    bool any = p->round_end > p->round_at;
    p->round_at = p->round_end;
    g_mutex_unlock(&p->lock);
    return any;
}

bool pacer_drain(struct pacer *p, int64_t timeout_us)
{
    gint64 end = g_get_monotonic_time() + timeout_us;
    g_mutex_lock(&p->lock);
    while (!p->shut && (next_lane(p) || p->sending) &&
           g_cond_wait_until(&p->changed, &p->lock, end))
        ;
    bool all = !next_lane(p) && !p->sending;
    g_mutex_unlock(&p->lock);
    return all;
}

void pacer_shut(struct pacer *p)
{
    g_mutex_lock(&p->lock);
    p->shut = true;
    g_cond_broadcast(&p->changed);
    g_mutex_unlock(&p->lock);
}
