/* Commands that wait, and what comes of them: all that came in one turn of the core thread are one
 * transaction. Core thread. */
#ifndef MECLIS_APP_BATCH_H
#define MECLIS_APP_BATCH_H

#include "app/identity.h"
#include "protocol/client_message.h"

struct batch;
struct hall;

/* What becomes of a command. The texts are borrowed. */
struct batch_answer {
    bool accepted;
    uint64_t first_seq, last_seq; /* where accepted */
    int status;                   /* of HTTP */
    const char *code, *message;   /* where refused */
};

/* At most so many wait; one more and they are carried out at once. */
#define BATCH_MAX_COMMANDS 128

int batch_create(struct core *c, struct batch **ret);
void batch_destroy(struct batch *b);

/* Puts the command in line. `answer` is called exactly once, when it is durable or refused; the
 * listeners have been told by then. Copies the command and the principal; a ballot's paper is
 * overwritten in `m`. */
void batch_add(struct batch *b, struct hall *h, struct client_message *m,
               const struct principal *who, enum language language,
               void (*answer)(void *ctx, const char *id, const struct batch_answer *a), void *ctx);

/* Carries out what waits. Called at the end of each turn. */
void batch_run(struct batch *b);

DEFINE_CLEANUP(struct batch *, batch_destroy)

#endif
