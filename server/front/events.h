/* The events socket: its peers, and the audiences that they listen in. Net thread, save what is
 * said otherwise.
 *
 * What is told to all lies in one ring for each audience of a meeting, framed once; what is told to
 * one waits in its own queue. Nothing is ever left out: whoever can't take what it is sent is
 * closed with 1013 and comes again with what it has. */
#ifndef MECLIS_FRONT_EVENTS_H
#define MECLIS_FRONT_EVENTS_H

#include "front/conn.h"

struct events_hub;
struct peer;

/* What the net thread has of them. Returns 0 or -ENOMEM. */
int events_hub_create(struct net *n, struct events_hub **ret);

/* When the connections are gone. */
void events_hub_destroy(struct events_hub *h);

/* Answers the handshake and makes the connection a peer; or refuses. */
void events_upgrade(struct conn *c, const char *meeting);
void events_destroy(struct peer *p);

/* There is something in the connection's `in`; its socket can be written; time has passed. */
void events_received(struct peer *p);
void events_writable(struct peer *p);
void events_tick(struct peer *p, int64_t now_us);

/* Sends what was published, to some peers; the rest in later turns, for which it wakes the loop. */
void events_turn(struct net *n);

/* The thread ends. */
void events_say_goodbye(struct net *n);

#endif
