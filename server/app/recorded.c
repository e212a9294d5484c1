/* HLS of what is recorded: the whole meeting from its beginning (?dvr), a meeting that has ended,
 * segments that live players no longer hold. Pool threads. */
#include "app/broadcast.h"
#include "app/routes.h"
#include "archive/recording.h"
#include "media/playlist.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define M3U8 "application/vnd.apple.mpegurl"
#define MP4 "video/mp4"
#define MP4_SOUND "audio/mp4"
/* A growing playlist is good for half a segment; what has ended may still get chapters. */
#define CACHE_GROWING "public, max-age=1"
#define CACHE_ENDED "public, max-age=60"
#define CACHE_FOREVER "public, max-age=31536000, immutable"
/* Segments in one playlist at the most: five days of two seconds. */
#define MAX_SEGMENTS 216000

static void reply_bytes(struct request *r, const char *type, const char *cache, struct bytes *body)
{
    struct front_response response = {.status = body ? 200 : 500,
                                      .content_type = type,
                                      .cache_control = cache,
                                      .cors = true,
                                      .body = body};
    request_reply_with(r, &response);
}

/* Refuses and returns NULL where the meeting has no recording. */
static struct recording *open_recording(struct request *r, struct pool_thread *t)
{
    struct recording *recording =
        core_find(r->core, r->parts[0]) ? pool_thread_recording(t, r->parts[0]) : NULL;
    if (!recording)
        request_refuse(r, REFUSAL_NO_RECORDING);
    return recording;
}

/* Whether the broadcast goes on: the core thread's word, which it keeps in an atomic for us. */
static bool is_growing(const struct request *r)
{
    const struct broadcast *b = core_find(r->core, r->parts[0]);
    return atomic_load(&b->growing);
}

static void fill_rendition(const struct recording *recording, const struct track *t,
                           struct track_init *init, struct playlist_rendition *ret)
{
    *ret = (struct playlist_rendition){
        .kind = t->kind, .name = t->name, .codec = "", .target_bps = t->bitrate_bps};
    if (recording_read_init(recording, t->id, 0, init) < 0)
        return; /* left out: it holds nothing */
    ret->codec = init->codec;
    ret->width = init->width;
    ret->height = init->height;
    recording_rates(recording, t->id, &ret->peak_bps, &ret->mean_bps);
}

void recorded_master(struct request *r, void *place)
{
    struct recording *recording = open_recording(r, place);
    if (!recording)
        return;
    const struct link_tracks *tracks = recording_tracks(recording);
    struct track_init inits[TRACK_MAX] = {0};
    struct playlist_rendition renditions[TRACK_MAX];
    for (int i = 0; i < tracks->count; i++)
        fill_rendition(recording, &tracks->tracks[i], &inits[i], &renditions[i]);
    cleanup_buf struct buf out;
    buf_init(&out, PLAYLIST_MAX_BYTES);
    bool growing = is_growing(r);
    playlist_write_master(&out, renditions, tracks->count, growing);
    for (int i = 0; i < tracks->count; i++)
        bytes_unref(inits[i].bytes);
    reply_bytes(r, M3U8, growing ? CACHE_GROWING : CACHE_ENDED, buf_to_bytes(&out));
}

void recorded_playlist(struct request *r, void *place)
{
    struct recording *recording = open_recording(r, place);
    if (!recording)
        return;
    const struct track *track = recording_track(recording, r->parts[1]);
    bool growing = is_growing(r);
    cleanup_free struct segment *segments = NULL;
    size_t count = 0;
    int e = track ? recording_segments(recording, track->id, 0, MAX_SEGMENTS, growing, &segments,
                                       &count)
                  : -ENOENT;
    if (e < 0 || count == 0) {
        request_refuse(r, e == -ENOMEM ? REFUSAL_INTERNAL : REFUSAL_NO_RECORDING);
        return;
    }
    cleanup_buf struct buf out;
    buf_init(&out, PLAYLIST_MAX_BYTES);
    const struct playlist_recorded options = {.grid_us = recording_tracks(recording)->grid_us,
                                              .ended = !growing};
    playlist_write_recorded(&out, segments, count, &options);
    reply_bytes(r, M3U8, growing ? CACHE_GROWING : CACHE_ENDED, buf_to_bytes(&out));
}

/* "init-7.mp4" or "123.m4s", with nothing before or after. Returns whether it is one. */
static bool read_name(const char *name, const char *before, const char *after, uint64_t *ret)
{
    size_t size = strlen(before);
    if (strncmp(name, before, size) != 0)
        return false;
    const char *digits = name + size;
    size_t count = strspn(digits, "0123456789");
    if (count == 0 || count > 18 || (digits[0] == '0' && count > 1) ||
        strcmp(digits + count, after) != 0)
        return false;
    *ret = strtoull(digits, NULL, 10);
    return true;
}

/* The body of a segment or an init, and its tag: neither ever changes. */
static int find_file(const struct recording *recording, const struct request *r,
                     struct front_response *ret)
{
    uint64_t number;
    const struct track *track = recording_track(recording, r->parts[1]);
    if (!track)
        return -ENOENT;
    if (read_name(r->parts[2], "", ".m4s", &number)) {
        snprintf(ret->etag, sizeof ret->etag, "\"%s-%" PRIu64 "r\"", track->name, number);
        return recording_find_segment(recording, track->id, number, &ret->pieces,
                                      &ret->piece_count);
    }
    if (!read_name(r->parts[2], "init-", ".mp4", &number) || number == 0 || number > UINT32_MAX)
        return -ENOENT;
    struct track_init init;
    int e = recording_read_init(recording, track->id, (uint32_t)number, &init);
    if (e == 0)
        ret->body = init.bytes;
    snprintf(ret->etag, sizeof ret->etag, "\"%s-i%" PRIu64 "\"", track->name, number);
    return e;
}

static const char *type_of(const struct recording *recording, const struct request *r)
{
    const struct track *track = recording_track(recording, r->parts[1]);
    return track && track->kind == TRACK_AUDIO ? MP4_SOUND : MP4;
}

void recorded_file(struct request *r, void *place)
{
    struct recording *recording = open_recording(r, place);
    if (!recording)
        return;
    struct front_response response = {.status = 200,
                                      .content_type = type_of(recording, r),
                                      .cache_control = CACHE_FOREVER,
                                      .cors = true};
    int e = find_file(recording, r, &response);
    if (e == -ENOENT)
        request_refuse(r, REFUSAL_NOT_FOUND);
    else if (e < 0)
        request_refuse(r, REFUSAL_INTERNAL);
    else
        request_reply_with(r, &response);
}
