#include "outlet.h"

#include "base/clock.h"
#include "joined_sound.h"
#include "own_encoder.h"
#include "timeline.h"
#include "units.h"

#include <stdio.h>
#include <string.h>

/* A source of few frames a second is silent after so many of its intervals, up to a limit. */
#define SLOW_INTERVALS 3
#define SLOW_LIMIT_US 3000000

/* What comes earlier than this before its time waits, in its own streaming thread: multiplexers
 * send sound in bursts of some hundred milliseconds. */
#define EARLY_NS (120 * (int64_t)GST_MSECOND)
/* What comes so soon after a wait stood behind it: it is taken as ready so long after it came as
 * the usual one before. */
#define BEHIND_WAIT_NS (60 * (int64_t)GST_MSECOND)
#define USUAL_DECODING_NS (40 * (int64_t)GST_MSECOND)
#define CAME_KNOWN 128
/* Parsers count sound's samples: their stamps are so much beside the packets'. */
#define ROUNDING_NS (5 * (int64_t)GST_MSECOND)

/* A track's buffers that wait: for the offset, or for their time. */
struct lane {
    struct {
        GstBuffer *buffer;
        int64_t pts, arrival;
    } kept[OUTLET_KEPT];
    int count;
    int64_t waited;      /* media time at which the newest wait ended; 0: none */
    int64_t decoding_ns; /* from coming to being decoded, lately */
    int came_next;
    struct {
        int64_t pts, at; /* at 0: empty */
    } came[CAME_KNOWN];
};

struct outlet {
    atomic_int refs;
    struct source *s;
    bool paced;

    pthread_mutex_t lock; /* all that follows */
    pthread_cond_t closing;
    bool closed;
    struct timeline timeline;
    int64_t paced_offset;
    struct lane lanes[TIMELINE_TRACKS];

    enum reason note;
    char note_detail[200];
    bool live;                    /* said, and not taken back */
    int64_t last_us, interval_us; /* boot clock of the newest buffer; the usual distance */

    bool video_joins; /* on to what went out */

    struct units units;
    struct own_encoder *own_sound; /* NULL: goes as it came, or not at all */

    struct joined_sound *sound;
};

struct outlet *outlet_ref(struct outlet *o)
{
    atomic_fetch_add(&o->refs, 1);
    return o;
}

static void forget(struct outlet *o)
{
    for (int k = 0; k < TIMELINE_TRACKS; k++) {
        for (int i = 0; i < o->lanes[k].count; i++)
            gst_buffer_unref(o->lanes[k].kept[i].buffer);
        o->lanes[k].count = 0;
    }
    units_forget(&o->units);
}

void outlet_unref(struct outlet *o)
{
    if (atomic_fetch_sub(&o->refs, 1) != 1)
        return;
    forget(o);
    own_encoder_destroy(o->own_sound);
    joined_sound_destroy(o->sound);
    pthread_mutex_destroy(&o->lock);
    pthread_cond_destroy(&o->closing);
    source_unref(o->s);
    free(o);
}

static void keep(struct lane *l, GstBuffer *buffer, int64_t pts, int64_t arrival)
{
    if (l->count == OUTLET_KEPT) {
        gst_buffer_unref(l->kept[0].buffer);
        l->count--;
        memmove(l->kept, l->kept + 1, (size_t)l->count * sizeof l->kept[0]);
    }
    l->kept[l->count].buffer = buffer;
    l->kept[l->count].pts = pts;
    l->kept[l->count++].arrival = arrival;
}

static void say_live(struct outlet *o)
{
    if (!o->live)
        source_set_state(o->s, SOURCE_LIVE, o->note, o->note_detail);
    o->live = true;
}

static void send_video(struct outlet *o, GstBuffer *frame, int64_t media)
{
    if (media <= atomic_load(&o->s->video_until_ns)) {
        gst_buffer_unref(frame);
        return;
    }
    frame = gst_buffer_make_writable(frame);
    GST_BUFFER_PTS(frame) = (GstClockTime)media;
    GST_BUFFER_DTS(frame) = GST_CLOCK_TIME_NONE;
    if (o->video_joins)
        GST_BUFFER_FLAG_UNSET(frame, GST_BUFFER_FLAG_DISCONT);
    else
        GST_BUFFER_FLAG_SET(frame, GST_BUFFER_FLAG_DISCONT);
    o->video_joins = true;
    atomic_store(&o->s->video_until_ns, media);
    say_live(o);
    source_emit_video(o->s, frame);
}

static void on_piece(void *ctx, GstBuffer *piece)
{
    struct outlet *o = ctx;
    GstClockTime end = GST_BUFFER_PTS(piece) + GST_BUFFER_DURATION(piece);
    atomic_store(&o->s->sound_until_ns, (long long)end + 1);
    say_live(o);
    if (o->own_sound)
        own_encoder_push(o->own_sound, piece);
    source_emit_audio(o->s, piece);
}

