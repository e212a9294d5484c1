/* One connection of a server to the publisher: what goes out to it, in whole frames, and what comes
 * in. Of the publisher's thread; its socket never blocks. */
#ifndef MECLIS_PIPELINES_PUBLISHER_SERVER_H
#define MECLIS_PIPELINES_PUBLISHER_SERVER_H

#include "base/list.h"
#include "link/message.h"
#include "publisher_memory.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Replies and a status wait here at the most; beyond it the server is disconnected. */
#define SERVER_MAX_CONTROL_BYTES (1u << 20)

/* Notices that no server was told yet, oldest first. */
struct notices {
    struct list kept; /* of struct kept_notice */
    int count;
    int64_t lost; /* dropped since the last were told */
};

struct kept_notice {
    struct list node; /* in notices.kept */
    struct link_notice notice;
};

struct server {
    int fd;
    uint64_t generation; /* of its tickets; from 1 */
    int64_t since_us;    /* boot clock at its connect */
    bool greeted;        /* its hello has come: only then it is told anything but ours */
    struct link_decoder in;

    struct buf control; /* whole frames that wait: hello, tracks, replies, status */
    /* The frame being sent: `head`, then `body` */
    struct buf head;
    struct bytes *body;
    size_t sent;
    const struct kept_notice *telling; /* the notice it is, kept until it is sent; NULL */
    int64_t telling_lost;              /* how many lost ones it tells of; 0 */

    uint64_t init_serial, fragment_serial; /* the last ones begun */
    uint64_t replay_until;                 /* serial of the newest fragment at its hello */
    size_t live_bytes;                     /* of those made since, not begun yet */
};

struct server_ops {
    void (*command)(void *ctx, const struct link_command *command, uint64_t ticket);
    void *ctx;
};

void notices_init(struct notices *n);
void notices_finish(struct notices *n);

/* Drops the oldest beyond PUBLISHER_MAX_NOTICES, never the one that is being told. Without memory
 * it is lost, which is counted. */
void notices_add(struct notices *n, const struct link_notice *notice, const struct server *telling);

/* Takes the descriptor. Returns owned, or NULL without memory (then the descriptor is closed). */
struct server *server_create(int fd, uint64_t generation);
void server_destroy(struct server *s);

/* Reads what has come; commands go to `ops`. Returns 0, or a negative errno: it is to be
 * disconnected (-EPIPE: it left; -EPROTO: it is none of ours). */
int server_receive(struct server *s, const struct server_ops *ops);

/* Whether a frame is half sent or more wait. */
bool server_wants_to_send(const struct server *s, const struct memory *m, const struct notices *n);

/* Sends until the socket is full, nothing is left, or enough was sent for one turn. Returns 0 or a
 * negative errno: it is to be disconnected. */
int server_send(struct server *s, const struct memory *m, struct notices *n);

#endif
