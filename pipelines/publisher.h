/* The worker's end of the link: listens on RUN/programme.sock and tells the server that connects
 * hello, tracks, inits, what the memory holds, and from then on everything as it is made.
 *
 * A thread of its own does all of it; the calls here only queue. Its caps:
 *   - the memory holds the last memory_us of fragments, at most memory_bytes, with every init that
 *     they need: the oldest go first;
 *   - one server at a time: a newer connection replaces the older;
 *   - a server that reads so slowly that queue_bytes wait for it is disconnected; it comes again
 *     and gets the memory;
 *   - notices are kept until a server was connected to be told, 1,000 at most: the oldest are
 *     dropped, and one notice `notices.lost` says how many. */
#ifndef MECLIS_PIPELINES_PUBLISHER_H
#define MECLIS_PIPELINES_PUBLISHER_H

#include "link/message.h"
#include "media/fragment.h"
#include "media/track.h"

#include <stddef.h>
#include <stdint.h>

struct publisher;

#define PUBLISHER_MAX_NOTICES 1000

struct publisher_config {
    const char *run_folder; /* copied; must exist */
    const char *meeting;    /* copied */
    struct link_tracks tracks;
    int orphan_seconds;  /* 0: never */
    int64_t memory_us;   /* 0: 64 s */
    size_t memory_bytes; /* 0: 96 MiB */
    size_t queue_bytes;  /* 0: 32 MiB beyond the memory's replay */
};

/* All on the publisher's thread; none may block, destroy the publisher, or wait for it. */
struct publisher_ops {
    /* Each second while a server is connected: fill it in. It comes zeroed, with RECORDER_OFF. */
    void (*status)(void *ctx, struct link_status *ret);
    /* To be answered once by publisher_reply() with the ticket, from any thread, now or later. */
    void (*command)(void *ctx, const struct link_command *command, uint64_t ticket);
    /* No server for orphan_seconds, since the start or the last one. Called once. */
    void (*orphaned)(void *ctx);
};

/* Takes RUN/programme.lock, replaces a stale socket and starts the thread. `ops` is borrowed for
 * the publisher's life. Returns 0, -EWOULDBLOCK when another worker of this meeting runs, or a
 * negative errno. */
int publisher_create(const struct publisher_config *config, const struct publisher_ops *ops,
                     void *ctx, struct publisher **ret);

/* Sends what is queued, for one second at the most, and ends: the socket is gone, the lock is
 * free. */
void publisher_destroy(struct publisher *p);

/* Any thread, never wait; each borrows and takes references (or copies) of its own. Add an init
 * before the first fragment that names it. */
void publisher_add_init(struct publisher *p, const struct track_init *init);
void publisher_add_fragment(struct publisher *p, const struct fragment *fragment);
void publisher_add_notice(struct publisher *p, const struct link_notice *notice);

/* Any thread. Answers the command of that ticket; `reason` may be NULL. An answer to a server that
 * has gone is dropped. */
void publisher_reply(struct publisher *p, uint64_t ticket, int error, const char *reason);

DEFINE_CLEANUP(struct publisher *, publisher_destroy)

#endif