struct outlet *outlet_create(struct source *s, bool paced)
{
    struct outlet *o = calloc(1, sizeof *o);
    if (!o)
        return NULL;
    o->sound = joined_sound_create((double)atomic_load(&s->sound_until_ns), on_piece, o);
    if (!o->sound) {
        free(o);
        return NULL;
    }
    atomic_init(&o->refs, 1);
    o->s = source_ref(s);
    o->paced = paced;
    timeline_init(&o->timeline);
    pthread_mutex_init(&o->lock, NULL);
    source_init_condition(&o->closing);
    return o;
}

static void send_audio(struct outlet *o, GstBuffer *sound, int64_t media)
{
    GstMapInfo map;
    if (gst_buffer_map(sound, &map, GST_MAP_READ)) {
        joined_sound_push(o->sound, (const float *)(const void *)map.data,
                          map.size / FORMAT_AUDIO_FRAME_BYTES, media);
        gst_buffer_unmap(sound, &map);
    }
    gst_buffer_unref(sound);
}

static void note_arrival(struct outlet *o)
{
    int64_t now = clock_boot_us();
    int64_t interval = now - o->last_us;
    if (o->last_us && interval < SLOW_LIMIT_US)
        o->interval_us += (interval - o->interval_us) / 8;
    o->last_us = now;
}

/* Under the lock, which is let go meanwhile: waits while it is too early. Returns whether it may go
 * out. */
static bool wait_until_due(struct outlet *o, enum timeline_track track, int64_t media)
{
    int64_t now = (int64_t)format_now(o->s->format);
    while (!o->closed && !o->paced && media - now > EARLY_NS) {
        int64_t wait = media - now - EARLY_NS;
        struct timespec until;
        source_wait_until(wait / 1000 + 1, &until);
        pthread_cond_timedwait(&o->closing, &o->lock, &until);
        now = o->lanes[track].waited = (int64_t)format_now(o->s->format);
    }
    return !o->closed;
}

static void send(struct outlet *o, enum timeline_track track, GstBuffer *buffer, int64_t media)
{
    if (track == TIMELINE_VIDEO)
        send_video(o, buffer, media);
    else
        send_audio(o, buffer, media);
}

/* Sends what is kept of a track, on the track's own thread. What was held at the beginning and is
 * late by now does not go. */
static void drain(struct outlet *o, enum timeline_track track)
{
    struct lane *l = &o->lanes[track];
    while (!o->closed && o->timeline.running && l->count) {
        GstBuffer *buffer = l->kept[0].buffer;
        int64_t pts = l->kept[0].pts, media = timeline_map(&o->timeline, pts);
        bool held = l->kept[0].arrival < o->timeline.chosen;
        l->count--;
        memmove(l->kept, l->kept + 1, (size_t)l->count * sizeof l->kept[0]);
        if (track == TIMELINE_VIDEO)
            units_media_of(&o->units, pts, &media);
        int64_t late = (int64_t)format_now(o->s->format) - media;
        if ((held && late > TIMELINE_LATE_NS) || !wait_until_due(o, track, media))
            gst_buffer_unref(buffer);
        else
            send(o, track, buffer, media);
    }
}

/* When the buffer came from the network; INT64_MIN where that is not known. A packet may hold
 * several of sound, of which only the first one's stamp is known. */
static int64_t came_at(const struct lane *l, int64_t pts)
{
    int64_t nearest = INT64_MIN, at = INT64_MIN;
    for (int i = 0; i < CAME_KNOWN; i++) {
        if (l->came[i].at && l->came[i].pts <= pts + ROUNDING_NS && l->came[i].pts > nearest &&
            pts - l->came[i].pts < (int64_t)GST_SECOND) {
            nearest = l->came[i].pts;
            at = l->came[i].at;
        }
    }
    return at;
}

/* When it could have gone out, had we not let it wait. */
static int64_t ready_at(struct lane *l, int64_t now, int64_t came)
{
    if (!l->waited || now - l->waited > BEHIND_WAIT_NS) {
        l->decoding_ns += (now - came - l->decoding_ns) / 8;
        return now;
    }
    int64_t ready = came + (l->decoding_ns ? l->decoding_ns : USUAL_DECODING_NS);
    return ready < now ? ready : now;
}

static void take_live(struct outlet *o, enum timeline_track track, GstBuffer *buffer, int64_t pts)
{
    int64_t now = (int64_t)format_now(o->s->format);
    int64_t came = came_at(&o->lanes[track], pts);
    int64_t ready = came == INT64_MIN ? now : ready_at(&o->lanes[track], now, came);
    switch (timeline_add(&o->timeline, track, ready, pts, came == INT64_MIN ? ready : came)) {
    case TIMELINE_DROP:
        gst_buffer_unref(buffer);
        return;
    case TIMELINE_RESTART:
        forget(o);
        o->video_joins = false;
        break;
    default:
        break;
    }
    keep(&o->lanes[track], buffer, pts, now);
    if (o->timeline.running)
        units_send_kept(&o->units, o->s, o->timeline.offset);
    drain(o, track);
}

