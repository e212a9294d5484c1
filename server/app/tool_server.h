/* The running server, as the command line's tools ask it: at the address and with the token that
 * its DATA holds. Blocks. */
#ifndef MECLIS_APP_TOOL_SERVER_H
#define MECLIS_APP_TOOL_SERVER_H

#include "base/buf.h"
#include "base/cleanup.h"

struct tool_server;

/* Returns 0, or TOOL_FAILED having complained. */
int tool_server_open(const char *data, struct tool_server **ret);
void tool_server_close(struct tool_server *s);

/* Sends the request and gives what was answered, borrowed until the next call. Returns 0;
 * TOOL_WRONG where the server refused, having said why; TOOL_FAILED having complained. `json` may
 * be NULL. */
int tool_server_ask(struct tool_server *s, const char *method, const char *path, const char *json,
                    const struct buf **ret_answer);

DEFINE_CLEANUP(struct tool_server *, tool_server_close)

#endif
