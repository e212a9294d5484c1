/* The media thread: the links to the workers, whose fragments it publishes to the front. */
#ifndef MECLIS_APP_MEDIA_HUB_H
#define MECLIS_APP_MEDIA_HUB_H

#include "app/core.h"

struct media_hub;

/* Fills the core's workers_env. Not running yet. Returns 0 or a negative errno. */
int media_hub_create(struct core *core, struct media_hub **ret);
int media_hub_start(struct media_hub *h);

/* After the last link is closed. */
void media_hub_destroy(struct media_hub *h);

DEFINE_CLEANUP(struct media_hub *, media_hub_destroy)

#endif
