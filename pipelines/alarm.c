#include "alarm.h"

#include <stdlib.h>
#include <string.h>

/* -60 dBFS as a mean square. */
#define SILENT_MEAN_SQUARE 1e-6
/* A point that differs by no more than this did not change: dithering of a decoder. */
#define SAME_LUMA 2
/* Luma (16 is black) up to which a point is black, and of how many points it may not be so. */
#define BLACK_LUMA 32
#define BRIGHT_POINTS (ALARM_ROWS * ALARM_COLUMNS / 100)

static void begin(struct alarm_watch *w, int64_t now_ns)
{
    int64_t none = 0;
    if (atomic_compare_exchange_strong(&w->began_ns, &none, now_ns)) {
        w->changed_ns = now_ns;
        w->bright_ns = now_ns;
        w->loud_ns = now_ns;
    }
}

void alarm_picture(struct alarm_watch *w, const uint8_t *luma, int stride, int width, int height,
                   int64_t now_ns)
{
    begin(w, now_ns);
    w->picture_ns = now_ns;
    if (w->looked_ns && now_ns - w->looked_ns < ALARM_LOOK_NS)
        return;
    w->looked_ns = now_ns;
    uint8_t points[ALARM_ROWS * ALARM_COLUMNS], *point = points;
    const uint8_t *known = w->points;
    int bright = 0;
    bool changed = false;
    for (int row = 0; row < ALARM_ROWS; row++) {
        const uint8_t *line = luma + (ptrdiff_t)(row * height / ALARM_ROWS) * stride;
        for (int column = 0; column < ALARM_COLUMNS; column++, point++, known++) {
            *point = line[column * width / ALARM_COLUMNS];
            changed |= abs(*point - *known) > SAME_LUMA;
            bright += *point > BLACK_LUMA;
        }
    }
    if (changed) {
        w->changed_ns = now_ns;
        memcpy(w->points, points, sizeof(points));
    }
    if (bright > BRIGHT_POINTS)
        w->bright_ns = now_ns;
}

void alarm_sound(struct alarm_watch *w, const float *samples, size_t count, int64_t now_ns)
{
    begin(w, now_ns);
    w->sound_ns = now_ns;
    float sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += samples[i] * samples[i];
    if (count && sum / (float)count > (float)SILENT_MEAN_SQUARE)
        w->loud_ns = now_ns;
}

void alarm_reset(struct alarm_watch *w)
{
    w->picture_ns = 0;
    w->sound_ns = 0;
    w->began_ns = 0;
}

unsigned alarm_now(struct alarm_watch *w, int64_t now_ns)
{
    if (!w->began_ns)
        return 0;
    unsigned wrong = 0;
    if (now_ns - w->loud_ns >= ALARM_AFTER_NS)
        wrong |= ALARM_SILENT;
    if (!w->picture_ns)
        return wrong;
    if (now_ns - w->changed_ns >= ALARM_AFTER_NS)
        wrong |= ALARM_FROZEN;
    if (now_ns - w->bright_ns >= ALARM_AFTER_NS)
        wrong |= ALARM_BLACK;
    return wrong;
}

const char *alarm_name(enum programme_alarm alarm)
{
    switch (alarm) {
    case ALARM_SILENT:
        return "silent";
    case ALARM_FROZEN:
        return "frozen";
    case ALARM_BLACK:
        return "black";
    }
    return NULL;
}
