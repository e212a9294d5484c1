/* From encoders to the world: each track's fragmenter, the recorder, the publisher.
 *
 * Units come in on each track's own thread, several tracks at once. */
#ifndef MECLIS_PIPELINES_OUTPUT_H
#define MECLIS_PIPELINES_OUTPUT_H

#include "fragmenter.h"
#include "link/message.h"
#include "publisher.h"
#include "recorder.h"

struct output;

/* Fills the tracks that the spec asks for: the renditions in their order, then the sound; in
 * `passthrough` the sound as it comes ("audio") before the one that is made ("audio-low"). */
void output_tracks(const struct spec *spec, struct link_tracks *ret);

/* Takes the worker's place (its lock and socket), then opens the recording. A recording that can't
 * be opened is no error: its state is RECORDER_FAILED and it is tried again each 5 s. The
 * publisher's `status` comes with the output's part filled in already. `ops` is borrowed for the
 * output's life. Returns 0, -EWOULDBLOCK when another worker of the meeting runs, or a negative
 * errno. Blocks. */
int output_create(const struct spec *spec, const struct publisher_ops *ops, void *ctx,
                  struct output **ret);

/* Closes the recording, tells the server what is queued, and ends. No encoder may run. Blocks. */
void output_destroy(struct output *o);

/* The decoder's configuration and the units of a track, each track's in order. The first sound
 * after a picture becomes a fragment at once, other sound is gathered. Returns 0 or a negative
 * errno. */
int output_config(struct output *o, uint8_t track, const void *data, size_t size, int width,
                  int height);
int output_unit(struct output *o, uint8_t track, const struct fragmenter_unit *unit);

/* The main thread, some 20 times a second: lets out gathered sound whose next frame is late. */
void output_flush_late(struct output *o);

/* Any thread. The time is filled in where it is 0. */
void output_notice(struct output *o, const char *type, const char *source, const char *detail);
void output_reply(struct output *o, uint64_t ticket, int error, const char *reason);

/* The main thread. Starting returns -ENOSPC where the disk is full, -EIO where the recording can't
 * be opened. */
int output_record(struct output *o, bool on);

/* The main thread, each second or so: tries a recording that could not be opened again. */
void output_mend(struct output *o);

DEFINE_CLEANUP(struct output *, output_destroy)

#endif
