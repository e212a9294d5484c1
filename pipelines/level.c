#include "level.h"

#include "format.h"

void level_init(struct level *l)
{
    l->at = LEVEL_RAMP_FRAMES;
}

bool level_is_full(const struct level *l)
{
    return l->at == LEVEL_RAMP_FRAMES;
}

void level_apply(struct level *l, bool on, float *sound, size_t frames)
{
    for (size_t i = 0; i < frames; i++) {
        if (on && l->at < LEVEL_RAMP_FRAMES)
            l->at++;
        else if (!on && l->at > 0)
            l->at--;
        float by = (float)l->at / LEVEL_RAMP_FRAMES;
        for (int channel = 0; channel < FORMAT_AUDIO_CHANNELS; channel++)
            *sound++ *= by;
    }
}
