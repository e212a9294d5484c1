#include "output.h"

#include "base/clock.h"
#include "base/log.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MEND_US 5000000
/* Gathered sound goes out where the next frame is so late: a few times the frames' distance, so
 * that encoders that let out several at once are not cut to pieces. */
#define LATE_SOUND_US 100000
/* What players are told of a sound that comes as it is; encoders send 96 to 192 kbit/s. */
#define PASSED_SOUND_BPS 160000

/* One track's way; its calls come one after another, under its lock (in `passthrough` a track's
 * units come from a source or from an encoder). */
struct way {
    struct output *output;
    pthread_mutex_t lock;
    struct fragmenter *fragmenter;
    struct track_init init; /* the newest told; bytes NULL: none yet */
    int64_t unit_us;        /* boot clock: when the last unit came */
};

struct output {
    struct link_tracks tracks;
    char *folder;
    int64_t epoch_boot_us, reserve_bytes;
    bool record; /* the main thread: wanted */
    int64_t mended_us;
    const struct publisher_ops *ops;
    void *ctx;
    struct publisher *publisher;
    struct way *sound;         /* what goes with the pictures; NULL: none */
    atomic_bool picture_waits; /* for sound: a picture came since the last */
    /* Set once it could be opened, and stays until the end; the encoders are gone by then, and the
     * publisher's thread looks at it under recorder_lock. */
    _Atomic(struct recorder *) recorder;
    pthread_mutex_t recorder_lock;
    _Atomic int64_t fragments;
    struct way ways[TRACK_MAX];
};

static void on_init(void *ctx, const struct track_init *init)
{
    struct way *way = ctx;
    struct output *o = way->output;
    bytes_unref(way->init.bytes);
    way->init = *init;
    way->init.bytes = bytes_ref(init->bytes);
    struct recorder *recorder = atomic_load(&o->recorder);
    if (recorder)
        recorder_add_init(recorder, init);
    publisher_add_init(o->publisher, init);
}

static void on_fragment(void *ctx, const struct fragment *fragment)
{
    struct output *o = ((struct way *)ctx)->output;
    struct recorder *recorder = atomic_load(&o->recorder);
    if (recorder)
        recorder_add_fragment(recorder, fragment);
    publisher_add_fragment(o->publisher, fragment);
    atomic_fetch_add(&o->fragments, 1);
}

static const struct fragmenter_ops fragmenter_ops = {.init = on_init, .fragment = on_fragment};

static void on_recorder_notice(void *ctx, const struct link_notice *notice)
{
    struct output *o = ctx;
    publisher_add_notice(o->publisher, notice);
}

static const struct recorder_ops recorder_ops = {.notice = on_recorder_notice};

static void on_status(void *ctx, struct link_status *ret)
{
    struct output *o = ctx;
    ret->recorder = RECORDER_FAILED;
    pthread_mutex_lock(&o->recorder_lock);
    struct recorder *recorder = atomic_load(&o->recorder);
    if (recorder)
        recorder_get_status(recorder, ret);
    pthread_mutex_unlock(&o->recorder_lock);
    ret->fragments = atomic_load(&o->fragments);
    o->ops->status(o->ctx, ret);
}

static void on_command(void *ctx, const struct link_command *command, uint64_t ticket)
{
    struct output *o = ctx;
    o->ops->command(o->ctx, command, ticket);
}

static void on_orphaned(void *ctx)
{
    struct output *o = ctx;
    o->ops->orphaned(o->ctx);
}

static const struct publisher_ops publisher_ops = {
    .status = on_status, .command = on_command, .orphaned = on_orphaned};

