/* A player that decodes all it is sent, and believes nothing: each message's header, each
 * fragment's header and its moof and mdat, against what was published, byte by byte; and what comes
 * after what. Fails the test at the first thing that is not as docs/protocol.md says. */
#ifndef MECLIS_FRONT_TEST_EXACT_H
#define MECLIS_FRONT_TEST_EXACT_H

#include "client.h"

#include <stdatomic.h>

#define EXACT_MAX_FRAMES 4096

/* What was published: written by one thread, each frame before it is given to the front. */
struct exact_feed {
    int grid_frames; /* from keyframe to keyframe */
    bool uneven; /* frames may come late: sound that did not wait for a picture in one rendition can
                    have waited in another, and come again after a change */
    struct bytes *inits[4];                  /* by track */
    struct bytes *made[4][EXACT_MAX_FRAMES]; /* by track and frame */
    atomic_int frames;                       /* so many are there */
};

/* Opens the meeting "demo". */
void exact_feed_open(struct exact_feed *d, struct front *f, int grid_frames);
void exact_feed_frame(struct exact_feed *d, struct front *f, size_t high_bytes, size_t low_bytes);
void exact_feed_finish(struct exact_feed *d);

struct exact_player {
    const struct exact_feed *feed;
    struct client_socket socket;
    char rendition[16]; /* the one told last; "": sound alone */
    bool greeted, skipped, changed, was_sound_alone, may_repeat;
    bool init[4], seen[4];
    int newest[4]; /* frames */
    int newest_picture, first_sound;
    int messages, skips, switches, sounds, repeats, pictures, closed;
};

void exact_open(struct exact_player *p, const struct exact_feed *d, int port, const char *path);

/* Takes one frame. Returns false when none is there in time. */
bool exact_take(struct exact_player *p, int timeout_ms);

/* It has all that there is. */
bool exact_is_done(const struct exact_player *p);

/* Closes it, with a reset where that is asked for. */
void exact_close(struct exact_player *p, bool reset);

#endif
