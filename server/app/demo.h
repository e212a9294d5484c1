/* The demo: one meeting that goes on air by itself, with links for people and for programs. */
#ifndef MECLIS_APP_DEMO_H
#define MECLIS_APP_DEMO_H

#include "app/config.h"

#define DEMO_MEETING "demo"

struct broadcast;
struct demo;

/* Adapts the configuration, into which config/demo.conf was read: its sources listen where the
 * server does, at ports that are free (another than usual is said so), the RTMP key is the data
 * folder's own. Returns 0 or a negative errno with a sentence. */
int demo_create(struct config *config, const char *data, struct demo **ret, char ret_reason[512]);

/* Removes the links, which are no longer good. */
void demo_destroy(struct demo *d);

/* Core thread: the meeting is on air; the first time, the links are written to DATA/demo.json and
 * printed. */
void demo_is_on_air(struct demo *d, struct broadcast *b);

#endif
