#include "pacer.h"

#include <string.h>

/* What is behind by more than this (a stall) moves all that follows. */
#define BEHIND_NS (200 * (int64_t)GST_MSECOND)
/* From the first buffer to its time: the rest of the round's beginning comes meanwhile. */
#define LEAD_NS (150 * (int64_t)GST_MSECOND)

struct queued {
    GstBuffer *buffer;
    int64_t at; /* ns since the pacer's beginning */
};

struct lane {
    struct queued queue[PACER_VIDEO > PACER_AUDIO ? PACER_VIDEO : PACER_AUDIO];
    int first, count, room;
};

struct pacer {
    atomic_int refs;
    struct source *s;
    struct outlet *outlet;
    GMutex lock; /* what follows */
    GCond changed;
    bool shut;
    struct lane video, audio;
    int64_t round_at;  /* where this round begins, ns since the pacer's beginning */
    int64_t round_end; /* where what came of it ends */
    int64_t media;     /* media time of the pacer's beginning; known when `begun` */
    bool begun;
};

struct pacer *pacer_ref(struct pacer *p)
{
    atomic_fetch_add(&p->refs, 1);
    return p;
}

static struct queued *head(struct lane *l)
{
    return l->count ? &l->queue[l->first] : NULL;
}

static GstBuffer *take(struct lane *l)
{
    GstBuffer *b = l->queue[l->first].buffer;
    l->first = (l->first + 1) % l->room;
    l->count--;
    return b;
}

void pacer_unref(struct pacer *p)
{
    if (atomic_fetch_sub(&p->refs, 1) != 1)
        return;
    while (p->video.count)
        gst_buffer_unref(take(&p->video));
    while (p->audio.count)
        gst_buffer_unref(take(&p->audio));
    g_mutex_clear(&p->lock);
    g_cond_clear(&p->changed);
    outlet_unref(p->outlet);
    source_unref(p->s);
    free(p);
}

/* The lane whose buffer is due first, or NULL. */
static struct lane *next_lane(struct pacer *p)
{
    const struct queued *v = head(&p->video), *a = head(&p->audio);
    return v && (!a || v->at <= a->at) ? &p->video : a ? &p->audio : NULL;
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
            p->media = now + LEAD_NS - head(l)->at;
        p->begun = true;
        int64_t late = now - (p->media + head(l)->at);
        if (late > BEHIND_NS)
            p->media += late;
        if (late >= 0)
            return l;
        g_cond_wait_until(&p->changed, &p->lock, g_get_monotonic_time() - late / 1000);
    }
    return NULL;
}

static gpointer run(gpointer data)
{
    struct pacer *p = data;
    struct lane *l;
    g_mutex_lock(&p->lock);
    while ((l = wait_for_due(p))) {
        GstClockTime pts = (GstClockTime)(p->media + head(l)->at);
        GstBuffer *b = take(l);
        g_cond_broadcast(&p->changed);
        g_mutex_unlock(&p->lock);
        if (l == &p->video)
            outlet_video(p->outlet, b, pts);
        else
            outlet_audio(p->outlet, b, pts);
        g_mutex_lock(&p->lock);
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
    p->video.room = PACER_VIDEO;
    p->audio.room = PACER_AUDIO;
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

static void put(struct pacer *p, struct lane *l, GstBuffer *b, GstClockTime pts)
{
    g_mutex_lock(&p->lock);
    while (!p->shut && l->count == l->room)
        g_cond_wait(&p->changed, &p->lock);
    if (p->shut) {
        gst_buffer_unref(b);
    } else {
        int64_t at = p->round_at + (int64_t)pts;
        int64_t duration = GST_BUFFER_DURATION_IS_VALID(b) ? (int64_t)GST_BUFFER_DURATION(b) : 0;
        p->round_end = at + duration > p->round_end ? at + duration : p->round_end;
        l->queue[(l->first + l->count++) % l->room] = (struct queued){b, at};
        g_cond_broadcast(&p->changed);
    }
    g_mutex_unlock(&p->lock);
}

void pacer_put_video(void *pacer, GstBuffer *frame, GstClockTime pts)
{
    struct pacer *p = pacer;
    put(p, &p->video, frame, pts);
}

void pacer_put_audio(void *pacer, GstBuffer *sound, GstClockTime pts)
{
    struct pacer *p = pacer;
    put(p, &p->audio, sound, pts);
}

void pacer_next_round(struct pacer *p)
{
    g_mutex_lock(&p->lock);
    p->round_at = p->round_end;
    g_mutex_unlock(&p->lock);
}

bool pacer_drain(struct pacer *p, int64_t timeout_us)
{
    gint64 end = g_get_monotonic_time() + timeout_us;
    g_mutex_lock(&p->lock);
    while (!p->shut && (p->video.count || p->audio.count) &&
           g_cond_wait_until(&p->changed, &p->lock, end))
        ;
    bool all = !p->video.count && !p->audio.count;
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
