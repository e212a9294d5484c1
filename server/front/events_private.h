/* What the events socket's parts share: events.c (sending), events_input.c (the handshake and what
 * clients send), events_post.c (what other threads ask for), events_hub.c (who is there). */
#ifndef MECLIS_FRONT_EVENTS_PRIVATE_H
#define MECLIS_FRONT_EVENTS_PRIVATE_H

#include "front/events.h"
#include "front/events_ring.h"
#include "front/front_events.h"
#include "front/ws_frame.h"

#define EVENTS_PROTOCOL "meclis.events.v1"

/* What waits for one peer alone; beyond it the peer is closed. */
#define EVENTS_QUEUE_BYTES (8u << 20)

/* Answers to its pings among it; others of them are left out (RFC 6455, 5.5.3). */
#define EVENTS_MAX_PONGS 4

/* One class of a meeting's listeners. */
struct events_class {
    struct events_ring ring;
    struct list due;  /* of struct peer.node: something is to be sent */
    struct list idle; /* of struct peer.node: has everything */
};

struct events_audience {
    struct list node; /* hub->audiences */
    char meeting[ID_MAX];
    struct events_class classes[FRONT_CLASSES];
};

struct events_slot {
    struct peer *peer;
    uint32_t generation; /* of the peer that is, or comes, here */
    uint32_t next_free;
};

struct events_hub {
    struct net *net;
    struct list audiences; /* of struct events_audience.node; one for each meeting there is */
    uint32_t slot_count, slot_room, first_free;
    struct events_slot *slots;
};

/* For one peer: the letter that brings it, then its place in the peer's queue. */
struct events_text {
    struct letter letter;
    struct list node; /* peer->queue */
    uint64_t peer;
    uint64_t after; /* position in the ring that must have been sent before */
    size_t sent;
    enum ws_opcode opcode;
    uint8_t header_size, header[WS_HEADER_MAX];
    struct bytes *payload;
};

struct peer {
    struct list node; /* class->due or ->idle; on none while blocked or without a class */
    struct conn *conn;
    void *session;              /* the application's */
    struct events_class *class; /* NULL: has not joined */
    uint64_t position;          /* in its ring: the next to be sent */
    struct bytes *half;         /* sent up to half_sent; one reference */
    size_t half_sent;
    struct list queue; /* of struct events_text.node */
    size_t queued_bytes;
    struct buf message; /* a client's message in several frames */
    uint32_t slot;
    int pongs;    /* among the queue */
    int excess;   /* messages beyond the rate since it last kept to it */
    bool greeted; /* its first message came */
    bool fragmented, blocked;
    bool closing; /* its close frame is queued, or sent: the last there is */
    int64_t opened_us, heard_us, progress_us, pinged_us, closing_us;
    int64_t begun_us; /* since when a message is unfinished; 0: none is */
    int64_t rate_us;  /* until when its messages are paid for */
};

/* ---- events_hub.c ---- */

/* The peer's number, 0 without memory. */
uint64_t events_hub_enter(struct events_hub *h, struct peer *p);
void events_hub_leave(struct events_hub *h, struct peer *p);

/* NULL: it is gone. */
struct peer *events_hub_find(const struct events_hub *h, uint64_t peer);

/* The meeting's audience, made where there is none; NULL without memory. */
struct events_audience *events_hub_audience(struct events_hub *h, const char *meeting);

/* The thread that a peer belongs to. */
static inline unsigned events_thread_of(uint64_t peer)
{
    return (unsigned)(peer >> 56);
}

/* ---- events.c ---- */

/* Takes the payload. Returns an owned message for one peer, or NULL without memory. */
struct events_text *events_text_new(enum ws_opcode opcode, struct bytes *payload);
void events_text_free(struct events_text *t);

/* A close frame's payload, owned; the reason is cut to what fits. NULL without memory. */
struct bytes *events_close_payload(int status, const char *reason);

/* Takes the message, NULL where there was no memory for it. */
void events_queue(struct peer *p, struct events_text *t);

/* Closes it after what is queued; at once, leaving out what it has not begun to get. */
void events_close(struct peer *p, int status, const char *reason);
void events_cut_off(struct peer *p, const char *reason);

/* Sends what there is until the socket takes no more. */
void events_pump(struct peer *p);

/* Listens in that class from behind the event on. */
void events_join(struct peer *p, struct events_class *class, uint64_t after_seq);

/* The class's ring has grown. */
void events_wake(struct events_class *class);

#endif
