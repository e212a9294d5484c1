/* The first rendition in `passthrough`: a source's H.264 as it came, or the slate.
 *
 * What is on air goes out untouched, from its keyframe on; when it goes on air between two
 * keyframes, what it sent since the last one comes first, in a blink. When nothing came for
 * PASSTHROUGH_SILENT_NS the slate takes over, its first frame filling the hole, with keyframes on
 * the grid. Decode times only rise. */
#ifndef MECLIS_PIPELINES_PASSTHROUGH_H
#define MECLIS_PIPELINES_PASSTHROUGH_H

#include "format.h"
#include "fragmenter.h"
#include "gop.h"
#include "still.h"

#define PASSTHROUGH_SILENT_NS (500 * GST_MSECOND)

struct passthrough;

struct passthrough_ops {
    /* One call at a time, under the passthrough's lock; must not block. As struct encoder_ops. */
    void (*config)(void *ctx, const void *data, size_t size, int width, int height);
    void (*unit)(void *ctx, struct fragmenter_unit *unit);
    /* A keyframe of that presentation time went out. */
    void (*keyframe)(void *ctx, int64_t pts_ns);
};

/* Draws and encodes the slate: blocks for some tenths of a second. `format` is what the programme
 * has (its clock and rate); it and `ops` are borrowed for its life. Returns 0, or -EINVAL with a
 * reason. */
int passthrough_create(const struct spec *spec, const struct format *format,
                       const struct passthrough_ops *ops, void *ctx, struct passthrough **ret,
                       char ret_reason[256]);

/* Draws and encodes a slate of these words; the rest as above. Blocks likewise, any thread. Returns
 * 0 and an owned still, or -EINVAL with a reason. */
int passthrough_draw(const struct spec *spec, const struct format *format, const char *title,
                     const char *language, struct still *ret, char ret_reason[256]);

/* Shows that slate from its next keyframe on. Takes what is in it. Any thread. */
void passthrough_set_still(struct passthrough *p, struct still *still);

/* The last unit of what is on air has just come; `other`: from another source than the one before.
 * Borrowed for the call. Any thread. */
void passthrough_show(struct passthrough *p, const struct gop *gop, bool other);

/* The slate, whatever is on air, from where ends what went out of that. Any thread. */
void passthrough_cover(struct passthrough *p, bool on);

/* The programme's frame of that time is due: shows the slate where nothing else is. */
void passthrough_beat(struct passthrough *p, GstClockTime frame_ns);

void passthrough_destroy(struct passthrough *p);

#endif
