/* The slate: the still picture that is shown when no source has one. */
#ifndef MECLIS_PIPELINES_SLATE_H
#define MECLIS_PIPELINES_SLATE_H

#include "format.h"

/* Draws the meeting's title and, in its language, that the broadcast will begin shortly. Any title
 * fits: it is wrapped, and set smaller the longer it is. Returns an owned buffer as
 * format_video_caps(), or NULL with a reason. Blocks for a moment (fonts are loaded). */
GstBuffer *slate_draw(const struct format *f, const char *title, const char *language,
                      char ret_reason[256]);

#endif