void output_tracks(const struct spec *spec, struct link_tracks *ret)
{
    memset(ret, 0, sizeof(*ret));
    ret->grid_us = spec->grid_us;
    for (int i = 0; i < spec->rendition_count; i++) {
        struct track *t = &ret->tracks[ret->count++];
        t->kind = TRACK_VIDEO;
        memcpy(t->name, spec->renditions[i].name, sizeof(t->name));
        t->bitrate_bps = (uint32_t)spec->renditions[i].bitrate_bps;
    }
    bool passed = spec->mode == MODE_PASSTHROUGH;
    if (passed)
        ret->tracks[ret->count++] =
            (struct track){.kind = TRACK_AUDIO, .name = "audio", .bitrate_bps = PASSED_SOUND_BPS};
    struct track *sound = &ret->tracks[ret->count++];
    *sound = (struct track){.kind = TRACK_AUDIO};
    snprintf(sound->name, sizeof(sound->name), passed ? "audio-low" : "audio");
    sound->bitrate_bps = (uint32_t)spec->audio_bitrate_bps;
    for (int i = 0; i < ret->count; i++)
        ret->tracks[i].id = (uint8_t)(i + 1);
}

static int open_recorder(struct output *o)
{
    struct recorder_config config = {.folder = o->folder,
                                     .tracks = o->tracks,
                                     .epoch_boot_us = o->epoch_boot_us,
                                     .reserve_bytes = o->reserve_bytes,
                                     .record = o->record};
    struct recorder *recorder = NULL;
    int r = recorder_create(&config, &recorder_ops, o, &recorder);
    o->mended_us = clock_boot_us();
    if (r < 0)
        return r;
    for (int i = 0; i < o->tracks.count; i++)
        pthread_mutex_lock(&o->ways[i].lock);
    for (int i = 0; i < o->tracks.count; i++)
        if (o->ways[i].init.bytes)
            recorder_add_init(recorder, &o->ways[i].init);
    atomic_store(&o->recorder, recorder);
    for (int i = 0; i < o->tracks.count; i++)
        pthread_mutex_unlock(&o->ways[i].lock);
    return 0;
}

static int open_way(struct output *o, int i)
{
    const struct track *track = &o->tracks.tracks[i];
    struct track_init last = {0};
    bool known = recorder_last_init(o->folder, track, &last) == 0;
    struct fragmenter_config config = {
        .track = track->id, .kind = track->kind, .last_init = known ? &last : NULL};
    int r = fragmenter_create(&config, &fragmenter_ops, &o->ways[i], &o->ways[i].fragmenter);
    bytes_unref(last.bytes);
    return r;
}

static void init(struct output *o, const struct spec *spec)
{
    output_tracks(spec, &o->tracks);
    o->epoch_boot_us = spec->epoch_boot_us;
    o->reserve_bytes = spec->reserve_bytes;
    o->record = spec->record;
    pthread_mutex_init(&o->recorder_lock, NULL);
    for (int i = 0; i < o->tracks.count; i++) {
        o->ways[i].output = o;
        if (!o->sound && o->tracks.tracks[i].kind == TRACK_AUDIO)
            o->sound = &o->ways[i];
        pthread_mutex_init(&o->ways[i].lock, NULL);
    }
}

int output_create(const struct spec *spec, const struct publisher_ops *ops, void *ctx,
                  struct output **ret)
{
    cleanup(output_destroy_p) struct output *o = calloc(1, sizeof(*o));
    if (!o)
        return -ENOMEM;
    init(o, spec);
    if (!(o->folder = strdup(spec->recording_folder)))
        return -ENOMEM;
    o->ops = ops;
    o->ctx = ctx;
    struct publisher_config config = {.run_folder = spec->run_folder,
                                      .meeting = spec->meeting,
                                      .tracks = o->tracks,
                                      .orphan_seconds = spec->orphan_seconds};
    int r = publisher_create(&config, &publisher_ops, o, &o->publisher);
    if (r < 0)
        return r;
    r = open_recorder(o);
    if (r < 0)
        log_debug("output", "the recording %s can't be opened: %s", o->folder, strerror(-r));
    for (int i = 0; i < o->tracks.count; i++)
        if ((r = open_way(o, i)) < 0)
            return r;
    *ret = take_ptr(o);
    return 0;
}

