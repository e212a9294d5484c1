#include "worker.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/log.h"
#include "inputs.h"
#include "link/gate.h"
#include "output.h"
#include "passed_sound.h"
#include "passthrough.h"
#include "programme.h"
#include "redraw.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TICK_MS 50
#define TICKS_A_SECOND (1000 / TICK_MS)
/* Ending hangs at the most for so long; then the recording is left as after a kill. Where something
 * failed it is likely to hang, and somebody waits for the next worker. */
#define END_S 8
#define END_FAILED_S 1
#define DRAIN_MS 2000
/* A track that gave nothing for so many seconds is stuck. Counted by our own seconds, so that a
 * process that was stopped and goes on is none. */
#define STUCK_S 5
/* After the gate was closed: so long after the end of what went in, the programme may still show
 * its last frame; two more frames for rounding. */
#define GATE_HOLD_NS (int64_t)(PROGRAMME_REPEAT_NS + 150 * GST_MSECOND)
/* The first rendition's. */
#define PASSED_TRACK 1

struct worker {
    struct spec *spec;
    char *spec_path;
    GMainLoop *loop;
    struct format format;
    struct programme_ops programme_ops;
    struct programme *programme;
    struct passthrough *passthrough;   /* in that mode */
    struct passed_sound *passed_sound; /* likewise */
    struct redraw *redraw;
    struct inputs *inputs;
    struct output *output;
    guint timer;
    unsigned ticks;
    _Atomic int64_t held_until_ns; /* media time: of the gate that was closed last */
    bool held[TRACK_MAX];          /* its keyframe is waited for; each on its encoder's thread */
    atomic_uint units[TRACK_MAX];  /* made so far, each on its encoder's thread */
    unsigned seen[TRACK_MAX];
    int idle_s[TRACK_MAX];
    GMutex lock; /* what follows */
    bool ending;
    enum worker_exit exit; /* why */
};

/* A command on its way from the publisher's thread to ours. */
struct order {
    struct worker *w;
    struct link_command command;
    uint64_t ticket;
};

static gboolean quit(void *data)
{
    struct worker *w = data;
    g_main_loop_quit(w->loop);
    return G_SOURCE_REMOVE;
}

void worker_end(struct worker *w, enum worker_exit why)
{
    g_mutex_lock(&w->lock);
    if (!w->ending)
        w->exit = why;
    w->ending = true;
    g_mutex_unlock(&w->lock);
    g_idle_add(quit, w);
}

static void on_config(void *ctx, uint8_t track, const void *data, size_t size, int width,
                      int height)
{
    struct worker *w = ctx;
    if (output_config(w->output, track, data, size, width, height) < 0)
        worker_end(w, WORKER_ENCODER);
}

static void on_unit(void *ctx, uint8_t track, struct fragmenter_unit *unit)
{
    struct worker *w = ctx;
    int64_t ago_us = ((int64_t)format_now(&w->format) - unit->pts_ns) / 1000;
    unit->capture_utc_us = clock_utc_us() - ago_us - inputs_delay_us(w->inputs);
    w->units[track - 1]++;
    output_unit(w->output, track, unit);
}

/* Whether an encoder's unit may still show what was before the gate. What comes after it begins
 * with a keyframe. */
static bool is_held(struct worker *w, uint8_t track, const struct fragmenter_unit *unit)
{
    bool *held = &w->held[track - 1];
    if (unit->pts_ns < w->held_until_ns)
        *held = true;
    else if (unit->sync)
        *held = false;
    return *held;
}

static void on_made_unit(void *ctx, uint8_t track, struct fragmenter_unit *unit)
{
    struct worker *w = ctx;
    if (is_held(w, track, unit))
        w->units[track - 1]++; /* it is not stuck */
    else
        on_unit(w, track, unit);
}

static void on_failed(void *ctx, const char *reason)
{
    log_error("programme", "%s", reason);
    worker_end(ctx, WORKER_ENCODER);
}

static void on_video(void *ctx, GstBuffer *frame, bool other)
{
    programme_video(((struct worker *)ctx)->programme, frame, other);
}

static void on_audio(void *ctx, GstBuffer *sound, bool other)
{
    programme_audio(((struct worker *)ctx)->programme, sound, other);
}

