/* Which source is on air. Pure: no clock, no GStreamer.
 *
 * The live source with the lowest priority number is on air; among equals the one that is on air
 * already stays, else the first of the list. A selected source is before all others while it lives.
 * A source lives while picture or sound came within SELECTION_DEAD_NS. One that is better than the
 * one on air takes over once it delivered steadily for SELECTION_STEADY_NS, or, when it fell out
 * lately, for SELECTION_STEADY_AGAIN_NS, so that a bad line does not make the programme flicker;
 * one that replaces a dead source takes over at once. For layouts of two, the same choice is made
 * once more among the others that have a picture. */
#ifndef MECLIS_PIPELINES_SELECTION_H
#define MECLIS_PIPELINES_SELECTION_H

#include "link/spec.h"

#include <stdint.h>

#define SELECTION_DEAD_NS (400 * INT64_C(1000000))
#define SELECTION_STEADY_NS (200 * INT64_C(1000000))
#define SELECTION_STEADY_AGAIN_NS (700 * INT64_C(1000000))
#define SELECTION_LATELY_NS (10 * INT64_C(1000000000))

/* What selection knows of one source; all zero but id and priority: it never delivered. */
struct selection_source {
    char id[ID_MAX];
    int priority;
    int64_t last_ns;    /* when picture or sound came last; 0: never */
    int64_t since_ns;   /* since when it delivers steadily; 0: it does not */
    int64_t fell_ns;    /* when it stopped last; 0: never */
    int64_t picture_ns; /* when a picture came last; 0: never */
};

struct selection {
    int count;
    struct selection_source sources[SPEC_MAX_SOURCES];
    char selected[ID_MAX]; /* empty: by priority */
    char on_air[ID_MAX];   /* empty: nothing, the slate */
    char beside[ID_MAX];   /* the second of a layout of two; empty: there is none */
};

/* Picture or sound of that source came at that time. Unknown ids are ignored. */
void selection_delivered(struct selection *s, const char *id, int64_t now_ns);

/* What came was a picture; besides selection_delivered(). */
void selection_pictured(struct selection *s, const char *id, int64_t now_ns);

/* The source broke off by its own word: it is dead until it delivers again. */
void selection_broke_off(struct selection *s, const char *id, int64_t now_ns);

/* Decides anew. Returns whether on_air changed. To be called at least each 50 ms. */
bool selection_decide(struct selection *s, int64_t now_ns);

/* Replaces the list, keeping what is known of sources whose id stays. */
void selection_set_sources(struct selection *s, const struct spec *spec);

#endif
