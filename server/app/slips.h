/* Personal links on paper: a slip for each person, with a code for the telephone's camera. */
#ifndef MECLIS_APP_SLIPS_H
#define MECLIS_APP_SLIPS_H

#include "base/buf.h"

struct slip {
    const char *name, *meeting; /* the meeting's title */
    const char *address;        /* whole: https://… */
};

/* A page of HTML without anything from elsewhere, to be printed; the browser's own "print" cuts
 * between slips. Errors stick to the buffer. */
void slips_begin(struct buf *out);
void slips_add(struct buf *out, const struct slip *slip);
void slips_end(struct buf *out);

#endif
