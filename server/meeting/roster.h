/* The roster: who belongs to the body or speaks in it. An account or a link is bound to a person
 * outside (auth/); here a person is the seq of the event that entered them. */
#ifndef MECLIS_MEETING_ROSTER_H
#define MECLIS_MEETING_ROSTER_H

#include "meeting/body.h"

enum person_kind {
    PERSON_CHAIR = 1, /* who chairs by office, with a vote: the mayor in a council */
    PERSON_MEMBER,
    PERSON_REPRESENTATIVE, /* of the muhtars, the kent konseyi, an organisation; no vote */
    PERSON_OBSERVER,
    PERSON_STAFF,
};
extern const char *const person_kind_names[5];

#define PERSON_FIELDS 8
struct field_name {
    char name[64];
};
struct field_names {
    uint16_t count;
    struct field_name at[PERSON_FIELDS];
};

/* Args of roster.add, and the body of roster.added. */
struct roster_add {
    enum person_kind kind;
    char name[TEXT_NAME], group[TEXT_NAME], organisation[TEXT_NAME], office[TEXT_NAME];
    int64_t deputy;            /* 1: first deputy of the chair; 0: none */
    bool presiding;            /* a clerk member: sits on the presiding board */
    struct field_names fields; /* of a representative */
};
struct roster_edit {
    uint64_t person;
    struct roster_add to;
};
struct roster_leave {
    uint64_t person;
    char reason[TEXT_NOTE];
};
struct roster_consent { /* to being broadcast */
    uint64_t person;
    char version[TEXT_CODE]; /* of the notice that was read; "" takes it back */
};

/* A pile's thing: "people". */
struct person {
    struct pile_head head;
    struct roster_add is;
    bool left;
};

/* A pile's thing: "consents". Seen by staff and by the person alone, its changes too. */
struct consent {
    struct pile_head head;
    uint64_t person;
    char version[TEXT_CODE]; /* "": taken back */
};
extern const struct shape field_name_shape, roster_add_shape, roster_edit_shape, roster_leave_shape,
    roster_consent_shape, person_shape, consent_shape;

/* Who is on the roster and has not left, or NULL. */
const struct person *roster_person(const struct meeting *m, uint64_t person);

/* Whether that person consents to being broadcast. */
bool roster_consents(const struct meeting *m, uint64_t person);

bool consent_sees(const struct meeting *m, const void *thing, const struct actor *actor);

bool roster_votes(const struct person *p); /* chair and members */

/* The full membership as the body says, or by the roster where it says nothing. */
int64_t roster_members(const struct meeting *m);

bool roster_has_field(const struct person *p, const char *field);

verb_decide roster_decide_add, roster_decide_edit, roster_decide_leave, roster_decide_consent;
int roster_added(struct meeting *m, const struct meeting_event *event);
int roster_edited(struct meeting *m, const struct meeting_event *event);
int roster_left(struct meeting *m, const struct meeting_event *event);
int roster_consented(struct meeting *m, const struct meeting_event *event);

#endif
