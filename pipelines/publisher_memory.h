/* What the publisher remembers for a server that comes (again): the last minute of fragments and
 * the inits that they need. Of the publisher's thread. */
#ifndef MECLIS_PIPELINES_PUBLISHER_MEMORY_H
#define MECLIS_PIPELINES_PUBLISHER_MEMORY_H

#include "base/list.h"
#include "media/fragment.h"
#include "media/track.h"

#include <stddef.h>
#include <stdint.h>

struct memory_fragment {
    struct list node; /* in memory.fragments, oldest first */
    uint64_t serial;  /* from 1, rising by one over all tracks */
    struct fragment fragment;
};

struct memory_init {
    struct list node; /* in memory.inits, oldest first */
    uint64_t serial;  /* from 1, rising by one over all tracks */
    struct track_init init;
};

struct memory {
    struct list fragments, inits;
    uint64_t last_fragment, last_init; /* serials given out */
    size_t bytes;                      /* of the fragments, with what keeping them costs */
    size_t max_bytes;
    int64_t max_us;
};

void memory_init(struct memory *m, int64_t max_us, size_t max_bytes);
void memory_finish(struct memory *m);

/* Each takes a reference of the bytes. Returns 0 or -ENOMEM. */
int memory_add_fragment(struct memory *m, const struct fragment *f);
int memory_add_init(struct memory *m, const struct track_init *init);

/* Forgets the oldest fragments while the memory is over its caps. */
void memory_trim(struct memory *m);

/* The first fragment or init behind that serial, borrowed; NULL: none. A serial that has been
 * forgotten meanwhile gives what is the oldest now. */
const struct memory_fragment *memory_fragment_after(const struct memory *m, uint64_t serial);
const struct memory_init *memory_init_after(const struct memory *m, uint64_t serial);

/* The bytes that one fragment counts for. */
size_t memory_cost(const struct fragment *f);

#endif
