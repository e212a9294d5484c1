/* Apart from the rest of this room, whose struct broadcast is another one. */
#include "app/permit.h"

#include "meeting/broadcast.h"

enum meeting_refusal permit_broadcast(const struct meeting *m, int64_t utc_us, int64_t media_us)
{
    const struct now now = {.utc_us = utc_us, .media_us = media_us};
    return broadcast_allowed(m, &now);
}
