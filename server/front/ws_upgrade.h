/* The WebSocket's handshake (RFC 6455, 4.2), the same for all our sockets. Net thread. */
#ifndef MECLIS_FRONT_WS_UPGRADE_H
#define MECLIS_FRONT_WS_UPGRADE_H

#include "front/conn.h"

/* Whether the connection may become a WebSocket of that subprotocol: its request is right, and
 * there is room for it and its address. When not, it has been answered. */
bool ws_upgrade_allowed(struct conn *c, const char *protocol);

/* Returns the owned answer that agrees to the request, or NULL without memory. */
struct bytes *ws_upgrade_answer(const struct conn *c, const char *protocol);

/* Forgets the request: what comes from now on is frames. */
void ws_upgrade_finish(struct conn *c, enum conn_state state);

/* Whether a browser's page of that Origin (RFC 6454) may open a socket that acts for its reader: a
 * page of the same host, or one in the comma-separated list. Programs, which send none, may: no
 * browser lends them its cookies. Pure. */
bool ws_origin_allowed(struct http_text origin, struct http_text host, const char *list);

#endif
