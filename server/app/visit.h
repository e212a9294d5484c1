/* A client on the events socket: who it is, what it says, what it is told first.
 *
 * Made on a net thread when it comes; from its first message on it belongs to the core thread. */
#ifndef MECLIS_APP_VISIT_H
#define MECLIS_APP_VISIT_H

#include "app/identity.h"
#include "base/list.h"
#include "front/front_events.h"
#include "protocol/language.h"

struct hall;

/* Messages of all clients that wait for the core thread; one more closes its sender ("busy"). */
#define VISIT_MAX_WAITING 4096

/* A client this far behind is given the state instead of the events. */
#define VISIT_MAX_CATCH_UP 10000

struct visit {
    struct list node; /* hall->visits, once it has said hello and has caught up or is about to */
    struct core *core;
    struct letter closing;
    atomic_int refs; /* the socket's, and one for each of its commands or readings that wait */
    uint64_t peer;
    char meeting[ID_MAX];
    bool https, greeted, gone;
    bool joined; /* hears what is published */
    bool acted;  /* among what is being told is something that they did */
    enum front_class class;
    enum language language;
    struct principal who;
    char *cookies; /* until it is greeted */
    struct hall *hall;
};

/* For front_ops. ctx is the core. */
void *visit_opened(void *ctx, uint64_t peer, const struct front_events_facts *facts);
bool visit_said(void *session, struct bytes *text, bool too_fast);
void visit_closed(void *session);

struct visit *visit_ref(struct visit *v);
void visit_unref(struct visit *v);

/* Sends it a text, NULL where there was no memory for one. */
void visit_send(struct visit *v, struct bytes *text);

/* Hears from now on; it has been told everything up to that event. */
void visit_join(struct visit *v, uint64_t seq);

/* What it may see has changed: listens elsewhere from the newest event told on. */
void visit_reclass(struct visit *v);

/* Who it was may not be here any more: says why and closes it; what it said and was not read yet is
 * not heard. */
void visit_end(struct visit *v, const char *reason);

#endif
