/* A request that front_ops.request holds: made on a net thread, answered from any. */
#ifndef MECLIS_FRONT_REQUEST_H
#define MECLIS_FRONT_REQUEST_H

#include "front/conn.h"

/* Hands the connection's request to front_ops.request. `path` is decoded. */
void request_hand_over(struct conn *c, const char *path);

/* The connection no longer waits; what is answered later is dropped. NULL is fine. */
void request_abandon(struct front_request *r);

#endif
