#include "media/segment.h"

enum segment_place segment_place(struct segment_cursor *cursor, const struct fragment *f,
                                 int64_t grid_us)
{
    uint64_t number = segment_number(fragment_time_us(f), grid_us);
    if ((f->flags & FRAGMENT_SYNC) && (!cursor->open || number > cursor->number)) {
        *cursor = (struct segment_cursor){
            .open = true,
            .discontinuity = cursor->open && f->init != cursor->init,
            .number = number,
            .init = f->init,
        };
        return SEGMENT_BEGINS;
    }
    if (cursor->open && f->init == cursor->init)
        return SEGMENT_GOES_ON;
    cursor->init = 0; /* no fragment's: the rest of the cell stays out */
    return SEGMENT_LEFT_OUT;
}
