/* Whether the meeting's own rules allow a broadcast. */
#ifndef MECLIS_APP_PERMIT_H
#define MECLIS_APP_PERMIT_H

#include "meeting/meeting.h"

enum meeting_refusal permit_broadcast(const struct meeting *m, int64_t utc_us, int64_t media_us);

#endif
