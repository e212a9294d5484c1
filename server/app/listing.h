/* The meetings as the public is told of them: which, and in what order. Core thread. */
#ifndef MECLIS_APP_LISTING_H
#define MECLIS_APP_LISTING_H

#include "app/core.h"

/* Fills `ret` (CORE_MAX_MEETINGS) with the meetings: live ones, those to come by their time, those
 * that are over, the newest first. A draft that was made while the server ran is nobody's business
 * yet: only with `drafts`. Returns how many. */
size_t listing_take(const struct core *c, bool drafts, const struct broadcast **ret);

/* What people read: as the desk describes it, else as it was made. Borrowed. */
const char *listing_title(const struct broadcast *b);

#endif
