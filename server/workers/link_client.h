/* The server's end of the link to one worker, on the media thread: connects to its socket, again
 * and again, says hello, decodes what comes. */
#ifndef MECLIS_WORKERS_LINK_CLIENT_H
#define MECLIS_WORKERS_LINK_CLIENT_H

#include "base/loop.h"
#include "link/message.h"

#include <sys/types.h>

struct link_client;

/* All on the loop's thread; arguments are borrowed for the call. None may destroy the client. */
struct link_client_ops {
    void (*up)(void *ctx, const struct link_hello *hello, pid_t peer);
    /* The connection ended after up, or with -EPROTONOSUPPORT because the worker speaks another
     * version (then `up` was not called); `peer` is its process. The client tries again. */
    void (*down)(void *ctx, int error, pid_t peer);
    void (*tracks)(void *ctx, const struct link_tracks *tracks);
    void (*init)(void *ctx, const struct track_init *init);
    void (*fragment)(void *ctx, const struct fragment *fragment);
    void (*status)(void *ctx, const struct link_status *status);
    void (*notice)(void *ctx, const struct link_notice *notice);
    void (*reply)(void *ctx, const struct link_reply *reply);
};

/* Tries at once, then every 50 ms. `ops` and `ctx` are borrowed for the client's life. A worker
 * that says nothing for LINK_SILENCE_MS is left with -ETIMEDOUT. Returns 0 or a negative errno. */
int link_client_create(struct loop *l, const char *socket_path, const char *meeting,
                       const struct link_client_ops *ops, void *ctx, struct link_client **ret);
void link_client_destroy(struct link_client *c);

/* Returns 0, -ENOTCONN while not up, or -ENOBUFS when 64 KiB wait to be sent. */
int link_client_send(struct link_client *c, const struct link_command *command);

#define LINK_SILENCE_MS 10000

#endif
