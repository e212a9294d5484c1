/* A net thread's copy of a meeting's broadcast: rings, live window, inits, and who is watching.
 *
 * A channel exists while it is live or somebody is on its media socket; its rings only while live.
 * Net thread. */
#ifndef MECLIS_FRONT_CHANNEL_H
#define MECLIS_FRONT_CHANNEL_H

#include "front/net.h"
#include "media/ring.h"
#include "media/window.h"

/* Inits kept of a track: what a minute of HLS can need. */
#define CHANNEL_INITS 8

/* Messages, bytes and time that a ring holds: enough for a viewer four seconds behind, keyframes
 * four seconds apart. */
#define CHANNEL_RING_MESSAGES 1024
#define CHANNEL_RING_BYTES (48u << 20)
#define CHANNEL_RING_US 12000000

/* A channel that has just been opened is told first what its worker remembers. Until a fragment
 * comes that is no older than this, or for so long at the most, its playlists would be cut short.
 */
#define CHANNEL_FRESH_US 2000000
#define CHANNEL_REPLAY_US 5000000

struct channel_init {
    struct track_init init; /* its bytes: one reference; number 0: none */
    struct bytes *message;  /* framed for the media socket */
};

struct channel_track {
    bool used;
    struct track track;
    struct ring *ring; /* of an audio track: the sound alone */
    struct window *window;
    int64_t bits_per_second;                  /* from the window */
    struct channel_init inits[CHANNEL_INITS]; /* by number modulo CHANNEL_INITS */
    uint32_t newest_init;
    int64_t held_us;   /* boot clock: since when a message waits for a second one; 0: none does */
    struct list waits; /* of struct hls_wait.node */
    struct bytes *playlist; /* the live one as it is now; NULL: not written yet */
};

struct channel {
    struct list node; /* net->channels */
    struct net *net;
    bool live;
    bool current;      /* what its worker remembered has come */
    int64_t opened_us; /* boot clock */
    struct front_channel_info info;
    struct channel_track tracks[TRACK_MAX + 1]; /* by id */
    uint8_t audio;                              /* its track's id; 0: none */
    struct list viewers;                        /* of struct viewer.node */
    int watching[TRACK_MAX + 1]; /* of them, by the track that each is sent; [0]: not watching */
};

/* The channel of that meeting, borrowed; NULL: none. */
struct channel *channel_find(struct net *n, const char *meeting);

/* The same, made where there is none; NULL without memory. */
struct channel *channel_get(struct net *n, const char *meeting);

/* Frees it when nobody needs it. */
void channel_release(struct channel *ch);
void channel_destroy(struct channel *ch);

/* Each returns 0 or -ENOMEM. */
int channel_open(struct net *n, const struct front_channel_info *info);
void channel_close(struct net *n, const char *meeting);
int channel_add_init(struct channel *ch, const struct track_init *init, struct bytes *message);

/* A fragment for the window (NULL: none), and the messages that became ready with it or without
 * one, each for its track's ring. */
struct channel_message {
    uint8_t track;
    struct ring_message message;
};

/* Whether its playlists are whole. */
bool channel_is_current(struct channel *ch);

void channel_add(struct channel *ch, const struct fragment *f,
                 const struct channel_message *messages, int count);

/* The init of that number, borrowed; NULL: not (any more) known. */
const struct channel_init *channel_init_of(const struct channel *ch, uint8_t track,
                                           uint32_t number);

/* The id of the track of that name, 0: none. */
uint8_t channel_track_named(const struct channel *ch, const char *name);

#endif
