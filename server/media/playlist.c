#include "media/playlist.h"

#include <inttypes.h>
#include <time.h>

static const struct playlist_rendition *sound_of(const struct playlist_rendition *r, int count)
{
    for (int i = 0; i < count; i++)
        if (r[i].kind == TRACK_AUDIO && r[i].codec[0])
            return &r[i];
    return NULL;
}

/* What a player must be ready for: a tenth is added for boxes and playlists. */
static int64_t with_room(int64_t bps, int64_t target_bps)
{
    int64_t target = target_bps + target_bps / 10;
    return bps > target ? bps : target;
}

/* What is offered alone, for a line that carries no picture. */
static const struct playlist_rendition *sound_alone_of(const struct playlist_rendition *r,
                                                       int count)
{
    const struct playlist_rendition *last = NULL;
    for (int i = 0; i < count; i++)
        if (r[i].kind == TRACK_AUDIO && r[i].codec[0])
            last = &r[i];
    return last;
}

/* A group of one: players must not change from one sound to another in the middle. */
static void write_sound(struct buf *out, const struct playlist_rendition *sound, const char *query)
{
    buf_addf(out,
             "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"%s\",NAME=\"%s\",DEFAULT=YES,"
             "AUTOSELECT=YES,URI=\"%s/index.m3u8%s\"\n",
             sound->name, sound->name, sound->name, query);
}

static void write_variant(struct buf *out, const struct playlist_rendition *r,
                          const struct playlist_rendition *sound, const char *query)
{
    bool picture = r->kind == TRACK_VIDEO;
    int64_t peak = with_room(r->peak_bps, r->target_bps), mean = r->mean_bps;
    if (picture && sound) {
        peak += with_room(sound->peak_bps, sound->target_bps);
        mean += mean ? sound->mean_bps : 0;
    }
    buf_addf(out, "#EXT-X-STREAM-INF:BANDWIDTH=%" PRId64, peak > 0 ? peak : 1);
    if (mean > 0)
        buf_addf(out, ",AVERAGE-BANDWIDTH=%" PRId64, mean);
    buf_addf(out, ",CODECS=\"%s%s%s\"", r->codec, picture && sound ? "," : "",
             picture && sound ? sound->codec : "");
    if (picture && r->width > 0 && r->height > 0)
        buf_addf(out, ",RESOLUTION=%dx%d", r->width, r->height);
    if (picture && r->frame_rate > 0)
        buf_addf(out, ",FRAME-RATE=%.3f", r->frame_rate);
    if (sound)
        buf_addf(out, ",AUDIO=\"%s\"", sound->name);
    buf_addf(out, "\n%s/index.m3u8%s\n", r->name, query);
}

int playlist_write_master(struct buf *out, const struct playlist_rendition *renditions, int count,
                          bool dvr)
{
    const struct playlist_rendition *sound = sound_of(renditions, count),
                                    *alone = sound_alone_of(renditions, count);
    const char *query = dvr ? "?dvr" : "";
    buf_add_str(out, "#EXTM3U\n#EXT-X-VERSION:9\n#EXT-X-INDEPENDENT-SEGMENTS\n");
    if (sound)
        write_sound(out, sound, query);
    if (alone != sound)
        write_sound(out, alone, query);
    for (int i = 0; i < count; i++)
        if (renditions[i].kind == TRACK_VIDEO && renditions[i].codec[0])
            write_variant(out, &renditions[i], sound, query);
    if (alone)
        write_variant(out, alone, alone, query);
    return out->error;
}

static void write_date(struct buf *out, int64_t utc_us)
{
    time_t seconds = (time_t)(utc_us / 1000000);
    struct tm tm;
    char text[32];
    if (!gmtime_r(&seconds, &tm) || strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm) == 0)
        return;
    buf_addf(out, "#EXT-X-PROGRAM-DATE-TIME:%s.%03dZ\n", text, (int)(utc_us / 1000 % 1000));
}

static void write_seconds(struct buf *out, int64_t us)
{
    buf_addf(out, "%" PRId64 ".%06d", us / 1000000, (int)(us % 1000000));
}

/* What stands before a segment; *init is the one that the player has so far. */
static void write_before(struct buf *out, const struct segment *s, uint32_t *init)
{
    if (s->discontinuity)
        buf_add_str(out, "#EXT-X-DISCONTINUITY\n");
    if (s->init != 0 && s->init != *init) {
        buf_addf(out, "#EXT-X-MAP:URI=\"init-%" PRIu32 ".mp4\"\n", s->init);
        *init = s->init;
    }
    write_date(out, s->utc_us);
    if (s->gap)
        buf_add_str(out, "#EXT-X-GAP\n");
}

