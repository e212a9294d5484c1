/* RTMP ingest: Debian's nginx with its RTMP module, our own configuration, port and process; the
 * system's nginx service is not touched. Who may publish and play is asked of this server by HTTP.
 *
 * The process outlives the server and is found again by its pid file. Core thread. */
#ifndef MECLIS_WORKERS_RTMP_H
#define MECLIS_WORKERS_RTMP_H

#include "base/loop.h"

#include <stdbool.h>

struct rtmp;

struct rtmp_settings {
    const char *folder;  /* DATA/run/rtmp, which exists */
    const char *address; /* numeric, where encoders connect */
    int port;
    const char *callback; /* "http://127.0.0.1:8080/…": /publish and /play are appended */
};

struct rtmp_ops {
    /* It runs, or it does not and why (a sentence). Only when that changes. */
    void (*changed)(void *ctx, bool running, const char *reason);
};

/* Starts it or takes over what runs; restarts it with back-off for as long as this lives. Settings
 * are borrowed for the call. Returns 0, -EINVAL (a path nginx can't be told), or a negative errno.
 */
int rtmp_create(struct loop *l, const struct rtmp_settings *settings, const struct rtmp_ops *ops,
                void *ctx, struct rtmp **ret);

/* Forgets it, and unless `leave` ends the process too; blocks for up to a second then. */
void rtmp_destroy(struct rtmp *r, bool leave);

/* The port of the process that runs in this folder, or 0. */
int rtmp_find_port(const char *folder);

#endif
