/* What session.c (its life) and session_plug.c (its elements) share. */
#ifndef MECLIS_PIPELINES_SESSION_INNER_H
#define MECLIS_PIPELINES_SESSION_INNER_H

#include "codec.h"
#include "session.h"

struct session {
    struct source *s;
    struct outlet *outlet;
    const struct session_out *out;
    void *out_ctx;
    bool counted;     /* a live container, whose bytes all count; set before it runs */
    atomic_bool shut; /* nothing goes to `out` any more */
    GstPipeline *pipeline;
    GstBus *bus;
    atomic_llong first_data_us; /* 0: nothing came yet */
    atomic_llong bytes;
    atomic_llong content_us; /* when more than a container's head had come; 0: not yet */

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

/* What the callbacks of a plugged track hold; goes with its chain. */
struct plug {
    struct session *n; /* outlives the pipeline, which it owns */
    const struct codec *codec;
    /* What follows belongs to the streaming thread of the units. */
    bool passes_not;  /* it is encoded here after all */
    bool began;       /* a keyframe came */
    int64_t keyed;    /* its running time */
    int length_bytes; /* of a NAL unit's length */
};

/* Whether a track of this codec can go as it came. */
bool session_passes(const struct session *n, const struct codec *codec);

/* Whether it really can, when its caps are known. */
void session_judge_passing(struct plug *p, const GstCaps *caps);

/* Connects the chain's appsink `units`. */
void session_attach_units(GstElement *chain, struct plug *p);

/* The first track that can't be used: told beside SOURCE_LIVE, or as the refusal when no other one
 * can be used. Any thread. */
void session_note_unusable(struct session *n, enum source_track track, const char *detail);

#endif
