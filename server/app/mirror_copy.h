/* One meeting's copy in a mirror: its log and its signed heads, in files that only grow.
 *
 * DIR/ID/log.ndjson is an exported log, page after page; DIR/ID/heads.ndjson a head a line. What a
 * killed mirror left half-written is cut off when the copy is opened. */
#ifndef MECLIS_APP_MIRROR_COPY_H
#define MECLIS_APP_MIRROR_COPY_H

#include "app/log_check.h"
#include "base/id.h"

struct mirror_copy;

/* Opens the copy in the folder, or makes it, and checks all of it anew. Returns 0; -EUCLEAN: the
 * copy itself is damaged; or a negative errno. The key is borrowed. */
int mirror_copy_open(const char *folder, const char *meeting, const uint8_t *key,
                     struct mirror_copy **ret, char ret_reason[512]);
void mirror_copy_close(struct mirror_copy *c);

const char *mirror_copy_meeting(const struct mirror_copy *c);

/* How far it goes: the last event, the last head's event. */
uint64_t mirror_copy_events(const struct mirror_copy *c);
uint64_t mirror_copy_heads(const struct mirror_copy *c);

/* Checks a page and appends it, durably. Returns 0 with whether more follows; -EBADMSG: history was
 * rewritten; -EINVAL: this is no page; or a negative errno. After any error the copy is to be
 * closed (and, unless -EBADMSG, opened again). */
int mirror_copy_add_page(struct mirror_copy *c, const char *text, size_t size, bool *ret_more,
                         char ret_reason[512]);

/* The same for heads, of events that were copied: a head beyond them is -EBADMSG. */
int mirror_copy_add_heads(struct mirror_copy *c, const struct published_head *heads, size_t count,
                          char ret_reason[512]);

DEFINE_CLEANUP(struct mirror_copy *, mirror_copy_close)

#endif
