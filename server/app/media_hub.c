#include "app/media_hub.h"
#include "app/broadcast.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

/* Commands to workers and the opening and closing of links: few, and the thread never waits. */
#define MAX_LETTERS 4096

/* How often the front looks for what waited too long. */
#define DUE_MS 50

struct media_hub {
    struct core *core;
    struct loop *loop;
    struct loop_timer *due;
    struct mailbox *box;
    pthread_t thread;
    bool running;
};

static void on_woken(void *ctx)
{
    struct media_hub *h = ctx;
    mailbox_open_all(h->box, h);
}

static void on_due(void *ctx)
{
    struct media_hub *h = ctx;
    front_channels_due(h->core->front);
}

static void on_tracks(void *ctx, const char *meeting, const struct link_tracks *tracks)
{
    struct media_hub *h = ctx;
    struct broadcast *b = core_find(h->core, meeting);
    if (!b)
        return;
    struct front_channel_info info = {.grid_us = tracks->grid_us,
                                      .epoch_boot_us = b->channel_epoch_us,
                                      .track_count = tracks->count};
    memcpy(info.meeting, b->config->id, sizeof info.meeting);
    memcpy(info.tracks, tracks->tracks, sizeof info.tracks);
    front_channel_open(h->core->front, &info);
    broadcast_post_tracks(b, tracks);
}

static void on_init(void *ctx, const char *meeting, const struct track_init *init)
{
    struct media_hub *h = ctx;
    front_channel_init(h->core->front, meeting, init);
}

static void on_fragment(void *ctx, const char *meeting, const struct fragment *fragment)
{
    struct media_hub *h = ctx;
    front_channel_fragment(h->core->front, meeting, fragment);
}

static const struct worker_media_ops media_ops = {
    .tracks = on_tracks, .init = on_init, .fragment = on_fragment};

int media_hub_create(struct core *core, struct media_hub **ret)
{
    cleanup(media_hub_destroy_p) struct media_hub *h = calloc(1, sizeof *h);
    if (!h)
        return -ENOMEM;
    h->core = core;
    int r = loop_create(on_woken, h, &h->loop);
    if (r == 0)
        r = mailbox_create(MAX_LETTERS, loop_wake, h->loop, &h->box);
    if (r == 0)
        r = loop_timer_create(h->loop, on_due, h, &h->due);
    if (r < 0)
        return r;
    core->workers.media_loop = h->loop;
    core->workers.media_box = h->box;
    core->workers.media = &media_ops;
    core->workers.media_ctx = h;
    *ret = take_ptr(h);
    return 0;
}

static void *run(void *arg)
{
    struct media_hub *h = arg;
    loop_run(h->loop);
    return NULL;
}

int media_hub_start(struct media_hub *h)
{
    loop_timer_start(h->due, DUE_MS, DUE_MS);
    int r = -pthread_create(&h->thread, NULL, run, h);
    h->running = r == 0;
    return r;
}

void media_hub_destroy(struct media_hub *h)
{
    if (!h)
        return;
    if (h->running) {
        mailbox_close(h->box);
        loop_stop(h->loop);
        pthread_join(h->thread, NULL);
    }
    mailbox_destroy(h->box);
    loop_timer_destroy(h->due);
    loop_destroy(h->loop);
    free(h);
}
