#include "base/mailbox.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>

struct mailbox {
    pthread_mutex_t lock; /* held only to link and unlink */
    struct letter *first, **last;
    size_t count, cap;
    bool closed;
    void (*wake)(void *ctx);
    void *ctx;
};

int mailbox_create(size_t cap, void (*wake)(void *ctx), void *ctx, struct mailbox **ret)
{
    struct mailbox *m = calloc(1, sizeof *m);
    if (!m)
        return -ENOMEM;
    pthread_mutex_init(&m->lock, NULL);
    m->last = &m->first;
    m->cap = cap;
    m->wake = wake;
    m->ctx = ctx;
    *ret = m;
    return 0;
}

static struct letter *take_all(struct mailbox *m)
{
    pthread_mutex_lock(&m->lock);
    struct letter *all = m->first;
    m->first = NULL;
    m->last = &m->first;
    m->count = 0;
    pthread_mutex_unlock(&m->lock);
    return all;
}

void mailbox_destroy(struct mailbox *m)
{
    if (!m)
        return;
    for (struct letter *l = take_all(m), *next; l; l = next) {
        next = l->next;
        l->discard(l);
    }
    pthread_mutex_destroy(&m->lock);
    free(m);
}

int mailbox_post(struct mailbox *m, struct letter *letter)
{
    pthread_mutex_lock(&m->lock);
    int r = m->closed ? -EPIPE : m->count >= m->cap ? -ENOBUFS : 0;
    bool first = m->count == 0;
    if (r == 0) {
        letter->next = NULL;
        *m->last = letter;
        m->last = &letter->next;
        m->count++;
    }
    pthread_mutex_unlock(&m->lock);
    if (r == 0 && first)
        m->wake(m->ctx);
    return r;
}

size_t mailbox_open_all(struct mailbox *m, void *owner)
{
    size_t n = 0;
    for (struct letter *l = take_all(m), *next; l; l = next, n++) {
        next = l->next;
        l->open(l, owner);
    }
    return n;
}

void mailbox_close(struct mailbox *m)
{
    pthread_mutex_lock(&m->lock);
    m->closed = true;
    pthread_mutex_unlock(&m->lock);
}
