/* Chapters of a recording for players of others: WebVTT (W3C), and the podcast namespace's JSON. */
#ifndef MECLIS_PROTOCOL_CHAPTERS_TEXT_H
#define MECLIS_PROTOCOL_CHAPTERS_TEXT_H

#include "base/buf.h"

struct chapter {
    int64_t from_us, to_us; /* from the recording's beginning */
    const char *number, *title;
};

/* Errors stick to the buffer. */
void chapters_print_vtt(struct buf *out, const struct chapter *list, size_t count);
void chapters_print_json(struct buf *out, const struct chapter *list, size_t count);

#endif
