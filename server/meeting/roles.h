/* Who someone is towards a meeting, and which state the meeting is in: the two axes of the one
 * permission table, which is the verbs' (verbs.c). tests/unit/meeting/roles.txt writes it out. */
#ifndef MECLIS_MEETING_ROLES_H
#define MECLIS_MEETING_ROLES_H

#include <stdbool.h>
#include <stdint.h>

/* One bit each; an actor may have several. */
enum meeting_role {
    ROLE_VIEWER = 1 << 0,
    ROLE_REPRESENTATIVE = 1 << 1,
    ROLE_MEMBER = 1 << 2,
    ROLE_OBSERVER = 1 << 3,
    ROLE_MODERATOR = 1 << 4,
    ROLE_CLERK = 1 << 5,
    ROLE_CHAIR = 1 << 6,
    ROLE_PRODUCER = 1 << 7,
    ROLE_ADMINISTRATOR = 1 << 8,
    ROLE_SERVER = 1 << 9, /* the server itself: what no person says (a ballot's sealed result);
                           * its actor is in_hall, for ballots of a closed part */
};
#define MEETING_ROLES 10
#define ROLES_STAFF (ROLE_MODERATOR | ROLE_CLERK | ROLE_CHAIR | ROLE_PRODUCER | ROLE_ADMINISTRATOR)
#define ROLES_DESK (ROLE_CLERK | ROLE_CHAIR)
#define ROLES_ALL ((1 << MEETING_ROLES) - 1)

enum meeting_state {
    MEETING_DRAFT = 1,
    MEETING_ANNOUNCED,
    MEETING_LIVE,
    MEETING_CLOSED, /* live, in a closed part */
    MEETING_BREAK,
    MEETING_ENDED,
};
#define MEETING_STATES 6
#define IN(state) (1u << (state))
#define IN_SESSION (IN(MEETING_LIVE) | IN(MEETING_CLOSED))
#define IN_PLAN (IN(MEETING_DRAFT) | IN(MEETING_ANNOUNCED))
#define IN_SITTING (IN_SESSION | IN(MEETING_BREAK)) /* opened and not ended */
#define IN_ANY (IN_PLAN | IN_SITTING | IN(MEETING_ENDED))

/* Who acts, as auth/ knows it. Everything is borrowed for the call. */
struct actor {
    uint32_t roles;        /* of enum meeting_role */
    const char *principal; /* opaque: an account, a link, a viewer's cookie; never empty */
    uint64_t person;       /* who of the roster, or 0 */
    bool in_hall;          /* physically there, as the desk or the hall's own network says */
};

extern const char *const meeting_role_names[MEETING_ROLES];   /* by bit */
extern const char *const meeting_state_names[MEETING_STATES]; /* by state - 1 */

#endif
