/* The publishing side: makes the media socket's messages out of fragments, each once, and posts
 * them to the net threads. One thread (front.h: the media thread). */
#ifndef MECLIS_FRONT_PUBLISH_H
#define MECLIS_FRONT_PUBLISH_H

#include "front/net.h"

struct publisher;

struct publisher *publisher_create(struct front *f);
void publisher_destroy(struct publisher *p);

#endif
