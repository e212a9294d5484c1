/* What a viewer's sending side (viewer.c, viewer_batch.c) and its receiving side (viewer_input.c)
 * share. */
#ifndef MECLIS_FRONT_VIEWER_PRIVATE_H
#define MECLIS_FRONT_VIEWER_PRIVATE_H

#include "front/cursor.h"
#include "front/pace.h"
#include "front/viewer.h"
#include "front/ws_frame.h"
#include "protocol/media_message.h"

/* Texts, inits and answers that wait; one more and the viewer is closed. */
#define VIEWER_MAX_QUEUED 8

struct viewer {
    struct list node; /* channel->viewers */
    struct conn *conn;
    struct channel *channel;
    struct cursor cursor;
    struct pace pace;
    bool pinned;              /* asked for its rendition: it is not changed for it */
    bool blocked;             /* the socket takes no more; conn_writable() will tell */
    bool closing;             /* its close frame is queued, or sent */
    uint8_t told_track;       /* whose rendition the client was told of last */
    enum media_reason reason; /* of the next change */
    uint32_t init_sent[TRACK_MAX + 1];
    struct bytes *half;         /* sent up to half_sent; one reference */
    struct bytes *batched;      /* in the thread's batch; borrowed */
    struct bytes *batched_next; /* the same, behind it; the cursor still stands before it */
    struct iovec sealed;        /* TLS: their records there */
    bool more;                  /* than what is in the batch */
    size_t half_sent;
    int queued;
    struct bytes *queue[VIEWER_MAX_QUEUED]; /* references */
    struct buf message;                     /* a client's message in several frames */
    bool fragmented;
    int64_t progress_us, heard_us, pinged_us, closing_us;
    int64_t media_us;  /* boot clock: its socket took media */
    int64_t played_us; /* media time that it played, by its reports; INT64_MIN: it reports none */
    int64_t played_at_us; /* boot clock: when that last moved */
    uint8_t watching;     /* what it is counted under in channel->watching */
    int64_t second_us;    /* received messages are counted by the second */
    int received;
};

/* Returns an owned frame, or NULL without memory. */
struct bytes *viewer_frame(enum ws_opcode opcode, const void *payload, size_t size);

/* Takes the frame, which may be NULL (the connection is doomed then). */
void viewer_queue(struct viewer *v, struct bytes *frame);

/* Sends what there is. */
void viewer_pump(struct viewer *v, const struct cursor_rings *rings);
void viewer_pump_alone(struct viewer *v);

struct cursor_rings viewer_rings(const struct channel *ch);

/* Before the next message, which may be NULL: what the client must know, or have. It is told of
 * each rendition that the cursor goes over to, also where nothing came of it: what comes after may
 * begin before, or far ahead of, what it has. Returns false when it is all done. */
bool viewer_announce(struct viewer *v, const struct ring_message *m);

/* So many bytes from the offset on were taken by the socket, or a negative errno. Returns true when
 * they are all; else the rest is kept, and the socket watched, or the connection doomed. */
bool viewer_was_sent(struct viewer *v, struct bytes *b, size_t offset, ssize_t sent,
                     int64_t now_us);

/* Begins at the newest keyframe of the best rendition. */
void viewer_begin(struct viewer *v);
uint8_t viewer_best_track(const struct channel *ch);

/* Queues the first message, and begins to send. */
void viewer_greet(struct viewer *v);

/* Queues a close frame; what is queued before is still sent. */
void viewer_close(struct viewer *v, int status);

#endif