static void write_segment(struct buf *out, const struct segment *s)
{
    buf_add_str(out, "#EXTINF:");
    write_seconds(out, s->duration_us);
    buf_addf(out, ",\n%" PRIu64 ".m4s\n", s->number);
}

static void write_parts(struct buf *out, const struct window_segment *s)
{
    for (uint32_t i = 0; i < s->part_count; i++) {
        buf_add_str(out, "#EXT-X-PART:DURATION=");
        write_seconds(out, s->parts[i].duration_us);
        buf_addf(out, ",URI=\"%" PRIu64 ".%" PRIu32 ".m4s\"%s\n", s->segment.number, i,
                 s->parts[i].independent ? ",INDEPENDENT=YES" : "");
    }
}

static int64_t target_seconds(int64_t longest_us)
{
    int64_t seconds = (longest_us + 500000) / 1000000;
    return seconds > 0 ? seconds : 1;
}

static int64_t end_of(const struct segment *s)
{
    return s->start_us + s->duration_us;
}

static void write_live_head(struct buf *out, const struct window *w, uint32_t first)
{
    int64_t target_us = window_part_target_us(w);
    buf_addf(out,
             "#EXTM3U\n#EXT-X-VERSION:9\n#EXT-X-INDEPENDENT-SEGMENTS\n"
             "#EXT-X-TARGETDURATION:%" PRId64 "\n",
             target_seconds(window_longest_us(w)));
    if (target_us > 0) {
        buf_add_str(out, "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=");
        write_seconds(out, 3 * target_us);
        buf_add_str(out, "\n#EXT-X-PART-INF:PART-TARGET=");
        write_seconds(out, target_us);
        buf_add_str(out, "\n");
    }
    uint64_t discontinuities = window_discontinuities(w);
    for (uint32_t i = 0; i < first; i++)
        discontinuities += window_at(w, i)->segment.discontinuity;
    const struct window_segment *s = window_at(w, first);
    buf_addf(out, "#EXT-X-MEDIA-SEQUENCE:%" PRIu64 "\n", s ? s->segment.number : 0);
    if (discontinuities)
        buf_addf(out, "#EXT-X-DISCONTINUITY-SEQUENCE:%" PRIu64 "\n", discontinuities);
}

int playlist_write_live(struct buf *out, const struct window *w,
                        const struct playlist_report *reports, int count)
{
    uint32_t segments = window_count(w), first = 0;
    int64_t end_us = segments ? end_of(&window_at(w, segments - 1)->segment) : 0;
    while (first + 1 < segments &&
           end_us - end_of(&window_at(w, first)->segment) >= PLAYLIST_SPAN_US)
        first++;
    write_live_head(out, w, first);
    int64_t parts_from_us = end_us - 3 * 1000000 * target_seconds(window_longest_us(w));
    uint32_t init = 0;
    for (uint32_t i = first; i < segments; i++) {
        const struct window_segment *s = window_at(w, i);
        if (!s->complete && s->part_count == 0)
            break; /* nothing of it can be had yet */
        write_before(out, &s->segment, &init);
        if (end_of(&s->segment) > parts_from_us && !s->segment.gap)
            write_parts(out, s);
        if (s->complete)
            write_segment(out, &s->segment);
    }
    uint64_t msn;
    uint32_t part;
    if (window_next_part(w, &msn, &part))
        buf_addf(out, "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"%" PRIu64 ".%" PRIu32 ".m4s\"\n", msn,
                 part);
    for (int i = 0; i < count; i++)
        buf_addf(out,
                 "#EXT-X-RENDITION-REPORT:URI=\"../%s/index.m3u8\",LAST-MSN=%" PRIu64
                 ",LAST-PART=%" PRIu32 "\n",
                 reports[i].name, reports[i].msn, reports[i].part);
    return out->error;
}

int playlist_write_recorded(struct buf *out, const struct segment *segments, size_t count,
                            const struct playlist_recorded *options)
{
    int64_t longest_us = options->grid_us;
    for (size_t i = 0; i < count; i++)
        if (segments[i].duration_us > longest_us)
            longest_us = segments[i].duration_us;
    buf_addf(out,
             "#EXTM3U\n#EXT-X-VERSION:8\n#EXT-X-INDEPENDENT-SEGMENTS\n"
             "#EXT-X-TARGETDURATION:%" PRId64 "\n#EXT-X-PLAYLIST-TYPE:%s\n"
             "#EXT-X-MEDIA-SEQUENCE:%" PRIu64 "\n",
             target_seconds(longest_us), options->ended ? "VOD" : "EVENT",
             count ? segments[0].number : 0);
    uint32_t init = 0;
    for (size_t i = 0; i < count; i++) {
        write_before(out, &segments[i], &init);
        write_segment(out, &segments[i]);
    }
    if (options->ended)
        buf_add_str(out, "#EXT-X-ENDLIST\n");
    return out->error;
}
