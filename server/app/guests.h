/* Who is to be let in, as a table of a spreadsheet names them. Pure. */
#ifndef MECLIS_APP_GUESTS_H
#define MECLIS_APP_GUESTS_H

#include "meeting/roles.h"
#include "meeting/roster.h"
#include "protocol/csv.h"

#define GUEST_MAIL_BYTES 255

struct guest {
    int line;               /* in the file */
    uint64_t person;        /* of the roster, where the table says it; 0: found by name */
    enum meeting_role role; /* of their link */
    struct roster_add is;   /* as the roster is to have them */
    char mail[GUEST_MAIL_BYTES];
};

struct guests {
    size_t count;
    struct guest *list; /* owned */
    size_t wrong;       /* lines that are not in it */
};

/* The first line names the columns, in Turkish or English: ad/name; tür/kind (başkan/chair,
 * üye/member, temsilci/representative, gözlemci/observer, görevli/staff); rol/role, of the staff
 * (clerk, moderator, producer), or instead of the kind; kişi/person, the roster's number;
 * grup/group, kurum/organisation, görev/office, alan/fields (several with '|' between),
 * e-posta/mail. Others are left out.
 *
 * `complain` is given each line that is wrong, and why; the others are in *ret. Returns 0, -EINVAL
 * for a table without those columns, having complained, or -ENOMEM. */
int guests_read(const struct csv *table, struct guests *ret,
                void (*complain)(void *ctx, int line, const char *reason), void *ctx);
void guests_finish(struct guests *g);

#endif
