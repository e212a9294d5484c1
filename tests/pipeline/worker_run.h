/* A worker of the tests: the real binary in a folder of its own, and the server's end of its link.
 */
#ifndef MECLIS_TESTS_WORKER_RUN_H
#define MECLIS_TESTS_WORKER_RUN_H

#include "link/exit.h"
#include "link/message.h"

#include <sys/types.h>

#define RUN_MAX_FRAGMENTS 20000
#define RUN_MAX_NOTICES 200

struct worker_run {
    char folder[64];
    struct spec spec; /* written by worker_run_write_spec() */
    pid_t pid;
    int fd; /* -1: not connected */
    struct link_decoder decoder;
    struct link_tracks tracks;
    struct link_status status; /* the newest */
    int status_count;
    struct link_reply reply; /* the newest */
    uint32_t commands;
    int fragment_count, init_count, notice_count;
    struct fragment fragments[RUN_MAX_FRAGMENTS]; /* as they came; bytes NULL */
    size_t sizes[RUN_MAX_FRAGMENTS];              /* theirs */
    struct track_init inits[TRACK_MAX];           /* the newest of each track; bytes owned */
    struct link_notice notices[RUN_MAX_NOTICES];
    int64_t notice_at_us[RUN_MAX_NOTICES]; /* the boot clock when they came */
};

/* A folder and a spec of two renditions and sound, without sources. Returns owned. */
struct worker_run *worker_run_new(void);
/* Kills what still runs, removes the folder. */
void worker_run_destroy(struct worker_run *r);

void worker_run_add_source(struct worker_run *r, enum source_kind kind, const char *id,
                           const char *url);
void worker_run_write_spec(struct worker_run *r);

/* Starts the binary of the environment's MECLIS_PIPELINE. */
void worker_run_start(struct worker_run *r);
/* Connects within 20 s and says hello. */
void worker_run_connect(struct worker_run *r);
void worker_run_disconnect(struct worker_run *r);
/* Reads what comes for so long, or until `enough` says so. Returns whether it did. */
bool worker_run_read(struct worker_run *r, int ms, bool (*enough)(struct worker_run *r));
/* Sends a command and reads until its reply; returns the reply's error. */
int worker_run_command(struct worker_run *r, enum link_command_kind kind, const char *source);
/* Waits for the process's end, 15 s at the most; returns its exit status, 128 + signal, or -1. */
int worker_run_wait(struct worker_run *r);

/* The number of notices of that type and source (NULL: any) so far. */
int worker_run_noticed(const struct worker_run *r, const char *type, const char *source);

/* ---- worker_checks.c ---- */

/* For cmocka; the state is a struct worker_run. */
int worker_run_set_up(void **state);
int worker_run_tear_down(void **state);

/* Writes the spec, starts it, connects. */
void worker_run_begin(struct worker_run *r);

/* For worker_run_read(): the source "a", "b", the slate was said to be on air. */
bool worker_run_a_on_air(struct worker_run *r);
bool worker_run_b_on_air(struct worker_run *r);
bool worker_run_slate_on_air(struct worker_run *r);

/* Of what was read so far. */
void worker_run_check_continuous(const struct worker_run *r);
void worker_run_check_keyframes(const struct worker_run *r);
void worker_run_check_times(const struct worker_run *r);

/* A machine with more to do than it can. */
bool worker_run_is_starved(void);

#endif
