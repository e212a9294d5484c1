#include "front/hls_answer.h"

#include "front/http.h"
#include "front/response.h"
#include "media/playlist.h"

#include <inttypes.h>
#include <stdio.h>

#define LIVE_MAX_BYTES (256u << 10)
#define PLAYLIST_TYPE "application/vnd.apple.mpegurl"

static void answer_playlist(struct conn *c, struct bytes *text, const char *cache_control)
{
    if (!text) {
        http_error(c, 503);
        return;
    }
    struct answer a = {.status = 200,
                       .content_type = PLAYLIST_TYPE,
                       .cache_control = cache_control,
                       .cors = true,
                       .parts = &text,
                       .count = 1};
    response_begin(c, &a);
}

static void describe(const struct channel *ch, const struct channel_track *t,
                     struct playlist_rendition *ret)
{
    const struct channel_init *init = channel_init_of(ch, t->track.id, t->newest_init);
    *ret = (struct playlist_rendition){
        .kind = t->track.kind,
        .name = t->track.name,
        .codec = init ? init->init.codec : "",
        .width = init ? init->init.width : 0,
        .height = init ? init->init.height : 0,
        .frame_rate = t->track.kind == TRACK_VIDEO ? window_frame_rate(t->window) : 0,
        .peak_bps = window_peak_bps(t->window),
        .target_bps = t->track.bitrate_bps,
    };
}

void hls_answer_master(struct conn *c, struct channel *ch)
{
    struct playlist_rendition renditions[TRACK_MAX];
    int count = 0;
    for (int i = 0; i < ch->info.track_count; i++)
        describe(ch, &ch->tracks[ch->info.tracks[i].id], &renditions[count++]);
    cleanup_buf struct buf out;
    buf_init(&out, LIVE_MAX_BYTES);
    playlist_write_master(&out, renditions, count, false);
    cleanup(bytes_unref_p) struct bytes *text = buf_to_bytes(&out);
    answer_playlist(c, text, "public, max-age=2");
}

static struct bytes *write_playlist(const struct channel *ch, uint8_t track)
{
    struct playlist_report reports[TRACK_MAX];
    int count = 0;
    for (uint8_t id = 1; id <= TRACK_MAX; id++) {
        const struct channel_track *t = &ch->tracks[id];
        struct playlist_report *r = &reports[count];
        if (id == track || !t->used || !window_last_part(t->window, &r->msn, &r->part))
            continue;
        r->name = t->track.name;
        count++;
    }
    cleanup_buf struct buf out;
    buf_init(&out, LIVE_MAX_BYTES);
    playlist_write_live(&out, ch->tracks[track].window, reports, count);
    return buf_to_bytes(&out);
}

void hls_answer_playlist(struct conn *c, struct channel *ch, uint8_t track, bool blocked)
{
    struct channel_track *t = &ch->tracks[track];
    if (!t->playlist)
        t->playlist = write_playlist(ch, track);
    /* an answer to "at least this part" stays right; one to "now" is soon old */
    answer_playlist(c, t->playlist, blocked ? "public, max-age=6" : "public, max-age=1");
}

void hls_answer_init(struct conn *c, struct channel *ch, const struct channel_init *init,
                     const struct hls_path *a)
{
    char etag[64];
    snprintf(etag, sizeof etag, "\"%s-i%" PRIu64 "\"", a->track, a->number);
    struct answer answer = {.status = 200,
                            .content_type = "video/mp4",
                            .cache_control = "public, max-age=31536000, immutable",
                            .etag = etag,
                            .cors = true,
                            .ranges = true,
                            .parts = &init->init.bytes,
                            .count = 1};
    if (ch->tracks[init->init.track].track.kind == TRACK_AUDIO)
        answer.content_type = "audio/mp4";
    response_begin(c, &answer);
}

void hls_answer_media(struct conn *c, struct channel *ch, const struct window_segment *s,
                      const struct hls_path *a)
{
    char etag[64];
    uint32_t first = 0, count = s->fragment_count;
    if (a->kind == HLS_PART) {
        first = s->parts[a->part].first;
        count = s->parts[a->part].count;
        snprintf(etag, sizeof etag, "\"%s-%" PRIu64 ".%" PRIu32 "\"", a->track, a->number, a->part);
    } else {
        snprintf(etag, sizeof etag, "\"%s-%" PRIu64 "\"", a->track, a->number);
    }
    struct answer answer = {.status = 200,
                            .content_type = "video/iso.segment",
                            .cache_control = "public, max-age=31536000, immutable",
                            .etag = etag,
                            .cors = true,
                            .ranges = true,
                            .parts = s->fragments + first,
                            .count = count};
    if (ch->tracks[channel_track_named(ch, a->track)].track.kind == TRACK_AUDIO)
        answer.content_type = "audio/mp4";
    response_begin(c, &answer);
}
