/* SRT, listening and calling. The control thread polls the socket and feeds the session; the socket
 * stays open while encoders and sessions come and go. */
#include "session.h"
#include "srtin.h"

#include "base/clock.h"

#include <gst/app/app.h>
#include <stdio.h>
#include <string.h>

/* A caller who was turned away is told beside a live source for so long. */
#define NOTE_US 10000000

struct srt_source {
    struct source *s;
    struct srtin *in;
    struct session *session; /* while connected and usable */
    GstAppSrc *feed;         /* its beginning, borrowed */
    int64_t note_until_us;   /* 0: none stands there */
};

static void begin_session(struct srt_source *t)
{
    t->session = session_create_live(t->s);
    GstElement *feed = t->session ? gst_element_factory_make("appsrc", NULL) : NULL;
    if (!feed) {
        session_close(take_ptr(t->session));
        source_set_state(t->s, SOURCE_FAILED, REASON_LOW_MEMORY, NULL);
        return;
    }
    g_object_set(feed, "is-live", TRUE, "format", GST_FORMAT_BYTES, "max-bytes",
                 (guint64)SESSION_QUEUE_BYTES, "max-buffers", (guint64)0, "max-time", (guint64)0,
                 "block", FALSE, "leaky-type", GST_APP_LEAKY_TYPE_UPSTREAM, NULL);
    t->feed = GST_APP_SRC(feed);
    if (session_add(t->session, feed, true) < 0 || session_play(t->session) < 0)
        session_break(t->session, REASON_BROKEN, NULL);
}

static void end_session(struct srt_source *t)
{
    session_close(take_ptr(t->session));
    source_set_codec(t->s, SOURCE_VIDEO, "");
    source_set_codec(t->s, SOURCE_AUDIO, "");
    t->feed = NULL;
    t->note_until_us = 0;
}

static void on_listening(void *ctx)
{
    struct srt_source *t = ctx;
    source_set_state(t->s, SOURCE_WAITING, 0, NULL);
}

static void on_connected(void *ctx)
{
    struct srt_source *t = ctx;
    source_set_state(t->s, SOURCE_WAITING, 0, NULL);
    begin_session(t);
}

static void on_data(void *ctx, const uint8_t *data, size_t size)
{
    struct srt_source *t = ctx;
    GstBuffer *b = t->feed ? gst_buffer_new_allocate(NULL, size, NULL) : NULL;
    if (!b)
        return;
    gst_buffer_fill(b, 0, data, size);
    gst_app_src_push_buffer(t->feed, b);
}

static void on_disconnected(void *ctx)
{
    struct srt_source *t = ctx;
    end_session(t);
    source_set_state(t->s, SOURCE_WAITING, REASON_DISCONNECTED, NULL);
}

static void on_trouble(void *ctx, enum reason reason, const char *detail)
{
    struct srt_source *t = ctx;
    if (t->session) {
        outlet_set_note(session_outlet(t->session), reason, detail);
        t->note_until_us = clock_boot_us() + NOTE_US;
        return;
    }
    source_set_state(t->s, reason_is_refusal(reason) ? SOURCE_REFUSED : SOURCE_FAILED, reason,
                     detail);
}

/* The stream can't be used, or another one begins on the same connection. */
static void look_after_session(struct srt_source *t)
{
    if (t->note_until_us && clock_boot_us() > t->note_until_us) {
        outlet_set_note(session_outlet(t->session), 0, "");
        t->note_until_us = 0;
    }
    outlet_watch(session_outlet(t->session));
    enum session_end end = session_poll(t->session, 0);
    if (end == SESSION_GOES_ON)
        return;
    char detail[200] = "";
    enum reason reason = end == SESSION_BROKEN ? session_reason(t->session, detail) : 0;
    end_session(t);
    if (end == SESSION_ENDED || reason == REASON_CHANGED) {
        begin_session(t);
        return;
    }
    srtin_drop(t->in, SOURCE_RETRY_LAST_US);
    source_set_state(t->s, reason_is_refusal(reason) ? SOURCE_REFUSED : SOURCE_FAILED, reason,
                     detail);
}

static void make_address(const struct spec_source *spec, struct srtin_address *ret)
{
    *ret = (struct srtin_address){.listen = spec->kind == SOURCE_SRT_LISTEN};
    snprintf(ret->passphrase, sizeof ret->passphrase, "%s", spec->passphrase);
    snprintf(ret->stream_id, sizeof ret->stream_id, "%s", spec->stream_id);
}

static void run(struct source *s)
{
    static const struct srtin_events events = {
        .listening = on_listening,
        .connected = on_connected,
        .data = on_data,
        .disconnected = on_disconnected,
        .trouble = on_trouble,
    };
    struct srt_source t = {.s = s};
    struct srtin_address address;
    make_address(&s->spec, &address);
    if (srtin_parse_url(s->spec.url, &address) < 0 ||
        srtin_create(&address, &events, &t, &t.in) < 0) {
        source_set_state(s, SOURCE_FAILED, REASON_LOW_MEMORY, NULL);
        return;
    }
    while (!source_stopping(s)) {
        srtin_poll(t.in, SOURCE_TICK_US / 1000);
        if (t.session)
            look_after_session(&t);
    }
    end_session(&t);
    srtin_destroy(t.in);
}

static enum reason check(const struct spec_source *spec, char ret_detail[200])
{
    struct srtin_address address;
    make_address(spec, &address);
    size_t length = strlen(spec->passphrase);
    if (length && (length < 10 || length > 79))
        return REASON_PASSPHRASE_LENGTH;
    snprintf(ret_detail, 200, "%.190s", spec->url);
    return srtin_parse_url(spec->url, &address) < 0 ? REASON_URL : 0;
}

const struct source_ops source_srt_ops = {check, run};
