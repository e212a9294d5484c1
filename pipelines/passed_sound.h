/* The first sound in `passthrough`: a source's AAC as it came, or silence.
 *
 * Frames go out untouched, one behind the other without a hole: players count samples. Where the
 * count and the source's own times come to differ by a frame (its clock runs otherwise than ours:
 * at 200 ppm each two minutes, at an encoder's usual 20 ppm each twenty), one frame is left out or
 * said twice; that is less than a hole in the time line, and sound and picture stay within a
 * frame of each other. Where nothing came for PASSTHROUGH_SILENT_NS, or a source left a hole, there
 * is silence, in the same configuration where it can be. */
#ifndef MECLIS_PIPELINES_PASSED_SOUND_H
#define MECLIS_PIPELINES_PASSED_SOUND_H

#include "fragmenter.h"

#include <gst/gst.h>

struct passed_sound;

struct passed_sound_ops {
    /* One call at a time, under its lock; must not block. Borrowed. An AudioSpecificConfig; a raw
     * AAC frame. */
    void (*config)(void *ctx, const void *data, size_t size);
    void (*unit)(void *ctx, struct fragmenter_unit *unit);
};

struct passed_sound_stats {
    int64_t passed, left_out, said_twice, silent; /* frames */
};

/* Encodes the silence: blocks for some milliseconds. `ops` is borrowed for its life. Returns 0, or
 * -EINVAL with a reason. */
int passed_sound_create(const struct passed_sound_ops *ops, void *ctx, struct passed_sound **ret,
                        char ret_reason[256]);
void passed_sound_destroy(struct passed_sound *p);

/* An AAC frame of what is on air has just come; `other`: from another source than the one before.
 * Both are borrowed. `now_ns` is media time. Any thread. */
void passed_sound_show(struct passed_sound *p, GstBuffer *frame, const GstCaps *caps, bool other,
                       int64_t now_ns);

/* Silence in the place of each frame, in the source's own configuration where there is such: its
 * windows fade by themselves. Any thread. */
void passed_sound_quiet(struct passed_sound *p, bool on);

/* To be called some 20 times a second: fills with silence where nothing else is. Any thread. */
void passed_sound_beat(struct passed_sound *p, int64_t now_ns);

void passed_sound_get_stats(struct passed_sound *p, struct passed_sound_stats *ret);

#endif