void output_destroy(struct output *o)
{
    if (!o)
        return;
    for (int i = 0; i < o->tracks.count; i++)
        if (o->ways[i].fragmenter)
            fragmenter_flush(o->ways[i].fragmenter);
    pthread_mutex_lock(&o->recorder_lock);
    struct recorder *recorder = atomic_exchange(&o->recorder, NULL);
    pthread_mutex_unlock(&o->recorder_lock);
    recorder_destroy(recorder);
    publisher_destroy(o->publisher);
    for (int i = 0; i < o->tracks.count; i++) {
        fragmenter_destroy(o->ways[i].fragmenter);
        bytes_unref(o->ways[i].init.bytes);
        pthread_mutex_destroy(&o->ways[i].lock);
    }
    pthread_mutex_destroy(&o->recorder_lock);
    free(o->folder);
    free(o);
}

int output_config(struct output *o, uint8_t track, const void *data, size_t size, int width,
                  int height)
{
    struct way *way = &o->ways[track - 1];
    bool video = o->tracks.tracks[track - 1].kind == TRACK_VIDEO;
    pthread_mutex_lock(&way->lock);
    int r = video ? fragmenter_set_video(way->fragmenter, data, size, width, height)
                  : fragmenter_set_audio(way->fragmenter, data, size);
    pthread_mutex_unlock(&way->lock);
    return r;
}

/* A picture's message leaves with the next sound (front/publish.c): that goes out as soon as its
 * frame is there, and gathers only between two pictures. */
static bool picture_waits(struct output *o, const struct way *way)
{
    return way == o->sound && atomic_exchange(&o->picture_waits, false);
}

int output_unit(struct output *o, uint8_t track, const struct fragmenter_unit *unit)
{
    struct way *way = &o->ways[track - 1];
    pthread_mutex_lock(&way->lock);
    int r = fragmenter_push(way->fragmenter, unit);
    way->unit_us = clock_boot_us();
    if (picture_waits(o, way))
        fragmenter_flush(way->fragmenter);
    pthread_mutex_unlock(&way->lock);
    if (o->tracks.tracks[track - 1].kind == TRACK_VIDEO)
        atomic_store(&o->picture_waits, true);
    return r;
}

void output_flush_late(struct output *o)
{
    for (int i = 0; i < o->tracks.count; i++) {
        struct way *way = &o->ways[i];
        if (o->tracks.tracks[i].kind != TRACK_AUDIO)
            continue;
        pthread_mutex_lock(&way->lock);
        if (clock_boot_us() - way->unit_us >= LATE_SOUND_US)
            fragmenter_flush(way->fragmenter);
        pthread_mutex_unlock(&way->lock);
    }
}

void output_notice(struct output *o, const char *type, const char *source, const char *detail)
{
    struct link_notice n = {.media_time_us = clock_boot_us() - o->epoch_boot_us,
                            .utc_us = clock_utc_us()};
    snprintf(n.type, sizeof(n.type), "%s", type);
    snprintf(n.source, sizeof(n.source), "%s", source);
    snprintf(n.detail, sizeof(n.detail), "%s", detail);
    publisher_add_notice(o->publisher, &n);
}

void output_reply(struct output *o, uint64_t ticket, int error, const char *reason)
{
    publisher_reply(o->publisher, ticket, error, reason);
}

int output_record(struct output *o, bool on)
{
    struct recorder *recorder = atomic_load(&o->recorder);
    o->record = on;
    if (recorder && on)
        return recorder_start(recorder);
    if (recorder)
        recorder_stop(recorder);
    else if (on)
        return -EIO;
    return 0;
}

void output_mend(struct output *o)
{
    if (!atomic_load(&o->recorder) && clock_boot_us() - o->mended_us >= MEND_US)
        open_recorder(o);
}
