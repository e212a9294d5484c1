/* Personal links, as the record tells of them: that one was made, read out as a code, opened by a
 * browser that had not, or revoked, and by whom. Whoever makes a link could also use it; so the
 * desk sees all of this, and each link's own person that of theirs. The links themselves are the
 * server's: it alone says these commands, in the name of who did it, before it is done. */
#ifndef MECLIS_MEETING_PERSONAL_LINK_H
#define MECLIS_MEETING_PERSONAL_LINK_H

#include "meeting/sitting.h"

enum link_way { LINK_BY_ADDRESS = 1, LINK_BY_CODE };
extern const char *const link_way_names[2]; /* by way - 1 */

/* Args of link.make, .read_out and .revoke, and the bodies of their facts. */
struct link_of {
    char principal[PRINCIPAL_BYTES];
    int32_t role;    /* 1 + the bit of enum meeting_role */
    uint64_t person; /* of the roster; 0: none in particular */
};
struct link_open {
    struct link_of link;
    enum link_way way;
};
struct personal_link { /* a pile's thing: "links" */
    struct pile_head head;
    struct link_of is;
    char made_by[PRINCIPAL_BYTES], read_out_by[PRINCIPAL_BYTES]; /* "": nobody yet */
    int64_t made_utc_us, read_out_utc_us, opened_utc_us;         /* the last time; 0: never */
    int64_t opened; /* by so many browsers since it was made */
    bool revoked;
};
extern const struct shape link_of_shape, link_open_shape, personal_link_shape;

verb_decide link_decide_make, link_decide_open, link_decide_read_out, link_decide_revoke;
int link_was_made(struct meeting *m, const struct meeting_event *event);
int link_was_opened(struct meeting *m, const struct meeting_event *event);
int link_was_read_out(struct meeting *m, const struct meeting_event *event);
int link_was_revoked(struct meeting *m, const struct meeting_event *event);

/* Whose it is, of each of these bodies. */
const char *link_owner(const struct meeting *m, const void *body);
bool link_sees(const struct meeting *m, const void *thing, const struct actor *actor);

#endif
