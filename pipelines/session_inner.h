/* What session.c (its life) and session_plug.c (its elements) share. */
#ifndef MECLIS_PIPELINES_SESSION_INNER_H
#define MECLIS_PIPELINES_SESSION_INNER_H

#include "session.h"

struct session {
    struct source *s;
    struct outlet *outlet;
    const struct session_out *out;
    void *out_ctx;
    atomic_bool shut; /* nothing goes to `out` any more */
    GstPipeline *pipeline;
    GstBus *bus;
    atomic_llong first_data_us; /* 0: nothing came yet */

    pthread_mutex_t lock; /* all that follows */
    bool closing;
    bool recognised;      /* a container or a track was */
    bool used[3];         /* by enum source_track */
    enum reason unusable; /* the first track that can't be used */
    int64_t unusable_us;
    char unusable_detail[200];
    enum reason broken;
    char broken_detail[200];
};

/* The first track that can't be used: told beside SOURCE_LIVE, or as the refusal when no other one
 * can be used. Any thread. */
void session_note_unusable(struct session *n, enum source_track track, const char *detail);

#endif
