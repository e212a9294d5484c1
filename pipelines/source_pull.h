/* The life of a source that connects by itself, for the kinds that do: connect, look after the
 * session, wait, connect again. */
#ifndef MECLIS_PIPELINES_SOURCE_PULL_H
#define MECLIS_PIPELINES_SOURCE_PULL_H

#include "session.h"

struct pull {
    /* Builds a session that is not playing yet, or says why not (detail of at most 200 bytes). */
    struct session *(*connect)(struct source *s, enum reason *ret_reason, char *ret_detail);
    /* A connection that delivered and has been silent for so long is made anew. */
    int64_t give_up_us;
    /* One from which nothing came at all for so long, too. */
    int64_t give_up_first_us;
    bool live_only; /* a pipeline that is not live is refused: it would run as fast as it can */
};

/* The control thread, until source_stopping(). */
void pull_run(struct source *s, const struct pull *p);

#endif
