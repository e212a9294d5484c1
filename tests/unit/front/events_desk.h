/* A front with an application behind its events socket that remembers who came and what they said.
 */
#ifndef MECLIS_UNIT_FRONT_EVENTS_DESK_H
#define MECLIS_UNIT_FRONT_EVENTS_DESK_H

#include "client.h"
#include "front/front_events.h"

#include <pthread.h>

#define EVENTS_PATH "/ws/demo/events"
#define EVENTS_PROTOCOL "meclis.events.v1"
#define EVENTS_MANY 2000

struct events_visit {
    struct events_desk *desk;
    uint64_t peer;
    char meeting[ID_MAX], cookies[200], origin[100], address[64];
    bool https;
};

struct events_desk {
    struct front *front;
    int port;
    pthread_mutex_t lock;
    int opened, closed, messages, too_fast; /* read by events_desk_count() */
    bool full, deaf;                        /* turns everybody away; keeps nothing that is said */
    struct events_visit *visits[EVENTS_MANY + 200];
    struct bytes *last; /* that was said */
};

void events_desk_open(struct events_desk *d);
void events_desk_close(struct events_desk *d);

/* One of its numbers. */
int events_desk_count(struct events_desk *d, const int *of);

/* A client comes; `headers` are more of its request's, or NULL. */
void events_desk_visit(struct events_desk *d, struct client_socket *s, const char *headers);

/* Returns owned. */
struct bytes *events_text(const char *text);

/* Publishes "p SEQ" to the public, "s SEQ" to staff, nothing to the closed class. */
void events_publish(struct events_desk *d, uint64_t seq);

/* The next message is this text. */
void events_expect(struct client_socket *s, const char *text);

/* Reads on to the close frame. */
void events_expect_close(struct client_socket *s, int status, const char *reason);

#endif
