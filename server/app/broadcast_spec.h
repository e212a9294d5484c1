/* What a meeting's worker is told to do, from the configuration. */
#ifndef MECLIS_APP_BROADCAST_SPEC_H
#define MECLIS_APP_BROADCAST_SPEC_H

#include "app/broadcast.h"

/* Returns owned, or NULL without memory. */
struct spec *broadcast_spec(const struct broadcast *b);

#endif
