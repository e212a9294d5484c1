#include "source_core.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* Sources that exist, for source_drain(); the one thing here that has no owner to belong to. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t gone;
    int count;
} living = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0};

static const struct source_ops *const kinds[] = {
    [SOURCE_TEST] = &source_test_ops,           [SOURCE_FILE] = &source_file_ops,
    [SOURCE_SRT_LISTEN] = &source_srt_ops,      [SOURCE_SRT_CALL] = &source_srt_ops,
    [SOURCE_RTMP] = &source_rtmp_ops,           [SOURCE_RTSP] = &source_rtsp_ops,
    [SOURCE_GSTREAMER] = &source_gstreamer_ops,
};

void source_wait_until(int64_t us, struct timespec *ret)
{
    clock_gettime(CLOCK_MONOTONIC, ret);
    int64_t ns = ret->tv_nsec + us % 1000000 * 1000;
    ret->tv_sec += (time_t)(us / 1000000 + ns / 1000000000);
    ret->tv_nsec = (long)(ns % 1000000000);
}

void source_init_condition(pthread_cond_t *c)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(c, &attributes);
    pthread_condattr_destroy(&attributes);
}

static void count_living(int change)
{
    pthread_mutex_lock(&living.lock);
    living.count += change;
    pthread_cond_broadcast(&living.gone);
    pthread_mutex_unlock(&living.lock);
}

int source_create(const struct spec_source *spec, const struct format *format,
                  const struct source_events *events, void *ctx, struct source **ret,
                  char ret_reason[256])
{
    size_t count = sizeof kinds / sizeof kinds[0];
    const struct source_ops *kind = (size_t)spec->kind < count ? kinds[spec->kind] : NULL;
    char detail[200] = "";
    enum reason reason = kind ? kind->check(spec, detail) : REASON_URL;
    if (reason) {
        reason_text(reason, format->language, detail, ret_reason, 256);
        return -EINVAL;
    }
    struct source *s = calloc(1, sizeof *s);
    if (!s)
        return -ENOMEM;
    atomic_init(&s->refs, 1);
    s->spec = *spec;
    s->format = format;
    memcpy(s->language, format->language, sizeof s->language);
    s->events = events;
    s->ctx = ctx;
    s->ops = kind;
    pthread_rwlock_init(&s->gate, NULL);
    pthread_mutex_init(&s->saying, NULL);
    pthread_mutex_init(&s->lock, NULL);
    source_init_condition(&s->wake);
    s->status.state = SOURCE_WAITING;
    snprintf(s->status.id, sizeof s->status.id, "%s", spec->id);
    count_living(1);
    *ret = s;
    return 0;
}

struct source *source_ref(struct source *s)
{
    atomic_fetch_add(&s->refs, 1);
    return s;
}

void source_unref(struct source *s)
{
    if (atomic_fetch_sub(&s->refs, 1) != 1)
        return;
    pthread_rwlock_destroy(&s->gate);
    pthread_mutex_destroy(&s->saying);
    pthread_mutex_destroy(&s->lock);
    pthread_cond_destroy(&s->wake);
    free(s);
    count_living(-1);
}

static void *control(void *arg)
{
    struct source *s = arg;
    pthread_setname_np(pthread_self(), "source");
    s->ops->run(s);
    source_unref(s);
    return NULL;
}

int source_start(struct source *s)
{
    pthread_mutex_lock(&s->lock);
    bool again = s->started || atomic_load(&s->stop);
    s->started = true;
    pthread_mutex_unlock(&s->lock);
    if (again)
        return -EALREADY;
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    source_ref(s);
    int r = pthread_create(&thread, &attributes, control, s);
    pthread_attr_destroy(&attributes);
    if (r != 0)
        source_unref(s);
    return -r;
}

void source_stop(struct source *s)
{
    atomic_store(&s->stop, true);
    pthread_rwlock_wrlock(&s->gate);
    s->closed = true;
    pthread_rwlock_unlock(&s->gate);
    pthread_mutex_lock(&s->lock);
    pthread_cond_broadcast(&s->wake);
    pthread_mutex_unlock(&s->lock);
}

void source_destroy(struct source *s)
{
    if (!s)
        return;
    source_stop(s);
    source_unref(s);
}

bool source_stopping(struct source *s)
{
    return atomic_load(&s->stop);
}

bool source_sleep_us(struct source *s, int64_t us)
{
    struct timespec until;
    source_wait_until(us, &until);
    pthread_mutex_lock(&s->lock);
    while (!atomic_load(&s->stop) && pthread_cond_timedwait(&s->wake, &s->lock, &until) == 0)
        ;
    pthread_mutex_unlock(&s->lock);
    return !atomic_load(&s->stop);
}

