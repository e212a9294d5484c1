/* The front's figures: what it sent, to whom, and who watches. */
#ifndef MECLIS_FRONT_FRONT_FIGURES_H
#define MECLIS_FRONT_FRONT_FIGURES_H

#include "media/track.h"

#include <stdbool.h>

struct front;

struct front_stats {
    int64_t connections, media_sockets;          /* now */
    int64_t media_viewers, hls_viewers;          /* who watches now, see front_watching() */
    int64_t bytes_sent, messages_sent, requests; /* since the start */
    int64_t skips, rendition_switches, refused_full;
    int64_t behind_us_max; /* the slowest viewer's distance from live */
    int64_t event_peers;   /* now */
    int64_t event_messages,
        events_cut_off; /* published messages given out; peers closed unserved */
};

/* Of one net thread. */
#define FRONT_TURN_BUCKETS 16
struct front_thread_stats {
    int64_t connections, media_sockets, media_viewers, bytes_sent, messages_sent, skips,
        rendition_switches;
    int64_t behind_us_max;
    bool io_uring; /* its sends go out in batches */
    bool pairs;    /* messages go two at a time */
    /* Turns of its loop by how long they took, which is how long what became ready meanwhile had to
     * wait: up to 64 µs << i; the last also what took longer. */
    int64_t turns[FRONT_TURN_BUCKETS];
    int64_t turns_us; /* all of them together */
};

/* Any thread. Returns 0, or -ENOENT where there is no thread of that number, from 0. */
int front_thread_stats(struct front *f, int thread, struct front_thread_stats *ret);

/* Any thread: sums over the net threads. */
void front_stats(struct front *f, struct front_stats *ret);

/* Who watches a meeting, by the rendition that each is sent (a track's name; the audio track's:
 * sound alone). It is who was really sent media in the last 10 s: by the media socket, where the
 * socket took some, and the player, if it is one that reports, has gone on playing (a paused or
 * sleeping tab has not); by HLS, who fetched a segment or part. */
#define FRONT_MAX_RENDITIONS TRACK_MAX
struct front_watching {
    char rendition[16];
    int64_t media, hls;
};

/* Any thread. Returns how many entries it wrote, FRONT_MAX_RENDITIONS at the most. */
int front_watching(struct front *f, const char *meeting,
                   struct front_watching ret[FRONT_MAX_RENDITIONS]);

/* All of them. */
int64_t front_viewers(struct front *f, const char *meeting);

#endif
