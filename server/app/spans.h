/* Which part of the recording was about what, as everybody may know it: read from the meeting's
 * state, which the log makes, with the delay of what was on air taken off (media/late.h). Core
 * thread. */
#ifndef MECLIS_APP_SPANS_H
#define MECLIS_APP_SPANS_H

#include "app/hall.h"
#include "meeting/sitting.h"

struct span_of_item {
    int64_t from_us, to_us; /* media time; to_us INT64_MAX: it goes on */
    uint64_t item;
    char number[TEXT_CODE];
    char title[TEXT_TITLE];
};

/* The agenda items' spans in their order in time, an item that was taken up again with several.
 * Returns how many; the array is owned by the caller (free), NULL where there are none or without
 * memory. */
size_t spans_of_items(struct hall *h, struct span_of_item **ret);

enum span_what { SPAN_ITEM = 1, SPAN_TURN, SPAN_QUESTION, SPAN_VOTE };

/* The part of media time of one thing: of an item (by the number that people know) its span of that
 * place, from 1; of a turn, a question's answer or a vote by its event. Returns 0, or -ENOENT where
 * there is no such thing, it has not begun, or not everybody may know of it. */
int spans_find(struct hall *h, enum span_what what, const char *name, int place,
               int64_t *ret_from_us, int64_t *ret_to_us);

#endif
