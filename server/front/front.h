/* The front: libwebsockets, HTTP, live HLS and the media socket, on threads of its own.
 *
 * Each net thread owns its listener, its lws context, its viewers and its own copy of every live
 * channel's state (rings of references, playlists), so no net thread shares a lock with anybody.
 * What is published is posted to each of them. Whatever the front cannot answer from memory it
 * hands to `front_ops.request`, and is answered later from any thread. */
#ifndef MECLIS_FRONT_FRONT_H
#define MECLIS_FRONT_FRONT_H

#include "base/id.h"
#include "front/front_figures.h"
#include "front/front_request.h"
#include "front/front_tls.h"
#include "media/fragment.h"
#include "media/track.h"

#include <stdbool.h>

struct front;
struct front_events_facts;

/* Connections that wait to be accepted, per net thread. */
#define FRONT_BACKLOG 4096

struct front_config {
    char address[64]; /* numeric */
    int port;         /* 0: any free one, see front_port() */
    int threads;      /* net threads, 1 to 16 */
    struct front_tls tls;
    bool io_uring; /* send to many viewers at once, where the kernel lets us */
    int pairs; /* messages of the media socket go two at a time: 0 while a thread is near what it
                  can do, 1 always, -1 never */
    int max_connections; /* in all */
    int max_greeting;    /* connections without a whole request yet, per thread; beyond, none is let
                            in until some are through, and who says nothing has 1 s; 0: a quarter of
                            all */
    int max_waits;       /* HLS requests that wait for what comes next, per thread; beyond, 503 with
                            Retry-After; 0: 16384 */
    int max_connections_per_address; /* IPv6 by /64 */
    const char
        *web_folder; /* borrowed during front_create(): the built pages, loaded into memory */
    const char *embed_ancestors; /* CSP frame-ancestors of /embed; "*" by default; copied */
    const char *trusted_proxies; /* comma-separated addresses whose X-Forwarded-* counts; copied */
    const char
        *allowed_origins; /* comma-separated, besides our own, of the events socket; copied */
    int events_per_second, events_burst; /* of one client's messages there; 0: 20 and 60 */

    /* A peer that vanishes without a word (a cut cable, a telephone out of reach): what it has not
     * acknowledged, or a socket that has taken nothing, for so long ends its connection; a
     * WebSocket that is silent for so long is pinged, so that there is something to acknowledge.
     * Milliseconds; 0: 10,000 and 25,000. */
    int gone_ms, ping_ms;
};

struct front_ops {
    /* A request under /api/, /calendar.ics, /feed.xml, /healthz, /metrics, /oembed, one for
     * recorded media, or for a built page with slots (front_response.page). Net thread: must not
     * block. Takes the request; it must be replied to exactly once, by front_reply(), from any
     * thread. */
    void (*request)(void *ctx, struct front_request *r);

    /* The events socket, see front_events.h. All on a net thread: must not block. NULL
     * events_opened: there is none. */

    /* A client has come. Borrows the facts. Returns the application's own handle of it, for the
     * other two, or NULL: it is turned away. */
    void *(*events_opened)(void *ctx, uint64_t peer, const struct front_events_facts *facts);

    /* It says something. Takes the text: UTF-8 of at most FRONT_EVENTS_MAX_BYTES. `too_fast`: it is
     * beyond its rate, and is to be refused by name; after some more it is closed. Returns false
     * where the text was not kept: the peer is closed. */
    bool (*events_message)(void *session, struct bytes *text, bool too_fast);

    /* It has gone. Once for each that was opened, the last of its calls. */
    void (*events_closed)(void *session);
};

/* Opens the listeners and starts the net threads. Returns 0, -EADDRINUSE, another negative errno.
 * `ops` is borrowed for the front's life. */
int front_create(const struct front_config *config, const struct front_ops *ops, void *ctx,
                 struct front **ret);

/* Closes every connection and ends the threads: no request comes any more. All other calls may
 * still be made, meanwhile and afterwards; nobody hears them. */
void front_stop(struct front *f);

/* Stops it where that has not been done, and frees it. Nothing else may be called meanwhile or
 * afterwards, save front_reply(): requests still held must be given to it, then or later. */
void front_destroy(struct front *f);

/* The port that is listened on; see also front_tls.h. */
int front_port(const struct front *f);

/* ---- what is live: called on one thread (the media thread), posted to all net threads ---- */

struct front_channel_info {
    char meeting[ID_MAX];
    int64_t grid_us;       /* of segments */
    int64_t epoch_boot_us; /* the boot clock at media time 0 */
    int track_count;
    struct track tracks[TRACK_MAX];
};

/* Opens a channel, or gives an open one new tracks (a restarted worker); its rings and viewers
 * stay. */
void front_channel_open(struct front *f, const struct front_channel_info *info);

/* Borrow what they are given and take references of their own. Fragments come in the order in which
 * they were made; one already known (by track and seq) is dropped, so a backlog may be sent again.
 */
void front_channel_init(struct front *f, const char *meeting, const struct track_init *init);
void front_channel_fragment(struct front *f, const char *meeting, const struct fragment *fragment);

/* Some 20 times a second: lets go what waited in vain for the sound of its moment. */
void front_channels_due(struct front *f);

/* The broadcast has ended: viewers are told, live playlists end, recorded addresses go to
 * `request`. */
void front_channel_close(struct front *f, const char *meeting);

#endif
