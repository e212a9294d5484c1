/* The meeting's refusals (meeting/refused.h) in the reader's words. */
#ifndef MECLIS_PROTOCOL_MEETING_REFUSAL_H
#define MECLIS_PROTOCOL_MEETING_REFUSAL_H

#include "meeting/refused.h"
#include "protocol/language.h"

/* A sentence for people; a general one for a refusal that has none of its own. */
const char *meeting_refusal_message(enum meeting_refusal refusal, enum language language);

/* Of HTTP. */
int meeting_refusal_status(enum meeting_refusal refusal);

#endif
