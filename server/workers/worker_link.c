#include "workers/worker_link.h"
#include "base/list.h"
#include "workers/link_client.h"

#include <errno.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define STATUS_UNREAD_MAX 4
#define UNREAD_MAX 512

struct worker_link {
    const struct workers_env *env;
    char meeting[ID_MAX];
    char path[PATH_MAX];
    const struct worker_link_ops *ops; /* the core thread's */
    void *ctx;
    struct link_client *client; /* the media thread's; NULL without memory */
    atomic_int unread;          /* letters on their way to the core thread */
    atomic_llong dropped;
    /* One letter at a time is on its way for each of these. */
    struct letter open_letter;   /* to the media thread */
    struct letter close_letter;  /* to the media thread */
    struct letter closed_letter; /* to the core thread */
};

enum news { NEWS_UP = 1, NEWS_DOWN, NEWS_STATUS, NEWS_NOTICE, NEWS_REPLY };

struct news_letter {
    struct letter letter;
    struct worker_link *link;
    enum news what;
    pid_t peer;
    int error;
    union {
        struct link_hello hello;
        struct link_status status;
        struct link_notice notice;
        struct link_reply reply;
    } u;
};

struct command_letter {
    struct letter letter;
    struct worker_link *link;
    struct link_command command;
};

/* ---- the core thread ---- */

static void open_news(struct letter *letter, void *owner)
{
    struct news_letter *n = (struct news_letter *)letter;
    struct worker_link *k = n->link;
    atomic_fetch_sub(&k->unread, 1);
    switch (n->what) {
    case NEWS_UP:
        k->ops->up(k->ctx, &n->u.hello, n->peer);
        break;
    case NEWS_DOWN:
        k->ops->down(k->ctx, n->error, n->peer);
        break;
    case NEWS_STATUS:
        k->ops->status(k->ctx, &n->u.status);
        break;
    case NEWS_NOTICE:
        k->ops->notice(k->ctx, &n->u.notice);
        break;
    case NEWS_REPLY:
        k->ops->reply(k->ctx, &n->u.reply);
        break;
    }
    free(n);
}

static void discard(struct letter *letter)
{
    free(letter);
}

static void free_link(struct worker_link *k)
{
    void (*closed)(void *) = k->ops->closed;
    void *ctx = k->ctx;
    free(k);
    closed(ctx);
}

static void open_closed(struct letter *letter, void *owner)
{
    free_link(list_entry(letter, struct worker_link, closed_letter));
}

static void discard_closed(struct letter *letter)
{
    free(list_entry(letter, struct worker_link, closed_letter));
}

/* ---- the media thread ---- */

/* Returns NULL when the core thread has too much unread, or without memory. */
static struct news_letter *write_news(struct worker_link *k, enum news what)
{
    int max = what == NEWS_STATUS ? STATUS_UNREAD_MAX : UNREAD_MAX;
    struct news_letter *n = NULL;
    if (atomic_load(&k->unread) < max)
        n = malloc(sizeof *n);
    if (!n) {
        atomic_fetch_add(&k->dropped, 1);
        return NULL;
    }
    n->letter = (struct letter){.open = open_news, .discard = discard};
    n->link = k;
    n->what = what;
    return n;
}

static void post_news(struct worker_link *k, struct news_letter *n)
{
    atomic_fetch_add(&k->unread, 1);
    if (mailbox_post(k->env->core_box, &n->letter) < 0) {
        atomic_fetch_sub(&k->unread, 1);
        atomic_fetch_add(&k->dropped, 1);
        free(n);
    }
}

static void on_up(void *ctx, const struct link_hello *hello, pid_t peer)
{
    struct news_letter *n = write_news(ctx, NEWS_UP);
    if (!n)
        return;
    n->u.hello = *hello;
    n->peer = peer;
    post_news(ctx, n);
}

static void on_down(void *ctx, int error, pid_t peer)
{
    struct news_letter *n = write_news(ctx, NEWS_DOWN);
    if (!n)
        return;
    n->error = error;
    n->peer = peer;
    post_news(ctx, n);
}

static void on_status(void *ctx, const struct link_status *status)
{
    struct news_letter *n = write_news(ctx, NEWS_STATUS);
    if (!n)
        return;
    n->u.status = *status;
    post_news(ctx, n);
}

