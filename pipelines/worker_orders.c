#include "worker_private.h"

#include "base/io.h"
#include "base/log.h"
#include "link/gate.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* After the gate was closed: so long after the end of what went in, the programme may still show
 * its last frame; two more frames for rounding. */
#define GATE_HOLD_NS (int64_t)(PROGRAMME_REPEAT_NS + 150 * GST_MSECOND)

/* A command on its way from the publisher's thread to ours. */
struct order {
    struct worker *w;
    struct link_command command;
    uint64_t ticket;
};

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

void worker_arrange(struct worker *w)
{
    programme_arrange(w->programme, inputs_has_beside(w->inputs) ? w->layout : LAYOUT_FULL);
}

void worker_set_output(struct worker *w)
{
    programme_mute(w->programme, w->muted);
    programme_cover(w->programme, w->covered);
    if (w->passthrough)
        passthrough_cover(w->passthrough, w->covered);
    if (w->passed_sound)
        passed_sound_quiet(w->passed_sound, w->muted || w->covered);
    inputs_cover(w->inputs, w->covered);
    inputs_want_beside(w->inputs, w->layout != LAYOUT_FULL);
    worker_arrange(w);
}

/* Said again it changes nothing. */
static void set_flag(struct worker *w, bool *flag, bool on, const char *what)
{
    if (*flag == on)
        return;
    *flag = on;
    worker_set_output(w);
    log_info("worker", "%s: %s", what, on ? "on" : "off");
}

static int set_layout(struct worker *w, const char *name, char ret_reason[256])
{
    enum layout layout = layout_from_name(name);
    if (!layout || (layout != LAYOUT_FULL && w->spec->mode == MODE_PASSTHROUGH)) {
        snprintf(ret_reason, 256, "there is no layout %s here", name);
        return -ENOTSUP;
    }
    if (w->layout == layout)
        return 0;
    w->layout = layout;
    worker_set_output(w);
    log_info("worker", "layout: %s", name[0] ? name : "full");
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
    case LINK_MUTE_ON:
    case LINK_MUTE_OFF:
        set_flag(w, &w->muted, command->kind == LINK_MUTE_ON, "muted");
        return 0;
    case LINK_SLATE_ON:
    case LINK_SLATE_OFF:
        set_flag(w, &w->covered, command->kind == LINK_SLATE_ON, "slate");
        return 0;
    case LINK_LAYOUT:
        return set_layout(w, command->source, ret_reason);
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

void worker_command(void *ctx, const struct link_command *command, uint64_t ticket)
{
    struct order *order = g_new(struct order, 1);
    *order = (struct order){.w = ctx, .command = *command, .ticket = ticket};
    g_idle_add_full(G_PRIORITY_DEFAULT, open_order, order, g_free);
}
