/* What a meeting's worker is told to do, from the configuration. */
#ifndef MECLIS_APP_BROADCAST_SPEC_H
#define MECLIS_APP_BROADCAST_SPEC_H

#include "app/broadcast.h"

/* Returns owned, or NULL without memory. */
struct spec *broadcast_spec(const struct broadcast *b);

/* How long before its arrival here it was captured: as it was calibrated, and what its way is known
 * to hold it back. In captured-at times, and with what was on air in the log. */
int64_t broadcast_source_delay_us(const struct config_source *s);

#endif
