/* Six digits that the desk reads out to somebody who can't open their personal link: good once, for
 * five minutes. Core thread. */
#ifndef MECLIS_APP_CODES_H
#define MECLIS_APP_CODES_H

#include "app/request.h"

/* Answers with a session for the code; takes the request. A code has few bits: it may be tried
 * seldom, from an address and in a meeting (tries.h). */
void codes_enter(struct core *c, struct request *r, const char *meeting, const char *code);

#endif
