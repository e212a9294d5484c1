/* A source: one of the programme's inputs, a GStreamer pipeline of its own on threads of its own.
 *
 * It connects, decodes and conforms, and hands buffers over by callbacks. When the other side goes
 * away or can't be reached it tries again by itself until it is stopped (a file that is played once
 * ends). It never stalls the programme: whatever blocks, blocks a thread of the source's.
 *
 * Time. Every buffer's PTS is media time in nanoseconds (see format.h). A source maps its own time
 * stamps with one offset per connection, shared by its picture and sound, so that a buffer is
 * handed over at about the time its PTS says: never earlier than 500 ms before it, and not later
 * than SOURCE_LATE_NS after it, for what is later misses its frame. Jitter beyond that is the
 * source's to absorb, with a larger offset. Drift of the sender's clock is slewed there too: the
 * sound is resampled, picture's PTS follow. `delay_us` of the spec is *not* in the PTS; the
 * programme takes it off when it says when something was captured. PTS never go back within a
 * connection; after a reconnect they go on later, with GST_BUFFER_FLAG_DISCONT on the first buffer.
 */
#ifndef MECLIS_PIPELINES_SOURCE_H
#define MECLIS_PIPELINES_SOURCE_H

#include "format.h"
#include "link/message.h"

#define SOURCE_LATE_NS (40 * GST_MSECOND)

enum source_track { SOURCE_VIDEO = 1, SOURCE_AUDIO };

/* Called on the source's streaming threads (picture and sound on different ones, each in its own
 * order), `state` on any thread of the source's. They return at once and never call back into the
 * source. After source_stop() returned none runs or comes any more. */
struct source_events {
    /* One decoded frame, as format_video_caps(): the format's size, letterboxed or pillarboxed with
     * black to keep the aspect, at the sender's own rate, variable too. Planes may lie anywhere if
     * a GstVideoMeta says where. Takes the buffer. */
    void (*video)(void *ctx, GstBuffer *frame);

    /* Decoded sound, as format_audio_caps(); 5 to 50 ms a buffer, gapless within a connection: the
     * PTS of a buffer without DISCONT is the end of the one before, to the nanosecond that rounding
     * allows. Mono is put on both sides. Takes the buffer. */
    void (*audio)(void *ctx, GstBuffer *sound);

    /* `passthrough` only, and then besides `video` and `audio`: one access unit as it came.
     * Picture: caps video/x-h264, stream-format=avc, alignment=au, with codec_data, width, height;
     * PTS and DTS both set, in media time, DTS rising, GST_BUFFER_FLAG_DELTA_UNIT on all but IDR
     * frames, duration set. An access unit's PTS is that of its decoded frame, so that the low
     * rendition can force its keyframes at the source's. Sound: audio/mpeg, mpegversion=4,
     * stream-format=raw, with codec_data, rate, channels; one AAC frame a buffer. Caps (borrowed)
     * change when parameters do, on a keyframe. A source that gives no H.264 or no AAC (test, file,
     * a GStreamer description, MP3 sound) encodes it itself where that is cheap (sound; the test
     * source's picture, low delay, a keyframe each second), and is refused by name otherwise.
     * Keyframes more than 4 s apart: refused by name. Takes the buffer. */
    void (*encoded)(void *ctx, enum source_track track, GstBuffer *unit, const GstCaps *caps);

    /* The source's state changed; `reason` for people, in the format's language, "" where
     * there is nothing to say.
     * SOURCE_LIVE is said with the first usable buffer, SOURCE_FAILED or SOURCE_WAITING at the
     * latest 600 ms after nothing at all came any more (its own watchdog). */
    void (*state)(void *ctx, enum source_state state, const char *reason);
};

struct source;

/* Makes a source; nothing runs yet. The spec is copied, the format, the events and ctx are borrowed
 * until the source was stopped. Returns 0, -EINVAL for a spec that can't become a source (a
 * sentence for people in ret_reason), or -ENOMEM. Any thread. */
int source_create(const struct spec_source *spec, const struct format *format,
                  const struct source_events *events, void *ctx, struct source **ret,
                  char ret_reason[256]);

/* Begins to connect, on a thread of the source's. Does not block. Returns 0 or a negative errno. */
int source_start(struct source *s);

/* Ends it: after it returned no callback runs or comes. Waits for a running callback at the most;
 * the pipeline is taken down on a thread of its own, however long that hangs. Twice is fine. Not
 * to be called from a callback. */
void source_stop(struct source *s);

/* Stops it where it runs, and gives up the caller's hold on it; the memory goes when the teardown
 * has ended. Does not block on it. */
void source_destroy(struct source *s);

/* Fills the status of a source, running or not. Any thread, does not block. */
void source_status(struct source *s, struct link_source_status *ret);

/* Waits for the teardowns that are still under way, for the end of the process. Returns whether all
 * have ended. The main thread. */
bool source_drain(int64_t timeout_ms);

DEFINE_CLEANUP(struct source *, source_destroy)

#endif
