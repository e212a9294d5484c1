/* Boxes of ISO/IEC 14496-12, written into a buffer, and those that are the same in every file of
 * ours. Errors stick to the buffer. Pure. */
#ifndef MECLIS_MEDIA_BOX_H
#define MECLIS_MEDIA_BOX_H

#include "base/buf.h"

#include <stdbool.h>

/* Returns where the box is, for box_end(). */
size_t box_begin(struct buf *b, const char type[4]);
size_t box_begin_full(struct buf *b, const char type[4], uint32_t version_and_flags);

/* Writes the box's size, now that it is known. */
void box_end(struct buf *b, size_t at);

void box_add_zeros(struct buf *b, size_t count);
void box_add_matrix(struct buf *b);           /* of mvhd and tkhd: as it is */
void box_add_hdlr(struct buf *b, bool video); /* of pictures, or of sound */
void box_add_media_header(struct buf *b, bool video);
void box_add_dinf(struct buf *b); /* the media is in this file */

#endif
