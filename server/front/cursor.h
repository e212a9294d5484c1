/* The cursor: where a viewer is in the rings of a meeting, and what comes next. Pure.
 *
 * It moves along one ring, goes over to another at a keyframe, and jumps when what it was to get
 * next has left or when it is told to. Whichever way it goes, the sound is whole: what lies between
 * the last sound sent and the first one of where it lands is sent from the audio track's ring,
 * before. */
#ifndef MECLIS_FRONT_CURSOR_H
#define MECLIS_FRONT_CURSOR_H

#include "media/ring.h"
#include "media/track.h"

/* A meeting's rings by track id; NULL where there is none. Borrowed for each call. */
struct cursor_rings {
    const struct ring *by_track[TRACK_MAX + 1];
    uint8_t audio; /* the track of the sound alone; 0: none */
};

struct cursor {
    uint8_t track;  /* whose ring it follows; 0: none */
    uint8_t wanted; /* where it is to go over at a keyframe; 0: nowhere */
    bool begun;     /* position is one */
    bool heard;     /* audio_next is one */
    bool filling;   /* sends sound from fill_at up to sequence fill_until */
    bool jumped;    /* from jump_from_us to jump_to_us: to be told, and cleared by who tells it */
    uint64_t position;
    uint64_t audio_next; /* the sequence after the last sound sent */
    uint64_t fill_at, fill_until;
    int64_t picture_us; /* media time of the last picture sent; INT64_MIN: none */
    int64_t jump_from_us, jump_to_us;
};

void cursor_init(struct cursor *c, uint8_t track);

/* What comes next, borrowed until the rings change; it stays next until cursor_advance(). NULL:
 * nothing until the rings grow. On the way `track` may have changed, and `jumped` may be set. */
const struct ring_message *cursor_peek(struct cursor *c, const struct cursor_rings *rings);
void cursor_advance(struct cursor *c, const struct ring_message *m);

/* Jumps to the newest keyframe, of the wanted track where there is one, if that is ahead. Returns
 * whether it is. cursor_peek() tells it then. */
bool cursor_jump(struct cursor *c, const struct cursor_rings *rings);

/* How far what comes next is behind the newest, in media time. */
int64_t cursor_behind_us(const struct cursor *c, const struct cursor_rings *rings);

#endif
