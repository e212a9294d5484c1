/* A free GStreamer description, for capture cards: the elements named `video` and `audio` (or one
 * of them) are where its picture and sound come out, raw or encoded. */
#include "source_pull.h"

#include <stdio.h>

/* Makes the named element's free source pad a pad of the bin. Returns it, owned by the bin, or
 * NULL. */
static GstPad *expose(GstElement *bin, const char *name)
{
    GstElement *element = gst_bin_get_by_name(GST_BIN(bin), name);
    GstPad *inner = element ? gst_element_get_static_pad(element, "src") : NULL;
    GstPad *outer = inner && !gst_pad_is_linked(inner) ? gst_ghost_pad_new(name, inner) : NULL;
    if (outer) {
        gst_pad_set_active(outer, TRUE);
        gst_element_add_pad(bin, outer);
    }
    gst_clear_object(&inner);
    gst_clear_object(&element);
    return outer;
}

/* Returns a floating bin, or NULL. */
static GstElement *parse(const char *description, enum reason *ret_reason, char *ret_detail)
{
    GError *error = NULL;
    GstElement *bin = gst_parse_bin_from_description_full(description, FALSE, NULL,
                                                          GST_PARSE_FLAG_FATAL_ERRORS, &error);
    if (!bin) {
        *ret_reason = REASON_DESCRIPTION;
        snprintf(ret_detail, 200, "%.190s", error ? error->message : "");
    }
    g_clear_error(&error);
    return bin;
}

static struct session *connect_to(struct source *s, enum reason *ret_reason, char *ret_detail)
{
    GstElement *bin = parse(s->spec.url, ret_reason, ret_detail);
    if (!bin)
        return NULL;
    struct session *n = session_create_live(s);
    if (!n) {
        gst_object_unref(bin);
        return NULL;
    }
    GstPad *video = expose(bin, "video"), *audio = expose(bin, "audio");
    session_add(n, bin, false);
    if (video)
        session_plug(n, video);
    if (audio)
        session_plug(n, audio);
    if (!video && !audio) {
        session_close(n);
        *ret_reason = REASON_DESCRIPTION_ENDS;
        return NULL;
    }
    return n;
}

static void run(struct source *s)
{
    static const struct pull pull = {connect_to, 3000000, 10000000, true};
    pull_run(s, &pull);
}

static enum reason check(const struct spec_source *spec, char ret_detail[200])
{
    return spec->url[0] ? 0 : REASON_DESCRIPTION;
}

const struct source_ops source_gstreamer_ops = {check, run};
