#include "base/loop.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <uv.h>

struct loop {
    uv_loop_t uv;
    uv_async_t wake;
    atomic_bool stop;
    void (*woken)(void *ctx);
    void *ctx;
    void (*turned)(void *ctx, int64_t took_us); /* NULL: not measured */
    uv_prepare_t waits;                         /* before each wait */
    uint64_t turn_ns, idle_ns;                  /* as it was before the last one */
};

struct loop_timer {
    uv_timer_t uv;
    void (*due)(void *ctx);
    void *ctx;
};

struct loop_watch {
    uv_poll_t uv;
    void (*ready)(void *ctx, int events);
    void *ctx;
};

static void on_wake(uv_async_t *wake)
{
    struct loop *l = wake->data;
    if (l->woken)
        l->woken(l->ctx);
    if (atomic_load(&l->stop))
        uv_stop(&l->uv);
}

int loop_create(void (*woken)(void *ctx), void *ctx, struct loop **ret)
{
    struct loop *l = calloc(1, sizeof *l);
    if (!l)
        return -ENOMEM;
    l->woken = woken;
    l->ctx = ctx;
    int r = uv_loop_init(&l->uv);
    if (r < 0) {
        free(l);
        return r;
    }
    r = uv_async_init(&l->uv, &l->wake, on_wake);
    if (r < 0) {
        uv_loop_close(&l->uv);
        free(l);
        return r;
    }
    l->wake.data = l;
    *ret = l;
    return 0;
}

void loop_destroy(struct loop *l)
{
    if (!l)
        return;
    uv_close((uv_handle_t *)&l->wake, NULL);
    if (l->turned)
        uv_close((uv_handle_t *)&l->waits, NULL);
    uv_run(&l->uv, UV_RUN_DEFAULT); /* lets closed handles go */
    uv_loop_close(&l->uv);
    free(l);
}

/* From wait to wait, less what libuv says it waited. */
static void on_waits(uv_prepare_t *waits)
{
    struct loop *l = waits->data;
    uint64_t now_ns = uv_hrtime(), idle_ns = uv_metrics_idle_time(&l->uv);
    uint64_t passed_ns = now_ns - l->turn_ns, waited_ns = idle_ns - l->idle_ns;
    if (l->turn_ns && passed_ns >= waited_ns)
        l->turned(l->ctx, (int64_t)((passed_ns - waited_ns) / 1000));
    l->turn_ns = now_ns;
    l->idle_ns = idle_ns;
}

int loop_measure(struct loop *l, void (*turned)(void *ctx, int64_t took_us))
{
    int r = uv_loop_configure(&l->uv, UV_METRICS_IDLE_TIME);
    if (r == 0)
        r = uv_prepare_init(&l->uv, &l->waits);
    if (r < 0)
        return r;
    l->waits.data = l;
    l->turned = turned;
    r = uv_prepare_start(&l->waits, on_waits);
    uv_unref((uv_handle_t *)&l->waits);
    return r;
}

void loop_run(struct loop *l)
{
    while (!atomic_load(&l->stop))
        uv_run(&l->uv, UV_RUN_DEFAULT);
}

void loop_turn(struct loop *l)
{
    uv_run(&l->uv, UV_RUN_NOWAIT);
}

void loop_wake(void *loop)
{
    struct loop *l = loop;
    uv_async_send(&l->wake);
}

void loop_stop(struct loop *l)
{
    atomic_store(&l->stop, true);
    loop_wake(l);
}

void *loop_native(struct loop *l)
{
    return &l->uv;
}

static void on_due(uv_timer_t *uv)
{
    struct loop_timer *t = uv->data;
    t->due(t->ctx);
}

int loop_timer_create(struct loop *l, void (*due)(void *ctx), void *ctx, struct loop_timer **ret)
{
    struct loop_timer *t = calloc(1, sizeof *t);
    if (!t)
        return -ENOMEM;
    uv_timer_init(&l->uv, &t->uv);
    t->uv.data = t;
    t->due = due;
    t->ctx = ctx;
    *ret = t;
    return 0;
}

void loop_timer_start(struct loop_timer *t, uint64_t delay_ms, uint64_t repeat_ms)
{
    uv_update_time(t->uv.loop);
    uv_timer_start(&t->uv, on_due, delay_ms, repeat_ms);
}

void loop_timer_stop(struct loop_timer *t)
{
    uv_timer_stop(&t->uv);
}

static void free_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void loop_timer_destroy(struct loop_timer *t)
{
    if (t)
        uv_close((uv_handle_t *)&t->uv, free_closed);
}

static void on_ready(uv_poll_t *uv, int status, int events)
{
    struct loop_watch *w = uv->data;
    if (status < 0) /* an error is found out by whoever reads or writes */
        events = UV_READABLE | UV_WRITABLE;
    w->ready(w->ctx, (events & (UV_READABLE | UV_DISCONNECT) ? LOOP_READABLE : 0) |
                         (events & UV_WRITABLE ? LOOP_WRITABLE : 0));
}

int loop_watch_create(struct loop *l, int fd, int events, void (*ready)(void *ctx, int events),
                      void *ctx, struct loop_watch **ret)
{
    struct loop_watch *w = calloc(1, sizeof *w);
    if (!w)
        return -ENOMEM;
    int r = uv_poll_init(&l->uv, &w->uv, fd);
    if (r < 0) {
        free(w);
        return r;
    }
    w->uv.data = w;
    w->ready = ready;
    w->ctx = ctx;
    loop_watch_set(w, events);
    *ret = w;
    return 0;
}

void loop_watch_set(struct loop_watch *w, int events)
{
    int uv =
        (events & LOOP_READABLE ? UV_READABLE : 0) | (events & LOOP_WRITABLE ? UV_WRITABLE : 0);
    if (uv)
        uv_poll_start(&w->uv, uv, on_ready);
    else
        uv_poll_stop(&w->uv);
}

void loop_watch_destroy(struct loop_watch *w)
{
    if (!w)
        return;
    uv_poll_stop(&w->uv);
    uv_close((uv_handle_t *)&w->uv, free_closed);
}
