#include "worker_private.h"

#include "base/clock.h"
#include "base/log.h"
#include "link/gate.h"

#include <errno.h>
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

static void on_orphaned(void *ctx)
{
    log_info("worker", "no server claimed this worker: it ends");
    worker_end(ctx, WORKER_ENDED);
}

static const struct publisher_ops publisher_ops = {
    .status = worker_status, .command = worker_command, .orphaned = on_orphaned};

static gboolean on_tick(void *data)
{
    struct worker *w = data;
    inputs_tick(w->inputs);
    worker_arrange(w);
    output_flush_late(w->output);
    if (++w->ticks % TICKS_A_SECOND)
        return G_SOURCE_CONTINUE;
    output_mend(w->output);
    worker_look_for_stuck_tracks(w);
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
    worker_set_programme_ops(w);
    if (programme_create(w->spec, &w->format, &w->programme_ops, w, &w->programme, ret_reason) < 0)
        return WORKER_FAILED;
    if (passed &&
        (passthrough_create(w->spec, &w->format, &worker_passthrough_ops, w, &w->passthrough,
                            ret_reason) < 0 ||
         passed_sound_create(&worker_passed_sound_ops, w, &w->passed_sound, ret_reason) < 0))
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
    w->inputs = inputs_create(&w->format, &worker_inputs_ops, w);
    int r = output_create(w->spec, &publisher_ops, w, &w->output);
    if (r < 0) {
        snprintf(ret_reason, 256, "%s: %s", w->spec->run_folder,
                 r == -EWOULDBLOCK ? "another worker of this meeting runs" : strerror(-r));
        return r == -EWOULDBLOCK ? WORKER_TWICE : WORKER_FAILED;
    }
    enum worker_exit failed = start_programme(w, ret_reason);
    if (!failed) {
        w->muted = w->spec->muted;
        w->covered = w->spec->slate;
        w->layout = w->spec->layout;
        worker_set_output(w);
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
