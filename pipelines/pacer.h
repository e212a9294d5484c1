/* Lets buffers go at their time: what a file's streams deliver as fast as they are taken.
 *
 * Holds PACER_VIDEO frames and PACER_AUDIO sounds, half a second or so, which covers the beginning
 * of the next round; more waits in put. A thread of its own hands them to the outlet. */
#ifndef MECLIS_PIPELINES_PACER_H
#define MECLIS_PIPELINES_PACER_H

#include "outlet.h"

#define PACER_VIDEO 20
#define PACER_AUDIO 24
#define PACER_UNITS 64

struct pacer;

/* Holds a reference of the outlet (paced). Returns owned, or NULL. */
struct pacer *pacer_create(struct source *s, struct outlet *outlet);

/* Take the buffer; `pts` counts from the round's beginning. Wait for room. */
void pacer_put_video(void *pacer, GstBuffer *frame, GstClockTime pts);
void pacer_put_audio(void *pacer, GstBuffer *sound, GstClockTime pts);

/* Takes the unit, borrows the caps. */
void pacer_put_unit(void *pacer, enum source_track track, GstBuffer *unit, GstCaps *caps,
                    int64_t pts, int64_t dts);

/* The round ended: the next one's time begins where this one's longer track ended. Returns whether
 * anything came in it. */
bool pacer_next_round(struct pacer *p);

/* Waits until all has gone out, or the pacer is shut, at most so long. Returns whether all has. */
bool pacer_drain(struct pacer *p, int64_t timeout_us);

/* Lets nobody wait any more and drops what is put; then its thread ends. */
void pacer_shut(struct pacer *p);

struct pacer *pacer_ref(struct pacer *p);
void pacer_unref(struct pacer *p);

#endif
