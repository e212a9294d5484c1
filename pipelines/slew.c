#include "slew.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TAPS (2 * SLEW_DELAY_FRAMES)
#define PHASES 256
#define KAISER_BETA 9.0

struct slew {
    double position; /* of the next output, in frames from window[0]'s centre tap */
    size_t held;     /* frames in `window` */
    float window[2 * (TAPS + SLEW_MAX_FRAMES)];
    float table[PHASES + 1][TAPS];
};

/* The modified Bessel function of the first kind, order zero. */
static double bessel(double x)
{
    double sum = 1, term = 1;
    for (int k = 1; k < 40; k++) {
        term *= x / (2 * k) * (x / (2 * k));
        sum += term;
    }
    return sum;
}

static double tap(double x)
{
    double edge = x / SLEW_DELAY_FRAMES;
    if (fabs(edge) >= 1)
        return 0;
    double sinc = fabs(x) < 1e-9 ? 1 : sin(M_PI * x) / (M_PI * x);
    return sinc * bessel(KAISER_BETA * sqrt(1 - edge * edge)) / bessel(KAISER_BETA);
}

struct slew *slew_create(void)
{
    struct slew *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    for (int phase = 0; phase <= PHASES; phase++) {
        for (int i = 0; i < TAPS; i++)
            s->table[phase][i] = (float)tap(i - (SLEW_DELAY_FRAMES - 1) - (double)phase / PHASES);
    }
    slew_reset(s);
    return s;
}

void slew_destroy(struct slew *s)
{
    free(s);
}

void slew_reset(struct slew *s)
{
    /* So much silence that the first output lies SLEW_DELAY_FRAMES before the first input. */
    s->held = TAPS - 1;
    s->position = 0;
    memset(s->window, 0, s->held * 2 * sizeof(float));
}

static void read_at(const struct slew *s, size_t first, double fraction, float *out)
{
    double phase = fraction * PHASES;
    size_t low = (size_t)phase;
    float between = (float)(phase - (double)low);
    const float *a = s->table[low], *b = s->table[low + 1], *in = s->window + 2 * first;
    float left = 0, right = 0;
    for (size_t i = 0; i < TAPS; i++) {
        float weight = a[i] + (b[i] - a[i]) * between;
        left += in[2 * i] * weight;
        right += in[2 * i + 1] * weight;
    }
    out[0] = left;
    out[1] = right;
}

size_t slew_push(struct slew *s, const float *in, size_t frames, double step, float *out)
{
    if (frames > SLEW_MAX_FRAMES)
        frames = SLEW_MAX_FRAMES;
    memcpy(s->window + 2 * s->held, in, frames * 2 * sizeof(float));
    s->held += frames;
    size_t made = 0;
    for (; made < SLEW_ROOM_FRAMES; made++) {
        size_t first = (size_t)s->position;
        if (first + TAPS > s->held)
            break;
        read_at(s, first, s->position - (double)first, out + 2 * made);
        s->position += step;
    }
    size_t used = (size_t)s->position;
    used = used < s->held ? used : s->held;
    memmove(s->window, s->window + 2 * used, (s->held - used) * 2 * sizeof(float));
    s->held -= used;
    s->position -= (double)used;
    return made;
}
