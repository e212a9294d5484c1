/* The programme's inputs: all sources of the spec, which of them is on air, and its alarms.
 *
 * Calls are the main thread's where nothing else is said; sources deliver on threads of their own.
 */
#ifndef MECLIS_PIPELINES_INPUTS_H
#define MECLIS_PIPELINES_INPUTS_H

#include "format.h"
#include "gop.h"
#include "link/message.h"
#include "source.h"

struct inputs;

struct inputs_ops {
    /* What is on air; `other`: it comes from another source than the one before. One call at a time
     * for the picture and one for the sound, on a source's thread; must not block. Take the
     * buffer. */
    void (*video)(void *ctx, GstBuffer *frame, bool other);
    void (*audio)(void *ctx, GstBuffer *sound, bool other);
    /* The second source's picture, as `video`, and in turn with it. */
    void (*beside)(void *ctx, GstBuffer *frame, bool other);
    /* `passthrough`: a unit of what is on air has just come, the group's last. One call at a time,
     * on a source's thread; must not block. Borrowed for the call. */
    void (*encoded)(void *ctx, const struct gop *gop, bool other);
    /* `passthrough`: an AAC frame of what is on air. One call at a time, on a source's thread; must
     * not block. Borrowed for the call. */
    void (*encoded_sound)(void *ctx, GstBuffer *frame, const GstCaps *caps, bool other);
    /* Something for the log, see struct link_notice. Any thread; must not block. */
    void (*notice)(void *ctx, const char *type, const char *source, const char *detail);
};

/* `format` and `ops` are borrowed for its life. Returns owned, no source yet. */
struct inputs *inputs_create(const struct format *format, const struct inputs_ops *ops, void *ctx);

/* Stops all sources, without waiting for their teardown; no callback comes after. */
void inputs_close(struct inputs *in);
void inputs_destroy(struct inputs *in);

/* Makes the sources those of the spec: what stays the same runs on untouched. A source that can't
 * be made is reported as refused. */
void inputs_set(struct inputs *in, const struct spec *spec);

/* Keeps to that source while it lives; "": by priority. Returns 0, or -ENOENT. */
int inputs_select(struct inputs *in, const char *id);

/* To be called each 50 ms. */
void inputs_tick(struct inputs *in);

/* Fills on_air, selected, alarms and the sources. Any thread. */
void inputs_status(struct inputs *in, struct link_status *ret);

/* The gate of a closed part. Closed: once this returns nothing of any source comes by the
 * callbacks, and the slate is on air. Opened: what was captured before now does not come either,
 * whatever a source held back. The main thread. Born open. Returns where what came by the callbacks
 * ends, media time in nanoseconds: it may lie ahead of now. */
int64_t inputs_set_gate(struct inputs *in, bool open);

/* The slate is shown whatever is on air, by the operator's wish: sources are let through as before,
 * but what is told is the slate. The main thread. Born uncovered. */
void inputs_cover(struct inputs *in, bool on);

/* Whether a second source's picture is wanted beside what is on air. The main thread. Born without.
 */
void inputs_want_beside(struct inputs *in, bool on);

/* Whether there is one, as of the last tick. Any thread. */
bool inputs_has_beside(const struct inputs *in);

/* The delay of what is on air, 0 for the slate. Any thread. */
int64_t inputs_delay_us(struct inputs *in);

#endif
