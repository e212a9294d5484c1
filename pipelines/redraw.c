#include "redraw.h"

#include "slate.h"

#include <string.h>

struct words {
    char title[sizeof((struct spec *)0)->title];
    char language[sizeof((struct spec *)0)->language];
};

struct redraw {
    const struct spec *spec;
    const struct format *format;
    struct programme *programme;
    struct passthrough *passthrough;
    const struct redraw_ops *ops;
    void *ctx;
    GThread *thread; /* the main thread's */
    GMutex lock;     /* what follows */
    GCond more;
    bool ending;
    struct words wanted, shown;
};

static void words_of(const struct spec *spec, struct words *ret)
{
    g_strlcpy(ret->title, spec->title, sizeof ret->title);
    g_strlcpy(ret->language, spec->language, sizeof ret->language);
}

static bool same(const struct words *a, const struct words *b)
{
    return !strcmp(a->title, b->title) && !strcmp(a->language, b->language);
}

/* Both pictures first, so that they change together or not at all. */
static bool draw(struct redraw *r, const struct words *words, char ret_reason[256])
{
    struct still still = {0};
    GstBuffer *picture = slate_draw(r->format, words->title, words->language, ret_reason);
    if (picture && r->passthrough &&
        passthrough_draw(r->spec, r->format, words->title, words->language, &still, ret_reason) < 0)
        gst_clear_buffer(&picture);
    if (!picture)
        return false;
    programme_set_slate(r->programme, picture);
    if (r->passthrough)
        passthrough_set_still(r->passthrough, &still);
    return true;
}

static void *run(void *data)
{
    struct redraw *r = data;
    g_mutex_lock(&r->lock);
    while (!r->ending) {
        if (same(&r->wanted, &r->shown)) {
            g_cond_wait(&r->more, &r->lock);
            continue;
        }
        /* One that can't be drawn is not tried again and again. */
        struct words words = r->shown = r->wanted;
        g_mutex_unlock(&r->lock);
        char reason[256] = "";
        if (!draw(r, &words, reason) && !reason[0])
            g_strlcpy(reason, "it can't be drawn", sizeof reason);
        r->ops->done(r->ctx, reason);
        g_mutex_lock(&r->lock);
    }
    g_mutex_unlock(&r->lock);
    return NULL;
}

struct redraw *redraw_create(const struct spec *spec, const struct format *format,
                             struct programme *programme, struct passthrough *passthrough,
                             const struct redraw_ops *ops, void *ctx)
{
    struct redraw *r = g_new0(struct redraw, 1);
    r->spec = spec;
    r->format = format;
    r->programme = programme;
    r->passthrough = passthrough;
    r->ops = ops;
    r->ctx = ctx;
    g_mutex_init(&r->lock);
    g_cond_init(&r->more);
    words_of(spec, &r->shown);
    r->wanted = r->shown;
    return r;
}

void redraw_set(struct redraw *r, const struct spec *spec)
{
    g_mutex_lock(&r->lock);
    words_of(spec, &r->wanted);
    bool other = !same(&r->wanted, &r->shown);
    g_cond_signal(&r->more);
    g_mutex_unlock(&r->lock);
    if (other && !r->thread) /* most programmes never need it */
        r->thread = g_thread_new("redraw", run, r);
}

void redraw_destroy(struct redraw *r)
{
    if (!r)
        return;
    g_mutex_lock(&r->lock);
    r->ending = true;
    g_cond_signal(&r->more);
    g_mutex_unlock(&r->lock);
    if (r->thread)
        g_thread_join(r->thread);
    g_mutex_clear(&r->lock);
    g_cond_clear(&r->more);
    g_free(r);
}
