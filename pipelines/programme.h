/* The composed programme: what is on air over the slate and silence, encoded once per track.
 *
 * One pipeline that never stops for a source's sake. Its time line has no gap: where nothing comes,
 * the slate shows and silence sounds. Keyframes stand in all renditions at the first frame of each
 * cell of the grid of media time, and nowhere else (but at the very first frame). In `passthrough`
 * it makes all but the first rendition, and keyframes stand where programme_keyframe() says. */
#ifndef MECLIS_PIPELINES_PROGRAMME_H
#define MECLIS_PIPELINES_PROGRAMME_H

#include "encoder.h"
#include "format.h"
#include "link/spec.h"

/* A source's last frame stays for so long after its end, then the slate shows: longer than
 * selection takes for the next source, so that the slate does not flash up between the two. */
#define PROGRAMME_REPEAT_NS (500 * GST_MSECOND)

struct programme;

struct programme_ops {
    struct encoder_ops encoder;
    /* An element failed: the programme is to be ended, the worker started anew. On any thread,
     * perhaps more than once. */
    void (*failed)(void *ctx, const char *reason);
    /* The frame of that media time is due, a little before it is. On a thread of the programme's;
     * must not block. NULL: nobody asks. */
    void (*beat)(void *ctx, GstClockTime frame_ns);
};

/* Tracks are numbered from 1: the renditions in their order, then the sound. All but ctx is
 * borrowed for the call, `ops` and `format` for the programme's life. Returns 0, or -EINVAL with a
 * reason. */
int programme_create(const struct spec *spec, const struct format *format,
                     const struct programme_ops *ops, void *ctx, struct programme **ret,
                     char ret_reason[256]);

/* Begins to deliver. Returns 0 or -EIO. */
int programme_start(struct programme *p);

/* Shows that slate from the next frame on, after programme_start(). Takes it; any thread. */
void programme_set_slate(struct programme *p, GstBuffer *slate);

/* Silence instead of the sound; the slate and silence instead of everything. What is on air goes in
 * on as before, so it is there at once when it is taken back. Sound fades, see level.h. Any thread.
 */
void programme_mute(struct programme *p, bool on);
void programme_cover(struct programme *p, bool on);

/* How what is on air and what is beside it stand. A mixer must not wait for a picture that nobody
 * sends: full, while there is none. The main thread. */
void programme_arrange(struct programme *p, enum layout layout);

/* What is on air, from any thread: one thread at a time for the picture, and one for the sound.
 * Both take the buffer, which is in the format and whose PTS is media time. `other` says that it
 * comes from another source than the one before. */
void programme_video(struct programme *p, GstBuffer *frame, bool other);
void programme_audio(struct programme *p, GstBuffer *sound, bool other);

/* The second source's picture, while the layout is one of two; as programme_video(), and in turn
 * with it. */
void programme_beside(struct programme *p, GstBuffer *frame, bool other);

/* The frame nearest to that media time is to be a keyframe, besides those of the grid. Any thread.
 */
void programme_keyframe(struct programme *p, int64_t pts_ns);

/* Ends it: no callback comes after. The main thread. */
void programme_destroy(struct programme *p);

#endif
