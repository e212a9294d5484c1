/* A connection's way to the programme: decoded buffers with the sender's time stamps go in, from
 * any streaming thread, and come out by the source's events on media time.
 *
 * Keeps buffers until the time line knows its offset (at most OUTLET_KEPT a track: the oldest go,
 * they would be late anyway), stretches the sound by what the offset moves, cuts or marks what does
 * not join on, and notices when nothing comes any more. */
#ifndef MECLIS_PIPELINES_OUTLET_H
#define MECLIS_PIPELINES_OUTLET_H

#include "source_core.h"

#define OUTLET_KEPT 48

struct outlet;

/* Holds a reference of the source. `paced`: the buffers come when they are due, and
 * outlet_set_offset() tells what makes their stamps media time; nothing is kept (a file). Returns
 * owned, or NULL without memory. */
struct outlet *outlet_create(struct source *s, bool paced);

struct outlet *outlet_ref(struct outlet *o);
void outlet_unref(struct outlet *o);

/* Of a paced outlet, nanoseconds. */
void outlet_set_offset(struct outlet *o, int64_t offset);

/* A buffer with these stamps came from the network, encoded. Before it is handed in, decoded. */
void outlet_came(struct outlet *o, enum source_track track, GstClockTime pts);

/* One decoded buffer as format.h wants it, `pts` by the sender's clock. Take the buffer. */
void outlet_video(struct outlet *o, GstBuffer *frame, GstClockTime pts);
void outlet_audio(struct outlet *o, GstBuffer *sound, GstClockTime pts);

/* `passthrough`: one access unit as it came, its stamps by the sender's clock (they may be
 * negative). Takes the buffer; borrows the caps. */
void outlet_unit(struct outlet *o, enum source_track track, GstBuffer *unit, GstCaps *caps,
                 int64_t pts, int64_t dts);

/* `passthrough`: the sound can't go as it came and is encoded here from now on. */
void outlet_encode_sound(struct outlet *o);

/* What is to stand beside SOURCE_LIVE: a part of the stream can't be used. */
void outlet_set_note(struct outlet *o, enum reason reason, const char *detail);

/* Says SOURCE_WAITING where nothing has gone out yet. */
void outlet_say_waiting(struct outlet *o);

/* What comes next is live again: before a state other than SOURCE_LIVE is said. */
void outlet_take_back(struct outlet *o);

/* From now on nothing goes out. Waits for what goes out at this moment. */
void outlet_close(struct outlet *o);

/* For the control thread, each tick: says SOURCE_FAILED with REASON_SILENT when a source that was
 * live has been silent for long enough. Returns microseconds since something came, of a connection
 * that has delivered; INT64_MAX before. */
int64_t outlet_watch(struct outlet *o);

#endif
