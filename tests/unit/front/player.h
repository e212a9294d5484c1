/* A player on the media socket, for the front's tests. */
#ifndef MECLIS_FRONT_TEST_PLAYER_H
#define MECLIS_FRONT_TEST_PLAYER_H

#include "fixture.h"

/* A player that believes nothing: every fragment's header and bytes are checked, every change must
 * be told before, the sound has no hole. */
struct player {
    struct client_socket socket;
    char rendition[16]; /* the one told last; "": sound alone */
    bool live, greeted, jumped, changed;
    bool init[4];
    bool seen[4];
    uint64_t newest[4];
    int skips, switches, pictures, lost_pictures, repeated;
    int64_t ahead_us; /* media time of the newest picture */
    int closed;       /* the close frame's status; 0: none */
};

void player_open(struct player *p, int port, const char *path);
void player_close(struct player *p);

/* Takes one frame. Returns false when none comes in time. */
bool player_take(struct player *p, int timeout_ms);

/* A front with a broadcast of so many frames. */
void player_start(struct fixture *x, int frames);

#endif
