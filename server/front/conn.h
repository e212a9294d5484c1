/* A connection: what comes in, what goes out, and when it ends. Net thread.
 *
 * lws accepts the bytes and says when the socket can be written; it writes nothing by itself. What
 * we send goes past it, straight to the socket or through tls.c, in conn_send().
 */
#ifndef MECLIS_FRONT_CONN_H
#define MECLIS_FRONT_CONN_H

#include "base/buf.h"
#include "base/list.h"
#include "front/http_parse.h"
#include "front/net.h"

#include <sys/types.h>
#include <sys/uio.h>

struct lws;

/* What lws gives at once, at the most. */
#define CONN_READ_BYTES 16384

enum conn_state {
    CONN_HEAD = 1, /* reads a request's head */
    CONN_BODY,     /* reads its body */
    CONN_WAITING,  /* somebody else will answer: `request` or `wait` is set */
    CONN_SENDING,  /* sends the response */
    CONN_MEDIA,    /* a WebSocket: `viewer` is set */
    CONN_EVENTS,   /* a WebSocket: `events` is set */
    CONN_LINGER,   /* said its last; discards what comes until the peer has read it */
    CONN_DOOMED    /* is being closed */
};

struct conn {
    struct list node; /* net->conns, or net->doomed */
    struct net *net;
    struct lws *wsi;
    int fd;
    struct tls *tls; /* NULL: plain */
    enum conn_state state;
    bool greeting; /* has not said a whole request yet */
    bool rx_off, refused, counted, close_after, processing;
    struct address peer;
    unsigned slot;         /* of by_address, where counted */
    int64_t came_us;       /* boot clock */
    int64_t deadline_us;   /* boot clock; what happens at it depends on the state; 0: nothing */
    struct buf in;         /* received, not yet used */
    struct http_head head; /* CONN_BODY to CONN_SENDING; points into `in` */
    struct bytes *body;
    size_t body_size; /* received so far */
    struct response *response;
    struct front_request *request;
    struct hls_wait *wait;
    struct viewer *viewer;
    struct peer *events;
};

/* From lws's callbacks. Each returns 0, or -1 when the connection is to be closed. */
int conn_adopted(struct conn *c, struct net *n, struct lws *wsi, int fd);
int conn_came(struct conn *c, const uint8_t *data, size_t size); /* TLS is undone first */
int conn_received(struct conn *c, const uint8_t *data, size_t size);
int conn_writable(struct conn *c);
void conn_closed(struct conn *c);

/* Sends what the socket takes now. Returns how many bytes (0: none now), or a negative errno. With
 * TLS up to a record more counts as sent; what the socket did not take of it goes first later. */
ssize_t conn_send(struct conn *c, const struct iovec *parts, int count);

/* Asks for one conn_writable(). */
void conn_want_writable(struct conn *c);

/* Closes it before the thread waits again. */
void conn_doom(struct conn *c);

/* The same, of a peer that takes nothing any more: what the kernel still holds for it is given back
 * at once instead of being sent again and again. */
void conn_abort(struct conn *c);

/* Closes its sending side, and all of it when the peer has done the same or after 2 s. */
void conn_linger(struct conn *c);

/* The response has been sent: on to the next request. */
void conn_finish_exchange(struct conn *c);

/* Stops or resumes reading. */
void conn_set_reading(struct conn *c, bool on);

/* Once a second: what is overdue. */
void conn_tick(struct conn *c, int64_t now_us);

/* The client's address, trusted proxies undone. */
struct address conn_client(const struct conn *c);

/* Whether the client speaks TLS, to us or to a trusted proxy. */
bool conn_is_https(const struct conn *c);

/* Counts the connection by the client's address. Returns false where it has its share already. */
bool conn_count(struct conn *c, const struct address *client);

#endif
