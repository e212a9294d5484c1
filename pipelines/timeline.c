#include "timeline.h"

#include <math.h>
#include <string.h>

#define WINDOW_NS 500000000
#define LONG_WINDOW_NS 5000000000
/* At first the window is shorter: the offset may have been chosen amid a backlog. */
#define YOUNG_NS 4000000000
#define YOUNG_WINDOW_NS 1000000000
/* Late windows in a row after which the offset steps up. */
#define LATE_WINDOWS 2
/* All of five seconds earlier than this: slew towards less delay, or at once. */
#define EARLY_NS (-20000000)
#define FAR_TOO_EARLY_NS (-150000000)
/* Stamps beyond TIMELINE_JUMP_NS in a row that make a jump; fewer are strays. */
#define JUMPS 3
/* While holding: bursts within this over the least level are the sender's way of sending. */
#define BURST_NS 900000000
/* The least level fell by more than this within the hold: a backlog is being caught up. */
#define BACKLOG_NS 40000000
/* How fast a deviation from the reference is taken back. */
#define RETURN_SECONDS 30.0

void timeline_init(struct timeline *t)
{
    memset(t, 0, sizeof *t);
    drift_init(&t->drift);
}

int64_t timeline_map(const struct timeline *t, int64_t pts)
{
    return pts + t->offset;
}

static void begin_hold(struct timeline *t, int64_t arrival)
{
    double ppm = drift_known(&t->drift) ? drift_ppm(&t->drift) : t->prior_ppm;
    timeline_init(t);
    t->prior_ppm = ppm;
    t->hold_began = arrival;
}

/* The least level of a track's samples that arrived in a span; INT64_MAX without any. */
static int64_t least(const struct timeline *t, enum timeline_track track, int64_t from,
                     int64_t until)
{
    int64_t level = INT64_MAX;
    for (int i = 0; i < t->count; i++) {
        const struct timeline_sample *s = &t->samples[i];
        if (s->track == track && s->arrival >= from && s->arrival < until && s->level < level)
            level = s->level;
    }
    return level;
}

static bool catching_up(const struct timeline *t, int64_t arrival)
{
    int64_t middle = arrival - TIMELINE_HOLD_NS / 2;
    bool falls = false;
    for (int k = 0; k < TIMELINE_TRACKS; k++) {
        int64_t before = least(t, k, arrival - TIMELINE_HOLD_NS, middle);
        int64_t after = least(t, k, middle, INT64_MAX);
        falls |= before != INT64_MAX && after != INT64_MAX && after < before - BACKLOG_NS;
    }
    return falls;
}

/* The highest level of a track's newest samples that is its way of sending. */
static int64_t highest(const struct timeline *t, enum timeline_track track, int64_t from)
{
    int64_t low = least(t, track, from, INT64_MAX), high = low;
    for (int i = 0; i < t->count; i++) {
        const struct timeline_sample *s = &t->samples[i];
        if (s->track == track && s->arrival >= from && s->level > high && s->level < low + BURST_NS)
            high = s->level;
    }
    return high;
}

static void choose_offset(struct timeline *t, int64_t arrival)
{
    int64_t from = arrival - TIMELINE_HOLD_NS;
    int64_t video = highest(t, TIMELINE_VIDEO, from), audio = highest(t, TIMELINE_AUDIO, from);
    int64_t high = video;
    if (video == INT64_MAX ||
        (audio != INT64_MAX && audio > video && audio - video < TIMELINE_APART_NS))
        high = audio;
    t->offset = high - TIMELINE_TARGET_NS;
    t->running = true;
    t->moved = t->window_began = t->long_began = t->chosen = arrival;
    t->window_latest = t->long_latest = INT64_MIN;
}

static enum timeline_verdict hold(struct timeline *t, enum timeline_track track, int64_t arrival,
                                  int64_t level)
{
    if (t->count == TIMELINE_SAMPLES) {
        memmove(t->samples, t->samples + 1, (TIMELINE_SAMPLES - 1) * sizeof t->samples[0]);
        t->count--;
    }
    t->samples[t->count++] = (struct timeline_sample){track, arrival, level};
    t->tracks[track].known = true;
    t->tracks[track].level = level;
    int64_t held = arrival - t->hold_began;
    if (held < TIMELINE_HOLD_NS || (held < TIMELINE_MAX_HOLD_NS && catching_up(t, arrival)))
        return TIMELINE_HOLD;
    choose_offset(t, arrival);
    return TIMELINE_GO;
}

/* How far to move against the reference in this time, once the drift is known. */
static double pull(struct timeline *t, int64_t arrival, double seconds, double limit)
{
    int64_t over = drift_level(&t->drift, arrival) - t->offset;
    if (!t->referenced || t->steps != t->drift.steps)
        t->reference = over;
    t->referenced = true;
    t->steps = t->drift.steps;
    /* What may be taken from the delay, in this time. */
    int64_t spare = (int64_t)fmin((double)t->spare, limit);
    t->spare -= spare;
    t->reference += spare;
    double by = (double)(over - t->reference) / RETURN_SECONDS * seconds;
    return fmin(fmax(by, -limit), limit);
}

