#include "meeting/state.h"

#include <errno.h>
#include <string.h>

const char *const link_way_names[2] = {"link", "code"};

SHAPE(link_of, F_TEXT(link_of, principal), F_ENUM(link_of, role, meeting_role_names),
      F_OPT_REF(link_of, person));
SHAPE(link_open, F_STRUCT(link_open, link, link_of), F_ENUM(link_open, way, link_way_names));
SHAPE(personal_link, F_HEAD(personal_link), F_STRUCT(personal_link, is, link_of),
      F_OPT_TEXT(personal_link, made_by), F_OPT_NUMBER(personal_link, made_utc_us, 1, TIME_MAX),
      F_OPT_TEXT(personal_link, read_out_by),
      F_OPT_NUMBER(personal_link, read_out_utc_us, 1, TIME_MAX),
      F_NUMBER(personal_link, opened, 0, TIME_MAX),
      F_OPT_NUMBER(personal_link, opened_utc_us, 1, TIME_MAX), F_FLAG(personal_link, revoked));

static enum meeting_refusal decide(const struct deciding *d, enum fact_id fact,
                                   const struct link_of *link, const void *args)
{
    if (link->person && !roster_person(d->m, link->person))
        return REFUSED_NOT_FOUND;
    return outcome_add(d, fact, args);
}

enum meeting_refusal link_decide_make(const struct deciding *d, const void *args)
{
    return decide(d, FACT_LINK_MADE, args, args);
}

enum meeting_refusal link_decide_open(const struct deciding *d, const void *args)
{
    return decide(d, FACT_LINK_OPENED, &((const struct link_open *)args)->link, args);
}

enum meeting_refusal link_decide_read_out(const struct deciding *d, const void *args)
{
    return decide(d, FACT_LINK_READ_OUT, args, args);
}

/* Also of somebody who has left: what lets in must always be possible to take away. */
enum meeting_refusal link_decide_revoke(const struct deciding *d, const void *args)
{
    return outcome_add(d, FACT_LINK_REVOKED, args);
}

static struct personal_link *find(struct meeting *m, const struct meeting_event *event,
                                  const struct link_of *of)
{
    for (size_t i = pile_count(m, PILE_LINK); i-- > 0;) {
        const struct personal_link *link = pile_at(m, PILE_LINK, i);
        if (strcmp(link->is.principal, of->principal) == 0)
            return pile_edit_at(m, PILE_LINK, i, event);
    }
    return NULL;
}

/* A principal has one link in a meeting: a new one takes the older one's place. One that the record
 * does not know (the demo's, one of before it told of them) begins with what is first told of it.
 */
static struct personal_link *edit(struct meeting *m, const struct meeting_event *event,
                                  const struct link_of *of)
{
    struct personal_link *link = find(m, event, of);
    if (!link)
        link = pile_add(m, PILE_LINK, event);
    if (link)
        link->is = *of;
    return link;
}

int link_was_made(struct meeting *m, const struct meeting_event *event)
{
    struct personal_link *link = edit(m, event, event->body);
    if (!link)
        return -ENOMEM;
    text_set(link->made_by, event->actor);
    text_set(link->read_out_by, "");
    link->made_utc_us = event->at_utc_us;
    link->read_out_utc_us = link->opened_utc_us = link->opened = 0;
    link->revoked = false;
    return 0;
}

int link_was_opened(struct meeting *m, const struct meeting_event *event)
{
    const struct link_open *a = event->body;
    struct personal_link *link = edit(m, event, &a->link);
    if (!link)
        return -ENOMEM;
    link->opened++;
    link->opened_utc_us = event->at_utc_us;
    return 0;
}

int link_was_read_out(struct meeting *m, const struct meeting_event *event)
{
    struct personal_link *link = edit(m, event, event->body);
    if (!link)
        return -ENOMEM;
    text_set(link->read_out_by, event->actor);
    link->read_out_utc_us = event->at_utc_us;
    return 0;
}

int link_was_revoked(struct meeting *m, const struct meeting_event *event)
{
    struct personal_link *link = find(m, event, event->body);
    if (link)
        link->revoked = true;
    return 0;
}

/* Each of the bodies begins with it. */
const char *link_owner(const struct meeting *m, const void *body)
{
    _Static_assert(offsetof(struct link_open, link) == 0, "all bodies begin alike");
    return ((const struct link_of *)body)->principal;
}

bool link_sees(const struct meeting *m, const void *thing, const struct actor *actor)
{
    const struct personal_link *link = thing;
    return (actor->roles & ROLES_STAFF) || strcmp(link->is.principal, actor->principal) == 0;
}
