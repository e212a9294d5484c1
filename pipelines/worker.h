/* The programme worker: sources, selection, programme, alarms and output put together, and the
 * server's commands. Everything here is the main thread's, inside a GLib main loop. */
#ifndef MECLIS_PIPELINES_WORKER_H
#define MECLIS_PIPELINES_WORKER_H

#include "link/exit.h"
#include "link/spec.h"

struct worker;

/* Takes the spec; spec_path is where LINK_SOURCES reads it again. Starts everything. Returns owned,
 * or NULL with the exit status and a sentence for people. */
struct worker *worker_start(struct spec *spec, const char *spec_path, enum worker_exit *ret_exit,
                            char ret_reason[256]);

/* Runs until somebody ends it. */
enum worker_exit worker_run(struct worker *w);

/* Ends the run; the first call counts. Any thread. */
void worker_end(struct worker *w, enum worker_exit why);

/* Ends sources and programme, closes the recording. For the end of the process: if it hangs, the
 * process ends with the status of the run. */
void worker_destroy(struct worker *w);

#endif