static void take(struct outlet *o, enum timeline_track track, GstBuffer *buffer, GstClockTime pts)
{
    pthread_mutex_lock(&o->lock);
    if (o->closed || !GST_CLOCK_TIME_IS_VALID(pts)) {
        gst_buffer_unref(buffer);
    } else {
        note_arrival(o);
        int64_t media = (int64_t)pts + o->paced_offset;
        if (o->paced && track == TIMELINE_VIDEO)
            units_media_of(&o->units, (int64_t)pts, &media);
        if (o->paced)
            send(o, track, buffer, media);
        else
            take_live(o, track, buffer, (int64_t)pts);
    }
    pthread_mutex_unlock(&o->lock);
}

void outlet_set_offset(struct outlet *o, int64_t offset)
{
    pthread_mutex_lock(&o->lock);
    o->paced_offset = offset;
    pthread_mutex_unlock(&o->lock);
}

void outlet_came(struct outlet *o, enum source_track track, GstClockTime pts)
{
    if (!GST_CLOCK_TIME_IS_VALID(pts) || o->paced)
        return;
    int64_t now = (int64_t)format_now(o->s->format);
    pthread_mutex_lock(&o->lock);
    struct lane *l = &o->lanes[track == SOURCE_VIDEO ? TIMELINE_VIDEO : TIMELINE_AUDIO];
    l->came[l->came_next].pts = (int64_t)pts;
    l->came[l->came_next].at = now;
    l->came_next = (l->came_next + 1) % CAME_KNOWN;
    pthread_mutex_unlock(&o->lock);
}

void outlet_video(struct outlet *o, GstBuffer *frame, GstClockTime pts)
{
    take(o, TIMELINE_VIDEO, frame, pts);
}

void outlet_audio(struct outlet *o, GstBuffer *sound, GstClockTime pts)
{
    take(o, TIMELINE_AUDIO, sound, pts);
}

void outlet_unit(struct outlet *o, enum source_track track, GstBuffer *unit, GstCaps *caps,
                 int64_t pts, int64_t dts)
{
    const struct unit made = {track, unit, gst_caps_ref(caps), pts, dts};
    pthread_mutex_lock(&o->lock);
    if (o->timeline.running)
        wait_until_due(o, track == SOURCE_VIDEO ? TIMELINE_VIDEO : TIMELINE_AUDIO,
                       dts + o->timeline.offset);
    if (!o->closed && (o->paced || o->timeline.running)) {
        units_send(&o->units, o->s, &made, o->paced ? o->paced_offset : o->timeline.offset);
    } else {
        units_keep(&o->units, &made);
        if (o->closed)
            units_forget(&o->units);
    }
    pthread_mutex_unlock(&o->lock);
}

void outlet_encode_sound(struct outlet *o)
{
    pthread_mutex_lock(&o->lock);
    if (!o->own_sound && !o->closed)
        o->own_sound = own_encoder_create(o->s, SOURCE_AUDIO);
    pthread_mutex_unlock(&o->lock);
}

void outlet_set_note(struct outlet *o, enum reason reason, const char *detail)
{
    pthread_mutex_lock(&o->lock);
    o->note = reason;
    snprintf(o->note_detail, sizeof o->note_detail, "%s", detail);
    if (o->live && !o->closed)
        source_set_state(o->s, SOURCE_LIVE, reason, o->note_detail);
    pthread_mutex_unlock(&o->lock);
}

void outlet_say_waiting(struct outlet *o)
{
    pthread_mutex_lock(&o->lock);
    if (!o->live && !o->last_us && !o->closed)
        source_set_state(o->s, SOURCE_WAITING, 0, NULL);
    pthread_mutex_unlock(&o->lock);
}

void outlet_take_back(struct outlet *o)
{
    pthread_mutex_lock(&o->lock);
    o->live = false;
    pthread_mutex_unlock(&o->lock);
}

void outlet_close(struct outlet *o)
{
    pthread_mutex_lock(&o->lock);
    o->closed = true;
    pthread_cond_broadcast(&o->closing);
    pthread_mutex_unlock(&o->lock);
}

int64_t outlet_watch(struct outlet *o)
{
    pthread_mutex_lock(&o->lock);
    int64_t silent = o->last_us ? clock_boot_us() - o->last_us : INT64_MAX;
    int64_t patience = SLOW_INTERVALS * o->interval_us;
    patience = patience < SOURCE_SILENT_US ? SOURCE_SILENT_US
               : patience > SLOW_LIMIT_US  ? SLOW_LIMIT_US
                                           : patience;
    bool lost = o->live && !o->closed && silent != INT64_MAX && silent > patience;
    if (lost)
        o->live = false;
    double ppm = drift_ppm(&o->timeline.drift);
    if (lost)
        source_set_state(o->s, SOURCE_FAILED, REASON_SILENT, NULL);
    pthread_mutex_unlock(&o->lock);
    source_set_drift(o->s, ppm);
    return silent;
}