/* Looks at `stop` first, so that a stream of callbacks can't hold off the one who closes. */
static bool enter_gate(struct source *s)
{
    if (atomic_load(&s->stop))
        return false;
    pthread_rwlock_rdlock(&s->gate);
    if (!s->closed)
        return true;
    pthread_rwlock_unlock(&s->gate);
    return false;
}

void source_emit_video(struct source *s, GstBuffer *frame)
{
    if (!enter_gate(s)) {
        gst_buffer_unref(frame);
        return;
    }
    s->events->video(s->ctx, frame);
    pthread_rwlock_unlock(&s->gate);
}

void source_emit_audio(struct source *s, GstBuffer *sound)
{
    if (!enter_gate(s)) {
        gst_buffer_unref(sound);
        return;
    }
    s->events->audio(s->ctx, sound);
    pthread_rwlock_unlock(&s->gate);
}

void source_emit_encoded(struct source *s, enum source_track track, GstBuffer *unit,
                         const GstCaps *caps)
{
    if (!s->events->encoded || !enter_gate(s)) {
        gst_buffer_unref(unit);
        return;
    }
    s->events->encoded(s->ctx, track, unit, caps);
    pthread_rwlock_unlock(&s->gate);
}

void source_set_state(struct source *s, enum source_state state, enum reason reason,
                      const char *detail)
{
    char text[sizeof s->status.reason];
    reason_text(reason, s->language, detail, text, sizeof text);
    pthread_mutex_lock(&s->saying);
    bool open = enter_gate(s);
    pthread_mutex_lock(&s->lock);
    bool news = s->status.state != state || strcmp(s->status.reason, text) != 0;
    s->status.state = state;
    memcpy(s->status.reason, text, sizeof text);
    pthread_mutex_unlock(&s->lock);
    if (news && open)
        s->events->state(s->ctx, state, text);
    if (open)
        pthread_rwlock_unlock(&s->gate);
    pthread_mutex_unlock(&s->saying);
}

enum source_state source_get_state(struct source *s)
{
    pthread_mutex_lock(&s->lock);
    enum source_state state = s->status.state;
    pthread_mutex_unlock(&s->lock);
    return state;
}

void source_set_codec(struct source *s, enum source_track track, const char *text)
{
    pthread_mutex_lock(&s->lock);
    if (track == SOURCE_VIDEO)
        snprintf(s->status.video, sizeof s->status.video, "%s", text);
    else
        snprintf(s->status.audio, sizeof s->status.audio, "%s", text);
    pthread_mutex_unlock(&s->lock);
}

void source_set_drift(struct source *s, double ppm)
{
    pthread_mutex_lock(&s->lock);
    s->status.drift_ppm = ppm;
    pthread_mutex_unlock(&s->lock);
}

void source_add_bytes(struct source *s, size_t bytes)
{
    atomic_fetch_add(&s->bytes, (long long)bytes);
}

void source_status(struct source *s, struct link_source_status *ret)
{
    pthread_mutex_lock(&s->lock);
    *ret = s->status;
    pthread_mutex_unlock(&s->lock);
    ret->bytes = atomic_load(&s->bytes);
}

int64_t source_next_retry_us(int64_t last_us)
{
    if (last_us < SOURCE_RETRY_FIRST_US)
        return SOURCE_RETRY_FIRST_US;
    return last_us * 2 < SOURCE_RETRY_LAST_US ? last_us * 2 : SOURCE_RETRY_LAST_US;
}

bool source_drain(int64_t timeout_ms)
{
    /* The static condition waits by the realtime clock: short waits, so that a step is harmless. */
    struct timespec end, now;
    source_wait_until(timeout_ms * 1000, &end);
    pthread_mutex_lock(&living.lock);
    while (living.count > 0) {
        clock_gettime(CLOCK_MONOTONIC, &now);
        if (now.tv_sec > end.tv_sec || (now.tv_sec == end.tv_sec && now.tv_nsec >= end.tv_nsec))
            break;
        struct timespec soon;
        clock_gettime(CLOCK_REALTIME, &soon);
        soon.tv_nsec += 20000000;
        if (soon.tv_nsec >= 1000000000) {
            soon.tv_nsec -= 1000000000;
            soon.tv_sec++;
        }
        pthread_cond_timedwait(&living.gone, &living.lock, &soon);
    }
    bool all = living.count == 0;
    pthread_mutex_unlock(&living.lock);
    return all;
}
