/* The gate of a closed part, the server's side. Core thread.
 *
 * Closing: the file is written, the worker answers that nothing of any source goes out any more (no
 * answer in GATE_ANSWER_MS: it is killed, and the next one finds the file), and only then is the
 * command carried out. Opening goes the other way round: the event is committed, then the file is
 * written, then the worker is told. After a crash the log says which it is. */
#ifndef MECLIS_APP_GATE_H
#define MECLIS_APP_GATE_H

#include "base/loop.h"
#include "link/message.h"

#include <stdbool.h>

#define GATE_ANSWER_MS 500

struct broadcast;

struct gate {
    bool known, open;        /* as the file says; known: since this server's start */
    bool told_open;          /* what the worker that is there was told last */
    int command;             /* closing: its number at the worker; 0: none waits */
    void (*shut)(void *ctx); /* closing: to be called once it is; NULL: nobody waits */
    void *ctx;
    struct loop_timer *deadline;
};

int gate_init(struct broadcast *b);
void gate_finish(struct broadcast *b);

/* Makes it be what the log says: on disk, and at the worker. */
void gate_reconcile(struct broadcast *b);

/* Closes it ahead of a command. Returns 0: `shut` follows, perhaps at once, on any outcome; -EBUSY
 * while another closing waits, or an error of the disk: it stays as it is. */
int gate_shut(struct broadcast *b, void (*shut)(void *ctx), void *ctx);

/* What became of the worker. */
void gate_worker_up(struct broadcast *b);
void gate_worker_lost(struct broadcast *b);
void gate_replied(struct broadcast *b, const struct link_reply *reply);

/* Whether nothing of a source can go out now. */
bool gate_is_shut(const struct broadcast *b);

#endif
