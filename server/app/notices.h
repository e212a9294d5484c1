/* What a worker tells that belongs into the log, written there at a bounded rate: a source that
 * comes and goes ten times a second must not fill the disk. */
#ifndef MECLIS_APP_NOTICES_H
#define MECLIS_APP_NOTICES_H

#include "app/broadcast.h"

/* Up to NOTICES_BURST at once, then one a second; beyond it a notice is dropped and counted. */
#define NOTICES_BURST 120

void notices_log(struct broadcast *b, const struct link_notice *notice);
void notices_worker_lost(struct broadcast *b, const char *reason);

/* Each second. */
void notices_earn(struct broadcast *b);

/* Replaces what must stay secret in the text (the keys and passphrases of the meeting's sources) by
 * dots. */
void notices_redact(const struct broadcast *b, char *text);

#endif
