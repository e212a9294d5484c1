/* A viewer on the media socket: its WebSocket, its cursor and its pace. Net thread.
 *
 * Messages lie in the rings, framed once for all; a viewer holds a reference only to the one that
 * its socket took half of. Nothing is allocated for a message. */
#ifndef MECLIS_FRONT_VIEWER_H
#define MECLIS_FRONT_VIEWER_H

#include "front/channel.h"
#include "front/conn.h"

struct viewer;

/* Answers the handshake and turns the connection into a viewer of the meeting; or refuses. */
void viewer_upgrade(struct conn *c, const char *meeting);
void viewer_destroy(struct viewer *v);

/* There is something in the connection's `in`; its socket can be written; time has passed. */
void viewer_received(struct viewer *v);
void viewer_writable(struct viewer *v);
void viewer_tick(struct viewer *v, int64_t now_us);

/* Of the thread's batch: a send_batch_done. */
void viewer_batch_done(void *tag, long sent);

/* The track's ring has grown: its viewers are sent what is new, or, while the thread's messages go
 * in pairs, each second time. */
void viewers_due(struct channel *ch, uint8_t track);
void viewers_pump(struct channel *ch, uint8_t track);

/* What has waited long enough for the other one of its pair. */
void viewers_release(struct net *n, int64_t now_us);

/* The channel opened anew, or with other tracks; it closes (its rings are still there). */
void viewers_reopened(struct channel *ch, bool was_live);
void viewers_closed(struct channel *ch);

/* The thread ends. */
void viewers_say_goodbye(struct channel *ch);

#endif
