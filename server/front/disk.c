#include "front/disk.h"

#include "front/response.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>

struct disk_read {
    struct letter letter; /* in the disk's queue, then of the answer */
    struct disk *disk;
    struct net *net;
    struct conn *conn; /* of the net thread; NULL once it has left */
    struct file *file;
    uint64_t offset;
    size_t size;
    struct bytes *chunk; /* NULL: not read */
    ssize_t result;      /* bytes read, or a negative errno */
};

struct disk {
    pthread_mutex_t lock; /* held only to link, unlink and count */
    pthread_cond_t changed;
    struct letter *first, **last;
    int chunks; /* read or being read, not sent yet */
    bool ending;
    int thread_count;
    pthread_t threads[DISK_THREADS];
};

static struct disk_read *next_read(struct disk *d)
{
    pthread_mutex_lock(&d->lock);
    while (!d->ending && (!d->first || d->chunks >= DISK_MAX_CHUNKS))
        pthread_cond_wait(&d->changed, &d->lock);
    struct letter *l = d->ending ? NULL : d->first;
    if (l) {
        d->first = l->next;
        if (!d->first)
            d->last = &d->first;
        d->chunks++;
    }
    pthread_mutex_unlock(&d->lock);
    return (struct disk_read *)l;
}

static void read_free(struct disk_read *r)
{
    file_unref(r->file);
    bytes_unref(r->chunk);
    free(r);
}

static void give_back(struct disk_read *r)
{
    struct disk *d = r->disk;
    pthread_mutex_lock(&d->lock);
    d->chunks--;
    pthread_cond_signal(&d->changed);
    pthread_mutex_unlock(&d->lock);
    read_free(r);
}

static void open_answer(struct letter *letter, void *owner)
{
    struct disk_read *r = (struct disk_read *)letter;
    if (r->conn)
        response_read(r->conn, r->chunk, r->result);
    give_back(r);
}

static void discard_answer(struct letter *letter)
{
    give_back((struct disk_read *)letter);
}

static void read_chunk(struct disk_read *r)
{
    r->chunk = bytes_new(r->size);
    r->result = r->chunk ? file_read(r->file->fd, r->chunk->data, r->size, r->offset) : -ENOMEM;
}

static void *run(void *arg)
{
    struct disk *d = arg;
    pthread_setname_np(pthread_self(), "disk");
    for (struct disk_read *r; (r = next_read(d));) {
        read_chunk(r);
        r->letter.open = open_answer;
        r->letter.discard = discard_answer;
        if (mailbox_post(r->net->mailbox, &r->letter) < 0)
            give_back(r); /* its client gets no more: the response's deadline ends it */
    }
    return NULL;
}

int disk_create(struct disk **ret)
{
    struct disk *d = calloc(1, sizeof *d);
    if (!d)
        return -ENOMEM;
    pthread_mutex_init(&d->lock, NULL);
    pthread_cond_init(&d->changed, NULL);
    d->last = &d->first;
    for (int i = 0; i < DISK_THREADS; i++) {
        int r = pthread_create(&d->threads[i], NULL, run, d);
        if (r) {
            disk_destroy(d);
            return -r;
        }
        d->thread_count++;
    }
    *ret = d;
    return 0;
}

void disk_stop(struct disk *d)
{
    if (!d)
        return;
    pthread_mutex_lock(&d->lock);
    d->ending = true;
    pthread_cond_broadcast(&d->changed);
    pthread_mutex_unlock(&d->lock);
    for (int i = 0; i < d->thread_count; i++)
        pthread_join(d->threads[i], NULL);
    d->thread_count = 0;
    for (struct letter *l = d->first, *next; l; l = next) {
        next = l->next;
        read_free((struct disk_read *)l);
    }
    d->first = NULL;
    d->last = &d->first;
}

void disk_destroy(struct disk *d)
{
    if (!d)
        return;
    disk_stop(d);
    pthread_cond_destroy(&d->changed);
    pthread_mutex_destroy(&d->lock);
    free(d);
}

struct disk_read *disk_ask(struct disk *d, struct conn *c, struct file *file, uint64_t offset,
                           size_t size)
{
    struct disk_read *r = calloc(1, sizeof *r);
    if (!r)
        return NULL;
    r->disk = d;
    r->net = c->net;
    r->conn = c;
    r->file = file_ref(file);
    r->offset = offset;
    r->size = size < DISK_CHUNK_BYTES ? size : DISK_CHUNK_BYTES;
    pthread_mutex_lock(&d->lock);
    *d->last = &r->letter;
    d->last = &r->letter.next;
    pthread_cond_signal(&d->changed);
    pthread_mutex_unlock(&d->lock);
    return r;
}

void disk_abandon(struct disk_read *r)
{
    if (r)
        r->conn = NULL;
}
