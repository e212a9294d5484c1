#include "front/cursor.h"

/* Sound of at most this length before a keyframe still sounds after it. */
#define AUDIO_FRAGMENT_US 60000

void cursor_init(struct cursor *c, uint8_t track)
{
    *c = (struct cursor){.track = track, .picture_us = INT64_MIN};
}

static const struct ring *sound_ring(const struct cursor_rings *r)
{
    return r->audio ? r->by_track[r->audio] : NULL;
}

/* Stands at the message, the sound in between to be sent first. */
static void land(struct cursor *c, const struct cursor_rings *rings, uint8_t track,
                 uint64_t position)
{
    const struct ring_message *m = ring_at(rings->by_track[track], position);
    const struct ring *sound = sound_ring(rings);
    c->track = track;
    c->wanted = 0;
    c->position = position;
    c->begun = true;
    c->filling = sound && c->heard && m->audio_from > c->audio_next &&
                 ring_audio_from(sound, c->audio_next, &c->fill_at);
    c->fill_until = m->audio_from;
    if (!c->heard)
        c->audio_next = m->audio_from;
    c->heard = true;
}

/* The sound that belongs to a first picture begins before it in the order of sending. */
static void hear_from(struct cursor *c, const struct ring *sound, int64_t time_us)
{
    for (uint64_t p = ring_end(sound); p-- > ring_first(sound);) {
        const struct ring_message *m = ring_at(sound, p);
        if (m->time_us + AUDIO_FRAGMENT_US < time_us)
            break;
        c->audio_next = m->audio_from;
        c->heard = true;
    }
}

static bool begin(struct cursor *c, const struct cursor_rings *rings)
{
    const struct ring *ring = rings->by_track[c->track], *sound = sound_ring(rings);
    uint64_t position;
    if (c->track == rings->audio) {
        if (ring_end(ring) == ring_first(ring))
            return false;
        if (!c->heard || !ring_audio_from(ring, c->audio_next, &position))
            position = ring_end(ring) - (c->heard ? 0 : 1);
        c->position = position;
        c->begun = true;
        return true;
    }
    if (!ring_newest_keyframe(ring, &position))
        return false;
    if (!c->heard && sound)
        hear_from(c, sound, ring_at(ring, position)->time_us);
    if (c->picture_us != INT64_MIN) {
        c->jumped = true;
        c->jump_from_us = c->picture_us;
        c->jump_to_us = ring_at(ring, position)->time_us;
    }
    land(c, rings, c->track, position);
    return true;
}

/* The next picture of the ring it follows; NULL: none yet. */
static const struct ring_message *next_picture(const struct cursor *c, const struct ring *ring)
{
    const struct ring_message *m;
    for (uint64_t p = c->position; (m = ring_at(ring, p)); p++)
        if (m->video_init)
            return m;
    return NULL;
}

/* Goes over to the wanted track where that can be done without losing a picture. */
static void go_over(struct cursor *c, const struct cursor_rings *rings)
{
    const struct ring *to = rings->by_track[c->wanted];
    uint64_t position;
    if (!to || c->wanted == c->track) {
        c->wanted = 0;
        return;
    }
    if (c->wanted == rings->audio) {
        c->track = c->wanted;
        c->wanted = 0;
        c->filling = false;
        if (!ring_audio_from(to, c->audio_next, &c->position))
            c->position = ring_end(to);
        return;
    }
    if (c->track == rings->audio) { /* a picture at once */
        if (!ring_newest_keyframe(to, &position))
            return;
        land(c, rings, c->wanted, position);
        return;
    }
    const struct ring_message *next = next_picture(c, rings->by_track[c->track]);
    int64_t after = c->picture_us == INT64_MIN ? INT64_MIN : c->picture_us + 1;
    if (!next || !ring_keyframe_from(to, after, &position) ||
        next->time_us < ring_at(to, position)->time_us)
        return;
    land(c, rings, c->wanted, position);
}

bool cursor_jump(struct cursor *c, const struct cursor_rings *rings)
{
    uint8_t track = c->wanted ? c->wanted : c->track;
    const struct ring *to = rings->by_track[track];
    uint64_t position;
    if (!to || track == rings->audio || !c->begun || !ring_newest_keyframe(to, &position))
        return false;
    int64_t to_us = ring_at(to, position)->time_us;
    const struct ring *ring = rings->by_track[c->track];
    const struct ring_message *next = ring ? next_picture(c, ring) : NULL;
    if (to_us <= c->picture_us || (next && next->time_us >= to_us && track == c->track))
        return false;
    c->jumped = true;
    c->jump_from_us = c->picture_us == INT64_MIN ? to_us : c->picture_us;
    c->jump_to_us = to_us;
    land(c, rings, track, position);
    return true;
}

/* What was to come next has left the ring. */
static void catch_up(struct cursor *c, const struct cursor_rings *rings)
{
    const struct ring *ring = rings->by_track[c->track];
    if (c->track == rings->audio)
        c->position = ring_first(ring);
    else if (!cursor_jump(c, rings))
        c->begun = false; /* until a keyframe comes */
}

/* The next of the sound that lies before where it landed; NULL when that is all sent. */
static const struct ring_message *fill(struct cursor *c, const struct ring *sound)
{
    if (!c->filling)
        return NULL;
    if (sound && c->fill_at < ring_first(sound))
        c->fill_at = ring_first(sound);
    const struct ring_message *m = sound ? ring_at(sound, c->fill_at) : NULL;
    c->filling = m && m->audio_from < c->fill_until;
    return c->filling ? m : NULL;
}

const struct ring_message *cursor_peek(struct cursor *c, const struct cursor_rings *rings)
{
    const struct ring *ring = rings->by_track[c->track];
    if (!ring)
        return NULL;
    const struct ring_message *m = fill(c, sound_ring(rings));
    if (m)
        return m;
    if (c->begun && ring_first(ring) > c->position)
        catch_up(c, rings);
    if (!c->begun && !begin(c, rings))
        return NULL;
    if (c->wanted)
        go_over(c, rings);
    m = fill(c, sound_ring(rings));
    return m ? m : ring_at(rings->by_track[c->track], c->position);
}

void cursor_advance(struct cursor *c, const struct ring_message *m)
{
    if (c->filling)
        c->fill_at++;
    else
        c->position++;
    if (m->audio_next > c->audio_next)
        c->audio_next = m->audio_next;
    c->heard = c->heard || m->audio_next > 0;
    if (m->video_init)
        c->picture_us = m->time_us;
}

int64_t cursor_behind_us(const struct cursor *c, const struct cursor_rings *rings)
{
    const struct ring *ring = rings->by_track[c->track];
    if (!ring || !c->begun)
        return 0;
    uint64_t position = c->position < ring_first(ring) ? ring_first(ring) : c->position;
    const struct ring_message *m = ring_at(ring, position);
    return m ? ring_newest_us(ring) - m->time_us : 0;
}
