/* A frame of `meclis top`, made from two readings of /metrics. Pure. */
#ifndef MECLIS_APP_TOP_VIEW_H
#define MECLIS_APP_TOP_VIEW_H

#include "base/buf.h"
#include "protocol/language.h"

#include <stdbool.h>

/* Figures that are kept of a reading; further ones are left out. */
#define TOP_MAX_FIGURES 8192

struct top_figure {
    const char *key; /* name{label="value",…}; of the reading's text */
    size_t size;
    double value;
};

/* One reading. */
struct top_reading {
    int64_t at_us; /* boot clock */
    char *text;
    size_t count;
    struct top_figure *figures; /* in the order of the text */
};

/* Takes Prometheus' text apart; what is no figure, or holds a character that a terminal would act
 * upon, is left out. Returns 0 or -ENOMEM. */
int top_reading_parse(const char *text, size_t size, int64_t at_us, struct top_reading *ret);
void top_reading_finish(struct top_reading *r);

/* The figure of exactly that key, or the fallback. */
double top_value(const struct top_reading *r, const char *key, double fallback);

struct top_style {
    enum language language;
    const char *server; /* what is asked */
    bool ansi;
    int columns, rows; /* 0: as many as it takes */
};

/* Appends a frame of whole lines. `before` may be NULL: then rates are not known yet. */
void top_view(struct buf *out, const struct top_reading *before, const struct top_reading *now,
              const struct top_style *style);

#endif
