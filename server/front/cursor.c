#include "front/cursor.h"

/* Sound of at most this length before a keyframe still sounds after it. */
#define AUDIO_FRAGMENT_US 60000

/* Where keyframes are not at the same times, it goes back so far to begin at one: the player shows
 * the newer ones. Before its own keyframe it waits so long for the wanted track's. */
#define OVERLAP_US 400000
#define HOLD_US 500000

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

/* The wanted track's keyframe that is as new as the next picture here. */
static bool seamless(const struct cursor *c, const struct cursor_rings *rings, uint64_t *ret)
{
    const struct ring *to = rings->by_track[c->wanted];
    const struct ring_message *next = next_picture(c, rings->by_track[c->track]);
    int64_t after = c->picture_us == INT64_MIN ? INT64_MIN : c->picture_us + 1;
    return next && ring_keyframe_from(to, after, ret) &&
           next->time_us >= ring_at(to, *ret)->time_us;
}

/* Where keyframes are not at the same times: one of just before the last picture sent. */
static bool overlapping(const struct cursor *c, const struct cursor_rings *rings, uint64_t *ret)
{
    const struct ring *ring = rings->by_track[c->track], *to = rings->by_track[c->wanted];
    uint64_t own;
    if (c->picture_us == INT64_MIN || !ring_keyframe_from(to, c->picture_us - OVERLAP_US, ret))
        return false;
    int64_t time_us = ring_at(to, *ret)->time_us;
    bool aligned =
        ring_keyframe_from(ring, time_us, &own) && ring_at(ring, own)->time_us == time_us;
    return time_us <= c->picture_us && !aligned;
}

/* Goes over to the wanted track at a keyframe, no picture lost. */
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
    if (seamless(c, rings, &position) || overlapping(c, rings, &position))
        land(c, rings, c->wanted, position);
}

static int64_t newest_picture_us(const struct ring *ring)
{
    for (uint64_t p = ring_end(ring); p-- > ring_first(ring);)
        if (ring_at(ring, p)->video_init)
            return ring_at(ring, p)->time_us;
    return INT64_MIN;
}

/* Before a keyframe of its own it waits a moment for the wanted track, which is made beside it and
 * has one of the same time: so nothing is sent twice. */
static bool waits_for_wanted(const struct cursor *c, const struct cursor_rings *rings,
                             const struct ring_message *m)
{
    const struct ring *ring = rings->by_track[c->track];
    const struct ring *to = c->wanted ? rings->by_track[c->wanted] : NULL;
    return to && m && m->keyframe && c->wanted != rings->audio &&
           newest_picture_us(to) < m->time_us && ring_newest_us(ring) - m->time_us < HOLD_US;
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
    if (m)
        return m;
    m = ring_at(rings->by_track[c->track], c->position);
    return waits_for_wanted(c, rings, m) ? NULL : m;
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
