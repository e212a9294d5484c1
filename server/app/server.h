/* The server composed: threads and rooms put together, in order, and taken apart again. */
#ifndef MECLIS_APP_SERVER_H
#define MECLIS_APP_SERVER_H

#include "app/config.h"
#include "app/paths.h"

#include <stdbool.h>

struct server;

#define SERVER_REASON 512

/* `config` and `paths` are borrowed for the server's life; with `demo` the configuration is adapted
 * to this machine. Everything runs when this returns 0; otherwise a negative errno and a sentence
 * for people. */
int server_start(struct config *config, const struct paths *paths, bool demo, struct server **ret,
                 char ret_reason[SERVER_REASON]);

/* Reads the certificate again, where there is one. */
void server_reload(struct server *s);

/* Reads the certificate again where its files have changed; a pair that is half written, or wrong,
 * changes nothing and is complained of. To be called each CERTIFICATE_LOOK_SECONDS. */
void server_look(struct server *s);

/* Ends the workers (their recordings closed), or leaves them on air; then everything else. Blocks
 * for some seconds at the most. */
void server_stop(struct server *s, bool leave_workers);

#endif
