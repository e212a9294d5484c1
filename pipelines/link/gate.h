/* The gate of a closed part, on disk: DATA/run/ID/gate. The server writes it, the worker believes
 * it.
 *
 * Only a file that says "open" is open: one that is missing, unreadable or says anything else is
 * closed, so whatever crashes, a part that was closed stays closed. */
#ifndef MECLIS_LINK_GATE_H
#define MECLIS_LINK_GATE_H

#include <stdbool.h>

/* Durable when it returns. 0 or a negative errno. Blocks. */
int link_gate_write(const char *run_folder, bool open);

/* Blocks. */
bool link_gate_is_open(const char *run_folder);

#endif