/* Moves the offset along with the drift, and towards the reference. */
static void follow(struct timeline *t, int64_t arrival)
{
    int64_t since = arrival - t->moved;
    if (since <= 0)
        return;
    t->moved = arrival;
    double seconds = (double)since * 1e-9, limit = TIMELINE_SLEW_PPM * 1e3 * seconds;
    double by = t->rest_ns;
    if (drift_known(&t->drift))
        by += pull(t, arrival, seconds, limit) - drift_ppm(&t->drift) * 1e3 * seconds;
    else
        by -= t->prior_ppm * 1e3 * seconds;
    int64_t whole = (int64_t)by;
    t->rest_ns = by - (double)whole;
    t->offset += whole;
}

static void step(struct timeline *t, int64_t by)
{
    t->offset += by;
    t->reference -= by;
    t->spare = 0;
    t->late_windows = 0;
    t->long_latest = INT64_MIN;
}

/* Looks at how late things were, at the end of each window. */
static void judge(struct timeline *t, int64_t arrival)
{
    if (arrival - t->window_began >= WINDOW_NS) {
        bool late = t->window_latest > TIMELINE_LATE_NS;
        t->late_windows = late ? t->late_windows + 1 : 0;
        if (late)
            t->spare = 0;
        if (t->late_windows >= LATE_WINDOWS) {
            step(t, t->window_latest - TIMELINE_TARGET_NS);
            t->long_began = arrival;
        }
        t->window_began = arrival;
        t->window_latest = INT64_MIN;
    }
    bool young = arrival - t->chosen < YOUNG_NS;
    if (arrival - t->long_began >= (young ? YOUNG_WINDOW_NS : LONG_WINDOW_NS)) {
        int64_t latest = t->long_latest;
        t->long_began = arrival;
        t->long_latest = INT64_MIN;
        if (latest < FAR_TOO_EARLY_NS)
            step(t, latest - TIMELINE_TARGET_NS);
        else if (latest < EARLY_NS)
            t->spare = (TIMELINE_TARGET_NS - latest) / 2;
    }
}

static bool far(int64_t a, int64_t b, int64_t limit)
{
    return a - b > limit || b - a > limit;
}

/* Whether a sample belongs to what came before, else what to do with it. */
static enum timeline_verdict place(struct timeline *t, enum timeline_track track, int64_t level)
{
    bool jumped = t->tracks[track].known && far(level, t->tracks[track].level, TIMELINE_JUMP_NS);
    bool apart = t->running && far(level, t->offset, TIMELINE_APART_NS);
    if (!jumped && !apart) {
        t->tracks[track].jumps = 0;
        t->tracks[track].known = true;
        t->tracks[track].level = level;
        return TIMELINE_GO;
    }
    /* Sound that has nothing to do with the picture never begins anew. */
    if (apart && !jumped && track == TIMELINE_AUDIO && t->tracks[TIMELINE_VIDEO].known)
        return TIMELINE_DROP;
    return ++t->tracks[track].jumps < JUMPS ? TIMELINE_DROP : TIMELINE_RESTART;
}

static void learn_drift(struct timeline *t, enum timeline_track track, int64_t came, int64_t pts)
{
    enum timeline_track wanted = t->tracks[TIMELINE_VIDEO].known ? TIMELINE_VIDEO : TIMELINE_AUDIO;
    if (t->drift_of != wanted) {
        t->prior_ppm = drift_known(&t->drift) ? drift_ppm(&t->drift) : t->prior_ppm;
        drift_init(&t->drift);
        t->drift_of = wanted;
        t->referenced = false;
        t->steps = 0;
    }
    if (track == wanted)
        drift_add(&t->drift, came, pts);
}

enum timeline_verdict timeline_add(struct timeline *t, enum timeline_track track, int64_t arrival,
                                   int64_t pts, int64_t came)
{
    int64_t level = arrival - pts;
    if (!t->running && t->count == 0) {
        begin_hold(t, arrival);
        return hold(t, track, arrival, level);
    }
    enum timeline_verdict verdict = place(t, track, level);
    if (verdict == TIMELINE_RESTART) {
        begin_hold(t, arrival);
        hold(t, track, arrival, level);
        return verdict;
    }
    if (verdict == TIMELINE_DROP)
        return verdict;
    if (!t->running)
        return hold(t, track, arrival, level);
    learn_drift(t, track, came, pts);
    follow(t, arrival);
    int64_t late = level - t->offset;
    t->window_latest = late > t->window_latest ? late : t->window_latest;
    t->long_latest = late > t->long_latest ? late : t->long_latest;
    judge(t, arrival);
    return TIMELINE_GO;
}
