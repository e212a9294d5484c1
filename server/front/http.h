/* What is answered where: the table of addresses. Net thread. */
#ifndef MECLIS_FRONT_HTTP_H
#define MECLIS_FRONT_HTTP_H

#include "front/conn.h"

/* Answers the connection's whole request, now or later. */
void http_handle(struct conn *c);

/* Whether the request's body is to be read; when not, it has been answered. */
bool http_wants_body(struct conn *c);

/* Refuses for want of room, naming the HLS address, and ends the connection. */
void http_full(struct conn *c);

/* Answers with a status and a short text. */
void http_error(struct conn *c, int status);

#endif
