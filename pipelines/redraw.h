/* The slate of a programme that runs, drawn anew when the meeting's title changed.
 *
 * On a thread of its own: fonts and the encoder take some tenths of a second. Where changes come
 * faster than that, the newest is drawn; the ones in between are left out. */
#ifndef MECLIS_PIPELINES_REDRAW_H
#define MECLIS_PIPELINES_REDRAW_H

#include "passthrough.h"
#include "programme.h"

struct redraw;

struct redraw_ops {
    /* The slate is the new one, reason "", or stays the one before. On the redraw's thread. */
    void (*done)(void *ctx, const char *reason);
};

/* `spec` is what the programme was made of: its words stand on the slate now. Everything is
 * borrowed for its life; `passthrough` is NULL in the other mode. Returns owned. */
struct redraw *redraw_create(const struct spec *spec, const struct format *format,
                             struct programme *programme, struct passthrough *passthrough,
                             const struct redraw_ops *ops, void *ctx);

/* Has the slate show the title and the language of that spec; the same as before is fine. Borrowed
 * for the call, does not block. */
void redraw_set(struct redraw *r, const struct spec *spec);

/* Waits for a drawing that is under way. NULL is fine. */
void redraw_destroy(struct redraw *r);

#endif
