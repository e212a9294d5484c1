/* Makes a track's inits and fragments from what an encoder (or a source, in passthrough) delivers.
 *
 * Pure: no clock, no thread, no I/O. One fragmenter a track; its calls come one after another, from
 * any thread, and its callbacks are called inside of them. Times given are nanoseconds of media
 * time. Decode times only ever rise, whatever comes:
 *   - a unit that steps back by less than 10 ms is moved to one tick after the one before it
 *     (`repaired`); one that steps back further is dropped (`dropped`), and video then waits for
 *     the next keyframe;
 *   - video begins at a keyframe: what comes before is dropped;
 *   - a hole of more than FRAGMENTER_VIDEO_GAP_NS marks the next fragment
 *     FRAGMENT_DISCONTINUITY; the unit's own flag does too;
 *   - sound counts samples, so its times are exact; only when the count and the clock are more than
 *     FRAGMENTER_AUDIO_DRIFT_FRAMES frames apart it goes to the clock again, which is marked as a
 *     discontinuity. */
#ifndef MECLIS_PIPELINES_FRAGMENTER_H
#define MECLIS_PIPELINES_FRAGMENTER_H

#include "base/cleanup.h"
#include "media/fragment.h"
#include "media/track.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fragmenter;

#define FRAGMENTER_VIDEO_TIMESCALE 90000
#define FRAGMENTER_VIDEO_GAP_NS 250000000
#define FRAGMENTER_AUDIO_DRIFT_FRAMES 2
/* Sound is gathered to the whole number of frames nearest to this, or until fragmenter_flush(). */
#define FRAGMENTER_AUDIO_GATHER_NS 40000000

struct fragmenter_ops {
    /* A new init, before the first fragment that names its number. Borrowed for the call. */
    void (*init)(void *ctx, const struct track_init *init);
    /* Borrowed for the call; whoever keeps it takes a reference of its bytes. */
    void (*fragment)(void *ctx, const struct fragment *fragment);
};

struct fragmenter_config {
    uint8_t track; /* 1 to TRACK_MAX */
    enum track_kind kind;
    /* The newest init of this track that an earlier worker made, see recorder_last_init(): numbers
     * go on from there, and the same init keeps its number. Borrowed for the call; NULL: none. */
    const struct track_init *last_init;
};

/* One access unit (H.264 in avc format: length-prefixed NAL units) or one raw AAC frame. */
struct fragmenter_unit {
    const void *data; /* borrowed for the call */
    size_t size;
    int64_t pts_ns;
    int64_t dts_ns;      /* of sound: not looked at */
    int64_t duration_ns; /* 0: not known */
    int64_t capture_utc_us;
    bool sync;          /* a keyframe; of sound: not looked at */
    bool discontinuity; /* it does not follow what came before it */
};

struct fragmenter_stats {
    int64_t units, fragments, inits;
    int64_t bytes;    /* of the fragments */
    int64_t dropped;  /* units */
    int64_t repaired; /* units whose decode time was moved */
    int64_t gaps;     /* fragments marked as discontinuities */
};

/* `ops` is borrowed for the fragmenter's life. Returns 0, -EINVAL or -ENOMEM. */
int fragmenter_create(const struct fragmenter_config *config, const struct fragmenter_ops *ops,
                      void *ctx, struct fragmenter **ret);

/* What is gathered and not flushed is lost. */
void fragmenter_destroy(struct fragmenter *f);

/* The decoder's configuration: an AVCDecoderConfigurationRecord (the caps' codec_data) with the
 * coded size in pixels, or an AudioSpecificConfig. Before the first unit, and again whenever it may
 * have changed: one that is the same as before does nothing, another one flushes and makes a new
 * init. Returns 0, -EINVAL for one that can't be read or does not fit the track's kind, or -ENOMEM;
 * after an error the former one stays. */
int fragmenter_set_video(struct fragmenter *f, const void *avcc, size_t size, int width,
                         int height);
int fragmenter_set_audio(struct fragmenter *f, const void *asc, size_t size);

/* Returns 0 (also for a unit that is dropped or repaired, see the stats), -EINVAL before a
 * configuration or for an empty unit, -EMSGSIZE for one beyond FRAGMENT_MAX_BYTES, or -ENOMEM. */
int fragmenter_push(struct fragmenter *f, const struct fragmenter_unit *unit);

/* Sends out sound that is gathered: at the end, or when the next frame is late. Does nothing where
 * nothing waits. Returns 0 or -ENOMEM. */
int fragmenter_flush(struct fragmenter *f);

void fragmenter_get_stats(const struct fragmenter *f, struct fragmenter_stats *ret);

DEFINE_CLEANUP(struct fragmenter *, fragmenter_destroy)

#endif
