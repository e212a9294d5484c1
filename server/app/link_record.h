/* What is done with personal links is said in the record before it is done. Core thread. */
#ifndef MECLIS_APP_LINK_RECORD_H
#define MECLIS_APP_LINK_RECORD_H

#include "app/request.h"
#include "auth/secret.h"
#include "meeting/personal_link.h"
#include "store/access.h"

/* Something that is to be done with a link, for a request. */
struct link_act {
    struct request *request; /* to be answered */
    const char *verb;        /* a literal: "link.make" */
    struct access_link link;
    enum link_way way;            /* by which it is opened; 0: it is not */
    char secret[SECRET_TEXT_MAX]; /* of a link that is made; wiped */
    /* Does it, once the record tells of it, and answers the request. */
    void (*then)(const struct link_act *act);
};

/* Says so in the name of `actor` (a principal), then calls act->then; the request is refused where
 * the record does not take it. Copies the act and takes its request. */
void link_record(const struct link_act *act, const char *actor);

#endif
