/* The house is full: what whoever comes is told. Net thread. */
#ifndef MECLIS_FRONT_FULL_H
#define MECLIS_FRONT_FULL_H

#include "base/id.h"
#include "front/conn.h"

/* Refuses with 503 and Retry-After, naming the HLS address, and ends the connection: a page for who
 * reads pages, JSON for programs (/api/ and sockets, before their upgrade), a text for others. */
void full_answer(struct conn *c);

#endif
