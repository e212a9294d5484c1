/* The file of an agenda item across its sittings, as JSON. */
#ifndef MECLIS_PROTOCOL_ITEM_FILE_H
#define MECLIS_PROTOCOL_ITEM_FILE_H

#include "base/buf.h"
#include "meeting/agenda.h"

/* The item on one sitting's agenda; all borrowed. */
struct item_use {
    const char *meeting, *title, *body; /* its id; what people read; whose ("": not said) */
    int64_t at_utc_us;                  /* opened, else as announced; 0: not said */
    const struct meeting *m;
    const struct item *item;
};

/* Appends {"number","title","kind","state","uses":[{"meeting","title","body","at_utc_us","item",
 * "referrals":[…,"overdue"]}…]}: the uses of one number, oldest first; what the newest one says is
 * the file's own. Of referrals what the actor may see. */
void item_file_print(struct buf *out, const struct item_use *uses, size_t count,
                     const struct actor *actor, int64_t now_utc_us);

#endif