static void on_notice(void *ctx, const struct link_notice *notice)
{
    struct news_letter *n = write_news(ctx, NEWS_NOTICE);
    if (!n)
        return;
    n->u.notice = *notice;
    post_news(ctx, n);
}

static void on_reply(void *ctx, const struct link_reply *reply)
{
    struct news_letter *n = write_news(ctx, NEWS_REPLY);
    if (!n)
        return;
    n->u.reply = *reply;
    post_news(ctx, n);
}

static void on_tracks(void *ctx, const struct link_tracks *tracks)
{
    struct worker_link *k = ctx;
    k->env->media->tracks(k->env->media_ctx, k->meeting, tracks);
}

static void on_init(void *ctx, const struct track_init *init)
{
    struct worker_link *k = ctx;
    k->env->media->init(k->env->media_ctx, k->meeting, init);
}

static void on_fragment(void *ctx, const struct fragment *fragment)
{
    struct worker_link *k = ctx;
    k->env->media->fragment(k->env->media_ctx, k->meeting, fragment);
}

static const struct link_client_ops client_ops = {
    .up = on_up,
    .down = on_down,
    .tracks = on_tracks,
    .init = on_init,
    .fragment = on_fragment,
    .status = on_status,
    .notice = on_notice,
    .reply = on_reply,
};

static void open_link(struct letter *letter, void *owner)
{
    struct worker_link *k = list_entry(letter, struct worker_link, open_letter);
    /* Without memory nothing connects, and the worker's deadline starts it all anew. */
    if (link_client_create(k->env->media_loop, k->path, k->meeting, &client_ops, k, &k->client) < 0)
        k->client = NULL;
}

static void close_link(struct letter *letter, void *owner)
{
    struct worker_link *k = list_entry(letter, struct worker_link, close_letter);
    link_client_destroy(k->client);
    k->closed_letter = (struct letter){.open = open_closed, .discard = discard_closed};
    int r;
    while ((r = mailbox_post(k->env->core_box, &k->closed_letter)) == -ENOBUFS)
        usleep(1000); /* nor must this one */
    if (r < 0)
        free(k); /* the core thread has ended */
}

static void discard_embedded(struct letter *letter)
{
}

static void open_command(struct letter *letter, void *owner)
{
    struct command_letter *c = (struct command_letter *)letter;
    if (c->link->client)
        link_client_send(c->link->client, &c->command);
    free(c);
}

/* ---- the core thread again ---- */

int worker_link_open(const struct workers_env *env, const char *meeting, const char *socket_path,
                     const struct worker_link_ops *ops, void *ctx, struct worker_link **ret)
{
    struct worker_link *k = calloc(1, sizeof *k);
    if (!k)
        return -ENOMEM;
    *k = (struct worker_link){.env = env, .ops = ops, .ctx = ctx};
    snprintf(k->meeting, sizeof k->meeting, "%s", meeting);
    snprintf(k->path, sizeof k->path, "%s", socket_path);
    k->open_letter = (struct letter){.open = open_link, .discard = discard_embedded};
    int r = mailbox_post(env->media_box, &k->open_letter);
    if (r < 0) {
        free(k);
        return r;
    }
    *ret = k;
    return 0;
}

void worker_link_close(struct worker_link *k)
{
    k->close_letter = (struct letter){.open = close_link, .discard = discard_embedded};
    int r;
    /* This letter must not be lost; the media thread empties its box within moments. */
    while ((r = mailbox_post(k->env->media_box, &k->close_letter)) == -ENOBUFS)
        usleep(1000);
    if (r < 0)
        free_link(k); /* the media thread has ended, and its client with it */
}

int worker_link_send(struct worker_link *k, const struct link_command *command)
{
    struct command_letter *c = malloc(sizeof *c);
    if (!c)
        return -ENOMEM;
    *c = (struct command_letter){
        .letter = {.open = open_command, .discard = discard}, .link = k, .command = *command};
    int r = mailbox_post(k->env->media_box, &c->letter);
    if (r < 0)
        free(c);
    return r;
}

int64_t worker_link_dropped(const struct worker_link *k)
{
    return atomic_load(&k->dropped);
}
