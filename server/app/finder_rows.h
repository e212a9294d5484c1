/* What of a meeting can be found: all that everybody may know, in words. Core thread. */
#ifndef MECLIS_APP_FINDER_ROWS_H
#define MECLIS_APP_FINDER_ROWS_H

#include "app/hall.h"
#include "store/search.h"

struct finder_rows {
    struct search_meeting meeting; /* its texts, and the rows', are owned */
    struct search_row *rows;
    size_t count, room;
    int error; /* 0 or -ENOMEM */
};

/* Fills it; of a draft that nobody knows yet there are no rows. finder_rows_finish() in any case.
 */
void finder_rows_take(struct broadcast *b, struct finder_rows *ret);
void finder_rows_finish(struct finder_rows *f);

#endif
