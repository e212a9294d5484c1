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
/* A stream in which nothing was recognised by then is refused. */
#define SESSION_RECOGNISE_US 5000000
/* Pixels of a picture at the most (4096×2304): more is refused. */
#define SESSION_MAX_PIXELS (4096 * 2304)

struct session;

enum session_end {
    SESSION_GOES_ON = 0,
    SESSION_ENDED,  /* the end of the stream */
    SESSION_BROKEN, /* its reason says why */
};

/* A pipeline on the media clock with nothing in it yet, stopped. Returns owned, or NULL. The
 * control thread, as all below. */
struct session *session_create(struct source *s, bool paced);

/* Puts in a source element (takes it) whose one pad gives a container (`container`), or whose pads,
 * there or to come, each give a track. Returns 0 or -EINVAL. */
int session_add(struct session *n, GstElement *element, bool container);

/* Plugs a pad of an element that is in the pipeline as a track, when its caps come. Any thread. */
void session_plug(struct session *n, GstPad *pad);

/* Borrowed. */
GstPipeline *session_pipeline(struct session *n);
struct outlet *session_outlet(struct session *n);

/* Lets it run. Returns 0 or -EIO. */
int session_play(struct session *n);

/* Says why it can't go on; the first one stays. Any thread. */
void session_break(struct session *n, enum reason reason, const char *detail);

/* Waits at most so long for messages and looks after it all: the watchdog too. */
enum session_end session_poll(struct session *n, int timeout_ms);

/* After SESSION_BROKEN: the reason, and its detail of at most 200 bytes. */
enum reason session_reason(struct session *n, char ret_detail[200]);

/* Microseconds since something came out of it; INT64_MAX before the first. */
int64_t session_silent_us(struct session *n);

/* Ends it: nothing goes out any more when this returns; the pipeline is taken down on a thread of
 * GStreamer's pool, however long that takes. Takes it; NULL is fine. */
void session_close(struct session *n);

#endif
