/* Clips that wait for their turn to be made. Core thread. */
#ifndef MECLIS_APP_CLIPS_H
#define MECLIS_APP_CLIPS_H

#include "app/core.h"

/* Refuses those that wait, at the end of the core. */
void clips_discard(struct core *c);

#endif
