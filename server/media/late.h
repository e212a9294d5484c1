/* How late the picture was, over a meeting: what was on air had a known delay (its source's), so
 * what happened at one moment of media time is seen in the recording at a later one. Pure. */
#ifndef MECLIS_MEDIA_LATE_H
#define MECLIS_MEDIA_LATE_H

#include <stddef.h>
#include <stdint.h>

/* Changes that are kept; at the cap the newest takes the last one's place. */
#define LATE_MAX 128

struct late {
    size_t count;
    struct {
        int64_t from_us, delay_us; /* of the picture from there on; media time */
    } list[LATE_MAX];              /* in the order of time; before the first there was no delay */
};

/* From `from_us` on, never before what was said last, the picture is so late. */
void late_change(struct late *l, int64_t from_us, int64_t delay_us);

/* The first media time whose picture was taken at `at_us` or after it. INT64_MAX stays itself. */
int64_t late_seen(const struct late *l, int64_t at_us);

#endif
