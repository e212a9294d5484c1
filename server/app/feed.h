/* The meetings as a feed to subscribe to: RSS 2.0 (https://www.rssboard.org/rss-specification). */
#ifndef MECLIS_APP_FEED_H
#define MECLIS_APP_FEED_H

#include "base/buf.h"
#include "protocol/language.h"

#include <stdint.h>

#include <stdbool.h>

/* A meeting; texts are borrowed. */
struct feed_item {
    const char *id, *title, *body; /* body: "" where not said */
    const char *sentence;          /* how it stands */
    bool recorded;                 /* its sound, video and chapters can be had */
    int64_t published_utc_us;      /* 0: not said */
};

struct feed_channel {
    const char *origin; /* "https://meclis.example", where the meetings' pages are */
    enum language language;
};

/* The channel's beginning, each item, its end. Errors stick to the buffer. */
void feed_begin(struct buf *out, const struct feed_channel *c);
void feed_add(struct buf *out, const struct feed_channel *c, const struct feed_item *item);
void feed_end(struct buf *out);

#endif
