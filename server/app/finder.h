/* Keeps the search index (store/search.h) up with the meetings: each second it looks which of them
 * know more than the index does, takes what everybody may know of one of them, and has the pool
 * write it, one meeting at a time. Nothing waits for it. Core thread. */
#ifndef MECLIS_APP_FINDER_H
#define MECLIS_APP_FINDER_H

#include "app/core.h"

struct finder;

/* Opens DATA/search.db and reads what is in it. Without it the server runs on, and nothing is
 * found.
 */
void finder_open(struct core *c);

/* After the pool has ended. */
void finder_close(struct core *c);

/* Each second. */
void finder_tick(struct core *c);

#endif
