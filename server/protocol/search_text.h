/* What a search found, as JSON. */
#ifndef MECLIS_PROTOCOL_SEARCH_TEXT_H
#define MECLIS_PROTOCOL_SEARCH_TEXT_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

/* Kinds of things that are found, by their names; the last is NULL. */
#define FOUND_KINDS 8
extern const char *const found_kinds[FOUND_KINDS + 1];

#define FOUND_MAX_MARKS 64

/* A text and where in it the words stand, in bytes, in order. */
struct found_text {
    const char *text;
    int count;
    struct {
        size_t begin, size;
    } marks[FOUND_MAX_MARKS];
};

/* One thing; all borrowed. */
struct found {
    const char *meeting, *title, *body, *language;
    int64_t at_utc_us; /* when the meeting was; 0: not known */
    const char *kind;
    uint64_t seq;
    int64_t media_us; /* -1: at no time of its own */
    const char *item, *person;
    struct found_text text, more;
    const char *address; /* of the page, at that second */
    const char *clip;    /* "": there is none */
};

/* Appends {"meeting",…,"text":["plain","found","plain"…],"more":[…]}: of the pieces every other
 * one, beginning with the second, is what was looked for. Long texts are cut around the first. */
void found_print(struct buf *out, const struct found *f);

#endif
