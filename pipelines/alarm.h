/* Watches one source for a silent microphone, a frozen and a black picture. No GStreamer, no clock.
 *
 * Picture is looked at each half second, and only at a coarse grid of points; sound by its mean
 * square. Each watch belongs to one source, so that what goes on air is known already. */
#ifndef MECLIS_PIPELINES_ALARM_H
#define MECLIS_PIPELINES_ALARM_H

#include "link/message.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#define ALARM_AFTER_NS (10 * INT64_C(1000000000))
#define ALARM_LOOK_NS (500 * INT64_C(1000000))
#define ALARM_COLUMNS 96
#define ALARM_ROWS 54

/* Zeroed: nothing was delivered yet. The picture's and the sound's fields are their threads'. */
struct alarm_watch {
    _Atomic int64_t began_ns;             /* when it began to deliver; 0: it does not */
    _Atomic int64_t picture_ns, sound_ns; /* when they came last; 0: never */
    _Atomic int64_t changed_ns, bright_ns, loud_ns;
    int64_t looked_ns;
    /* As they were at the last change, so that a slow one is seen too. */
    uint8_t points[ALARM_ROWS * ALARM_COLUMNS];
};

/* The picture's thread. Luma of 8 bits, BT.709 range. */
void alarm_picture(struct alarm_watch *w, const uint8_t *luma, int stride, int width, int height,
                   int64_t now_ns);

/* The sound's thread. Interleaved samples of ±1; count is of all channels together. */
void alarm_sound(struct alarm_watch *w, const float *samples, size_t count, int64_t now_ns);

/* Any thread: it stopped to deliver; what it was said to be is forgotten. */
void alarm_reset(struct alarm_watch *w);

/* Any thread: what is wrong now, of enum programme_alarm. A source without any sound is silent, a
 * source without any picture is neither frozen nor black; one whose picture stopped is frozen. */
unsigned alarm_now(struct alarm_watch *w, int64_t now_ns);

/* "silent", "frozen", "black"; NULL for what is none. */
const char *alarm_name(enum programme_alarm alarm);

#endif
