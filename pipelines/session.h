/* One connection of a source: a pipeline that takes a stream apart, decodes it, conforms it, and
 * hands it to an outlet.
 *
 * Everything is plugged by hand from a list of what is supported, so that what is not supported can
 * be refused by name. A stream of which only the sound or only the picture can be used is used; the
 * reason then stands beside SOURCE_LIVE. The first usable picture and the first usable sound are
 * taken, further ones ignored. What the network feeds is capped at SESSION_QUEUE_BYTES and, between
 * demultiplexer and decoder, SESSION_QUEUE_NS: more waits where the sender can be told, and is
 * dropped where it can't (appsrc). */
#ifndef MECLIS_PIPELINES_SESSION_H
#define MECLIS_PIPELINES_SESSION_H

#include "outlet.h"

#define SESSION_QUEUE_BYTES (8u << 20)
#define SESSION_QUEUE_NS (2 * GST_SECOND)
/* A stream in which nothing was recognised so long after its head is refused. The head alone (an
 * RTMP server sends one while nobody publishes) says nothing yet. */
#define SESSION_RECOGNISE_US 5000000
#define SESSION_HEAD_BYTES 1024
/* Pixels of a picture at the most (4096×2304): more is refused. */
#define SESSION_MAX_PIXELS (4096 * 2304)

struct session;

/* Where decoded buffers go, with the stream's own time stamps (running time). Called on streaming
 * threads, one a track; both take the buffer. They may block: the stream then waits. */
struct session_out {
    void (*video)(void *ctx, GstBuffer *frame, GstClockTime pts);
    void (*audio)(void *ctx, GstBuffer *sound, GstClockTime pts);
    /* `passthrough` only: an access unit as it came. Takes the unit, borrows the caps. */
    void (*unit)(void *ctx, enum source_track track, GstBuffer *unit, GstCaps *caps, int64_t pts,
                 int64_t dts);
    /* The session is gone: drops its hold on ctx. Any thread. */
    void (*release)(void *ctx);
};

enum session_end {
    SESSION_GOES_ON = 0,
    SESSION_ENDED,  /* the end of the stream */
    SESSION_BROKEN, /* its reason says why */
};

/* A pipeline on the media clock with nothing in it yet, stopped. `outlet` takes the notes on what
 * can't be used (a reference is taken); `out` takes the buffers, with a ctx that the session holds
 * until it calls release (also where it returns NULL). Returns owned, or NULL. The control thread,
 * as all below. */
struct session *session_create(struct source *s, struct outlet *outlet,
                               const struct session_out *out, void *ctx);

/* The same with an outlet of its own to which the buffers go: a live connection. */
struct session *session_create_live(struct source *s);

/* Puts in a source element (takes it) whose one pad gives a container (`container`), or whose pads,
 * there or to come, each give a track. Returns 0 or -EINVAL. */
int session_add(struct session *n, GstElement *element, bool container);

/* Plugs a pad of an element that is in the pipeline as a track, when its caps come. Any thread. */
void session_plug(struct session *n, GstPad *pad);

/* Borrowed. */
GstPipeline *session_pipeline(struct session *n);
struct outlet *session_outlet(struct session *n);

/* Lets it run. Returns 1 where its source is live by GStreamer's notion, 0 where it is not, or
 * -EIO. */
int session_play(struct session *n);

/* Says why it can't go on; the first one stays. Any thread. */
void session_break(struct session *n, enum reason reason, const char *detail);

/* Waits at most so long for messages and looks at what became of the stream. */
enum session_end session_poll(struct session *n, int timeout_ms);

/* Whether anything came from the network so far. */
bool session_fed(struct session *n);

/* After SESSION_BROKEN: the reason, and its detail of at most 200 bytes. */
enum reason session_reason(struct session *n, char ret_detail[200]);

/* Ends it: no call into `out` begins any more when this returns; the pipeline is taken down on a
 * thread of GStreamer's pool, however long that takes. Takes it; NULL is fine. */
void session_close(struct session *n);

#endif
