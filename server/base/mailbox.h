/* The one way from thread to thread: a queue of letters with a cap.
 *
 * Anyone posts; the owner is woken and opens what has come, in the order it was posted. A letter is
 * embedded in whatever it carries, so posting never allocates. */
#ifndef MECLIS_BASE_MAILBOX_H
#define MECLIS_BASE_MAILBOX_H

#include "base/cleanup.h"

#include <stddef.h>

struct letter {
    struct letter *next;
    /* Opened on the owner's thread; takes the letter. */
    void (*open)(struct letter *self, void *owner);
    /* The mailbox ended first; takes the letter. Any thread. */
    void (*discard)(struct letter *self);
};

struct mailbox;

/* At most `cap` letters wait. `wake` is called on the posting thread when the first one comes in,
 * and must only wake the owner. Returns 0 or -ENOMEM. */
int mailbox_create(size_t cap, void (*wake)(void *ctx), void *ctx, struct mailbox **ret);

/* Discards what waits. No other thread may post any more. */
void mailbox_destroy(struct mailbox *m);

/* Any thread. Takes the letter and returns 0, or returns -ENOBUFS when full or -EPIPE when closed:
 * then the letter is still the caller's. */
int mailbox_post(struct mailbox *m, struct letter *letter);

/* The owner's thread: opens all letters that wait now. Returns how many. */
size_t mailbox_open_all(struct mailbox *m, void *owner);

/* Any thread: from now on posting fails. */
void mailbox_close(struct mailbox *m);

DEFINE_CLEANUP(struct mailbox *, mailbox_destroy)

#endif
