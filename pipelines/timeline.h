/* Puts a connection's time stamps on media time: one offset for its picture and its sound.
 *
 * The offset is chosen so that the latest of what comes regularly is TIMELINE_TARGET_NS late, which
 * is the least delay that the programme forgives (SOURCE_LATE_NS) with some room: first from what
 * arrives in TIMELINE_HOLD_NS, then
 *   - it follows the drift of the sender's clock, and what the delay could be less, by
 *     TIMELINE_SLEW_PPM at the most: nobody hears that;
 *   - it steps up when what comes is late again and again (jitter grew);
 *   - it steps down when all has been far too early for long;
 *   - a jump of a track's time stamps (restart, wrap, a stall that is caught up) begins anew.
 * Picture and sound may arrive up to TIMELINE_APART_NS apart; where they are further apart their
 * stamps have nothing to do with each other, the picture's count, and the sound is dropped.
 * Pure; nanoseconds of media time for arrivals, of the sender's clock for pts. */
#ifndef MECLIS_PIPELINES_TIMELINE_H
#define MECLIS_PIPELINES_TIMELINE_H

#include "drift.h"

#define TIMELINE_LATE_NS 40000000 /* SOURCE_LATE_NS */
#define TIMELINE_TARGET_NS 20000000
#define TIMELINE_HOLD_NS 250000000
/* A backlog that is being caught up prolongs the hold so far. */
#define TIMELINE_MAX_HOLD_NS 1500000000ll
#define TIMELINE_JUMP_NS 1000000000ll
#define TIMELINE_APART_NS 3000000000ll
#define TIMELINE_SLEW_PPM 500.0
#define TIMELINE_SAMPLES 256

enum timeline_track { TIMELINE_VIDEO, TIMELINE_AUDIO, TIMELINE_TRACKS };

enum timeline_verdict {
    TIMELINE_HOLD = 1, /* keep it: the offset is not known yet */
    TIMELINE_GO,       /* the offset is known, also for what was kept */
    TIMELINE_DROP,     /* it belongs to neither side of a jump */
    TIMELINE_RESTART,  /* a jump: drop what is kept; this one begins the hold */
};

struct timeline_sample {
    enum timeline_track track;
    int64_t arrival, level; /* level: arrival - pts */
};

struct timeline {
    bool running;
    int64_t offset; /* media time = pts + offset, while running */
    int64_t moved;  /* arrival at which the offset was last moved along */
    double rest_ns; /* of moving, below a nanosecond */
    struct drift drift;
    enum timeline_track drift_of; /* the picture's where there is one: multiplexers gather sound */
    /* What the line's level is to stay at, over the offset; known once the drift is. */
    int64_t reference;
    bool referenced;
    int steps;        /* of drift.steps that are in the reference */
    double prior_ppm; /* the drift known before the last restart: it is the same clock */
    /* While holding: the newest samples. */
    int64_t hold_began;
    int count;
    struct timeline_sample samples[TIMELINE_SAMPLES];
    /* While running: how late the latest was, in windows of half a second and of five. */
    int64_t window_began, window_latest;
    int late_windows;
    int64_t long_began, long_latest;
    int64_t chosen; /* arrival at which the offset was chosen */
    struct {
        bool known;
        int64_t level; /* of its newest sample */
        int jumps;     /* in a row */
    } tracks[TIMELINE_TRACKS];
    int64_t spare; /* of delay, being slewed away */
};

void timeline_init(struct timeline *t);

/* One buffer that could go out at `arrival`, and came from the network at `came`. With TIMELINE_GO,
 * timeline_map() tells its media time. */
enum timeline_verdict timeline_add(struct timeline *t, enum timeline_track track, int64_t arrival,
                                   int64_t pts, int64_t came);

int64_t timeline_map(const struct timeline *t, int64_t pts);

#endif
