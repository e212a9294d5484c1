/* JSON Schema (2020-12) of every message on the events socket, made from the same tables that read
 * and print them. */
#ifndef MECLIS_PROTOCOL_SCHEMA_H
#define MECLIS_PROTOCOL_SCHEMA_H

#include "base/bytes.h"

/* One document; its $defs: client, server, event, and one for each command's args
 * (args.sitting.open), each fact's body (body.sitting.opened) and each kind of thing (thing.parts).
 * Returned owned, NULL without memory. */
struct bytes *schema_text(void);

#endif