static void on_encoded(void *ctx, const struct gop *gop, bool other)
{
    struct worker *w = ctx;
    if (w->passthrough)
        passthrough_show(w->passthrough, gop, other);
}

static void on_encoded_sound(void *ctx, GstBuffer *frame, const GstCaps *caps, bool other)
{
    struct worker *w = ctx;
    if (w->passed_sound)
        passed_sound_show(w->passed_sound, frame, caps, other, (int64_t)format_now(&w->format));
}

static void on_beat(void *ctx, GstClockTime frame_ns)
{
    struct worker *w = ctx;
    passthrough_beat(w->passthrough, frame_ns);
    passed_sound_beat(w->passed_sound, (int64_t)format_now(&w->format));
}

static void on_passed_config(void *ctx, const void *data, size_t size, int width, int height)
{
    on_config(ctx, PASSED_TRACK, data, size, width, height);
}

static void on_passed_unit(void *ctx, struct fragmenter_unit *unit)
{
    on_unit(ctx, PASSED_TRACK, unit);
}

static void on_passed_keyframe(void *ctx, int64_t pts_ns)
{
    programme_keyframe(((struct worker *)ctx)->programme, pts_ns);
}

static const struct passthrough_ops passthrough_ops = {
    .config = on_passed_config, .unit = on_passed_unit, .keyframe = on_passed_keyframe};

static uint8_t passed_sound_track(const struct worker *w)
{
    return (uint8_t)(w->spec->rendition_count + 1);
}

static void on_passed_sound_config(void *ctx, const void *data, size_t size)
{
    on_config(ctx, passed_sound_track(ctx), data, size, 0, 0);
}

static void on_passed_sound(void *ctx, struct fragmenter_unit *unit)
{
    on_unit(ctx, passed_sound_track(ctx), unit);
}

static const struct passed_sound_ops passed_sound_ops = {.config = on_passed_sound_config,
                                                         .unit = on_passed_sound};

static void on_notice(void *ctx, const char *type, const char *source, const char *detail)
{
    struct worker *w = ctx;
    g_mutex_lock(&w->lock);
    bool ending = w->ending;
    g_mutex_unlock(&w->lock);
    if (ending) /* what is said of a source now is the end's doing */
        return;
    log_info("worker", "%s %s %s", type, source, detail);
    output_notice(w->output, type, source, detail);
}

static const struct inputs_ops inputs_ops = {.video = on_video,
                                             .audio = on_audio,
                                             .encoded = on_encoded,
                                             .encoded_sound = on_encoded_sound,
                                             .notice = on_notice};

static void on_status(void *ctx, struct link_status *ret)
{
    struct worker *w = ctx;
    ret->media_time_us = (int64_t)format_now(&w->format) / 1000;
    inputs_status(w->inputs, ret);
    FILE *file = fopen("/proc/self/statm", "re");
    long pages = 0, resident = 0;
    if (file && fscanf(file, "%ld %ld", &pages, &resident) == 2)
        ret->rss_bytes = (int64_t)resident * sysconf(_SC_PAGESIZE);
    if (file)
        fclose(file);
}

static int read_spec(const char *path, struct spec **ret, char ret_reason[256])
{
    cleanup(bytes_unref_p) struct bytes *text = NULL;
    int r = io_read_file(path, SPEC_MAX_BYTES, &text);
    if (r < 0) {
        snprintf(ret_reason, 256, "%s: %s", path, strerror(-r));
        return r;
    }
    return spec_parse(text->data, text->size, ret, ret_reason);
}

static int set_sources(struct worker *w, char ret_reason[256])
{
    cleanup(spec_destroy_p) struct spec *spec = NULL;
    int r = read_spec(w->spec_path, &spec, ret_reason);
    if (r == 0) {
        inputs_set(w->inputs, spec);
        redraw_set(w->redraw, spec);
    }
    return r;
}

/* The order: nothing more comes in, what is inside is not let out, then it is answered. */
static void close_gate(struct worker *w)
{
    int64_t passed_ns = inputs_set_gate(w->inputs, false);
    int64_t until_ns = MAX(passed_ns, (int64_t)format_now(&w->format)) + GATE_HOLD_NS;
    w->held_until_ns = until_ns;
    programme_keyframe(w->programme, until_ns);
    log_info("worker", "the gate is closed");
}

