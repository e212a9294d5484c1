#include "app/pool.h"
#include "archive/recording.h"
#include "base/id.h"
#include "store/search.h"
#include "store/store.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct kept {
    char meeting[ID_MAX];
    struct recording *recording;
    unsigned long used;
};

struct pool_thread {
    struct pool *pool;
    pthread_t thread;
    bool running;
    struct store *store;
    struct search *search;
    struct kept kept[POOL_RECORDINGS];
    unsigned long uses;
};

struct pool {
    pthread_mutex_t lock; /* held only to link and unlink */
    pthread_cond_t posted;
    struct letter *first, **last;
    size_t count, cap;
    bool ending;
    char data[PATH_MAX - 128];
    int thread_count;
    struct pool_thread threads[];
};

static struct letter *wait_for_letter(struct pool *p)
{
    pthread_mutex_lock(&p->lock);
    while (!p->first && !p->ending)
        pthread_cond_wait(&p->posted, &p->lock);
    struct letter *l = p->ending ? NULL : p->first;
    if (l) {
        p->first = l->next;
        if (!p->first)
            p->last = &p->first;
        p->count--;
    }
    pthread_mutex_unlock(&p->lock);
    return l;
}

static void *run(void *arg)
{
    struct pool_thread *t = arg;
    struct letter *l;
    while ((l = wait_for_letter(t->pool)))
        l->open(l, t);
    store_close(t->store);
    search_close(t->search);
    for (int i = 0; i < POOL_RECORDINGS; i++)
        recording_close(t->kept[i].recording);
    return NULL;
}

int pool_create(int threads, size_t cap, const char *data, struct pool **ret)
{
    struct pool *p = calloc(1, sizeof *p + (size_t)threads * sizeof *p->threads);
    if (!p)
        return -ENOMEM;
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->posted, NULL);
    p->last = &p->first;
    p->cap = cap;
    p->thread_count = threads;
    int r = 0;
    if (snprintf(p->data, sizeof p->data, "%s", data) >= (int)sizeof p->data)
        r = -ENAMETOOLONG;
    for (int i = 0; i < threads && r == 0; i++) {
        p->threads[i].pool = p;
        r = -pthread_create(&p->threads[i].thread, NULL, run, &p->threads[i]);
        p->threads[i].running = r == 0;
    }
    if (r < 0) {
        pool_destroy(p);
        return r;
    }
    *ret = p;
    return 0;
}

void pool_destroy(struct pool *p)
{
    if (!p)
        return;
    pthread_mutex_lock(&p->lock);
    p->ending = true;
    pthread_cond_broadcast(&p->posted);
    pthread_mutex_unlock(&p->lock);
    for (int i = 0; i < p->thread_count; i++) {
        if (p->threads[i].running)
            pthread_join(p->threads[i].thread, NULL);
    }
    for (struct letter *l = p->first, *next; l; l = next) {
        next = l->next;
        l->discard(l);
    }
    pthread_cond_destroy(&p->posted);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

int pool_post(struct pool *p, struct letter *letter)
{
    pthread_mutex_lock(&p->lock);
    bool room = p->count < p->cap && !p->ending;
    if (room) {
        letter->next = NULL;
        *p->last = letter;
        p->last = &letter->next;
        p->count++;
        pthread_cond_signal(&p->posted);
    }
    pthread_mutex_unlock(&p->lock);
    return room ? 0 : -ENOBUFS;
}

bool pool_thread_is_ending(struct pool_thread *t)
{
    pthread_mutex_lock(&t->pool->lock);
    bool ending = t->pool->ending;
    pthread_mutex_unlock(&t->pool->lock);
    return ending;
}

struct search *pool_thread_search(struct pool_thread *t)
{
    char path[PATH_MAX], reason[256];
    snprintf(path, sizeof path, "%s/search.db", t->pool->data);
    if (!t->search && search_open(path, SEARCH_READ, &t->search, reason) < 0)
        t->search = NULL;
    return t->search;
}

struct store *pool_thread_store(struct pool_thread *t)
{
    char path[PATH_MAX], reason[256];
    snprintf(path, sizeof path, "%s/meclis.db", t->pool->data);
    if (!t->store && store_open(path, STORE_READ, &t->store, reason) < 0)
        t->store = NULL;
    return t->store;
}

static struct kept *choose_kept(struct pool_thread *t, const char *meeting)
{
    struct kept *oldest = &t->kept[0];
    for (int i = 0; i < POOL_RECORDINGS; i++) {
        if (t->kept[i].recording && strcmp(t->kept[i].meeting, meeting) == 0)
            return &t->kept[i];
        if (t->kept[i].used < oldest->used)
            oldest = &t->kept[i];
    }
    recording_close(oldest->recording);
    *oldest = (struct kept){0};
    return oldest;
}

struct recording *pool_thread_recording(struct pool_thread *t, const char *meeting)
{
    if (!id_valid(meeting))
        return NULL;
    struct kept *k = choose_kept(t, meeting);
    k->used = ++t->uses;
    if (!k->recording) {
        char path[PATH_MAX];
        snprintf(path, sizeof path, "%s/recordings/%s", t->pool->data, meeting);
        if (recording_open(path, &k->recording) < 0) {
            *k = (struct kept){0};
            return NULL;
        }
        snprintf(k->meeting, sizeof k->meeting, "%s", meeting);
        return k->recording;
    }
    recording_refresh(k->recording); /* what was known before stays */
    return k->recording;
}
