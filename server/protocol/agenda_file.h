/* An agenda to be taken over at once, as offices send it: JSON ({"items":[{…}…]}, each as the args
 * of agenda.add) or CSV (csv.h), whose first line names the columns, in Turkish or English. A body
 * that begins with `{` is JSON. */
#ifndef MECLIS_PROTOCOL_AGENDA_FILE_H
#define MECLIS_PROTOCOL_AGENDA_FILE_H

#include "meeting/agenda.h"
#include "protocol/client_message.h"

#define AGENDA_FILE_MAX_ITEMS 500

struct agenda_file {
    bool csv;
    size_t count; /* 1 to AGENDA_FILE_MAX_ITEMS */
    struct agenda_file_item {
        struct agenda_add is;
        size_t
            place; /* its number in the array, from 0; of CSV the line that it begins in, from 1 */
    } * items;     /* owned */
};

/* `body` may be NULL. Returns 0, -ENOMEM, or -EPROTO with what is wrong and where ("items.2.title",
 * "lines.7.title"); only after 0 there is something to finish. */
int agenda_file_read(const struct bytes *body, struct agenda_file *ret,
                     struct client_wrong *ret_wrong);

void agenda_file_finish(struct agenda_file *f);

/* Where that item is: "items.2", "lines.7". */
void agenda_file_where(const struct agenda_file *f, size_t item, char ret[CLIENT_MEMBER_BYTES]);

DEFINE_CLEANUP(struct agenda_file *, agenda_file_finish)

#endif
