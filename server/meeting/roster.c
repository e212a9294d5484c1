#include "meeting/roster.h"

#include "meeting/floor.h"
#include "meeting/state.h"

#include <errno.h>
#include <string.h>

const char *const person_kind_names[5] = {
    "chair", "member", "representative", "observer", "staff",
};

SHAPE(field_name, F_TEXT(field_name, name));

SHAPE(roster_add, F_ENUM(roster_add, kind, person_kind_names), F_TEXT(roster_add, name),
      F_OPT_TEXT(roster_add, group), F_OPT_TEXT(roster_add, organisation),
      F_OPT_TEXT(roster_add, office), F_OPT_NUMBER(roster_add, deputy, 1, 9),
      F_OPT_FLAG(roster_add, presiding), F_OPT_LIST(roster_add, fields, field_name));
SHAPE(roster_edit, F_REF(roster_edit, person), F_STRUCT(roster_edit, to, roster_add));
SHAPE(roster_leave, F_REF(roster_leave, person), F_OPT_TEXT(roster_leave, reason));
SHAPE(roster_consent, F_REF(roster_consent, person), F_OPT_TEXT(roster_consent, version));
SHAPE(person, F_HEAD(person), F_STRUCT(person, is, roster_add), F_FLAG(person, left));
SHAPE(consent, F_HEAD(consent), F_REF(consent, person), F_OPT_TEXT(consent, version));

const struct person *roster_person(const struct meeting *m, uint64_t person)
{
    const struct person *p = pile_find(m, PILE_PERSON, person);
    return p && !p->left ? p : NULL;
}

bool roster_votes(const struct person *p)
{
    return p->is.kind == PERSON_CHAIR || p->is.kind == PERSON_MEMBER;
}

int64_t roster_members(const struct meeting *m)
{
    if (m->body.members)
        return m->body.members;
    int64_t count = 0;
    for (size_t i = 0; i < pile_count(m, PILE_PERSON); i++) {
        const struct person *p = pile_at(m, PILE_PERSON, i);
        count += !p->left && roster_votes(p);
    }
    return count;
}

bool roster_has_field(const struct person *p, const char *field)
{
    for (size_t i = 0; i < p->is.fields.count; i++) {
        if (strcmp(p->is.fields.at[i].name, field) == 0)
            return true;
    }
    return false;
}

static bool makes_sense(const struct roster_add *a)
{
    bool represents = a->kind == PERSON_REPRESENTATIVE;
    bool of_body = a->kind == PERSON_CHAIR || a->kind == PERSON_MEMBER;
    return (!a->fields.count || represents) && ((!a->deputy && !a->presiding) || of_body);
}

enum meeting_refusal roster_decide_add(const struct deciding *d, const void *args)
{
    return makes_sense(args) ? outcome_add(d, FACT_ROSTER_ADDED, args) : REFUSED_BAD_ARGS;
}

int roster_added(struct meeting *m, const struct meeting_event *event)
{
    struct person *p = pile_add(m, PILE_PERSON, event);
    if (!p)
        return -ENOMEM;
    p->is = *(const struct roster_add *)event->body;
    return 0;
}

enum meeting_refusal roster_decide_edit(const struct deciding *d, const void *args)
{
    const struct roster_edit *a = args;
    const struct person *p = roster_person(d->m, a->person);
    if (!p)
        return REFUSED_NOT_FOUND;
    /* Whose vote and presence count is not changed by an edit: leave, and be added. */
    bool same_vote = roster_votes(p) == (a->to.kind <= PERSON_MEMBER);
    return makes_sense(&a->to) && same_vote ? outcome_add(d, FACT_ROSTER_EDITED, a)
                                            : REFUSED_BAD_ARGS;
}

int roster_edited(struct meeting *m, const struct meeting_event *event)
{
    const struct roster_edit *a = event->body;
    struct person *p = pile_edit(m, PILE_PERSON, a->person, event);
    if (!p)
        return -EBADMSG;
    p->is = a->to;
    return 0;
}

enum meeting_refusal roster_decide_leave(const struct deciding *d, const void *args)
{
    const struct roster_leave *a = args;
    if (!roster_person(d->m, a->person))
        return REFUSED_NOT_FOUND;
    if (floor_busy(d->m, a->person) || chair_now(d->m) == a->person)
        return REFUSED_NOT_NOW; /* has the floor or the chair: take that back first */
    return outcome_add(d, FACT_ROSTER_LEFT, a);
}

int roster_left(struct meeting *m, const struct meeting_event *event)
{
    const struct roster_leave *a = event->body;
    struct person *p = pile_edit(m, PILE_PERSON, a->person, event);
    if (!p)
        return -EBADMSG;
    p->left = true;
    floor_forget(m, event, a->person);
    attendance_end(m, event, a->person);
    return 0;
}

static const struct consent *consent_of(const struct meeting *m, uint64_t person)
{
    for (size_t i = 0; i < pile_count(m, PILE_CONSENT); i++) {
        const struct consent *c = pile_at(m, PILE_CONSENT, i);
        if (c->person == person)
            return c;
    }
    return NULL;
}

bool roster_consents(const struct meeting *m, uint64_t person)
{
    const struct consent *c = consent_of(m, person);
    return c && *c->version;
}

bool consent_sees(const struct meeting *m, const void *thing, const struct actor *actor)
{
    const struct consent *c = thing;
    return (actor->roles & ROLES_STAFF) || (actor->person && actor->person == c->person);
}

enum meeting_refusal roster_decide_consent(const struct deciding *d, const void *args)
{
    const struct roster_consent *a = args;
    if (!roster_person(d->m, a->person))
        return REFUSED_NOT_FOUND;
    return outcome_add(d, FACT_ROSTER_CONSENTED, a);
}

int roster_consented(struct meeting *m, const struct meeting_event *event)
{
    const struct roster_consent *a = event->body;
    const struct consent *before = consent_of(m, a->person);
    if (!pile_find(m, PILE_PERSON, a->person))
        return -EBADMSG;
    struct consent *c = before ? pile_edit(m, PILE_CONSENT, before->head.seq, event)
                               : pile_add(m, PILE_CONSENT, event);
    if (!c)
        return -ENOMEM;
    c->person = a->person;
    text_set(c->version, a->version);
    return 0;
}

bool meeting_sits_in_closed(const struct meeting *m, const struct actor *actor)
{
    if (!actor->in_hall)
        return false;
    const struct person *p = roster_person(m, actor->person);
    return (actor->roles & (ROLE_CHAIR | ROLE_SERVER)) || (p && roster_votes(p));
}