static int open_gate(struct worker *w, char ret_reason[256])
{
    if (!link_gate_is_open(w->spec->run_folder)) {
        snprintf(ret_reason, 256, "the gate's file does not say that it is open");
        return -EACCES;
    }
    inputs_set_gate(w->inputs, true);
    log_info("worker", "the gate is open");
    return 0;
}

static int obey(struct worker *w, const struct link_command *command, char ret_reason[256])
{
    int r;
    switch (command->kind) {
    case LINK_STOP:
        worker_end(w, WORKER_ENDED);
        return 0;
    case LINK_RECORD_START:
    case LINK_RECORD_STOP:
        r = output_record(w->output, command->kind == LINK_RECORD_START);
        if (r < 0)
            snprintf(ret_reason, 256, "the recording can't begin: %s", strerror(-r));
        return r;
    case LINK_SOURCES:
        return set_sources(w, ret_reason);
    case LINK_SELECT:
        r = inputs_select(w->inputs, command->source);
        if (r < 0)
            snprintf(ret_reason, 256, "there is no source %s", command->source);
        return r;
    case LINK_GATE_CLOSE:
        close_gate(w);
        return 0;
    case LINK_GATE_OPEN:
        return open_gate(w, ret_reason);
    }
    snprintf(ret_reason, 256, "unknown command %d", (int)command->kind);
    return -ENOTSUP;
}

static gboolean open_order(void *data)
{
    struct order *order = data;
    char reason[256] = "";
    int r = obey(order->w, &order->command, reason);
    output_reply(order->w->output, order->ticket, r, reason);
    return G_SOURCE_REMOVE;
}

static void on_command(void *ctx, const struct link_command *command, uint64_t ticket)
{
    struct order *order = g_new(struct order, 1);
    *order = (struct order){.w = ctx, .command = *command, .ticket = ticket};
    g_idle_add_full(G_PRIORITY_DEFAULT, open_order, order, g_free);
}

static void on_orphaned(void *ctx)
{
    log_info("worker", "no server claimed this worker: it ends");
    worker_end(ctx, WORKER_ENDED);
}

static const struct publisher_ops publisher_ops = {
    .status = on_status, .command = on_command, .orphaned = on_orphaned};

static void look_for_stuck_tracks(struct worker *w)
{
    struct link_tracks tracks;
    output_tracks(w->spec, &tracks);
    for (int i = 0; i < tracks.count; i++) {
        unsigned units = w->units[i];
        w->idle_s[i] = units == w->seen[i] ? w->idle_s[i] + 1 : 0;
        w->seen[i] = units;
        if (w->idle_s[i] < STUCK_S)
            continue;
        log_error("programme", "track %d is stuck: starting anew", i + 1);
        worker_end(w, WORKER_ENCODER);
    }
}

static gboolean on_tick(void *data)
{
    struct worker *w = data;
    inputs_tick(w->inputs);
    output_flush_late(w->output);
    if (++w->ticks % TICKS_A_SECOND)
        return G_SOURCE_CONTINUE;
    output_mend(w->output);
    look_for_stuck_tracks(w);
    if (media_clock_slept(w->format.clock, w->spec->epoch_boot_us)) {
        log_warning("worker", "the machine slept: starting anew by the right time");
        worker_end(w, WORKER_CLOCK);
    }
    return G_SOURCE_CONTINUE;
}

/* The decoded picture's: what the worker encodes itself. */
static void set_format(struct worker *w)
{
    const struct spec *spec = w->spec;
    bool passed = spec->mode == MODE_PASSTHROUGH && spec->rendition_count > 1;
    const struct spec_rendition *r = &spec->renditions[passed ? 1 : 0];
    w->format = (struct format){.mode = spec->mode,
                                .width = r->width,
                                .height = r->height,
                                .rate_num = spec->frame_rate_num,
                                .rate_den = spec->frame_rate_den,
                                .clock = media_clock_new(spec->epoch_boot_us)};
    memcpy(w->format.language, spec->language, sizeof w->format.language);
}

