/* The core thread: owns the meetings, their workers' processes and the log's writing connection. */
#ifndef MECLIS_APP_CORE_H
#define MECLIS_APP_CORE_H

#include "app/config.h"
#include "app/pool.h"
#include "auth/token.h"
#include "base/list.h"
#include "base/loop.h"
#include "base/mailbox.h"
#include "front/front.h"
#include "store/store.h"
#include "workers/worker.h"

#include <limits.h>
#include <stdatomic.h>
#include <stdbool.h>

struct access;
struct batch;
struct broadcast;
struct client_message;
struct demo;
struct finder;
struct tries;
struct rtmp;

/* Requests that wait for the core thread or the pool; beyond it: refused with "busy". */
#define CORE_MAX_REQUESTS 512
/* Letters of all kinds; requests are held to CORE_MAX_REQUESTS, and workers limit their own, so
 * that what must arrive always does. */
#define CORE_MAX_LETTERS 65536

/* Meetings, those of the configuration among them; one more is refused as "too_many_meetings". */
#define CORE_MAX_MEETINGS 1024

/* Fixed when core_create() returns, save what is said to be the core thread's. */
struct core {
    const struct config *config; /* borrowed */
    char data[PATH_MAX - 256];   /* DATA, absolute */
    struct token admin_token;
    struct log_key log_key;
    struct token viewer_key;    /* signs viewers' cookies */
    struct token setup_key;     /* setup.c's; "": there is an administrator */
    struct token ingest_secret; /* between our nginx, its callbacks and the workers */
    struct loop *loop;
    struct mailbox *box;
    struct workers_env workers;
    struct front *front; /* set before the thread starts */
    struct pool *pool;   /* likewise */
    int64_t started_us;  /* boot clock */
    atomic_int requests; /* waiting */
    atomic_int said;     /* clients' messages that wait */

    /* the core thread's */
    struct store *store;
    struct loop_timer *tick;
    struct rtmp *rtmp; /* NULL: not needed */
    bool rtmp_running;
    struct demo *demo;
    bool ending, leave_workers;
    void (*ended)(void *ctx);
    void *ended_ctx;
    struct finder *finder; /* NULL: nothing can be searched */
    struct access *access;
    struct tries *tries;
    atomic_int signing_in;            /* whose passwords are being hashed */
    int session_ticks, session_error; /* session.c's */
    bool session_due;                 /* session_check() at the end of this turn */
    struct list clips;                /* clips.c's: waiting to be made, of struct clip_job.node */
    int clips_waiting;                /* how many they are */
    atomic_bool paper_is_made;        /* papers.c's: a program is at work */
    atomic_bool clip_is_made;         /* one is, on a thread of the pool */
    struct batch *batch;
    struct client_message *message; /* the one that is being read */
    int64_t log_failures;
    int tidy_error;       /* of the last store_tidy() */
    int64_t heads_due_us; /* boot clock */
    /* Grows at its end alone (making.h): any thread may read it, what is counted is there. */
    atomic_int broadcast_count;
    struct broadcast *broadcasts[CORE_MAX_MEETINGS];
};

struct core_settings {
    const struct config *config; /* borrowed for the core's life */
    const char *data;            /* absolute */
    const char *worker_program;  /* borrowed for the core's life */
    struct demo *demo;           /* takes; NULL: none */
};

/* Opens the log and reads what it says. Returns 0 or a negative errno with a sentence. */
int core_create(const struct core_settings *settings, struct core **ret, char ret_reason[512]);
void core_destroy(struct core *c);

/* On the core's own thread, before anything else: workers, RTMP, what should be on air. */
void core_start(struct core *c);

/* Any thread, once: ends all workers, or leaves them on air; `ended` is called on the core thread
 * when none is left. Afterwards requests are still answered until the loop is stopped. */
void core_end(struct core *c, bool leave_workers, void (*ended)(void *ctx), void *ctx);

/* NULL where there is no such meeting. Any thread: only the fixed members may be read elsewhere
 * than on the core thread. */
struct broadcast *core_find(const struct core *c, const char *meeting);

/* Whether an encoder may publish with this key, or a worker play it (with the token). Core thread.
 */
bool core_ingest_allowed(const struct core *c, bool play, const char *key, const char *token);

DEFINE_CLEANUP(struct core *, core_destroy)

#endif
