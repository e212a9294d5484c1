/* The first start: while nobody can administer, whoever can read the server's own words (its
 * terminal, its journal, DATA/setup-key) makes the administrator's account in a browser, once.
 * Nobody else who comes first can. Core thread. */
#ifndef MECLIS_APP_SETUP_H
#define MECLIS_APP_SETUP_H

#include "app/core.h"

/* At the start, `url` being where this machine reaches us: tells the address of the first start
 * where there is no administrator's account, and makes it worthless where there is. */
void setup_begin(struct core *c, const char *url);

/* A configuration without rooms and meetings is given one room, to which an encoder can send with a
 * key of its own. Returns 0 or an error of token_load_or_create(). Blocks. */
int setup_add_room(struct config *config, const char *data);

#endif