static void on_redrawn(void *ctx, const char *reason)
{
    if (reason[0])
        log_warning("worker", "the slate keeps its words: %s", reason);
    else
        log_info("worker", "the slate has new words");
}

static const struct redraw_ops redraw_ops = {.done = on_redrawn};

static enum worker_exit start_programme(struct worker *w, char ret_reason[256])
{
    bool passed = w->spec->mode == MODE_PASSTHROUGH;
    w->programme_ops =
        (struct programme_ops){.encoder = {.config = on_config, .unit = on_made_unit},
                               .failed = on_failed,
                               .beat = passed ? on_beat : NULL};
    if (programme_create(w->spec, &w->format, &w->programme_ops, w, &w->programme, ret_reason) < 0)
        return WORKER_FAILED;
    if (passed && (passthrough_create(w->spec, &w->format, &passthrough_ops, w, &w->passthrough,
                                      ret_reason) < 0 ||
                   passed_sound_create(&passed_sound_ops, w, &w->passed_sound, ret_reason) < 0))
        return WORKER_FAILED;
    if (programme_start(w->programme) == 0) {
        w->redraw =
            redraw_create(w->spec, &w->format, w->programme, w->passthrough, &redraw_ops, w);
        return WORKER_ENDED;
    }
    snprintf(ret_reason, 256, "the programme does not start");
    return WORKER_FAILED;
}

/* WORKER_ENDED: it runs. */
static enum worker_exit start(struct worker *w, char ret_reason[256])
{
    set_format(w);
    w->inputs = inputs_create(&w->format, &inputs_ops, w);
    int r = output_create(w->spec, &publisher_ops, w, &w->output);
    if (r < 0) {
        snprintf(ret_reason, 256, "%s: %s", w->spec->run_folder,
                 r == -EWOULDBLOCK ? "another worker of this meeting runs" : strerror(-r));
        return r == -EWOULDBLOCK ? WORKER_TWICE : WORKER_FAILED;
    }
    enum worker_exit failed = start_programme(w, ret_reason);
    if (!failed) {
        inputs_set_gate(w->inputs, link_gate_is_open(w->spec->run_folder));
        inputs_set(w->inputs, w->spec);
    }
    return failed;
}

struct worker *worker_start(struct spec *spec, const char *spec_path, enum worker_exit *ret_exit,
                            char ret_reason[256])
{
    struct worker *w = g_new0(struct worker, 1);
    w->spec = spec;
    w->spec_path = g_strdup(spec_path);
    w->loop = g_main_loop_new(NULL, FALSE);
    g_mutex_init(&w->lock);
    enum worker_exit failed = start(w, ret_reason);
    if (failed) {
        *ret_exit = w->exit = failed;
        worker_destroy(w);
        return NULL;
    }
    w->timer = g_timeout_add(TICK_MS, on_tick, w);
    return w;
}

enum worker_exit worker_run(struct worker *w)
{
    g_main_loop_run(w->loop);
    return w->exit;
}

/* Ends the process in the middle of an end that hangs. */
static void *deadline(void *data)
{
    enum worker_exit why = (enum worker_exit)GPOINTER_TO_INT(data);
    sleep(why == WORKER_ENDED ? END_S : END_FAILED_S);
    _exit(why);
}

void worker_destroy(struct worker *w)
{
    if (!w)
        return;
    g_thread_unref(g_thread_new("deadline", deadline, GINT_TO_POINTER(w->exit)));
    if (w->timer)
        g_source_remove(w->timer);
    /* The sources first, so that nothing comes any more; then the encoders; then what they fed.
     * The publisher asks for the status until the end, so the inputs' memory goes after it. */
    if (w->inputs)
        inputs_close(w->inputs);
    redraw_destroy(w->redraw);
    programme_destroy(w->programme);
    passthrough_destroy(w->passthrough);
    passed_sound_destroy(w->passed_sound);
    output_destroy(w->output);
    inputs_destroy(w->inputs);
    source_drain(DRAIN_MS);
    gst_clear_object(&w->format.clock);
    g_main_loop_unref(w->loop);
    g_mutex_clear(&w->lock);
    spec_destroy(w->spec);
    g_free(w->spec_path);
    g_free(w);
}
