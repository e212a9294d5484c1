/* Live HLS, answered from the channel's windows. Net thread. */
#ifndef MECLIS_FRONT_HLS_H
#define MECLIS_FRONT_HLS_H

#include "front/channel.h"
#include "front/conn.h"
#include "front/hls_path.h"

/* Answers now, when the media is there, or through front_ops.request. `path` is decoded. */
void hls_answer(struct conn *c, const char *path, const struct hls_path *address);

/* A request that waits for a playlist to reach something, or for a part. */
struct hls_wait;

/* Answers those of the track that can be answered now. */
void hls_waits_wake(struct channel *ch, uint8_t track);

/* Once a turn: goes on with those that were too many for one. */
void hls_waits_turn(struct net *n);

/* The channel or track ends: each is handed to front_ops.request. */
void hls_waits_end(struct list *waits);

/* Its connection does not wait any longer. NULL is fine. */
void hls_wait_cancel(struct hls_wait *w);

#endif
