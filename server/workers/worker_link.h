/* The half of a worker that lives on the media thread: owns the link_client, hands media on, and
 * posts everything else to the core thread. */
#ifndef MECLIS_WORKERS_WORKER_LINK_H
#define MECLIS_WORKERS_WORKER_LINK_H

#include "workers/worker.h"

#include <sys/types.h>

struct worker_link;

/* Called on the core thread; arguments are borrowed. */
struct worker_link_ops {
    void (*up)(void *ctx, const struct link_hello *hello, pid_t peer);
    void (*down)(void *ctx, int error, pid_t peer);
    void (*status)(void *ctx, const struct link_status *status);
    void (*notice)(void *ctx, const struct link_notice *notice);
    void (*reply)(void *ctx, const struct link_reply *reply);
    void (*closed)(void *ctx); /* the link is freed; nothing comes after this */
};

/* The core thread's side. Begins to connect. Returns 0 or a negative errno. */
int worker_link_open(const struct workers_env *env, const char *meeting, const char *socket_path,
                     const struct worker_link_ops *ops, void *ctx, struct worker_link **ret);

/* Takes the link; `closed` follows. */
void worker_link_close(struct worker_link *k);

/* Returns 0 or a negative errno; a command for a link that has just broken is lost. */
int worker_link_send(struct worker_link *k, const struct link_command *command);

/* Letters that were not posted, since the core thread had so many unread: status beyond 4, others
 * beyond 512. */
int64_t worker_link_dropped(const struct worker_link *k);

#endif
