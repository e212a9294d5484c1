/* A file, once or again and again. Each round is a session of its own; the pacer between them and
 * the outlet holds enough for the next one to begin, so that the rounds join. */
#include "pacer.h"
#include "session.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

/* A round shorter than this has nothing worth looping. */
#define MIN_ROUND_US 100000

struct file_source {
    struct source *s;
    struct outlet *outlet;
    struct pacer *pacer;
};

static void release(void *ctx)
{
    pacer_unref(ctx);
}

static struct session *open_round(struct file_source *t)
{
    static const struct session_out out = {pacer_put_video, pacer_put_audio, pacer_put_unit,
                                           release};
    struct session *n = session_create(t->s, t->outlet, &out, pacer_ref(t->pacer));
    GstElement *element = n ? gst_element_factory_make("filesrc", NULL) : NULL;
    if (!element) {
        session_close(n);
        return NULL;
    }
    g_object_set(element, "location", t->s->spec.url, NULL);
    if (session_add(n, element, true) < 0 || session_play(n) < 0)
        session_break(n, REASON_BROKEN, "");
    return n;
}

/* Plays the file once. Returns 0 at its end (or when the source stops), or why not. */
static enum reason play_round(struct file_source *t, char *ret_detail)
{
    struct session *n = open_round(t);
    if (!n)
        return REASON_LOW_MEMORY;
    enum reason reason = 0;
    enum session_end end = SESSION_GOES_ON;
    while (end == SESSION_GOES_ON && !source_stopping(t->s)) {
        end = session_poll(n, SOURCE_TICK_US / 1000);
        outlet_watch(t->outlet);
    }
    if (end == SESSION_BROKEN)
        reason = session_reason(n, ret_detail);
    session_close(n);
    return !pacer_next_round(t->pacer) && !reason ? REASON_BROKEN : reason;
}

static enum reason readable(const struct spec_source *spec, char *ret_detail)
{
    int fd = open(spec->url, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd >= 0) {
        close(fd);
        return 0;
    }
    snprintf(ret_detail, 200, "%.120s: %s", spec->url, strerror(errno));
    return REASON_FILE;
}

/* Returns whether it is to be tried again. */
static bool play(struct file_source *t)
{
    char detail[200] = "";
    enum reason reason = readable(&t->s->spec, detail);
    gint64 began = g_get_monotonic_time();
    if (!reason)
        reason = play_round(t, detail);
    if (source_stopping(t->s))
        return false;
    if (reason) {
        outlet_take_back(t->outlet);
        source_set_state(t->s, reason_is_refusal(reason) ? SOURCE_REFUSED : SOURCE_FAILED, reason,
                         detail);
        source_sleep_us(t->s, SOURCE_RETRY_LAST_US);
        return true;
    }
    if (!t->s->spec.loop) {
        while (!source_stopping(t->s) && !pacer_drain(t->pacer, SOURCE_TICK_US))
            ;
        outlet_take_back(t->outlet);
        source_set_state(t->s, SOURCE_ENDED, 0, NULL);
        return false;
    }
    /* A file of a single picture must not become a busy loop. */
    if (g_get_monotonic_time() - began < MIN_ROUND_US)
        source_sleep_us(t->s, MIN_ROUND_US);
    return true;
}

static void run(struct source *s)
{
    struct file_source t = {.s = s, .outlet = outlet_create(s, true)};
    t.pacer = t.outlet ? pacer_create(s, t.outlet) : NULL;
    if (!t.pacer) {
        source_set_state(s, SOURCE_FAILED, REASON_LOW_MEMORY, NULL);
    } else {
        while (play(&t))
            ;
        pacer_shut(t.pacer);
        pacer_unref(t.pacer);
    }
    if (t.outlet)
        outlet_unref(t.outlet);
}

static enum reason check(const struct spec_source *spec, char ret_detail[200])
{
    snprintf(ret_detail, 200, "%.190s", spec->url);
    return spec->url[0] ? 0 : REASON_URL;
}

const struct source_ops source_file_ops = {check, run};
