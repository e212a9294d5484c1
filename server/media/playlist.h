/* Playlists as text (RFC 8216bis): live from a window, recorded from a list of segments.
 *
 * Addresses inside are relative, as docs/protocol.md lays them out. Pure. Each function appends to
 * the buffer and returns 0, or the buffer's error. */
#ifndef MECLIS_MEDIA_PLAYLIST_H
#define MECLIS_MEDIA_PLAYLIST_H

#include "base/buf.h"
#include "media/segment.h"
#include "media/track.h"
#include "media/window.h"

#include <stdbool.h>
#include <stddef.h>

/* Bytes of a playlist at the most: a day of two-second segments with room. */
#define PLAYLIST_MAX_BYTES (16u << 20)

/* What a live playlist slides over. */
#define PLAYLIST_SPAN_US 60000000

/* One track of the master playlist; texts borrowed. */
struct playlist_rendition {
    enum track_kind kind;
    const char *name;
    const char *codec; /* RFC 6381; "": not known yet, the track is left out */
    int width, height;
    double frame_rate;          /* 0: not known */
    int64_t peak_bps, mean_bps; /* 0: not known, the target is taken */
    int64_t target_bps;         /* the encoder's */
};

/* The first of kind TRACK_AUDIO is the sound of all pictures; the last is offered alone. With `dvr`
 * the playlists named are those of the whole meeting. */
int playlist_write_master(struct buf *out, const struct playlist_rendition *renditions, int count,
                          bool dvr);

/* How far another track of the same meeting is. */
struct playlist_report {
    const char *name;
    uint64_t msn;
    uint32_t part;
};

/* The last 60 s with parts at its end; a player that knows no parts sees whole segments. */
int playlist_write_live(struct buf *out, const struct window *w,
                        const struct playlist_report *reports, int count);

struct playlist_recorded {
    int64_t grid_us;
    bool ended; /* VOD; else EVENT: segments are still being added */
};

/* Segments in order and without holes (see archive/recording.h). */
int playlist_write_recorded(struct buf *out, const struct segment *segments, size_t count,
                            const struct playlist_recorded *options);

#endif
